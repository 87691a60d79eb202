//! Values of the shapes that codecs are seldom tuned for.

use thrift_runtime::binary::{self, BinaryReader};
use thrift_runtime::codec::Encode;
use thrift_runtime::protocol::OutputProtocol;
use thrift_runtime::{Limits, Value, WireType};

use super::random::Random;
use crate::generated::ours::workloads::{
    Answer, Choice, Choices, Item, Maps, Nested, OldItem, OldNested, Spot, Tree, Wide,
};
use crate::subject::Result;

/// 1,000 nodes, some 20 levels deep.
pub(crate) fn tree() -> Tree {
    let r = &mut Random::new(7);
    let mut root = node(r);
    for _ in 1..1_000 {
        insert(&mut root, node(r));
    }
    root
}

fn node(r: &mut Random) -> Tree {
    Tree { key: r.i64(40), name: r.word(4, 12), left: None, right: None }
}

fn insert(at: &mut Tree, node: Tree) {
    match if node.key < at.key { &mut at.left } else { &mut at.right } {
        Some(next) => insert(next, node),
        empty => *empty = Some(Box::new(node)),
    }
}

/// Six of 64 fields.
pub(crate) fn wide() -> Wide {
    Wide {
        f3: Some("the third field".to_owned()),
        f9: Some(-70_000),
        f14: Some(vec![1, 2, 3]),
        f34: Some(1 << 40),
        f45: Some(true),
        f63: Some(Spot { x: 640, y: -480 }),
        ..Default::default()
    }
}

/// 1,000 unions of nine of their twelve variants.
pub(crate) fn choices() -> Choices {
    let r = &mut Random::new(8);
    let choice = |_| match r.below(9) {
        0 => Choice::Number(r.i32(20)),
        1 => Choice::Text(r.word(4, 12)),
        2 => Choice::Spot(Spot { x: r.i32(10), y: r.i32(10) }),
        3 => Choice::Big(r.i64(50)),
        4 => Choice::Ratio(r.double()),
        5 => Choice::Flag(r.below(2) == 1),
        6 => Choice::Numbers(vec![r.i32(7), r.i32(14), r.i32(21)]),
        7 => Choice::Code(r.i32(9)),
        _ => Choice::Words(vec![r.word(4, 12), r.word(4, 12)]),
    };
    Choices { choices: (0..1_000).map(choice).collect() }
}

/// 100 maps of ten entries.
pub(crate) fn maps() -> Maps {
    let r = &mut Random::new(9);
    let mut map = || (0..10).map(|_| (r.word(4, 12), r.i64(20))).collect();
    Maps { maps: (0..100).map(|number| (format!("map {number}"), map())).collect() }
}

/// What a call returns that found something.
pub(crate) fn answer() -> Answer {
    Answer { success: super::nested().items.into_iter().next(), refused: None }
}

/// What an older program sees of these.
pub(crate) fn old(nested: &Nested) -> OldNested {
    let item = |item: &Item| OldItem { id: item.id, name: item.name.clone(), position: item.position.clone() };
    OldNested { items: nested.items.iter().map(item).collect() }
}

/// A value whose structs have their fields in another order on the wire, in each another one.
pub(crate) struct Shuffled(Value);

impl Shuffled {
    pub(crate) fn of(value: &impl Encode) -> Result<Self> {
        let bytes = binary::to_vec(value)?;
        let mut value = Value::decode(&mut BinaryReader::new(&bytes, &Limits::default()), WireType::Struct)?;
        shuffle(&mut value, &mut Random::new(10));
        Ok(Self(value))
    }
}

fn shuffle(value: &mut Value, r: &mut Random) {
    match value {
        Value::Struct(fields) => {
            for last in (1..fields.len()).rev() {
                fields.swap(last, r.below(last + 1));
            }
            fields.iter_mut().for_each(|(_, value)| shuffle(value, r));
        }
        Value::List(_, items) => items.iter_mut().for_each(|item| shuffle(item, r)),
        _ => {}
    }
}

impl Encode for Shuffled {
    const TYPE: WireType = WireType::Struct;

    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        self.0.encode(out);
    }
}
