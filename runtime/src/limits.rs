//! Bounds on what is read and written, so that a hostile peer cannot exhaust memory or the stack.

/// Bounds on messages. The defaults are those of Apache's libraries, which have none on memory.
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
    /// How much memory the decoded content of one message may take, in bytes, besides strings, binaries and lists of
    /// numbers and bools, which take no more than they do in the message. Default: 256 MiB.
    ///
    /// A value can be far larger in memory than on the wire: a struct without a value set is one byte in a list, and
    /// hundreds of bytes in memory. So what can be larger is charged before it is allocated, at what it can take at most:
    ///
    /// | what | is charged | has on the wire |
    /// |---|---|---|
    /// | an element of a list | its size in memory | what its type has at least: a struct, and in compact most, 1 byte |
    /// | a `BTreeMap` or `BTreeSet` | 11 entries and 128 bytes, for each five that it begins | as much for each entry |
    /// | a hash table | 16/7 of its entries, or 4, a byte for each, and 64 bytes | as much for each entry |
    /// | a value in a `Box` or an `Arc` | its size in memory, and for an `Arc` its two counters | a struct: 1 byte, and its field's header |
    /// | a struct with such a field, if that is no option | what is behind its pointers, whether on the wire or not | 1 byte |
    /// | an unknown field that is kept | twice the size of an `UnknownField`, and three words for the first | in compact 1 byte |
    ///
    /// Let r be the largest ratio of the second column to the third, over all the types that a message's type holds, each
    /// with what it holds itself. A message of n bytes then takes at most 2 n (1 + r) bytes, and never more than
    /// `memory_bytes` + 2 n; both beside the outermost value. (2 n, not n, for escapes in JSON. A list or a
    /// hash table of more than 1 MiB, and a list of kept fields, grows step by step, and while it is moved takes up to half
    /// as much again.) Nothing is given back before the end of the message, so what is repeated, or a key that comes twice,
    /// is charged again. What the allocator itself needs is not counted, nor are default values that the IDL gives.
    ///
    /// The usual message takes 2 to 8 times its bytes, and a map of single bytes 15 times, so that a frame of the default
    /// size always fits unless it is made to take memory. Raise this together with the sizes of messages; as many of them
    /// as a server decodes at a time may take it.
    pub memory_bytes: usize,
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

    /// Sets how much memory the decoded content of one message may take, in bytes.
    pub const fn memory_bytes(mut self, bytes: usize) -> Self {
        self.memory_bytes = bytes;
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
        Self { message_bytes: 100 << 20, frame_bytes: 16_384_000, memory_bytes: 256 << 20, depth: 64 }
    }
}
