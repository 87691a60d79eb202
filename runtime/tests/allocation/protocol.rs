//! The protocols, and messages in them that nobody would write.

use thrift_runtime::{DecodeError, DecodeOwned, Encode, Limits, Value, WireType, binary, compact, json};

/// A protocol, and its forms for messages that nobody would write.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Protocol {
    Binary,
    Compact,
    Json,
}

impl Protocol {
    pub(crate) const ALL: [Self; 3] = [Self::Binary, Self::Compact, Self::Json];

    pub(crate) fn decode<T: DecodeOwned>(self, bytes: &[u8], limits: &Limits) -> Result<T, DecodeError> {
        match self {
            Self::Binary => binary::from_slice_with(bytes, limits),
            Self::Compact => compact::from_slice_with(bytes, limits),
            Self::Json => json::from_slice_with(bytes, limits),
        }
    }

    pub(crate) fn dynamic(self, ty: WireType, bytes: &[u8], limits: &Limits) -> Result<Value, DecodeError> {
        match self {
            Self::Binary => Value::decode(&mut binary::BinaryReader::new(bytes, limits), ty),
            Self::Compact => Value::decode(&mut compact::CompactReader::new(bytes, limits), ty),
            Self::Json => Value::decode(&mut json::JsonReader::new(bytes, limits), ty),
        }
    }

    pub(crate) fn to_vec<T: Encode>(self, value: &T) -> Vec<u8> {
        match self {
            Self::Binary => binary::to_vec(value),
            Self::Compact => compact::to_vec(value),
            Self::Json => json::to_vec(value),
        }
        .unwrap()
    }

    pub(crate) fn string(self, len: u64) -> Vec<u8> {
        match self {
            Self::Binary => (len as u32).to_be_bytes().into(),
            Self::Compact => varint(len),
            Self::Json => b"\"".into(),
        }
    }

    pub(crate) fn list(self, element: WireType, len: u64) -> Vec<u8> {
        match self {
            Self::Binary => [&[element as u8][..], &(len as u32).to_be_bytes()].concat(),
            Self::Compact => [&[0xf0 | element.to_compact()][..], &varint(len)].concat(),
            Self::Json => format!("[\"{}\",{len}", tag(element)).into(),
        }
    }

    pub(crate) fn map(self, key: WireType, value: WireType, len: u64) -> Vec<u8> {
        match self {
            Self::Binary => [&[key as u8, value as u8][..], &(len as u32).to_be_bytes()].concat(),
            Self::Compact => [&varint(len)[..], &[key.to_compact() << 4 | value.to_compact()]].concat(),
            Self::Json => format!("[\"{}\",\"{}\",{len},{{", tag(key), tag(value)).into(),
        }
    }

    /// The beginning of a struct with this field.
    pub(crate) fn field(self, id: u8, ty: WireType) -> Vec<u8> {
        match self {
            Self::Binary => vec![ty as u8, 0, id],
            Self::Compact => [&[ty.to_compact()][..], &varint(u64::from(id) * 2)].concat(),
            Self::Json => format!("{{\"{id}\":{{\"{}\":", tag(ty)).into(),
        }
    }

    /// What may stand for elements.
    pub(crate) fn elements(self) -> Vec<Vec<u8>> {
        match self {
            Self::Json => [",1", ",\"\"", ",{}", ",[\"i8\",0]", "\"1\":1,", "\"\":{},"]
                .map(|element| element.repeat(400).into_bytes())
                .into(),
            _ => vec![vec![], vec![0; 2000], vec![1; 2000], vec![0xff; 2000], b"\x01\x00".repeat(1000)],
        }
    }
}

/// In as many bytes as it needs; of what is beyond 63 bits, in one more than there may be.
fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if value > i64::MAX as u64 {
        bytes.extend([0xff; 10]);
    }
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

pub(crate) const TYPES: [(WireType, &str); 12] = [
    (WireType::Bool, "tf"),
    (WireType::I8, "i8"),
    (WireType::I16, "i16"),
    (WireType::I32, "i32"),
    (WireType::I64, "i64"),
    (WireType::Double, "dbl"),
    (WireType::String, "str"),
    (WireType::Struct, "rec"),
    (WireType::Map, "map"),
    (WireType::Set, "set"),
    (WireType::List, "lst"),
    (WireType::Uuid, "uid"),
];

fn tag(ty: WireType) -> &'static str {
    TYPES.iter().find(|(found, _)| *found == ty).unwrap().1
}
