//! Generated code as the runtime must support it, for this IDL:
//!
//! ```thrift
//! enum Kind { ALPHA = 1, BETA = 2 }
//! struct Pos { 1: double x, 2: double y }
//! struct Item { 1: required i64 id, 2: optional string name, 3: i32 count = 5, 4: optional i32 rank = 7, 5: optional Item next,
//!   6: required list<Item> items, 7: required Kind kind, 8: binary blob }
//! union Shape { 1: Item item, 2: i32 side }
//! exception NotFound { 1: string message }
//! struct Empty {}
//! struct Everything { one field of each type }
//! struct Wide { 130 required fields }
//! ```

::thrift_runtime::codegen::version!(1);

#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Kind(pub i32);
impl Kind {
    pub const ALPHA: Self = Self(1);
    pub const BETA: Self = Self(2);
    pub const fn name(self) -> ::core::option::Option<&'static str> {
        match self.0 {
            1 => ::core::option::Option::Some("ALPHA"),
            2 => ::core::option::Option::Some("BETA"),
            _ => ::core::option::Option::None,
        }
    }
}
::thrift_runtime::codegen::thrift_enum!(Kind);

#[derive(Clone, Debug, Default)]
pub struct Pos {
    pub x: Option<f64>,
    pub y: Option<f64>,
}
impl ::core::cmp::Ord for Pos {
    fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
        ::thrift_runtime::codegen::total_cmp(&self.x, &other.x)
            .then_with(|| ::thrift_runtime::codegen::total_cmp(&self.y, &other.y))
    }
}
impl ::core::hash::Hash for Pos {
    fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
        ::thrift_runtime::codegen::total_hash(&self.x, state);
        ::thrift_runtime::codegen::total_hash(&self.y, state);
    }
}
::thrift_runtime::codegen::total_order!(Pos);

impl ::thrift_runtime::codegen::Encode for Pos {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let mut s = ::thrift_runtime::codegen::StructWriter::new(out, 23);
        s.optional(1, &self.x);
        s.optional(2, &self.y);
        s.end()
    }
}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for Pos {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        ::core::default::Default::default()
    }
    fn decode_into<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<()> {
        let mut s = ::thrift_runtime::codegen::StructReader::new(input)?;
        s.optional(1, &mut self.x)?;
        s.optional(2, &mut self.y)?;
        s.end(self)
    }
}
impl<'de> ::thrift_runtime::codegen::DecodeStruct<'de> for Pos {
    const NAME: &'static str = "Pos";
    const REQUIRED: &'static [&'static str] = &[];
    type Seen = u64;
    fn field<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        s: &mut ::thrift_runtime::codegen::Rest<'_, P, Self::Seen>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<()> {
        match f.id {
            1 => s.optional(f, &mut self.x),
            2 => s.optional(f, &mut self.y),
            _ => s.skip(f),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Item {
    pub id: i64,
    pub name: Option<String>,
    pub count: i32,
    pub rank: Option<i32>,
    pub next: Option<Box<Item>>,
    pub items: Vec<Item>,
    pub kind: Kind,
    pub blob: Option<::thrift_runtime::codegen::Bytes>,
}
impl Item {
    pub fn new(id: i64, items: Vec<Item>, kind: Kind) -> Self {
        Self {
            id,
            name: ::core::option::Option::None,
            count: 5,
            rank: ::core::option::Option::Some(7),
            next: ::core::option::Option::None,
            items,
            kind,
            blob: ::core::option::Option::None,
        }
    }
}
impl ::core::default::Default for Item {
    fn default() -> Self {
        Self::new(
            ::core::default::Default::default(),
            ::core::default::Default::default(),
            ::core::default::Default::default(),
        )
    }
}
impl ::thrift_runtime::codegen::Encode for Item {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let mut s = ::thrift_runtime::codegen::StructWriter::new(out, 70);
        s.field(1, &self.id);
        s.optional(2, &self.name);
        s.field(3, &self.count);
        s.optional(4, &self.rank);
        s.optional(5, &self.next);
        s.field(6, &self.items);
        s.field(7, &self.kind);
        s.optional(8, &self.blob);
        s.end()
    }
}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for Item {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        Self {
            id: ::thrift_runtime::codegen::blank(),
            name: ::core::option::Option::None,
            count: ::thrift_runtime::codegen::blank(),
            rank: ::core::option::Option::None,
            next: ::core::option::Option::None,
            items: ::thrift_runtime::codegen::blank(),
            kind: ::thrift_runtime::codegen::blank(),
            blob: ::core::option::Option::None,
        }
    }
    fn decode_into<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<()> {
        let mut s = ::thrift_runtime::codegen::StructReader::new(input)?;
        s.required(0, 1, &mut self.id)?;
        s.optional(2, &mut self.name)?;
        s.required(3, 3, &mut self.count)?;
        s.optional(4, &mut self.rank)?;
        s.optional(5, &mut self.next)?;
        s.required(1, 6, &mut self.items)?;
        s.required(2, 7, &mut self.kind)?;
        s.optional(8, &mut self.blob)?;
        let seen = s.end_seen(self)?;
        if !seen.contains(3) {
            self.count = 5;
        }
        if self.rank.is_none() {
            self.rank = ::core::option::Option::Some(7);
        }
        ::core::result::Result::Ok(())
    }
}
impl<'de> ::thrift_runtime::codegen::DecodeStruct<'de> for Item {
    const NAME: &'static str = "Item";
    const REQUIRED: &'static [&'static str] = &["id", "items", "kind"];
    type Seen = u64;
    fn field<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        s: &mut ::thrift_runtime::codegen::Rest<'_, P, Self::Seen>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<()> {
        match f.id {
            1 => s.required(f, 0, &mut self.id),
            2 => s.optional(f, &mut self.name),
            3 => s.required(f, 3, &mut self.count),
            4 => s.optional(f, &mut self.rank),
            5 => s.optional(f, &mut self.next),
            6 => s.required(f, 1, &mut self.items),
            7 => s.required(f, 2, &mut self.kind),
            8 => s.optional(f, &mut self.blob),
            _ => s.skip(f),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    Item(Item),
    Side(i32),
    Unknown(::thrift_runtime::codegen::UnknownField),
}
impl ::thrift_runtime::codegen::Encode for Shape {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let mut s = ::thrift_runtime::codegen::StructWriter::new(out, 16);
        match self {
            Self::Item(value) => s.field(1, value),
            Self::Side(value) => s.field(2, value),
            Self::Unknown(value) => s.unknown(value),
        }
        s.end()
    }
}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for Shape {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn blank() -> Self {
        Self::Unknown(::thrift_runtime::codegen::UnknownField::empty())
    }
    fn decode<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<Self> {
        let mut s = ::thrift_runtime::codegen::StructReader::new(input)?.rest();
        let mut value = ::core::option::Option::None;
        while let ::core::option::Option::Some(f) = s.next()? {
            match f.id {
                1 => value = s.take(f)?.map(Self::Item).or(value),
                2 => value = s.take(f)?.map(Self::Side).or(value),
                _ => value = ::core::option::Option::Some(value.unwrap_or(Self::Unknown(s.unknown(f)?))),
            }
        }
        s.union_end(value, "Shape")
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NotFound {
    pub message: Option<String>,
}
impl ::core::fmt::Display for NotFound {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(self, f)
    }
}
impl ::core::error::Error for NotFound {}
impl ::thrift_runtime::codegen::Encode for NotFound {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let mut s = ::thrift_runtime::codegen::StructWriter::new(out, 9);
        s.optional(1, &self.message);
        s.end()
    }
}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for NotFound {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        ::core::default::Default::default()
    }
    fn decode_into<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<()> {
        let mut s = ::thrift_runtime::codegen::StructReader::new(input)?;
        s.optional(1, &mut self.message)?;
        s.end(self)
    }
}
impl<'de> ::thrift_runtime::codegen::DecodeStruct<'de> for NotFound {
    const NAME: &'static str = "NotFound";
    const REQUIRED: &'static [&'static str] = &[];
    type Seen = u64;
    fn field<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        s: &mut ::thrift_runtime::codegen::Rest<'_, P, Self::Seen>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<()> {
        match f.id {
            1 => s.optional(f, &mut self.message),
            _ => s.skip(f),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Empty {}
impl ::thrift_runtime::codegen::Encode for Empty {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let s = ::thrift_runtime::codegen::StructWriter::new(out, 1);
        s.end()
    }
}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for Empty {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        ::core::default::Default::default()
    }
    fn decode_into<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<()> {
        let s = ::thrift_runtime::codegen::StructReader::new(input)?;
        s.end(self)
    }
}
impl<'de> ::thrift_runtime::codegen::DecodeStruct<'de> for Empty {
    const NAME: &'static str = "Empty";
    const REQUIRED: &'static [&'static str] = &[];
    type Seen = u64;
    fn field<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        s: &mut ::thrift_runtime::codegen::Rest<'_, P, Self::Seen>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<()> {
        s.skip(f)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Everything {
    pub back: Option<i64>,
    pub zero: Option<bool>,
    pub flag: Option<bool>,
    pub byte: Option<i8>,
    pub short: Option<i16>,
    pub int: Option<i32>,
    pub long: Option<i64>,
    pub double: Option<f64>,
    pub text: Option<String>,
    pub blob: Option<::thrift_runtime::codegen::Bytes>,
    pub list: Option<Vec<i32>>,
    pub set: Option<::std::collections::BTreeSet<String>>,
    pub map: Option<::std::collections::BTreeMap<String, i32>>,
    pub item: Option<Item>,
    pub kind: Option<Kind>,
    pub uuid: Option<::thrift_runtime::codegen::Uuid>,
    pub flags: Option<Vec<bool>>,
    pub bytes: Option<Vec<i8>>,
    pub shorts: Option<Vec<i16>>,
    pub longs: Option<Vec<i64>>,
    pub doubles: Option<Vec<f64>>,
    pub lists: Option<Vec<Vec<i32>>>,
    pub table: Option<::std::collections::BTreeMap<::thrift_runtime::codegen::OrderedDouble, Vec<f64>>>,
    pub points: Option<::std::collections::BTreeSet<::thrift_runtime::codegen::OrderedDouble>>,
    pub shape: Option<Shape>,
    pub positions: Option<Vec<Pos>>,
    pub by_pos: Option<::std::collections::BTreeMap<Pos, bool>>,
    pub uuids: Option<Vec<::thrift_runtime::codegen::Uuid>>,
    pub blobs: Option<Vec<::thrift_runtime::codegen::Bytes>>,
}
impl ::core::cmp::Ord for Everything {
    fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
        ::core::cmp::Ordering::Equal
            .then_with(|| ::core::cmp::Ord::cmp(&self.flag, &other.flag))
            .then_with(|| ::core::cmp::Ord::cmp(&self.byte, &other.byte))
            .then_with(|| ::core::cmp::Ord::cmp(&self.short, &other.short))
            .then_with(|| ::core::cmp::Ord::cmp(&self.int, &other.int))
            .then_with(|| ::core::cmp::Ord::cmp(&self.long, &other.long))
            .then_with(|| ::thrift_runtime::codegen::total_cmp(&self.double, &other.double))
            .then_with(|| ::core::cmp::Ord::cmp(&self.text, &other.text))
            .then_with(|| ::core::cmp::Ord::cmp(&self.blob, &other.blob))
            .then_with(|| ::core::cmp::Ord::cmp(&self.list, &other.list))
            .then_with(|| ::core::cmp::Ord::cmp(&self.set, &other.set))
            .then_with(|| ::core::cmp::Ord::cmp(&self.map, &other.map))
            .then_with(|| ::core::cmp::Ord::cmp(&self.item, &other.item))
            .then_with(|| ::core::cmp::Ord::cmp(&self.kind, &other.kind))
            .then_with(|| ::core::cmp::Ord::cmp(&self.uuid, &other.uuid))
            .then_with(|| ::core::cmp::Ord::cmp(&self.flags, &other.flags))
            .then_with(|| ::core::cmp::Ord::cmp(&self.bytes, &other.bytes))
            .then_with(|| ::core::cmp::Ord::cmp(&self.shorts, &other.shorts))
            .then_with(|| ::core::cmp::Ord::cmp(&self.longs, &other.longs))
            .then_with(|| ::thrift_runtime::codegen::total_cmp(&self.doubles, &other.doubles))
            .then_with(|| ::core::cmp::Ord::cmp(&self.lists, &other.lists))
            .then_with(|| ::thrift_runtime::codegen::total_cmp(&self.table, &other.table))
            .then_with(|| ::core::cmp::Ord::cmp(&self.points, &other.points))
            .then_with(|| ::core::cmp::Ord::cmp(&self.shape, &other.shape))
            .then_with(|| ::core::cmp::Ord::cmp(&self.positions, &other.positions))
            .then_with(|| ::core::cmp::Ord::cmp(&self.by_pos, &other.by_pos))
            .then_with(|| ::core::cmp::Ord::cmp(&self.uuids, &other.uuids))
            .then_with(|| ::core::cmp::Ord::cmp(&self.blobs, &other.blobs))
            .then_with(|| ::core::cmp::Ord::cmp(&self.back, &other.back))
            .then_with(|| ::core::cmp::Ord::cmp(&self.zero, &other.zero))
    }
}
impl ::core::hash::Hash for Everything {
    fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
        ::core::hash::Hash::hash(&self.flag, state);
        ::core::hash::Hash::hash(&self.byte, state);
        ::core::hash::Hash::hash(&self.short, state);
        ::core::hash::Hash::hash(&self.int, state);
        ::core::hash::Hash::hash(&self.long, state);
        ::thrift_runtime::codegen::total_hash(&self.double, state);
        ::core::hash::Hash::hash(&self.text, state);
        ::core::hash::Hash::hash(&self.blob, state);
        ::core::hash::Hash::hash(&self.list, state);
        ::core::hash::Hash::hash(&self.set, state);
        ::core::hash::Hash::hash(&self.map, state);
        ::core::hash::Hash::hash(&self.item, state);
        ::core::hash::Hash::hash(&self.kind, state);
        ::core::hash::Hash::hash(&self.uuid, state);
        ::core::hash::Hash::hash(&self.flags, state);
        ::core::hash::Hash::hash(&self.bytes, state);
        ::core::hash::Hash::hash(&self.shorts, state);
        ::core::hash::Hash::hash(&self.longs, state);
        ::thrift_runtime::codegen::total_hash(&self.doubles, state);
        ::core::hash::Hash::hash(&self.lists, state);
        ::thrift_runtime::codegen::total_hash(&self.table, state);
        ::core::hash::Hash::hash(&self.points, state);
        ::core::hash::Hash::hash(&self.shape, state);
        ::core::hash::Hash::hash(&self.positions, state);
        ::core::hash::Hash::hash(&self.by_pos, state);
        ::core::hash::Hash::hash(&self.uuids, state);
        ::core::hash::Hash::hash(&self.blobs, state);
        ::core::hash::Hash::hash(&self.back, state);
        ::core::hash::Hash::hash(&self.zero, state);
    }
}
::thrift_runtime::codegen::total_order!(Everything);
impl ::thrift_runtime::codegen::Encode for Everything {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let mut s = ::thrift_runtime::codegen::StructWriter::new(out, 233);
        s.optional(-1, &self.back);
        s.optional(0, &self.zero);
        s.optional(1, &self.flag);
        s.optional(2, &self.byte);
        s.optional(3, &self.short);
        s.optional(4, &self.int);
        s.optional(5, &self.long);
        s.optional(6, &self.double);
        s.optional(7, &self.text);
        s.optional(8, &self.blob);
        s.optional(9, &self.list);
        s.optional(10, &self.set);
        s.optional(11, &self.map);
        s.optional(12, &self.item);
        s.optional(13, &self.kind);
        s.optional(14, &self.uuid);
        s.optional(15, &self.flags);
        s.optional(16, &self.bytes);
        s.optional(17, &self.shorts);
        s.optional(18, &self.longs);
        s.optional(19, &self.doubles);
        s.optional(20, &self.lists);
        s.optional(21, &self.table);
        s.optional(22, &self.points);
        s.optional(23, &self.shape);
        s.optional(24, &self.positions);
        s.optional(25, &self.by_pos);
        s.optional(26, &self.uuids);
        s.optional(27, &self.blobs);
        s.end()
    }
}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for Everything {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        ::core::default::Default::default()
    }
    fn decode_into<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<()> {
        let mut s = ::thrift_runtime::codegen::StructReader::new(input)?;
        s.optional(-1, &mut self.back)?;
        s.optional(0, &mut self.zero)?;
        s.optional(1, &mut self.flag)?;
        s.optional(2, &mut self.byte)?;
        s.optional(3, &mut self.short)?;
        s.optional(4, &mut self.int)?;
        s.optional(5, &mut self.long)?;
        s.optional(6, &mut self.double)?;
        s.optional(7, &mut self.text)?;
        s.optional(8, &mut self.blob)?;
        s.optional(9, &mut self.list)?;
        s.optional(10, &mut self.set)?;
        s.optional(11, &mut self.map)?;
        s.optional(12, &mut self.item)?;
        s.optional(13, &mut self.kind)?;
        s.optional(14, &mut self.uuid)?;
        s.optional(15, &mut self.flags)?;
        s.optional(16, &mut self.bytes)?;
        s.optional(17, &mut self.shorts)?;
        s.optional(18, &mut self.longs)?;
        s.optional(19, &mut self.doubles)?;
        s.optional(20, &mut self.lists)?;
        s.optional(21, &mut self.table)?;
        s.optional(22, &mut self.points)?;
        s.optional(23, &mut self.shape)?;
        s.optional(24, &mut self.positions)?;
        s.optional(25, &mut self.by_pos)?;
        s.optional(26, &mut self.uuids)?;
        s.optional(27, &mut self.blobs)?;
        s.end(self)
    }
}
impl<'de> ::thrift_runtime::codegen::DecodeStruct<'de> for Everything {
    const NAME: &'static str = "Everything";
    const REQUIRED: &'static [&'static str] = &[];
    type Seen = u64;
    fn field<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        s: &mut ::thrift_runtime::codegen::Rest<'_, P, Self::Seen>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<()> {
        match f.id {
            -1 => s.optional(f, &mut self.back),
            0 => s.optional(f, &mut self.zero),
            1 => s.optional(f, &mut self.flag),
            2 => s.optional(f, &mut self.byte),
            3 => s.optional(f, &mut self.short),
            4 => s.optional(f, &mut self.int),
            5 => s.optional(f, &mut self.long),
            6 => s.optional(f, &mut self.double),
            7 => s.optional(f, &mut self.text),
            8 => s.optional(f, &mut self.blob),
            9 => s.optional(f, &mut self.list),
            10 => s.optional(f, &mut self.set),
            11 => s.optional(f, &mut self.map),
            12 => s.optional(f, &mut self.item),
            13 => s.optional(f, &mut self.kind),
            14 => s.optional(f, &mut self.uuid),
            15 => s.optional(f, &mut self.flags),
            16 => s.optional(f, &mut self.bytes),
            17 => s.optional(f, &mut self.shorts),
            18 => s.optional(f, &mut self.longs),
            19 => s.optional(f, &mut self.doubles),
            20 => s.optional(f, &mut self.lists),
            21 => s.optional(f, &mut self.table),
            22 => s.optional(f, &mut self.points),
            23 => s.optional(f, &mut self.shape),
            24 => s.optional(f, &mut self.positions),
            25 => s.optional(f, &mut self.by_pos),
            26 => s.optional(f, &mut self.uuids),
            27 => s.optional(f, &mut self.blobs),
            _ => s.skip(f),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wide {
    pub f1: i32,
    pub f2: i32,
    pub f3: String,
    pub f4: i32,
    pub f5: i32,
    pub f6: String,
    pub f7: i32,
    pub f8: i32,
    pub f9: String,
    pub f10: i32,
    pub f11: i32,
    pub f12: String,
    pub f13: i32,
    pub f14: i32,
    pub f15: String,
    pub f16: i32,
    pub f17: i32,
    pub f18: String,
    pub f19: i32,
    pub f20: i32,
    pub f21: String,
    pub f22: i32,
    pub f23: i32,
    pub f24: String,
    pub f25: i32,
    pub f26: i32,
    pub f27: String,
    pub f28: i32,
    pub f29: i32,
    pub f30: String,
    pub f31: i32,
    pub f32: i32,
    pub f33: String,
    pub f34: i32,
    pub f35: i32,
    pub f36: String,
    pub f37: i32,
    pub f38: i32,
    pub f39: String,
    pub f40: i32,
    pub f41: i32,
    pub f42: String,
    pub f43: i32,
    pub f44: i32,
    pub f45: String,
    pub f46: i32,
    pub f47: i32,
    pub f48: String,
    pub f49: i32,
    pub f50: i32,
    pub f51: String,
    pub f52: i32,
    pub f53: i32,
    pub f54: String,
    pub f55: i32,
    pub f56: i32,
    pub f57: String,
    pub f58: i32,
    pub f59: i32,
    pub f60: String,
    pub f61: i32,
    pub f62: i32,
    pub f63: String,
    pub f64: i32,
    pub f65: i32,
    pub f66: String,
    pub f67: i32,
    pub f68: i32,
    pub f69: String,
    pub f70: i32,
    pub f71: i32,
    pub f72: String,
    pub f73: i32,
    pub f74: i32,
    pub f75: String,
    pub f76: i32,
    pub f77: i32,
    pub f78: String,
    pub f79: i32,
    pub f80: i32,
    pub f81: String,
    pub f82: i32,
    pub f83: i32,
    pub f84: String,
    pub f85: i32,
    pub f86: i32,
    pub f87: String,
    pub f88: i32,
    pub f89: i32,
    pub f90: String,
    pub f91: i32,
    pub f92: i32,
    pub f93: String,
    pub f94: i32,
    pub f95: i32,
    pub f96: String,
    pub f97: i32,
    pub f98: i32,
    pub f99: String,
    pub f100: i32,
    pub f101: i32,
    pub f102: String,
    pub f103: i32,
    pub f104: i32,
    pub f105: String,
    pub f106: i32,
    pub f107: i32,
    pub f108: String,
    pub f109: i32,
    pub f110: i32,
    pub f111: String,
    pub f112: i32,
    pub f113: i32,
    pub f114: String,
    pub f115: i32,
    pub f116: i32,
    pub f117: String,
    pub f118: i32,
    pub f119: i32,
    pub f120: String,
    pub f121: i32,
    pub f122: i32,
    pub f123: String,
    pub f124: i32,
    pub f125: i32,
    pub f126: String,
    pub f127: i32,
    pub f128: i32,
    pub f129: String,
    pub f130: i32,
}
impl ::thrift_runtime::codegen::Encode for Wide {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let mut s = ::thrift_runtime::codegen::StructWriter::new(out, 1024);
        s.field(1, &self.f1);
        s.field(2, &self.f2);
        s.field(3, &self.f3);
        s.field(4, &self.f4);
        s.field(5, &self.f5);
        s.field(6, &self.f6);
        s.field(7, &self.f7);
        s.field(8, &self.f8);
        s.field(9, &self.f9);
        s.field(10, &self.f10);
        s.field(11, &self.f11);
        s.field(12, &self.f12);
        s.field(13, &self.f13);
        s.field(14, &self.f14);
        s.field(15, &self.f15);
        s.field(16, &self.f16);
        s.field(17, &self.f17);
        s.field(18, &self.f18);
        s.field(19, &self.f19);
        s.field(20, &self.f20);
        s.field(21, &self.f21);
        s.field(22, &self.f22);
        s.field(23, &self.f23);
        s.field(24, &self.f24);
        s.field(25, &self.f25);
        s.field(26, &self.f26);
        s.field(27, &self.f27);
        s.field(28, &self.f28);
        s.field(29, &self.f29);
        s.field(30, &self.f30);
        s.field(31, &self.f31);
        s.field(32, &self.f32);
        s.field(33, &self.f33);
        s.field(34, &self.f34);
        s.field(35, &self.f35);
        s.field(36, &self.f36);
        s.field(37, &self.f37);
        s.field(38, &self.f38);
        s.field(39, &self.f39);
        s.field(40, &self.f40);
        s.field(41, &self.f41);
        s.field(42, &self.f42);
        s.field(43, &self.f43);
        s.field(44, &self.f44);
        s.field(45, &self.f45);
        s.field(46, &self.f46);
        s.field(47, &self.f47);
        s.field(48, &self.f48);
        s.field(49, &self.f49);
        s.field(50, &self.f50);
        s.field(51, &self.f51);
        s.field(52, &self.f52);
        s.field(53, &self.f53);
        s.field(54, &self.f54);
        s.field(55, &self.f55);
        s.field(56, &self.f56);
        s.field(57, &self.f57);
        s.field(58, &self.f58);
        s.field(59, &self.f59);
        s.field(60, &self.f60);
        s.field(61, &self.f61);
        s.field(62, &self.f62);
        s.field(63, &self.f63);
        s.field(64, &self.f64);
        s.field(65, &self.f65);
        s.field(66, &self.f66);
        s.field(67, &self.f67);
        s.field(68, &self.f68);
        s.field(69, &self.f69);
        s.field(70, &self.f70);
        s.field(71, &self.f71);
        s.field(72, &self.f72);
        s.field(73, &self.f73);
        s.field(74, &self.f74);
        s.field(75, &self.f75);
        s.field(76, &self.f76);
        s.field(77, &self.f77);
        s.field(78, &self.f78);
        s.field(79, &self.f79);
        s.field(80, &self.f80);
        s.field(81, &self.f81);
        s.field(82, &self.f82);
        s.field(83, &self.f83);
        s.field(84, &self.f84);
        s.field(85, &self.f85);
        s.field(86, &self.f86);
        s.field(87, &self.f87);
        s.field(88, &self.f88);
        s.field(89, &self.f89);
        s.field(90, &self.f90);
        s.field(91, &self.f91);
        s.field(92, &self.f92);
        s.field(93, &self.f93);
        s.field(94, &self.f94);
        s.field(95, &self.f95);
        s.field(96, &self.f96);
        s.field(97, &self.f97);
        s.field(98, &self.f98);
        s.field(99, &self.f99);
        s.field(100, &self.f100);
        s.field(101, &self.f101);
        s.field(102, &self.f102);
        s.field(103, &self.f103);
        s.field(104, &self.f104);
        s.field(105, &self.f105);
        s.field(106, &self.f106);
        s.field(107, &self.f107);
        s.field(108, &self.f108);
        s.field(109, &self.f109);
        s.field(110, &self.f110);
        s.field(111, &self.f111);
        s.field(112, &self.f112);
        s.field(113, &self.f113);
        s.field(114, &self.f114);
        s.field(115, &self.f115);
        s.field(116, &self.f116);
        s.field(117, &self.f117);
        s.field(118, &self.f118);
        s.field(119, &self.f119);
        s.field(120, &self.f120);
        s.field(121, &self.f121);
        s.field(122, &self.f122);
        s.field(123, &self.f123);
        s.field(124, &self.f124);
        s.field(125, &self.f125);
        s.field(126, &self.f126);
        s.field(127, &self.f127);
        s.field(128, &self.f128);
        s.field(129, &self.f129);
        s.field(130, &self.f130);
        s.end()
    }
}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for Wide {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        ::core::default::Default::default()
    }
    fn decode_into<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<()> {
        let mut s = ::thrift_runtime::codegen::StructReader::new(input)?;
        s.required(0, 1, &mut self.f1)?;
        s.required(1, 2, &mut self.f2)?;
        s.required(2, 3, &mut self.f3)?;
        s.required(3, 4, &mut self.f4)?;
        s.required(4, 5, &mut self.f5)?;
        s.required(5, 6, &mut self.f6)?;
        s.required(6, 7, &mut self.f7)?;
        s.required(7, 8, &mut self.f8)?;
        s.required(8, 9, &mut self.f9)?;
        s.required(9, 10, &mut self.f10)?;
        s.required(10, 11, &mut self.f11)?;
        s.required(11, 12, &mut self.f12)?;
        s.required(12, 13, &mut self.f13)?;
        s.required(13, 14, &mut self.f14)?;
        s.required(14, 15, &mut self.f15)?;
        s.required(15, 16, &mut self.f16)?;
        s.required(16, 17, &mut self.f17)?;
        s.required(17, 18, &mut self.f18)?;
        s.required(18, 19, &mut self.f19)?;
        s.required(19, 20, &mut self.f20)?;
        s.required(20, 21, &mut self.f21)?;
        s.required(21, 22, &mut self.f22)?;
        s.required(22, 23, &mut self.f23)?;
        s.required(23, 24, &mut self.f24)?;
        s.required(24, 25, &mut self.f25)?;
        s.required(25, 26, &mut self.f26)?;
        s.required(26, 27, &mut self.f27)?;
        s.required(27, 28, &mut self.f28)?;
        s.required(28, 29, &mut self.f29)?;
        s.required(29, 30, &mut self.f30)?;
        s.required(30, 31, &mut self.f31)?;
        s.required(31, 32, &mut self.f32)?;
        s.required(32, 33, &mut self.f33)?;
        s.required(33, 34, &mut self.f34)?;
        s.required(34, 35, &mut self.f35)?;
        s.required(35, 36, &mut self.f36)?;
        s.required(36, 37, &mut self.f37)?;
        s.required(37, 38, &mut self.f38)?;
        s.required(38, 39, &mut self.f39)?;
        s.required(39, 40, &mut self.f40)?;
        s.required(40, 41, &mut self.f41)?;
        s.required(41, 42, &mut self.f42)?;
        s.required(42, 43, &mut self.f43)?;
        s.required(43, 44, &mut self.f44)?;
        s.required(44, 45, &mut self.f45)?;
        s.required(45, 46, &mut self.f46)?;
        s.required(46, 47, &mut self.f47)?;
        s.required(47, 48, &mut self.f48)?;
        s.required(48, 49, &mut self.f49)?;
        s.required(49, 50, &mut self.f50)?;
        s.required(50, 51, &mut self.f51)?;
        s.required(51, 52, &mut self.f52)?;
        s.required(52, 53, &mut self.f53)?;
        s.required(53, 54, &mut self.f54)?;
        s.required(54, 55, &mut self.f55)?;
        s.required(55, 56, &mut self.f56)?;
        s.required(56, 57, &mut self.f57)?;
        s.required(57, 58, &mut self.f58)?;
        s.required(58, 59, &mut self.f59)?;
        s.required(59, 60, &mut self.f60)?;
        s.required(60, 61, &mut self.f61)?;
        s.required(61, 62, &mut self.f62)?;
        s.required(62, 63, &mut self.f63)?;
        s.required(63, 64, &mut self.f64)?;
        s.required(64, 65, &mut self.f65)?;
        s.required(65, 66, &mut self.f66)?;
        s.required(66, 67, &mut self.f67)?;
        s.required(67, 68, &mut self.f68)?;
        s.required(68, 69, &mut self.f69)?;
        s.required(69, 70, &mut self.f70)?;
        s.required(70, 71, &mut self.f71)?;
        s.required(71, 72, &mut self.f72)?;
        s.required(72, 73, &mut self.f73)?;
        s.required(73, 74, &mut self.f74)?;
        s.required(74, 75, &mut self.f75)?;
        s.required(75, 76, &mut self.f76)?;
        s.required(76, 77, &mut self.f77)?;
        s.required(77, 78, &mut self.f78)?;
        s.required(78, 79, &mut self.f79)?;
        s.required(79, 80, &mut self.f80)?;
        s.required(80, 81, &mut self.f81)?;
        s.required(81, 82, &mut self.f82)?;
        s.required(82, 83, &mut self.f83)?;
        s.required(83, 84, &mut self.f84)?;
        s.required(84, 85, &mut self.f85)?;
        s.required(85, 86, &mut self.f86)?;
        s.required(86, 87, &mut self.f87)?;
        s.required(87, 88, &mut self.f88)?;
        s.required(88, 89, &mut self.f89)?;
        s.required(89, 90, &mut self.f90)?;
        s.required(90, 91, &mut self.f91)?;
        s.required(91, 92, &mut self.f92)?;
        s.required(92, 93, &mut self.f93)?;
        s.required(93, 94, &mut self.f94)?;
        s.required(94, 95, &mut self.f95)?;
        s.required(95, 96, &mut self.f96)?;
        s.required(96, 97, &mut self.f97)?;
        s.required(97, 98, &mut self.f98)?;
        s.required(98, 99, &mut self.f99)?;
        s.required(99, 100, &mut self.f100)?;
        s.required(100, 101, &mut self.f101)?;
        s.required(101, 102, &mut self.f102)?;
        s.required(102, 103, &mut self.f103)?;
        s.required(103, 104, &mut self.f104)?;
        s.required(104, 105, &mut self.f105)?;
        s.required(105, 106, &mut self.f106)?;
        s.required(106, 107, &mut self.f107)?;
        s.required(107, 108, &mut self.f108)?;
        s.required(108, 109, &mut self.f109)?;
        s.required(109, 110, &mut self.f110)?;
        s.required(110, 111, &mut self.f111)?;
        s.required(111, 112, &mut self.f112)?;
        s.required(112, 113, &mut self.f113)?;
        s.required(113, 114, &mut self.f114)?;
        s.required(114, 115, &mut self.f115)?;
        s.required(115, 116, &mut self.f116)?;
        s.required(116, 117, &mut self.f117)?;
        s.required(117, 118, &mut self.f118)?;
        s.required(118, 119, &mut self.f119)?;
        s.required(119, 120, &mut self.f120)?;
        s.required(120, 121, &mut self.f121)?;
        s.required(121, 122, &mut self.f122)?;
        s.required(122, 123, &mut self.f123)?;
        s.required(123, 124, &mut self.f124)?;
        s.required(124, 125, &mut self.f125)?;
        s.required(125, 126, &mut self.f126)?;
        s.required(126, 127, &mut self.f127)?;
        s.required(127, 128, &mut self.f128)?;
        s.required(128, 129, &mut self.f129)?;
        s.required(129, 130, &mut self.f130)?;
        s.end(self)
    }
}
impl<'de> ::thrift_runtime::codegen::DecodeStruct<'de> for Wide {
    const NAME: &'static str = "Wide";
    const REQUIRED: &'static [&'static str] = &[
        "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "f13", "f14", "f15", "f16", "f17",
        "f18", "f19", "f20", "f21", "f22", "f23", "f24", "f25", "f26", "f27", "f28", "f29", "f30", "f31", "f32", "f33",
        "f34", "f35", "f36", "f37", "f38", "f39", "f40", "f41", "f42", "f43", "f44", "f45", "f46", "f47", "f48", "f49",
        "f50", "f51", "f52", "f53", "f54", "f55", "f56", "f57", "f58", "f59", "f60", "f61", "f62", "f63", "f64", "f65",
        "f66", "f67", "f68", "f69", "f70", "f71", "f72", "f73", "f74", "f75", "f76", "f77", "f78", "f79", "f80", "f81",
        "f82", "f83", "f84", "f85", "f86", "f87", "f88", "f89", "f90", "f91", "f92", "f93", "f94", "f95", "f96", "f97",
        "f98", "f99", "f100", "f101", "f102", "f103", "f104", "f105", "f106", "f107", "f108", "f109", "f110", "f111",
        "f112", "f113", "f114", "f115", "f116", "f117", "f118", "f119", "f120", "f121", "f122", "f123", "f124", "f125",
        "f126", "f127", "f128", "f129", "f130",
    ];
    type Seen = [u64; 3];
    fn field<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        s: &mut ::thrift_runtime::codegen::Rest<'_, P, Self::Seen>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<()> {
        match f.id {
            1 => s.required(f, 0, &mut self.f1),
            2 => s.required(f, 1, &mut self.f2),
            3 => s.required(f, 2, &mut self.f3),
            4 => s.required(f, 3, &mut self.f4),
            5 => s.required(f, 4, &mut self.f5),
            6 => s.required(f, 5, &mut self.f6),
            7 => s.required(f, 6, &mut self.f7),
            8 => s.required(f, 7, &mut self.f8),
            9 => s.required(f, 8, &mut self.f9),
            10 => s.required(f, 9, &mut self.f10),
            11 => s.required(f, 10, &mut self.f11),
            12 => s.required(f, 11, &mut self.f12),
            13 => s.required(f, 12, &mut self.f13),
            14 => s.required(f, 13, &mut self.f14),
            15 => s.required(f, 14, &mut self.f15),
            16 => s.required(f, 15, &mut self.f16),
            17 => s.required(f, 16, &mut self.f17),
            18 => s.required(f, 17, &mut self.f18),
            19 => s.required(f, 18, &mut self.f19),
            20 => s.required(f, 19, &mut self.f20),
            21 => s.required(f, 20, &mut self.f21),
            22 => s.required(f, 21, &mut self.f22),
            23 => s.required(f, 22, &mut self.f23),
            24 => s.required(f, 23, &mut self.f24),
            25 => s.required(f, 24, &mut self.f25),
            26 => s.required(f, 25, &mut self.f26),
            27 => s.required(f, 26, &mut self.f27),
            28 => s.required(f, 27, &mut self.f28),
            29 => s.required(f, 28, &mut self.f29),
            30 => s.required(f, 29, &mut self.f30),
            31 => s.required(f, 30, &mut self.f31),
            32 => s.required(f, 31, &mut self.f32),
            33 => s.required(f, 32, &mut self.f33),
            34 => s.required(f, 33, &mut self.f34),
            35 => s.required(f, 34, &mut self.f35),
            36 => s.required(f, 35, &mut self.f36),
            37 => s.required(f, 36, &mut self.f37),
            38 => s.required(f, 37, &mut self.f38),
            39 => s.required(f, 38, &mut self.f39),
            40 => s.required(f, 39, &mut self.f40),
            41 => s.required(f, 40, &mut self.f41),
            42 => s.required(f, 41, &mut self.f42),
            43 => s.required(f, 42, &mut self.f43),
            44 => s.required(f, 43, &mut self.f44),
            45 => s.required(f, 44, &mut self.f45),
            46 => s.required(f, 45, &mut self.f46),
            47 => s.required(f, 46, &mut self.f47),
            48 => s.required(f, 47, &mut self.f48),
            49 => s.required(f, 48, &mut self.f49),
            50 => s.required(f, 49, &mut self.f50),
            51 => s.required(f, 50, &mut self.f51),
            52 => s.required(f, 51, &mut self.f52),
            53 => s.required(f, 52, &mut self.f53),
            54 => s.required(f, 53, &mut self.f54),
            55 => s.required(f, 54, &mut self.f55),
            56 => s.required(f, 55, &mut self.f56),
            57 => s.required(f, 56, &mut self.f57),
            58 => s.required(f, 57, &mut self.f58),
            59 => s.required(f, 58, &mut self.f59),
            60 => s.required(f, 59, &mut self.f60),
            61 => s.required(f, 60, &mut self.f61),
            62 => s.required(f, 61, &mut self.f62),
            63 => s.required(f, 62, &mut self.f63),
            64 => s.required(f, 63, &mut self.f64),
            65 => s.required(f, 64, &mut self.f65),
            66 => s.required(f, 65, &mut self.f66),
            67 => s.required(f, 66, &mut self.f67),
            68 => s.required(f, 67, &mut self.f68),
            69 => s.required(f, 68, &mut self.f69),
            70 => s.required(f, 69, &mut self.f70),
            71 => s.required(f, 70, &mut self.f71),
            72 => s.required(f, 71, &mut self.f72),
            73 => s.required(f, 72, &mut self.f73),
            74 => s.required(f, 73, &mut self.f74),
            75 => s.required(f, 74, &mut self.f75),
            76 => s.required(f, 75, &mut self.f76),
            77 => s.required(f, 76, &mut self.f77),
            78 => s.required(f, 77, &mut self.f78),
            79 => s.required(f, 78, &mut self.f79),
            80 => s.required(f, 79, &mut self.f80),
            81 => s.required(f, 80, &mut self.f81),
            82 => s.required(f, 81, &mut self.f82),
            83 => s.required(f, 82, &mut self.f83),
            84 => s.required(f, 83, &mut self.f84),
            85 => s.required(f, 84, &mut self.f85),
            86 => s.required(f, 85, &mut self.f86),
            87 => s.required(f, 86, &mut self.f87),
            88 => s.required(f, 87, &mut self.f88),
            89 => s.required(f, 88, &mut self.f89),
            90 => s.required(f, 89, &mut self.f90),
            91 => s.required(f, 90, &mut self.f91),
            92 => s.required(f, 91, &mut self.f92),
            93 => s.required(f, 92, &mut self.f93),
            94 => s.required(f, 93, &mut self.f94),
            95 => s.required(f, 94, &mut self.f95),
            96 => s.required(f, 95, &mut self.f96),
            97 => s.required(f, 96, &mut self.f97),
            98 => s.required(f, 97, &mut self.f98),
            99 => s.required(f, 98, &mut self.f99),
            100 => s.required(f, 99, &mut self.f100),
            101 => s.required(f, 100, &mut self.f101),
            102 => s.required(f, 101, &mut self.f102),
            103 => s.required(f, 102, &mut self.f103),
            104 => s.required(f, 103, &mut self.f104),
            105 => s.required(f, 104, &mut self.f105),
            106 => s.required(f, 105, &mut self.f106),
            107 => s.required(f, 106, &mut self.f107),
            108 => s.required(f, 107, &mut self.f108),
            109 => s.required(f, 108, &mut self.f109),
            110 => s.required(f, 109, &mut self.f110),
            111 => s.required(f, 110, &mut self.f111),
            112 => s.required(f, 111, &mut self.f112),
            113 => s.required(f, 112, &mut self.f113),
            114 => s.required(f, 113, &mut self.f114),
            115 => s.required(f, 114, &mut self.f115),
            116 => s.required(f, 115, &mut self.f116),
            117 => s.required(f, 116, &mut self.f117),
            118 => s.required(f, 117, &mut self.f118),
            119 => s.required(f, 118, &mut self.f119),
            120 => s.required(f, 119, &mut self.f120),
            121 => s.required(f, 120, &mut self.f121),
            122 => s.required(f, 121, &mut self.f122),
            123 => s.required(f, 122, &mut self.f123),
            124 => s.required(f, 123, &mut self.f124),
            125 => s.required(f, 124, &mut self.f125),
            126 => s.required(f, 125, &mut self.f126),
            127 => s.required(f, 126, &mut self.f127),
            128 => s.required(f, 127, &mut self.f128),
            129 => s.required(f, 128, &mut self.f129),
            130 => s.required(f, 129, &mut self.f130),
            _ => s.skip(f),
        }
    }
}
