//! What a method comes to: its return value, or one of its errors.

use crate::codec::{DecodeOwned, Encode};
use crate::codegen::Result as Decoded;
use crate::error::Error;
use crate::protocol::{InputProtocol, OutputProtocol};
use crate::structs::{Rest, StructWriter};
use crate::wire::Field;

/// What a method returns when all goes well.
pub trait ReturnValue: Sized + Send + 'static {
    /// What a result without a value means. `None`: it is a fault.
    fn absent() -> Option<Self>;
    /// Writes the result's field.
    fn encode_result<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>);
    /// Reads the result's field 0.
    fn decode_result<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>>;
}

impl ReturnValue for () {
    fn absent() -> Option<Self> {
        Some(())
    }
    fn encode_result<P: OutputProtocol>(&self, _: &mut StructWriter<'_, P>) {}
    fn decode_result<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>> {
        s.skip(field).map(|()| None)
    }
}

impl<T: Encode + DecodeOwned + Send + 'static> ReturnValue for T {
    fn absent() -> Option<Self> {
        None
    }
    fn encode_result<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>) {
        s.field(0, self);
    }
    fn decode_result<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>> {
        s.take(field)
    }
}

/// What a method returns when it fails: the exceptions that the IDL declares, and [`Error`] for all the rest.
pub trait MethodError: From<Error> + Send + 'static {
    /// Writes the field of a declared exception; any other error is given back.
    ///
    /// # Errors
    /// The error, when the IDL does not declare it.
    fn encode<P: OutputProtocol>(self, s: &mut StructWriter<'_, P>) -> Result<(), Error>;
    /// Reads a field of the result other than 0. `None`: no declared exception.
    ///
    /// # Errors
    /// The bytes are no such exception.
    fn decode<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>>;
}

impl MethodError for Error {
    fn encode<P: OutputProtocol>(self, _: &mut StructWriter<'_, P>) -> Result<(), Error> {
        Err(self)
    }
    fn decode<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>> {
        s.skip(field).map(|()| None)
    }
}
