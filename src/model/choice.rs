//! Which of several Rust types stands for a type of Thrift's.

/// The choices at a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// For `map`.
    pub map: MapType,
    /// For `set`.
    pub set: SetType,
    /// For `string`.
    pub string: StringType,
    /// For `binary`.
    pub binary: BinaryType,
}

/// What a `map` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapType {
    /// `BTreeMap`
    #[default]
    BTree,
}

/// What a `set` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SetType {
    /// `BTreeSet`
    #[default]
    BTree,
}

/// What a `string` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StringType {
    /// `String`
    #[default]
    String,
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

/// One choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Map(MapType),
    Set(SetType),
    String(StringType),
    Binary(BinaryType),
}

impl Choice {
    pub(super) fn map(value: &str) -> Option<Self> {
        (value == "btree").then_some(Self::Map(MapType::BTree))
    }

    pub(super) fn set(value: &str) -> Option<Self> {
        (value == "btree").then_some(Self::Set(SetType::BTree))
    }

    pub(super) fn string(value: &str) -> Option<Self> {
        (value == "string").then_some(Self::String(StringType::String))
    }

    pub(super) fn binary(value: &str) -> Option<Self> {
        match value {
            "bytes" => Some(Self::Binary(BinaryType::Bytes)),
            "vec" => Some(Self::Binary(BinaryType::Vec)),
            _ => None,
        }
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
