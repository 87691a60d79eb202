//! Our own code, generated with the default options.

use std::hint::black_box;
use std::mem;
use std::rc::Rc;

use bytes::Bytes;
use thrift_runtime::codec::{DecodeOwned, Encode};
use thrift_runtime::protocol::FileProtocol;
use thrift_runtime::{DecodeError, Limits, binary, compact};

use crate::subject::{Operation, Original, Peer, Protocol, Result, Subject, ensure};

/// Decoding from a slice, and from a frame whose binaries are shared; encoding.
pub(crate) fn subjects<T>(original: &Original<T>) -> Result<Vec<Subject>>
where
    T: Encode + DecodeOwned + PartialEq + 'static,
{
    Ok(vec![
        decoder(Protocol::Binary, "thrift-gen", original, |bytes| binary::from_slice(bytes))?,
        decoder(Protocol::Binary, "thrift-gen, frame", original, |bytes| binary::from_bytes(bytes.clone()))?,
        decoder(Protocol::Compact, "thrift-gen", original, |bytes| compact::from_slice(bytes))?,
        decoder(Protocol::Compact, "thrift-gen, frame", original, |bytes| compact::from_bytes(bytes.clone()))?,
        encoder::<binary::Binary, T>(Protocol::Binary, original)?,
        encoder::<compact::Compact, T>(Protocol::Compact, original)?,
    ])
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
