//! Strings that share the memory of the message.

use super::{Decode, Encode, Result, StructWriter};
use crate::error::DecodeErrorKind;
use crate::protocol::{InputProtocol, OutputProtocol, OutputStruct};
use crate::wire::WireType;
use bytestring::ByteString;

impl Encode for ByteString {
    const TYPE: WireType = WireType::String;
    #[inline(always)]
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        out.str(self);
    }
    #[inline(always)]
    fn encode_field<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>, id: i16) {
        s.fields.str(id, self);
    }
}

impl<'de> Decode<'de> for ByteString {
    const TYPE: WireType = WireType::String;
    #[inline(always)]
    fn blank() -> Self {
        Self::new()
    }
    fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
        let text = input.text()?;
        Self::try_from(text).map_err(|_| input.error(DecodeErrorKind::InvalidUtf8))
    }
}
