//! Apache's crate, with the code of Debian's compiler.

use std::hint::black_box;
use std::rc::Rc;

use thrift::protocol::{
    TBinaryInputProtocol, TBinaryOutputProtocol, TCompactInputProtocol, TCompactOutputProtocol, TSerializable,
};

use thrift_runtime::codec::DecodeOwned;
use thrift_runtime::{binary, compact};

use crate::subject::{Operation, Original, Peer, Protocol, Result, Subject, ensure};

const NAME: (Peer, &str) = (Peer::Apache, "Apache");

/// Decoding from a slice and encoding into a `Vec`, which is what is fastest.
pub(crate) fn subjects<A, T>(original: &Original<T>) -> Result<Vec<Subject>>
where
    A: TSerializable + 'static,
    T: DecodeOwned + PartialEq,
{
    let mut subjects = Vec::new();
    for (protocol, read, write) in [
        (Protocol::Binary, read_binary as fn(&[u8]) -> thrift::Result<A>, write_binary as fn(&A, &mut Vec<u8>) -> _),
        (Protocol::Compact, read_compact, write_compact),
    ] {
        let bytes = original.bytes(protocol);
        let value = Rc::new(read(&bytes)?);
        let mut buffer = Vec::new();
        write(&value, &mut buffer)?;
        if original.canonical {
            ensure(buffer == bytes, format!("Apache's {protocol} bytes are others than ours"))?;
        }
        let ours: T = match protocol {
            Protocol::Binary => binary::from_slice(&buffer)?,
            Protocol::Compact => compact::from_slice(&buffer)?,
        };
        ensure(ours == *original.value, format!("Apache reads another {protocol} value than we do"))?;
        subjects.push(Subject::new((protocol, Operation::Decode), NAME, move || {
            let _ = black_box(read(black_box(&bytes)));
        }));
        if original.canonical {
            subjects.push(Subject::new((protocol, Operation::Encode), NAME, move || {
                buffer.clear();
                let _ = black_box(write(black_box(&value), &mut buffer));
            }));
        }
    }
    Ok(subjects)
}

fn read_binary<A: TSerializable>(bytes: &[u8]) -> thrift::Result<A> {
    A::read_from_in_protocol(&mut TBinaryInputProtocol::new(bytes, true))
}

fn read_compact<A: TSerializable>(bytes: &[u8]) -> thrift::Result<A> {
    A::read_from_in_protocol(&mut TCompactInputProtocol::new(bytes))
}

fn write_binary<A: TSerializable>(value: &A, buffer: &mut Vec<u8>) -> thrift::Result<()> {
    value.write_to_out_protocol(&mut TBinaryOutputProtocol::new(buffer, true))
}

fn write_compact<A: TSerializable>(value: &A, buffer: &mut Vec<u8>) -> thrift::Result<()> {
    value.write_to_out_protocol(&mut TCompactOutputProtocol::new(buffer))
}
