//! Our own code, generated with the default options.

use std::hint::black_box;
use std::mem;
use std::rc::Rc;

use bytes::Bytes;
use thrift_runtime::codec::{Decode, DecodeOwned, Encode};
use thrift_runtime::protocol::FileProtocol;
use thrift_runtime::{DecodeError, Limits, binary, compact};

use crate::generated::ours::{footer, workloads};
use crate::subject::{Operation, Original, Peer, Protocol, Result, Subject, ensure};

/// Decoding from a slice, and from a frame whose binaries are shared; encoding.
pub(crate) fn subjects<T>(original: &Original<T>) -> Result<Vec<Subject>>
where
    T: Encode + DecodeOwned + PartialEq + 'static,
{
    let mut subjects = vec![
        decoder(Protocol::Binary, "thrift-gen", original, |bytes| binary::from_slice(bytes))?,
        decoder(Protocol::Binary, "thrift-gen, frame", original, |bytes| binary::from_bytes(bytes.clone()))?,
        decoder(Protocol::Compact, "thrift-gen", original, |bytes| compact::from_slice(bytes))?,
        decoder(Protocol::Compact, "thrift-gen, frame", original, |bytes| compact::from_bytes(bytes.clone()))?,
    ];
    if original.canonical {
        subjects.push(encoder::<binary::Binary, T>(Protocol::Binary, original)?);
        subjects.push(encoder::<compact::Compact, T>(Protocol::Compact, original)?);
    }
    Ok(subjects)
}

/// An owned type with a twin that borrows.
pub(crate) trait Borrowing: Sized {
    type Borrowed<'a>: Decode<'a> + Into<Self>;
}

/// Decoding to borrowed types.
pub(crate) fn borrowed<T: Borrowing + PartialEq>(original: &Original<T>) -> Result<Vec<Subject>> {
    const NAME: (Peer, &str) = (Peer::Borrowed, "thrift-gen, borrowed");
    let (binary, compact) = (original.bytes(Protocol::Binary), original.bytes(Protocol::Compact));
    let from_binary = binary::from_slice::<T::Borrowed<'_>>(&binary)?.into();
    let from_compact = compact::from_slice::<T::Borrowed<'_>>(&compact)?.into();
    ensure([from_binary, from_compact].iter().all(|value| *value == *original.value), "borrows another value")?;
    Ok(vec![
        Subject::new((Protocol::Binary, Operation::Decode), NAME, move || {
            let _ = black_box(binary::from_slice::<T::Borrowed<'_>>(black_box(&binary)));
        }),
        Subject::new((Protocol::Compact, Operation::Decode), NAME, move || {
            let _ = black_box(compact::from_slice::<T::Borrowed<'_>>(black_box(&compact)));
        }),
    ])
}

macro_rules! borrowing {
    ($($file:ident::$name:ident)*) => { $(
        impl Borrowing for $file::$name {
            type Borrowed<'a> = $file::borrowed::$name<'a>;
        }
    )* };
}

borrowing! {
    workloads::Small workloads::Text workloads::Nested workloads::Tree workloads::Wide workloads::Choices workloads::Maps
    workloads::OldNested workloads::Answer footer::Footer
}

fn decoder<T: PartialEq>(
    protocol: Protocol,
    name: &'static str,
    original: &Original<T>,
    decode: impl Fn(&Bytes) -> std::result::Result<T, DecodeError> + 'static,
) -> Result<Subject> {
    let bytes = original.bytes(protocol);
    ensure(decode(&bytes)? == *original.value, format!("{name}, {protocol}: decodes another value"))?;
    Ok(Subject::new((protocol, Operation::Decode), (Peer::Ours, name), move || {
        let _ = black_box(decode(black_box(&bytes)));
    }))
}

fn encoder<P: FileProtocol, T: Encode + 'static>(protocol: Protocol, original: &Original<T>) -> Result<Subject> {
    let (value, limits) = (Rc::clone(&original.value), Limits::default());
    let mut buffer = P::append(&*value, Vec::new(), &limits)?;
    ensure(buffer == original.bytes(protocol), format!("thrift-gen, {protocol}: encodes other bytes"))?;
    Ok(Subject::new((protocol, Operation::Encode), (Peer::Ours, "thrift-gen"), move || {
        buffer.clear();
        buffer = P::append(black_box(&*value), mem::take(&mut buffer), &limits).unwrap_or_default();
        black_box(&buffer);
    }))
}
