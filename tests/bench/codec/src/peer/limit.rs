//! What no codec goes below: a copy of the bytes, and a clone of the value with its drop.

use std::hint::black_box;
use std::rc::Rc;

use crate::subject::{Operation, Original, Peer, Protocol, Subject};

pub(crate) fn subjects<T: Clone + 'static>(original: &Original<T>) -> Vec<Subject> {
    let subjects = Protocol::ALL.into_iter().flat_map(|protocol| [clone(original, protocol), copy(original, protocol)]);
    subjects.filter(|subject| original.canonical || subject.operation == Operation::Decode).collect()
}

fn clone<T: Clone + 'static>(original: &Original<T>, protocol: Protocol) -> Subject {
    let value = Rc::clone(&original.value);
    Subject::new((protocol, Operation::Decode), (Peer::Limit, "clone of the value"), move || {
        black_box(T::clone(black_box(&value)));
    })
}

fn copy<T>(original: &Original<T>, protocol: Protocol) -> Subject {
    let (bytes, mut buffer) = (original.bytes(protocol), Vec::new());
    Subject::new((protocol, Operation::Encode), (Peer::Limit, "copy of the bytes"), move || {
        buffer.clear();
        buffer.extend_from_slice(black_box(&bytes));
        black_box(&buffer);
    })
}
