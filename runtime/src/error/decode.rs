//! Why bytes could not be decoded, and where.

use crate::wire::WireType;
use core::fmt;

/// Why bytes could not be decoded, and where in the message.
///
/// One word wide, so that a `Result` of a small value stays in registers.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Repr>);

#[derive(Clone, PartialEq, Eq)]
struct Repr {
    kind: DecodeErrorKind,
    offset: usize,
    /// The struct's name and the field's id.
    field: Option<(&'static str, i16)>,
}

/// What was wrong with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The bytes end inside of the value. On a stream: more bytes may complete it.
    UnexpectedEnd,
    /// A length or count is negative.
    NegativeSize(i32),
    /// The message is, or says that it will be, larger than [`Limits::message_bytes`](crate::Limits::message_bytes).
    MessageTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The value would take more memory than [`Limits::memory_bytes`](crate::Limits::memory_bytes).
    Memory {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The value nests deeper than [`Limits::depth`](crate::Limits::depth).
    Depth {
        /// The limit.
        limit: u32,
    },
    /// A string is not UTF-8.
    InvalidUtf8,
    /// There is no type with this number.
    UnknownType(u8),
    /// A variable-length integer has more bytes or bits than its type.
    InvalidVarint,
    /// A field id is beyond 16 bits.
    InvalidFieldId,
    /// A bool is neither of the bytes for true and false.
    InvalidBool(u8),
    /// This is not JSON, or not what the JSON protocol has here.
    InvalidJson,
    /// A string with escapes, or a binary, cannot be borrowed from JSON.
    NotBorrowed,
    /// The elements, keys or values of a container have another type than the IDL says.
    ElementType {
        /// The type in the IDL.
        expected: WireType,
        /// The type in the message.
        found: WireType,
    },
    /// A required field is not there.
    MissingField {
        /// The struct's name in the IDL.
        ty: &'static str,
        /// The field's name in the IDL.
        field: &'static str,
    },
    /// A required argument of a call is not there.
    MissingArgument {
        /// Its id in the IDL.
        id: i16,
    },
    /// A union holds no field.
    EmptyUnion {
        /// The union's name in the IDL.
        ty: &'static str,
    },
    /// Bytes follow after the value.
    TrailingBytes {
        /// How many.
        count: usize,
    },
}

impl DecodeError {
    /// An error of this kind, found at this byte of the message.
    #[cold]
    #[inline(never)]
    pub fn new(kind: DecodeErrorKind, offset: usize) -> Self {
        Self(Box::new(Repr { kind, offset, field: None }))
    }

    /// What was wrong.
    pub fn kind(&self) -> DecodeErrorKind {
        self.0.kind
    }

    /// Where it was found: a byte offset into the message. The damage may be earlier.
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// The field that was being read, where this is known: the struct's name in the IDL and the field's id. It is known
    /// for fields that come out of order; the usual order is read without keeping account.
    pub fn field(&self) -> Option<(&'static str, i16)> {
        self.0.field
    }

    /// The error in a field of a struct; an inner field, if there is one, is kept.
    #[cold]
    #[inline(never)]
    pub(crate) fn in_field(mut self, ty: &'static str, id: i16) -> Self {
        self.0.field.get_or_insert((ty, id));
        self
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repr { kind, offset, field } = &*self.0;
        f.debug_struct("DecodeError").field("kind", kind).field("offset", offset).field("field", field).finish()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.0.kind, self.0.offset)?;
        match self.0.field {
            Some((ty, id)) => write!(f, ", in field {id} of `{ty}`"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd => f.write_str("the message ends in the middle of a value"),
            Self::NegativeSize(size) => write!(f, "negative length {size}"),
            Self::MessageTooLarge { limit } => write!(f, "the message is over the limit of {limit} bytes"),
            Self::Memory { limit } => {
                write!(f, "the decoded message takes more memory than the limit of {limit} bytes")
            }
            Self::Depth { limit } => write!(f, "the message nests deeper than the limit of {limit} levels"),
            Self::InvalidUtf8 => f.write_str("a string is not valid UTF-8"),
            Self::UnknownType(code) => write!(f, "unknown wire type {code}"),
            Self::InvalidVarint => f.write_str("a variable-length integer is too long for its type"),
            Self::InvalidFieldId => f.write_str("a field id is beyond 16 bits"),
            Self::InvalidJson => f.write_str("not what the JSON protocol has here"),
            Self::NotBorrowed => f.write_str("a string with escapes, or a binary, cannot be borrowed from JSON"),
            Self::InvalidBool(byte) => write!(f, "a bool is {byte}, which is neither true nor false"),
            Self::ElementType { expected, found } => {
                write!(f, "expected a container of {expected} but found one of {found}")
            }
            Self::MissingField { ty, field } => write!(f, "the required field `{field}` of `{ty}` is missing"),
            Self::MissingArgument { id } => write!(f, "the required argument {id} is missing"),
            Self::EmptyUnion { ty } => write!(f, "the union `{ty}` holds no value"),
            Self::TrailingBytes { count } => write!(f, "the value is followed by {count} more bytes"),
        }
    }
}

impl core::error::Error for DecodeError {}
