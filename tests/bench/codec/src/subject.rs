//! What is measured: a library that encodes or decodes a value in a protocol.

use std::fmt;
use std::rc::Rc;

use bytes::Bytes;
use thrift_runtime::codec::Encode;
use thrift_runtime::{binary, compact};

/// All that can go wrong here ends the benchmark.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Protocol {
    Binary,
    Compact,
}

impl Protocol {
    pub(crate) const ALL: [Self; 2] = [Self::Binary, Self::Compact];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    /// From bytes to a value, and the drop of the value.
    Decode,
    /// From a value to bytes, in a buffer that has been used before.
    Encode,
}

impl Operation {
    pub(crate) const ALL: [Self; 2] = [Self::Decode, Self::Encode];
}

/// Whose code it is, which says how it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    Ours,
    Apache,
    Pilota,
    /// The parquet crate: written by hand, for the footer.
    Parquet,
    /// Another format, for reference.
    Prost,
    /// Our borrowed types.
    Borrowed,
    /// What no codec can go below: a copy of the bytes, or of the value.
    Limit,
}

impl Peer {
    pub(crate) const ALL: [Self; 7] =
        [Self::Ours, Self::Apache, Self::Pilota, Self::Parquet, Self::Prost, Self::Borrowed, Self::Limit];
}

/// One row of a table: an operation of a library in one of its modes.
pub(crate) struct Subject {
    pub(crate) protocol: Protocol,
    pub(crate) operation: Operation,
    pub(crate) peer: Peer,
    /// What the row is called.
    pub(crate) name: &'static str,
    /// What it does is right. If it is not, it does not count.
    pub(crate) right: bool,
    /// Does it this many times. `None`: it fails.
    pub(crate) run: Option<Box<dyn FnMut(u64)>>,
}

impl Subject {
    pub(crate) fn new(
        (protocol, operation): (Protocol, Operation),
        (peer, name): (Peer, &'static str),
        mut once: impl FnMut() + 'static,
    ) -> Self {
        let run = move |times| (0..times).for_each(|_| once());
        Self { protocol, operation, peer, name, right: true, run: Some(Box::new(run)) }
    }

    /// A subject that does not even do it wrong.
    pub(crate) fn fails((protocol, operation): (Protocol, Operation), (peer, name): (Peer, &'static str)) -> Self {
        Self { protocol, operation, peer, name, right: false, run: None }
    }
}

/// A value and what it is on the wire.
pub(crate) struct Original<T> {
    pub(crate) value: Rc<T>,
    binary: Bytes,
    compact: Bytes,
    /// The bytes are what all encode the value to.
    pub(crate) canonical: bool,
}

impl<T: Encode> Original<T> {
    pub(crate) fn new(value: T) -> Result<Self> {
        let (binary, compact) = (binary::to_vec(&value)?.into(), compact::to_vec(&value)?.into());
        Ok(Self { value: Rc::new(value), binary, compact, canonical: true })
    }
}

impl<T> Original<T> {
    /// A value that comes as `wire` encodes to.
    pub(crate) fn sent_as<W: Encode>(value: T, wire: &W) -> Result<Self> {
        let (binary, compact) = (binary::to_vec(wire)?.into(), compact::to_vec(wire)?.into());
        Ok(Self { value: Rc::new(value), binary, compact, canonical: false })
    }
}

impl<T> Original<T> {
    pub(crate) fn bytes(&self, protocol: Protocol) -> Bytes {
        match protocol {
            Protocol::Binary => self.binary.clone(),
            Protocol::Compact => self.compact.clone(),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Binary => "binary",
            Self::Compact => "compact",
        })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Decode => "decode",
            Self::Encode => "encode",
        })
    }
}

/// `Err` unless what should hold does.
pub(crate) fn ensure(holds: bool, what: impl fmt::Display) -> Result<()> {
    if holds { Ok(()) } else { Err(what.to_string().into()) }
}
