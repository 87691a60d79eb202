//! Values of a schema's types as bytes of the binary protocol, made from the IDL alone: what generated code must take, and
//! give back.

use crate::idl::{Kind, Record, Requiredness, Schema, Type};
use crate::rng::Rng;

/// What a value holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Sample {
    /// Every field, in ascending order, and one item in every container.
    Full,
    /// Only what is required.
    Least,
    /// Fields that may be missing, in any order, between unknown ones; containers of any length.
    Random,
}

/// So many values a sample may hold before it is cut short.
const FUEL: usize = 300;

/// Fields nest so deep before a sample is cut short, so that with a nest of containers at the end it is within the limit.
const DEPTH: usize = 30;

pub(crate) struct Writer<'a> {
    schema: &'a Schema,
    /// How deep the least value of each definition nests; `usize::MAX` where none ends.
    heights: &'a [usize],
    rng: Rng,
    sample: Sample,
    fuel: usize,
    depth: usize,
    /// A field was left out that takes its default value.
    changed: bool,
    bytes: Vec<u8>,
}

/// A value as bytes.
pub(crate) struct Bytes {
    /// Encoding gives the same bytes.
    pub(crate) exact: bool,
    pub(crate) bytes: Vec<u8>,
}

/// A value of a type.
pub(crate) fn sample(schema: &Schema, heights: &[usize], ty: &Type, sample: Sample, seed: u64) -> Bytes {
    let rng = Rng::new(seed);
    let mut writer = Writer { schema, heights, rng, sample, fuel: FUEL, depth: 0, changed: false, bytes: Vec::new() };
    writer.value(ty);
    Bytes { exact: sample != Sample::Random && !writer.changed, bytes: writer.bytes }
}

/// How deep the least value of each definition nests.
pub(crate) fn heights(schema: &Schema) -> Vec<usize> {
    let mut heights = vec![usize::MAX; schema.definitions.len()];
    loop {
        let before = heights.clone();
        for id in 0..heights.len() {
            let Some((_, record, fields)) = schema.record(&Type::Named(id)) else {
                heights[id] = 0;
                continue;
            };
            let field_heights = fields.iter().map(|field| match schema.record(&field.ty) {
                Some((target, ..)) => heights[target].saturating_add(1),
                None => 0,
            });
            heights[id] = match record {
                Record::Union if fields.is_empty() => 0,
                Record::Union => field_heights.min().unwrap_or(0),
                _ => {
                    let required =
                        field_heights.zip(fields).filter(|(_, it)| it.requiredness == Requiredness::Required);
                    required.map(|(height, _)| height).max().unwrap_or(0)
                }
            };
        }
        if heights == before {
            return heights;
        }
    }
}

impl Writer<'_> {
    fn cut_short(&self) -> bool {
        self.sample == Sample::Least || self.fuel == 0 || self.depth > DEPTH
    }

    fn value(&mut self, ty: &Type) {
        self.fuel = self.fuel.saturating_sub(1);
        self.depth += 1;
        match self.schema.resolved(ty) {
            Type::Base(base) => self.base(base),
            Type::List(element) | Type::Set(element) => {
                let element = &**element;
                self.bytes.push(self.wire_type(element));
                self.items(&[element]);
            }
            Type::Map(key, value) => {
                self.bytes.extend([self.wire_type(key), self.wire_type(value)]);
                self.items(&[key, value]);
            }
            Type::Named(id) => match &self.schema.definitions[*id].kind {
                Kind::Enum(values) => {
                    let named = values.get(self.rng.below(values.len() + 1));
                    self.bytes.extend(named.map_or(4711, |(_, number)| *number).to_be_bytes());
                }
                Kind::Record(Record::Union, _) => self.union(*id),
                _ => self.structure(*id),
            },
        }
        self.depth -= 1;
    }

    fn items(&mut self, types: &[&Type]) {
        let count = match self.sample {
            _ if self.cut_short() => 0,
            Sample::Full => 1,
            _ => self.rng.below(4),
        };
        self.bytes.extend(u32::try_from(count).unwrap().to_be_bytes());
        for _ in 0..count {
            types.iter().for_each(|ty| self.value(ty));
        }
    }

    fn structure(&mut self, id: usize) {
        let Kind::Record(_, fields) = &self.schema.definitions[id].kind else { unreachable!() };
        let mut fields: Vec<_> = fields.iter().collect();
        fields.sort_by_key(|field| field.id);
        if self.sample == Sample::Random {
            for index in 0..fields.len() {
                let other = self.rng.below(fields.len());
                fields.swap(index, other);
            }
        }
        for field in fields {
            let endless = self.schema.record(&field.ty).is_some_and(|(target, ..)| self.heights[target] == usize::MAX);
            let must = field.requiredness == Requiredness::Required && !endless;
            if !must && (self.cut_short() || (self.sample == Sample::Random && self.rng.once_in(3))) {
                self.changed |= field.default.is_some();
                continue;
            }
            if self.sample == Sample::Random && self.rng.once_in(6) {
                self.unknown();
            }
            self.field(field.id, &field.ty);
        }
        self.bytes.push(0);
    }

    fn union(&mut self, id: usize) {
        let Kind::Record(_, fields) = &self.schema.definitions[id].kind else { unreachable!() };
        let height = |ty: &Type| self.schema.record(ty).map_or(0, |(id, ..)| self.heights[id].saturating_add(1));
        let least = fields.iter().min_by_key(|field| height(&field.ty));
        match least {
            None => self.unknown(),
            Some(least) => {
                let field = if self.cut_short() { least } else { self.rng.pick(fields) };
                self.field(field.id, &field.ty);
            }
        }
        self.bytes.push(0);
    }

    fn field(&mut self, id: i16, ty: &Type) {
        self.bytes.push(self.wire_type(ty));
        self.bytes.extend(id.to_be_bytes());
        self.value(ty);
    }

    /// A field that no schema has: a list of one bool.
    fn unknown(&mut self) {
        self.bytes.extend([15, 0x7f, 0xf0, 2, 0, 0, 0, 1, 1]);
    }

    fn base(&mut self, base: &str) {
        let bits = if self.rng.once_in(2) { self.rng.next() } else { self.rng.next() % 3 };
        match base {
            "bool" => self.bytes.push(u8::from(bits.is_multiple_of(2))),
            "string" | "binary" => {
                let text = *self.rng.pick(&["", "a", "ünïcode ☃ \u{202e}\r\n\0", "\"'\\{}$"]);
                self.bytes.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
                self.bytes.extend(text.as_bytes());
            }
            "uuid" => {
                self.bytes.extend(bits.to_be_bytes());
                self.bytes.extend(bits.to_be_bytes());
            }
            _ => {
                let size = match base {
                    "byte" | "i8" => 1,
                    "i16" => 2,
                    "i32" => 4,
                    _ => 8,
                };
                self.bytes.extend(&bits.to_be_bytes()[8 - size..]);
            }
        }
    }

    fn wire_type(&self, ty: &Type) -> u8 {
        match self.schema.resolved(ty) {
            Type::Base("bool") => 2,
            Type::Base("byte" | "i8") => 3,
            Type::Base("double") => 4,
            Type::Base("i16") => 6,
            Type::Base("i32") => 8,
            Type::Base("i64") => 10,
            Type::Base("uuid") => 16,
            Type::Base(_) => 11,
            Type::List(_) => 15,
            Type::Set(_) => 14,
            Type::Map(..) => 13,
            Type::Named(id) if matches!(self.schema.definitions[*id].kind, Kind::Enum(_)) => 8,
            Type::Named(_) => 12,
        }
    }
}
