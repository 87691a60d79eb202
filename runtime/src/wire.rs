//! The types a value can have on the wire, and the header of a field.

use core::fmt;

/// The type of a value on the wire, by its number in the binary protocol.
///
/// An enum travels as [`I32`](Self::I32), a binary as [`String`](Self::String), a union or exception as
/// [`Struct`](Self::Struct).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum WireType {
    /// `bool`
    Bool = 2,
    /// `i8`, also called `byte`
    I8 = 3,
    /// `double`
    Double = 4,
    /// `i16`
    I16 = 6,
    /// `i32` and enums
    I32 = 8,
    /// `i64`
    I64 = 10,
    /// `string` and `binary`
    String = 11,
    /// Structs, unions and exceptions
    Struct = 12,
    /// `map`
    Map = 13,
    /// `set`
    Set = 14,
    /// `list`
    List = 15,
    /// `uuid`
    Uuid = 16,
}

impl WireType {
    /// The type with this number in the binary protocol.
    #[inline(always)]
    pub const fn from_binary(code: u8) -> Option<Self> {
        Some(match code {
            2 => Self::Bool,
            3 => Self::I8,
            4 => Self::Double,
            6 => Self::I16,
            8 => Self::I32,
            10 => Self::I64,
            11 => Self::String,
            12 => Self::Struct,
            13 => Self::Map,
            14 => Self::Set,
            15 => Self::List,
            16 => Self::Uuid,
            _ => return None,
        })
    }

    /// The type with this number in the compact protocol; 1 and 2 are the bools true and false.
    #[inline(always)]
    pub const fn from_compact(code: u8) -> Option<Self> {
        Some(match code {
            1 | 2 => Self::Bool,
            3 => Self::I8,
            4 => Self::I16,
            5 => Self::I32,
            6 => Self::I64,
            7 => Self::Double,
            8 => Self::String,
            9 => Self::List,
            10 => Self::Set,
            11 => Self::Map,
            12 => Self::Struct,
            13 => Self::Uuid,
            _ => return None,
        })
    }

    /// The number of this type in the compact protocol; of the two for bool, that of true.
    #[inline(always)]
    pub const fn to_compact(self) -> u8 {
        match self {
            Self::Bool => 1,
            Self::I8 => 3,
            Self::I16 => 4,
            Self::I32 => 5,
            Self::I64 => 6,
            Self::Double => 7,
            Self::String => 8,
            Self::List => 9,
            Self::Set => 10,
            Self::Map => 11,
            Self::Struct => 12,
            Self::Uuid => 13,
        }
    }

    /// Whether values of this type hold others: structs and containers.
    #[inline(always)]
    pub const fn nests(self) -> bool {
        matches!(self, Self::Struct) || self.is_container()
    }

    /// Whether this is a list, set or map.
    #[inline(always)]
    pub const fn is_container(self) -> bool {
        matches!(self, Self::List | Self::Set | Self::Map)
    }
}

/// The type as the IDL calls it.
impl fmt::Display for WireType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::I8 => "i8",
            Self::Double => "double",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::String => "string",
            Self::Struct => "struct",
            Self::Map => "map",
            Self::Set => "set",
            Self::List => "list",
            Self::Uuid => "uuid",
        })
    }
}

/// The header of a field as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's id.
    pub id: i16,
    /// The type of its value.
    pub ty: WireType,
    /// The value of a `bool`, where the protocol keeps it in the header (compact); otherwise false and without meaning.
    pub flag: bool,
}

/// Names of fields, by their ids in ascending order.
pub type FieldNames = &'static [(i16, &'static str)];

/// Which protocol a reader or writer speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProtocolKind {
    /// The binary protocol: fixed-size integers, big endian.
    Binary,
    /// The compact protocol: varints and short field headers.
    Compact,
    /// The JSON protocol.
    Json,
    /// Simple JSON, which can only be written.
    SimpleJson,
}
