//! Which of several Rust types stands for a type of Thrift's.

/// The choices at a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// For `map`.
    pub map: CollectionType,
    /// For `set`.
    pub set: CollectionType,
    /// For `string`.
    pub string: StringType,
    /// For `binary`.
    pub binary: BinaryType,
}

/// What a `map` or a `set` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CollectionType {
    /// `BTreeMap`, `BTreeSet`
    #[default]
    BTree,
    /// `HashMap`, `HashSet`
    Hash,
    /// `IndexMap`, `IndexSet`
    Index,
    /// `VecMap`, `VecSet`
    Vec,
}

/// What a `string` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StringType {
    /// `String`
    #[default]
    String,
    /// `ByteString`, which shares the message's memory.
    Shared,
}

/// What a `binary` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BinaryType {
    /// `Bytes`, which shares the message's memory.
    #[default]
    Bytes,
    /// `Vec<u8>`
    Vec,
}

/// What a field keeps its value behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// `Box`
    Box,
    /// `Arc`
    Arc,
}

/// One choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Map(CollectionType),
    Set(CollectionType),
    String(StringType),
    Binary(BinaryType),
}

impl Choice {
    pub(super) fn map(value: &str) -> Option<Self> {
        CollectionType::named(value).map(Self::Map)
    }

    pub(super) fn set(value: &str) -> Option<Self> {
        CollectionType::named(value).map(Self::Set)
    }

    pub(super) fn string(value: &str) -> Option<Self> {
        match value {
            "string" => Some(Self::String(StringType::String)),
            "shared" => Some(Self::String(StringType::Shared)),
            _ => None,
        }
    }

    pub(super) fn binary(value: &str) -> Option<Self> {
        match value {
            "bytes" => Some(Self::Binary(BinaryType::Bytes)),
            "vec" => Some(Self::Binary(BinaryType::Vec)),
            _ => None,
        }
    }
}

impl Pointer {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "box" => Some(Self::Box),
            "arc" => Some(Self::Arc),
            _ => None,
        }
    }
}

impl CollectionType {
    fn named(name: &str) -> Option<Self> {
        match name {
            "btree" => Some(Self::BTree),
            "hash" => Some(Self::Hash),
            "index" => Some(Self::Index),
            "vec" => Some(Self::Vec),
            _ => None,
        }
    }

    /// It has an order and a hash.
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::BTree | Self::Vec)
    }
}

impl Choices {
    /// These, and where something else is said, that.
    #[must_use]
    pub(super) fn with(mut self, choices: &[Choice]) -> Self {
        for choice in choices {
            match *choice {
                Choice::Map(map) => self.map = map,
                Choice::Set(set) => self.set = set,
                Choice::String(string) => self.string = string,
                Choice::Binary(binary) => self.binary = binary,
            }
        }
        self
    }
}
