//! The runtime of the code that thrift-gen generates: protocols, transports, client and server.

#![deny(unsafe_code)]

mod codec;
#[doc(hidden)]
pub mod codegen;
mod error;
mod limits;
mod order;
mod protocol;
#[allow(unsafe_code, reason = "the one module that may: each block argues why it is sound")]
mod raw;
mod structs;
mod unknown;
mod value;
mod wire;

pub use bytes::Bytes;
pub use codec::{Decode, DecodeOwned, Encode};
pub use error::{DecodeError, DecodeErrorKind, EncodeError};
pub use limits::Limits;
pub use order::OrderedDouble;
pub use protocol::{InputProtocol, InputState, OutputProtocol, OutputStruct, binary};
pub use raw::{Reserved, Writer};
pub use structs::{DecodeStruct, Rest, Seen, SeenFields, StructReader, StructWriter};
pub use unknown::UnknownField;
pub use value::Value;
pub use wire::{Field, ProtocolKind, WireType};
