//! Why a value could not be written.

use crate::wire::WireType;

/// Why a value could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The value nests deeper than [`Limits::depth`](crate::Limits::depth).
    #[error("the value nests deeper than the limit of {limit} levels")]
    Depth {
        /// The limit.
        limit: u32,
    },
    /// A string, binary or container has more bytes or elements than the wire's 31-bit length can say.
    #[error("a string or container of {len} bytes or elements is too long: the wire format ends at 2147483647")]
    TooLong {
        /// The bytes of the string or binary, or the elements of the container.
        len: usize,
    },
    /// The message is larger than [`Limits::message_bytes`](crate::Limits::message_bytes).
    #[error("the message of {size} bytes is over the limit of {limit} bytes")]
    MessageTooLarge {
        /// The size of the message, in bytes.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// A [`Value`](crate::Value) holds a container whose elements differ in type.
    #[error("a container of {expected} elements holds a {found}")]
    MixedTypes {
        /// The container's element type.
        expected: WireType,
        /// The type of the element that differs.
        found: WireType,
    },
    /// JSON has no maps whose keys are structs or containers.
    #[error("a {ty} cannot be a map's key in JSON")]
    JsonKey {
        /// The type of the key; `list` stands for sets too.
        ty: WireType,
    },
    /// A field that the reader did not know cannot be carried over to this protocol, or not within the limit of memory.
    #[error("the unknown field {id} cannot be carried over from the protocol that it was read in")]
    UnknownField {
        /// The field's id.
        id: i16,
    },
}
