//! Values of `Everything` by chance, the same in every run.

use super::golden::cross::{Choice, Everything, Level, Scalars};
use std::collections::{BTreeMap, BTreeSet};
use thrift_runtime::codegen::Bytes;

/// Numbers of a small generator (xorshift).
pub(crate) struct Random(u64);

impl Random {
    /// The numbers that follow from `seed`, which is not 0.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, count: u64) -> u64 {
        (self.bits() >> 16) % count
    }

    /// Of any size: most integers are small, and their lengths on the wire differ.
    fn integer(&mut self) -> i64 {
        let shift = self.below(64);
        (self.bits() as i64) >> shift
    }

    fn double(&mut self) -> f64 {
        let double = f64::from_bits(self.bits());
        // JSON knows one NaN.
        if double.is_nan() { f64::NAN } else { double }
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let len = match self.below(8) {
            0 => 20 + self.below(40),
            _ => self.below(6),
        };
        (0..len).map(|_| item(self)).collect()
    }

    fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| value(self))
    }

    fn text(&mut self) -> String {
        let chars = self.list(|random| {
            let range = [0x20, 0x80, 0x800, 0x1_0000, 0x11_0000][random.below(5) as usize];
            char::from_u32(random.below(range) as u32).unwrap_or('\u{fffd}')
        });
        chars.into_iter().collect()
    }

    fn bytes(&mut self) -> Bytes {
        self.list(|random| random.bits() as u8).into()
    }

    fn scalars(&mut self) -> Scalars {
        Scalars::new(
            self.below(2) == 0,
            self.integer() as i8,
            self.integer() as i16,
            self.integer() as i32,
            self.integer(),
            self.double(),
            self.text(),
            self.bytes(),
            Level(self.integer() as i32),
        )
    }

    fn choice(&mut self) -> Choice {
        match self.below(3) {
            0 => Choice::Number(self.integer() as i32),
            1 => Choice::Text(self.text()),
            _ => Choice::Scalars(self.scalars()),
        }
    }

    /// A value that nests itself at most `depth` times.
    pub(crate) fn everything(&mut self, depth: u32) -> Everything {
        Everything {
            scalars: self.scalars(),
            more: self.maybe(Self::scalars),
            count: self.integer() as i32,
            numbers: self.maybe(|random| random.list(|random| random.integer() as i32)),
            words: self.maybe(|random| random.list(Self::text).into_iter().collect()),
            counts: self.maybe(|random| random.list(|random| (random.text(), random.integer())).into_iter().collect()),
            deep: self.maybe(|random| random.list(|random| random.list(Self::sets))),
            by_name: self.maybe(|random| random.list(|random| (random.text(), random.scalars())).into_iter().collect()),
            levels: self.maybe(|random| random.list(|random| Level(random.below(3) as i32))),
            inner: if depth > 0 { self.maybe(|random| Box::new(random.everything(depth - 1))) } else { None },
            flags: self.maybe(|random| random.list(|random| random.below(2) == 0)),
            ratios: self.maybe(|random| random.list(Self::double)),
            blobs: self.maybe(|random| random.list(Self::bytes)),
            choice: self.maybe(Self::choice),
            choices: self.maybe(|random| {
                random.list(|random| (random.integer() as i32, random.list(Self::choice))).into_iter().collect()
            }),
        }
    }

    fn sets(&mut self) -> BTreeMap<i32, BTreeSet<String>> {
        let entries = self.list(|random| (random.integer() as i32, random.list(Self::text).into_iter().collect()));
        entries.into_iter().take(3).collect()
    }
}
