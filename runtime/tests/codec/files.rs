//! Values one after the other in a byte stream.

use crate::store::{Everything, NotFound};
use std::io::{self, Read};
use thrift_runtime::protocol::{FileProtocol, FileReader, FileWriter};
use thrift_runtime::{Bytes, DecodeError, DecodeErrorKind, FileError, Limits, binary, compact, json};

/// Gives one byte at a time.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(1);
        self.0.read(&mut buffer[..count])
    }
}

fn values() -> Vec<Everything> {
    let value = |len: usize| Everything {
        text: Some("x".repeat(len)),
        list: Some((0..len as i32).collect()),
        ..Default::default()
    };
    vec![value(0), value(3), Everything::default(), value(200_000), value(1)]
}

fn check<P: FileProtocol>() {
    let mut writer = FileWriter::<_, P>::new(Vec::new());
    values().iter().try_for_each(|value| writer.write(value)).unwrap();
    writer.flush().unwrap();
    let bytes = writer.into_inner();

    let mut reader = FileReader::<_, P>::new(bytes.as_slice());
    assert_eq!(reader.values().collect::<Result<Vec<Everything>, _>>().unwrap(), values());
    assert!(reader.read::<Everything>().unwrap().is_none());
    let small = &bytes[..100];
    let mut slowly = FileReader::<_, P>::new(Drip(small));
    assert_eq!(slowly.read::<Everything>().unwrap().unwrap(), values()[0]);

    let mut cut = FileReader::<_, P>::new(&bytes[..bytes.len() - 1]);
    let mut read = cut.values::<Everything>();
    assert_eq!(read.by_ref().take(4).filter(Result::is_ok).count(), 4);
    let Some(Err(FileError::Decode(error))) = read.next() else { panic!("the last value is cut") };
    assert_eq!(error.kind(), DecodeErrorKind::UnexpectedEnd);
    assert!(read.next().is_none(), "after an error there is nothing");
}

#[test]
fn what_is_written_is_read() {
    check::<binary::Binary>();
    check::<compact::Compact>();
    check::<json::Json>();
}

#[test]
fn json_values_may_stand_on_lines() {
    let mut reader = json::JsonFileReader::new(&b"{\"1\":{\"str\":\"a\"}}\n{\"1\":{\"str\":\"b\"}}\n"[..]);
    let keys: Vec<_> = reader.values::<NotFound>().map(|value| value.unwrap().message.unwrap()).collect();
    assert_eq!(keys, ["a", "b"]);
}

#[test]
fn an_endless_value_comes_to_an_end() {
    let limits = Limits::default().message_bytes(1 << 20);
    // A string of 2 MiB.
    let head = [0x0b, 0, 7, 0, 0x20, 0, 0];
    let mut reader = binary::BinaryFileReader::with_limits(head.chain(io::repeat(b'x')), &limits);
    let Err(FileError::Decode(error)) = reader.read::<Everything>() else { panic!("it is over the limit") };
    assert_eq!(error.kind(), DecodeErrorKind::MessageTooLarge { limit: 1 << 20 });
    // A list that never ends.
    let mut reader = json::JsonFileReader::with_limits(b"{\"7\":{\"str\":\"".chain(io::repeat(b'x')), &limits);
    let Err(FileError::Decode(error)) = reader.read::<Everything>() else { panic!("it is over the limit") };
    assert_eq!(error.kind(), DecodeErrorKind::MessageTooLarge { limit: 1 << 20 });
}

#[test]
fn memory_has_a_limit_wherever_a_value_is_decoded() {
    fn refuses<P: FileProtocol>(from_bytes: impl FnOnce(Bytes, &Limits) -> Result<Vec<Everything>, DecodeError>) {
        let limits = Limits::default().memory_bytes(1000);
        let kind = DecodeErrorKind::Memory { limit: 1000 };
        let mut writer = FileWriter::<_, P>::new(Vec::new());
        writer.write(&vec![Everything::default(); 10]).unwrap();
        let bytes = writer.into_inner();
        let mut reader = FileReader::<_, P>::with_limits(bytes.as_slice(), &limits);
        let Err(FileError::Decode(error)) = reader.read::<Vec<Everything>>() else { panic!("it is over the limit") };
        assert_eq!(error.kind(), kind);
        assert_eq!(from_bytes(bytes.into(), &limits).unwrap_err().kind(), kind);
    }
    refuses::<binary::Binary>(binary::from_bytes_with);
    refuses::<compact::Compact>(compact::from_bytes_with);
    refuses::<json::Json>(json::from_bytes_with);
}
