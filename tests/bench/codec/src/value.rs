//! The values that are encoded and decoded: made up, and the same in every run.

pub(crate) mod footer;
pub(crate) mod more;
mod random;

use random::Random;

use crate::generated::ours::workloads::{Item, Kind, Lists, Nested, Numeric, Position, Small, Text};

/// Items of `Nested`, and a tenth of the elements of each list of `Lists`.
const ITEMS: usize = 1_000;

pub(crate) fn small() -> Small {
    Small {
        flag: true,
        number: 123_456,
        big: 1_700_000_000_123,
        ratio: 0.75,
        name: "a name of sixteen"[..16].to_owned(),
    }
}

/// Numbers of all lengths.
pub(crate) fn numeric() -> Numeric {
    let r = &mut Random::new(2);
    let [a1, a2, a3, a4, a5, a6, a7, a8] = [4, 8, 12, 16, 20, 24, 28, 31].map(|bits| r.i32(bits));
    let [b1, b2, b3, b4, b5, b6, b7, b8] = [4, 12, 20, 28, 36, 44, 52, 61].map(|bits| r.i64(bits));
    let [c1, c2, c3, c4, c5, c6, c7, c8] = [(); 8].map(|()| r.double());
    Numeric { a1, a2, a3, a4, a5, a6, a7, a8, b1, b2, b3, b4, b5, b6, b7, b8, c1, c2, c3, c4, c5, c6, c7, c8 }
}

/// Strings of 20 to 200 bytes, some not in English, and 4 KiB.
pub(crate) fn text() -> Text {
    let r = &mut Random::new(3);
    let [s1, s2, s3, s4, s5, s6, s7, s8] = [20, 40, 60, 80, 100, 140, 170, 200].map(|length| r.text(length));
    let (s9, s10) =
        ("наши строки не только по-английски".to_owned(), "Größe, Länge und Gewicht: 1 µm – 3 €".to_owned());
    let data: Vec<u8> = (0..4096).map(|_| r.below(256) as u8).collect();
    Text { s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, data: data.into() }
}

pub(crate) fn nested() -> Nested {
    let r = &mut Random::new(4);
    let item = |id| Item {
        id,
        name: format!("item number {id}"),
        price: (id % 2 == 0).then(|| r.double()),
        tags: (0..3).map(|_| r.word(4, 12)).collect(),
        counts: (0..2).map(|_| (r.word(4, 12), r.i64(20))).collect(),
        kind: [Kind::ALPHA, Kind::BETA, Kind::GAMMA, Kind::DELTA][r.below(4)],
        position: Position { x: r.double(), y: r.double() },
    };
    Nested { items: (1..=ITEMS as i64).map(item).collect() }
}

/// Numbers of all lengths, in no order that could be foreseen.
pub(crate) fn lists() -> Lists {
    let r = &mut Random::new(5);
    let count = 10 * ITEMS;
    Lists {
        i32s: (0..count)
            .map(|_| {
                let bits = 1 + r.below(31);
                r.i32(bits)
            })
            .collect(),
        i64s: (0..count)
            .map(|_| {
                let bits = 1 + r.below(56);
                r.i64(bits)
            })
            .collect(),
        doubles: (0..count).map(|_| r.double()).collect(),
        bools: (0..count).map(|_| r.below(2) == 1).collect(),
    }
}
