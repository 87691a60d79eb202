//! What can go wrong.

mod decode;
mod encode;
mod rpc;

pub use decode::{DecodeError, DecodeErrorKind};
pub use encode::EncodeError;
pub use rpc::{Error, InvalidReply, Timeout};
