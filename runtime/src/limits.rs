//! Bounds on what is read and written, so that a hostile peer cannot exhaust memory or the stack.

/// Bounds on messages. The defaults are those of Apache's libraries.
///
/// ```
/// let limits = thrift_runtime::Limits::default().message_bytes(1 << 20).depth(16);
/// assert_eq!(limits.frame_bytes, 16_384_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest message, in bytes. Default: 100 MiB.
    pub message_bytes: usize,
    /// The largest frame of the framed transport, in bytes, without its length word. Default: 16,384,000.
    pub frame_bytes: usize,
    /// How deep values may nest. Default: 64.
    ///
    /// A struct, union or exception is one level; so is a list, set or map that is itself an element, key or value of a
    /// container. A container in a field is none, nor is what is in an empty one. (A type can only contain itself through
    /// a struct, and unknown data nests through structs or through containers in containers, so this bounds the stack; and
    /// structs may nest as deep as with Apache's libraries, which count those.) Reading, skipping unknown data and writing
    /// share the rule. Each level takes stack, so raise it only as far as the threads that decode allow.
    pub depth: u32,
}

impl Limits {
    /// Sets the largest message, in bytes.
    pub const fn message_bytes(mut self, bytes: usize) -> Self {
        self.message_bytes = bytes;
        self
    }

    /// Sets the largest frame, in bytes.
    pub const fn frame_bytes(mut self, bytes: usize) -> Self {
        self.frame_bytes = bytes;
        self
    }

    /// Sets how deep values may nest.
    pub const fn depth(mut self, levels: u32) -> Self {
        self.depth = levels;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { message_bytes: 100 << 20, frame_bytes: 16_384_000, depth: 64 }
    }
}
