//! Boxes that are always there are charged, whatever is read into them.

use crate::bounded::{is_bounded, is_bounded_beside};
use crate::charged::{charge, is_charged};
use crate::generated::store::Everything;
use crate::protocol::Protocol;
use crate::{COUNTING, pointers};
use thrift_runtime::codegen::{self, DecodeStruct, InputProtocol, ReadFields};
use thrift_runtime::{Decode, Limits, WireType};

/// A struct whose field is in a box though it is always there.
struct Boxed(Box<Everything>);

/// The same, of a field that may be missing, beside one that is required.
struct Late(i32, Box<Everything>);

impl<'de> Decode<'de> for Late {
    const TYPE: WireType = WireType::Struct;
    const IN_PLACE: bool = true;
    const BLANK_BYTES: usize = codegen::blank_bytes(|s: &Self| &s.0) + codegen::blank_bytes(|s: &Self| &s.1);
    fn blank() -> Self {
        Self(0, Decode::blank())
    }
    fn decode_into<P: InputProtocol<'de>>(&mut self, input: &mut P) -> codegen::Result<()> {
        codegen::decode_struct(self, input)
    }
}

impl<'de> DecodeStruct<'de> for Late {
    const NAME: &'static str = "Late";
    const REQUIRED: &'static [&'static str] = &["number"];
    type Seen = u64;
    fn fields<F: ReadFields<'de>>(&mut self, s: &mut F) -> codegen::Walk {
        s.required(0, 2, &mut self.0)?;
        s.plain(1, 3, &mut self.1)
    }
}

impl<'de> Decode<'de> for Boxed {
    const TYPE: WireType = WireType::Struct;
    const IN_PLACE: bool = true;
    const BLANK_BYTES: usize = <Box<Everything>>::BLANK_BYTES;
    fn blank() -> Self {
        Self(Decode::blank())
    }
    fn decode_into<P: InputProtocol<'de>>(&mut self, input: &mut P) -> codegen::Result<()> {
        codegen::decode_struct(self, input)
    }
}

impl<'de> DecodeStruct<'de> for Boxed {
    const NAME: &'static str = "Boxed";
    const REQUIRED: &'static [&'static str] = &["field"];
    type Seen = u64;
    fn fields<F: ReadFields<'de>>(&mut self, s: &mut F) -> codegen::Walk {
        s.required(0, 1, &mut self.0)
    }
}

#[test]
fn a_box_that_is_always_there_is_charged() {
    let _alone = COUNTING.lock();
    for protocol in Protocol::ALL {
        // Each is a field 1 with an empty struct, or has none, or has it twice.
        let (full, empty, twice): (&[u8], &[u8], &[u8]) = match protocol {
            Protocol::Binary => (&[12, 0, 1, 0, 0], &[0], &[12, 0, 1, 0, 12, 0, 1, 0, 0]),
            Protocol::Compact => (&[0x1c, 0, 0], &[0], &[0x1c, 0, 0x0c, 2, 0, 0]),
            Protocol::Json => (b",{\"1\":{\"rec\":{}}}", b",{}", b",{\"1\":{\"rec\":{}},\"1\":{\"rec\":{}}}"),
        };
        for item in [full, empty, twice] {
            let end: &[u8] = if protocol == Protocol::Json { b"]" } else { b"" };
            let bytes = [protocol.list(WireType::Struct, 300), item.repeat(300), end.to_vec()].concat();
            let ratio = 2 * size_of::<Everything>();
            // What the last one has before it is refused comes on top: the outermost value has it, too.
            let room = size_of::<Everything>();
            let decode = |bytes: &[u8], limits: &Limits| protocol.decode::<Vec<Boxed>>(bytes, limits);
            is_bounded_beside(&bytes, ratio, room, decode);
            assert_eq!(decode(&bytes, &Limits::default()).is_ok(), item != empty);
        }
    }
}

/// The walk over the fields ends at the required one, which comes behind one that is not known, and in JSON there is none.
#[test]
fn a_box_that_nothing_is_read_into_is_charged() {
    let _alone = COUNTING.lock();
    for protocol in Protocol::ALL {
        let (item, end): (&[u8], &[u8]) = match protocol {
            Protocol::Binary => (&[2, 0, 1, 0, 8, 0, 2, 0, 0, 0, 0, 0], b""),
            Protocol::Compact => (&[0x11, 0x15, 0, 0], b""),
            Protocol::Json => (b",{\"2\":{\"i32\":0}}", b"]"),
        };
        for count in [1, 300] {
            let bytes = [&protocol.list(WireType::Struct, count)[..], &item.repeat(count as usize), end].concat();
            let size = size_of::<Late>() + size_of::<Everything>();
            assert_eq!(charge(|limits| protocol.decode::<Vec<Late>>(&bytes, limits)), count as usize * size);
            is_charged(&bytes, |limits| protocol.decode::<Vec<Late>>(&bytes, limits));
            is_bounded(&bytes, size, |bytes, limits| protocol.decode::<Vec<Late>>(bytes, limits));
        }
    }
    // Generated types say what is in their boxes.
    use pointers::pointers::{Empty, Inner, Outer};
    assert!(<Outer as Decode<'_>>::BLANK_BYTES > 2 * size_of::<Inner>());
    assert_eq!(<Empty as Decode<'_>>::BLANK_BYTES, 0);
}
