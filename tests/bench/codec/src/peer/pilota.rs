//! pilota, volo's library, in all its modes. It does not check that strings are UTF-8.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::slice;

use bytes::{BufMut, Bytes, BytesMut};
use linkedbytes::LinkedBytes;
use pilota::thrift::binary::TBinaryProtocol;
use pilota::thrift::binary_unsafe::{TBinaryUnsafeInputProtocol, TBinaryUnsafeOutputProtocol};
use pilota::thrift::compact::{TCompactInputProtocol, TCompactOutputProtocol};
use pilota::thrift::{Message, ThriftException};
use thrift_runtime::codec::DecodeOwned;
use thrift_runtime::{binary, compact};

use crate::subject::{Operation, Original, Peer, Protocol, Result, Subject};

type Thrift<T> = std::result::Result<T, ThriftException>;

/// `BytesMut` and linked buffers, checked and not; what is wrong on the wire does not count: its compact protocol writes
/// doubles the wrong way round, and reads no struct right that follows another.
pub(crate) fn subjects<P, T>(original: &Original<T>) -> Result<Vec<Subject>>
where
    P: Message + 'static,
    T: DecodeOwned + PartialEq,
{
    use Protocol::{Binary, Compact};
    let mut subjects = vec![
        decoder(Binary, "pilota", original, read_binary::<P>),
        decoder(Binary, "pilota, unsafe", original, read_unsafe::<P>),
        decoder(Compact, "pilota", original, read_compact::<P>),
    ];
    if !original.canonical {
        return Ok(subjects);
    }
    let Ok(value) = read_binary::<P>(original.bytes(Binary)) else { return Err("pilota does not decode".into()) };
    let value = Rc::new(value);
    subjects.extend([
        encoder(Binary, "pilota", original, &value, BytesMut::new(), write_binary, |buffer| buffer.clone()),
        encoder(Binary, "pilota, unsafe", original, &value, BytesMut::new(), write_unsafe, |buffer| buffer.clone()),
        encoder(Binary, "pilota, linked", original, &value, LinkedBytes::new(), link_binary, LinkedBytes::concat),
        encoder(
            Binary,
            "pilota, linked unsafe",
            original,
            &value,
            LinkedBytes::new(),
            link_unsafe,
            LinkedBytes::concat,
        ),
        encoder(Compact, "pilota", original, &value, BytesMut::new(), write_compact, |buffer| buffer.clone()),
        encoder(Compact, "pilota, linked", original, &value, LinkedBytes::new(), link_compact, LinkedBytes::concat),
    ]);
    Ok(subjects)
}

fn decoder<P, T>(
    protocol: Protocol,
    name: &'static str,
    original: &Original<T>,
    decode: fn(Bytes) -> Thrift<P>,
) -> Subject
where
    P: Message + 'static,
    T: DecodeOwned + PartialEq,
{
    let (bytes, what, name) = (original.bytes(protocol), (protocol, Operation::Decode), (Peer::Pilota, name));
    // What it has read is written in the binary protocol, of which each bit is known to be right.
    let right = quietly(|| {
        let mut buffer = BytesMut::new();
        write_binary(&decode(bytes.clone()).ok()?, &mut buffer).ok()?;
        Some(binary::from_slice::<T>(&buffer).ok()? == *original.value)
    });
    if right != Some(true) {
        return Subject::fails(what, name);
    }
    Subject::new(what, name, move || {
        let _ = black_box(decode(black_box(&bytes).clone()));
    })
}

fn encoder<P, T, B>(
    protocol: Protocol,
    name: &'static str,
    original: &Original<T>,
    value: &Rc<P>,
    mut buffer: B,
    encode: fn(&P, &mut B) -> Thrift<()>,
    bytes: fn(&B) -> BytesMut,
) -> Subject
where
    P: Message + 'static,
    T: DecodeOwned + PartialEq,
    B: 'static,
{
    let (value, what, name) = (Rc::clone(value), (protocol, Operation::Encode), (Peer::Pilota, name));
    // Its maps have an order of their own, so what counts is what we decode.
    let right = quietly(|| {
        if encode(&value, &mut buffer).is_err() {
            return None;
        }
        let bytes = bytes(&buffer);
        let decoded = match protocol {
            Protocol::Binary => binary::from_slice::<T>(&bytes),
            Protocol::Compact => compact::from_slice::<T>(&bytes),
        };
        Some(decoded.is_ok_and(|value| value == *original.value))
    });
    let Some(right) = right else { return Subject::fails(what, name) };
    let subject = Subject::new(what, name, move || {
        let _ = black_box(encode(black_box(&value), &mut buffer));
        black_box(&buffer);
    });
    Subject { right, ..subject }
}

/// What is wrong panics, too.
fn quietly(check: impl FnOnce() -> Option<bool>) -> Option<bool> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let right = catch_unwind(AssertUnwindSafe(check));
    std::panic::set_hook(hook);
    right.ok().flatten()
}

fn read_binary<P: Message>(mut bytes: Bytes) -> Thrift<P> {
    P::decode(&mut TBinaryProtocol::new(&mut bytes, true))
}

fn read_unsafe<P: Message>(mut bytes: Bytes) -> Thrift<P> {
    // SAFETY: none: it reads past the end of a message that is cut off. Those of this benchmark are whole.
    P::decode(&mut unsafe { TBinaryUnsafeInputProtocol::new(&mut bytes) })
}

fn read_compact<P: Message>(mut bytes: Bytes) -> Thrift<P> {
    P::decode(&mut TCompactInputProtocol::new(&mut bytes))
}

fn write_binary<P: Message>(value: &P, buffer: &mut BytesMut) -> Thrift<()> {
    buffer.clear();
    buffer.reserve(value.size(&mut TBinaryProtocol::new(&mut (), false)));
    value.encode(&mut TBinaryProtocol::new(buffer, false))
}

fn write_unsafe<P: Message>(value: &P, buffer: &mut BytesMut) -> Thrift<()> {
    buffer.clear();
    let size = value.size(&mut TBinaryProtocol::new(&mut (), false));
    buffer.reserve(size);
    // SAFETY: the buffer has room for all that is written, and is not touched by others until then.
    unsafe {
        let room = slice::from_raw_parts_mut(buffer.as_mut_ptr(), buffer.capacity());
        let mut protocol = TBinaryUnsafeOutputProtocol::new(&mut *buffer, room, false);
        value.encode(&mut protocol)?;
        let written = protocol.index();
        buffer.advance_mut(written);
    }
    Ok(())
}

fn link_binary<P: Message>(value: &P, buffer: &mut LinkedBytes) -> Thrift<()> {
    buffer.reset();
    buffer.reserve(value.size(&mut TBinaryProtocol::new(&mut (), true)));
    value.encode(&mut TBinaryProtocol::new(buffer, true))
}

fn link_unsafe<P: Message>(value: &P, buffer: &mut LinkedBytes) -> Thrift<()> {
    buffer.reset();
    let size = value.size(&mut TBinaryProtocol::new(&mut (), true));
    buffer.reserve(size);
    // SAFETY: as above.
    unsafe {
        let bytes = buffer.bytes_mut();
        let room = slice::from_raw_parts_mut(bytes.as_mut_ptr(), bytes.capacity());
        let mut protocol = TBinaryUnsafeOutputProtocol::new(&mut *buffer, room, true);
        value.encode(&mut protocol)?;
        let written = protocol.index();
        buffer.bytes_mut().advance_mut(written);
    }
    Ok(())
}

fn write_compact<P: Message>(value: &P, buffer: &mut BytesMut) -> Thrift<()> {
    buffer.clear();
    buffer.reserve(value.size(&mut TCompactOutputProtocol::new(&mut (), false)));
    value.encode(&mut TCompactOutputProtocol::new(buffer, false))
}

fn link_compact<P: Message>(value: &P, buffer: &mut LinkedBytes) -> Thrift<()> {
    buffer.reset();
    buffer.reserve(value.size(&mut TCompactOutputProtocol::new(&mut (), true)));
    value.encode(&mut TCompactOutputProtocol::new(buffer, true))
}
