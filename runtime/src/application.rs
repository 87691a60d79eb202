//! Application exceptions: how a server says that a call failed for a reason that the IDL does not declare.

use crate::codec::{Decode, Encode};
use crate::codegen::Result;
use crate::protocol::{InputProtocol, OutputProtocol};
use crate::structs::{StructReader, StructWriter};
use crate::wire::{FieldNames, WireType};
use std::borrow::Cow;
use std::fmt;

/// A call that the server answered with an `EXCEPTION` message (Thrift: TApplicationException).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApplicationError {
    /// Why the call failed.
    pub kind: ApplicationErrorKind,
    /// The server's words; empty when it sent none.
    pub message: Cow<'static, str>,
}

impl ApplicationError {
    /// An error of that kind.
    pub fn new(kind: ApplicationErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for ApplicationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() { write!(f, "{}", self.kind) } else { write!(f, "{}: {}", self.kind, self.message) }
    }
}

impl std::error::Error for ApplicationError {}

/// On the wire: `{1: string message, 2: i32 type}`.
impl Encode for ApplicationError {
    const TYPE: WireType = WireType::Struct;
    const FIELDS: FieldNames = &[(1, "message"), (2, "type")];
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        let mut s = StructWriter::new(out, Self::FIELDS, 15);
        s.field(1, &*self.message);
        s.field(2, &self.kind.0);
        s.end();
    }
}

/// Either field may be missing.
impl<'de> Decode<'de> for ApplicationError {
    const TYPE: WireType = WireType::Struct;
    fn blank() -> Self {
        Self { kind: ApplicationErrorKind::UNKNOWN, message: Cow::Borrowed("") }
    }
    fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
        let mut s = StructReader::new(input)?.rest();
        let mut error = Self::blank();
        while let Some(field) = s.next()? {
            match field.id {
                1 => error.message = s.take(field)?.map_or(error.message, |message: String| message.into()),
                2 => error.kind = s.take(field)?.map_or(error.kind, ApplicationErrorKind),
                _ => s.skip(field)?,
            }
        }
        Ok(error)
    }
}

/// Why a call failed. A number that Thrift does not define is kept as it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct ApplicationErrorKind(pub i32);

impl ApplicationErrorKind {
    /// No reason given.
    pub const UNKNOWN: Self = Self(0);
    /// The service has no such method.
    pub const UNKNOWN_METHOD: Self = Self(1);
    /// A message of a kind that is not expected there.
    pub const INVALID_MESSAGE_TYPE: Self = Self(2);
    /// A reply for another method than the one that was called.
    pub const WRONG_METHOD_NAME: Self = Self(3);
    /// A reply with another sequence id than the request's.
    pub const BAD_SEQUENCE_ID: Self = Self(4);
    /// A reply without a result.
    pub const MISSING_RESULT: Self = Self(5);
    /// The handler failed.
    pub const INTERNAL_ERROR: Self = Self(6);
    /// The arguments could not be decoded.
    pub const PROTOCOL_ERROR: Self = Self(7);
    /// A transform (for example a compression) that the server does not have.
    pub const INVALID_TRANSFORM: Self = Self(8);
    /// A protocol that the server does not have.
    pub const INVALID_PROTOCOL: Self = Self(9);
    /// A kind of client that the server does not serve.
    pub const UNSUPPORTED_CLIENT_TYPE: Self = Self(10);

    /// The name in Thrift's libraries; `None` for a number that they do not define.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "UNKNOWN",
            1 => "UNKNOWN_METHOD",
            2 => "INVALID_MESSAGE_TYPE",
            3 => "WRONG_METHOD_NAME",
            4 => "BAD_SEQUENCE_ID",
            5 => "MISSING_RESULT",
            6 => "INTERNAL_ERROR",
            7 => "PROTOCOL_ERROR",
            8 => "INVALID_TRANSFORM",
            9 => "INVALID_PROTOCOL",
            10 => "UNSUPPORTED_CLIENT_TYPE",
            _ => return None,
        })
    }
}

impl fmt::Display for ApplicationErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "UNKNOWN ({})", self.0),
        }
    }
}
