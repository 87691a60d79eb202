//! What the scanner must agree with, for tests.

use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::message::Protocol;
use crate::protocol::InputProtocol;
use crate::protocol::binary::BinaryReader;
use crate::protocol::compact::CompactReader;
use crate::wire::{Field, WireType};

/// What the decoder says of a message whose body begins there: its length, or whether it only lacks bytes.
pub(in crate::transport) fn skip(
    protocol: Protocol,
    input: &[u8],
    body: usize,
    limits: &Limits,
) -> Result<Option<usize>, ()> {
    let value = Field { id: 0, ty: WireType::Struct, flag: false };
    macro_rules! skip {
        ($reader:ty) => {{
            let mut reader = <$reader>::new(&input[body..], limits);
            reader.skip(value).map(|()| input.len() - reader.remaining().len())
        }};
    }
    let skipped = match protocol {
        Protocol::Binary => skip!(BinaryReader),
        Protocol::Compact => skip!(CompactReader),
        #[cfg(feature = "json")]
        Protocol::Json => skip!(crate::json::JsonReader).and_then(|end| {
            let white = input[end..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            match input.get(end + white) {
                None => Err(DecodeError::new(DecodeErrorKind::UnexpectedEnd, end)),
                Some(b']') => Ok(end + white + 1),
                Some(_) => Err(DecodeError::new(DecodeErrorKind::InvalidJson, end)),
            }
        }),
    };
    match skipped {
        Ok(end) => Ok(Some(end)),
        Err(error) if error.kind() == DecodeErrorKind::UnexpectedEnd => Ok(None),
        Err(_) => Err(()),
    }
}
