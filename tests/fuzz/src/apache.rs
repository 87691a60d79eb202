//! The same bytes in Apache's crate.
//!
//! Its generated readers do not look at the types on the wire: they read what the IDL says. So its protocols are wrapped by
//! one that fails where a field has another type. They trust counts, too: they only see what our reader accepted.

use crate::{Protocol, Subject, peer};
use thrift::protocol::{
    TBinaryInputProtocol, TBinaryOutputProtocol, TCompactInputProtocol, TCompactOutputProtocol, TFieldIdentifier,
    TInputProtocol, TListIdentifier, TMapIdentifier, TMessageIdentifier, TOutputProtocol, TSerializable,
    TSetIdentifier, TStructIdentifier, TType,
};
use thrift::{Error, ProtocolError, ProtocolErrorKind, Result};

#[allow(warnings, clippy::all, reason = "not our code")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/apache.rs"));
}

/// A reader of these bytes in a protocol.
pub(crate) type Input = fn(&[u8]) -> Box<dyn TInputProtocol + '_>;
/// A writer to this buffer in a protocol.
pub(crate) type Output = fn(&mut Vec<u8>) -> Box<dyn TOutputProtocol + '_>;

pub(crate) fn binary_input(bytes: &[u8]) -> Box<dyn TInputProtocol + '_> {
    Box::new(Typed::new(TBinaryInputProtocol::new(bytes, false)))
}

pub(crate) fn binary_output(bytes: &mut Vec<u8>) -> Box<dyn TOutputProtocol + '_> {
    Box::new(TBinaryOutputProtocol::new(bytes, true))
}

pub(crate) fn compact_input(bytes: &[u8]) -> Box<dyn TInputProtocol + '_> {
    Box::new(Typed::new(TCompactInputProtocol::new(bytes)))
}

pub(crate) fn compact_output(bytes: &mut Vec<u8>) -> Box<dyn TOutputProtocol + '_> {
    Box::new(TCompactOutputProtocol::new(bytes))
}

/// Compares what the two make of these bytes, as each type that both know.
pub(crate) fn compare<P: Protocol>(bytes: &[u8], input: Input, output: Output) {
    compare_as::<P, peer::Peer, generated::Peer>(bytes, input, output);
    compare_as::<P, peer::Keys, generated::Keys>(bytes, input, output);
    compare_as::<P, peer::Tree, generated::Tree>(bytes, input, output);
    compare_as::<P, peer::Choice, generated::Choice>(bytes, input, output);
    compare_as::<P, peer::Failure, generated::Failure>(bytes, input, output);
}

/// Where both accept the bytes, what ours reads and writes is to Apache's what it read itself: compared as it writes it, for
/// its doubles are equal when their bits are not.
fn compare_as<P: Protocol, Ours: Subject, Theirs: TSerializable>(bytes: &[u8], input: Input, output: Output) {
    let Ok(ours) = P::from_slice::<Ours>(bytes) else { return };
    let read = |bytes: &[u8]| Theirs::read_from_in_protocol(&mut *input(bytes));
    let write = |value: &Theirs| {
        let mut bytes = Vec::new();
        value.write_to_out_protocol(&mut *output(&mut bytes)).expect("what Apache's crate read it writes");
        bytes
    };
    let Ok(theirs) = read(bytes) else { return };
    let again = P::to_vec(&ours).expect("what was decoded is within the limits");
    let same = read(&again).expect("Apache's crate reads what ours wrote");
    assert_eq!(write(&same), write(&theirs), "{ours:?}");
    // And the other way, as far as Apache's reader does not fill in what is missing.
    let back = P::from_slice::<Ours>(&write(&theirs)).expect("ours reads what Apache's crate wrote");
    assert_eq!(write(&read(&P::to_vec(&back).expect("the same value")).expect("the same value")), write(&theirs));
}

/// A protocol in which a field whose type is not that of the IDL is an error.
struct Typed<P> {
    inner: P,
    /// The type of the field whose value comes next.
    field: Option<TType>,
}

impl<P: TInputProtocol> Typed<P> {
    fn new(inner: P) -> Self {
        Self { inner, field: None }
    }

    /// The protocol, if this is the type that comes.
    fn of(&mut self, ty: TType) -> Result<&mut P> {
        match self.field.take() {
            Some(field) if field != ty => {
                Err(Error::Protocol(ProtocolError::new(ProtocolErrorKind::InvalidData, "another type")))
            }
            _ => Ok(&mut self.inner),
        }
    }
}

impl<P: TInputProtocol> TInputProtocol for Typed<P> {
    fn read_message_begin(&mut self) -> Result<TMessageIdentifier> {
        self.inner.read_message_begin()
    }
    fn read_message_end(&mut self) -> Result<()> {
        self.inner.read_message_end()
    }
    fn read_struct_begin(&mut self) -> Result<Option<TStructIdentifier>> {
        self.of(TType::Struct)?.read_struct_begin()
    }
    fn read_struct_end(&mut self) -> Result<()> {
        self.inner.read_struct_end()
    }
    fn read_field_begin(&mut self) -> Result<TFieldIdentifier> {
        let field = self.inner.read_field_begin()?;
        self.field = Some(field.field_type);
        Ok(field)
    }
    fn read_field_end(&mut self) -> Result<()> {
        self.inner.read_field_end()
    }
    fn read_bool(&mut self) -> Result<bool> {
        self.of(TType::Bool)?.read_bool()
    }
    fn read_bytes(&mut self) -> Result<Vec<u8>> {
        self.of(TType::String)?.read_bytes()
    }
    fn read_i8(&mut self) -> Result<i8> {
        self.of(TType::I08)?.read_i8()
    }
    fn read_i16(&mut self) -> Result<i16> {
        self.of(TType::I16)?.read_i16()
    }
    fn read_i32(&mut self) -> Result<i32> {
        self.of(TType::I32)?.read_i32()
    }
    fn read_i64(&mut self) -> Result<i64> {
        self.of(TType::I64)?.read_i64()
    }
    fn read_double(&mut self) -> Result<f64> {
        self.of(TType::Double)?.read_double()
    }
    fn read_uuid(&mut self) -> Result<thrift_runtime::codegen::Uuid> {
        self.of(TType::Uuid)?.read_uuid()
    }
    fn read_string(&mut self) -> Result<String> {
        self.of(TType::String)?.read_string()
    }
    fn read_list_begin(&mut self) -> Result<TListIdentifier> {
        self.of(TType::List)?.read_list_begin()
    }
    fn read_list_end(&mut self) -> Result<()> {
        self.inner.read_list_end()
    }
    fn read_set_begin(&mut self) -> Result<TSetIdentifier> {
        self.of(TType::Set)?.read_set_begin()
    }
    fn read_set_end(&mut self) -> Result<()> {
        self.inner.read_set_end()
    }
    fn read_map_begin(&mut self) -> Result<TMapIdentifier> {
        self.of(TType::Map)?.read_map_begin()
    }
    fn read_map_end(&mut self) -> Result<()> {
        self.inner.read_map_end()
    }
    fn read_byte(&mut self) -> Result<u8> {
        self.inner.read_byte()
    }
}
