//! prost: protobuf, another format with integers of variable length. For reference.

use std::collections::BTreeMap;
use std::hint::black_box;

use prost::Message;

use crate::generated::ours::workloads as ours;
use crate::subject::{Operation, Peer, Protocol, Result, Subject, ensure};

/// Listed with the compact protocol, which it is like.
pub(crate) fn subjects<M: Message + Default + PartialEq + 'static>(value: M) -> Result<Vec<Subject>> {
    let bytes = value.encode_to_vec();
    ensure(M::decode(&*bytes)? == value, "prost decodes another value")?;
    let mut buffer = Vec::new();
    Ok(vec![
        Subject::new((Protocol::Compact, Operation::Decode), (Peer::Prost, "prost, another format"), move || {
            let _ = black_box(M::decode(&**black_box(&bytes)));
        }),
        Subject::new((Protocol::Compact, Operation::Encode), (Peer::Prost, "prost, another format"), move || {
            buffer.clear();
            let _ = black_box(black_box(&value).encode(&mut buffer));
            black_box(&buffer);
        }),
    ])
}

/// A message with the fields of a struct of ours, and the way from there.
macro_rules! message {
    ($name:ident { $($field:ident: $ty:ty, $kind:ident $(= $of:tt)?, $tag:tt;)* }) => {
        #[derive(Clone, PartialEq, Message)]
        pub(crate) struct $name {
            $(#[prost($kind $(= $of)?, tag = $tag)] $field: $ty,)*
        }

        impl From<&ours::$name> for $name {
            fn from(value: &ours::$name) -> Self {
                Self { $($field: value.$field.clone().into(),)* }
            }
        }
    };
}

message! { Small {
    flag: bool, bool, "1";
    number: i32, int32, "2";
    big: i64, int64, "3";
    ratio: f64, double, "4";
    name: String, string, "5";
} }

message! { Numeric {
    a1: i32, int32, "1";
    a2: i32, int32, "2";
    a3: i32, int32, "3";
    a4: i32, int32, "4";
    a5: i32, int32, "5";
    a6: i32, int32, "6";
    a7: i32, int32, "7";
    a8: i32, int32, "8";
    b1: i64, int64, "9";
    b2: i64, int64, "10";
    b3: i64, int64, "11";
    b4: i64, int64, "12";
    b5: i64, int64, "13";
    b6: i64, int64, "14";
    b7: i64, int64, "15";
    b8: i64, int64, "16";
    c1: f64, double, "17";
    c2: f64, double, "18";
    c3: f64, double, "19";
    c4: f64, double, "20";
    c5: f64, double, "21";
    c6: f64, double, "22";
    c7: f64, double, "23";
    c8: f64, double, "24";
} }

message! { Text {
    s1: String, string, "1";
    s2: String, string, "2";
    s3: String, string, "3";
    s4: String, string, "4";
    s5: String, string, "5";
    s6: String, string, "6";
    s7: String, string, "7";
    s8: String, string, "8";
    s9: String, string, "9";
    s10: String, string, "10";
    data: Vec<u8>, bytes = "vec", "11";
} }

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Lists {
    #[prost(int32, repeated, tag = "1")]
    i32s: Vec<i32>,
    #[prost(int64, repeated, tag = "2")]
    i64s: Vec<i64>,
    #[prost(double, repeated, tag = "3")]
    doubles: Vec<f64>,
    #[prost(bool, repeated, tag = "4")]
    bools: Vec<bool>,
}

impl From<&ours::Lists> for Lists {
    fn from(value: &ours::Lists) -> Self {
        let ours::Lists { i32s, i64s, doubles, bools } = value.clone();
        Self { i32s, i64s, doubles, bools }
    }
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(crate) struct Position {
    #[prost(double, tag = "1")]
    x: f64,
    #[prost(double, tag = "2")]
    y: f64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Item {
    #[prost(int64, tag = "1")]
    id: i64,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(double, optional, tag = "3")]
    price: Option<f64>,
    #[prost(string, repeated, tag = "4")]
    tags: Vec<String>,
    #[prost(btree_map = "string, int64", tag = "5")]
    counts: BTreeMap<String, i64>,
    #[prost(int32, tag = "6")]
    kind: i32,
    #[prost(message, optional, tag = "7")]
    position: Option<Position>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Nested {
    #[prost(message, repeated, tag = "1")]
    items: Vec<Item>,
}

impl From<&ours::Nested> for Nested {
    fn from(value: &ours::Nested) -> Self {
        let item = |item: &ours::Item| {
            let ours::Item { id, name, price, tags, counts, kind, position } = item.clone();
            let position = Some(Position { x: position.x, y: position.y });
            Item { id, name, price, tags, counts, kind: kind.0, position }
        };
        Self { items: value.items.iter().map(item).collect() }
    }
}
