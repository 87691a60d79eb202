//! Messages by chance, as the IDL says that they are; some have fields out of order, unknown ones and such of another type.

use thrift_gen::load::{Memory, load};
use thrift_gen::model::schema::{DefinitionId, ModuleId, Requiredness, Schema, StructKind, Type};
use thrift_runtime::codegen::Uuid;
use thrift_runtime::{Value, WireType};

const IDL: [(&str, &str); 2] =
    [("store", include_str!("../../golden/store/store.thrift")), ("peer", include_str!("../peer.thrift"))];

/// How deep values nest.
const DEPTH: u32 = 5;

/// The structs of the IDL.
#[derive(Debug)]
pub struct Structs {
    schema: Schema,
    all: Vec<DefinitionId>,
}

impl Structs {
    /// Reads the IDL.
    ///
    /// # Panics
    /// When it is not valid.
    pub fn new() -> Self {
        let files = IDL.iter().fold(Memory::default(), |files, (name, text)| files.with(name, text.as_bytes()));
        let loaded = load(&files, &IDL.map(|(name, _)| name.into()), &[]);
        let options = thrift_gen::model::Options { allow_neg_keys: true, ..Default::default() };
        let (schema, found) = thrift_gen::model::resolve(&loaded.program, &options);
        let schema = schema.unwrap_or_else(|| panic!("{found:?}"));
        let modules = schema.modules.iter().enumerate();
        let all = modules.flat_map(|(module, found)| {
            (0..found.structs.len()).map(move |index| DefinitionId { module: ModuleId(module), index })
        });
        Self { all: all.collect(), schema }
    }

    /// Any of the structs, the same for the same seed.
    pub fn any(&self, seed: u64) -> Value {
        let mut chance = Chance { structs: self, state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 };
        let id = *chance.one_of(&self.all);
        chance.structure(id, 0)
    }
}

impl Default for Structs {
    fn default() -> Self {
        Self::new()
    }
}

struct Chance<'a> {
    structs: &'a Structs,
    /// Of a xorshift generator.
    state: u64,
}

impl Chance<'_> {
    fn bits(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn below(&mut self, count: u64) -> u64 {
        (self.bits() >> 16) % count
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len() as u64) as usize]
    }

    /// Of any size: most integers are small, and their lengths on the wire differ.
    fn integer(&mut self) -> i64 {
        let shift = self.below(64);
        (self.bits() as i64) >> shift
    }

    fn double(&mut self) -> f64 {
        match self.below(8) {
            0 => *self.one_of(&[0.0, -0.0, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
            1 => self.integer() as f64,
            _ => f64::from_bits(self.bits()),
        }
    }

    /// Around the lengths from which on compact has another form.
    fn many<T>(&mut self, depth: u32, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let len = match self.below(16) {
            _ if depth >= DEPTH => 0,
            0 => 14 + self.below(3),
            _ => self.below(4),
        };
        (0..len).map(|_| item(self)).collect()
    }

    fn text(&mut self) -> String {
        let len = self.below(20);
        let char = |_| {
            let range = *self.one_of(&[0x20, 0x80, 0x80, 0x80, 0x800, 0x1_0000, 0x11_0000]);
            char::from_u32(self.below(range) as u32).unwrap_or('"')
        };
        (0..len).map(char).collect()
    }

    fn bytes(&mut self) -> Vec<u8> {
        let len = self.below(100);
        (0..len).map(|_| self.bits() as u8).collect()
    }

    fn structure(&mut self, id: DefinitionId, depth: u32) -> Value {
        let structure = self.structs.schema.structure(id);
        if structure.kind == StructKind::Union {
            // What is written in few bytes ends the nesting.
            let some = if depth >= DEPTH { &structure.fields[..2] } else { &structure.fields };
            let field = self.one_of(some);
            return Value::Struct(vec![(field.id, self.value(&field.ty, depth + 1))]);
        }
        let mut fields = Vec::new();
        for field in &structure.fields {
            let is_there = field.requiredness == Requiredness::Required
                || !self.one_in(4) && (depth < DEPTH || !self.wire_type(&field.ty).nests());
            if is_there {
                fields.push((field.id, self.value(&field.ty, depth + 1)));
            }
        }
        if self.one_in(8) {
            let at = self.below(fields.len() as u64 + 1) as usize;
            let other = *self.one_of(&self.structs.all);
            fields.insert(at, (self.integer() as i16, self.structure(other, DEPTH)));
        }
        if self.one_in(8) {
            let turn = self.below(fields.len() as u64 + 1) as usize;
            fields.rotate_left(turn);
        }
        Value::Struct(fields)
    }

    fn value(&mut self, ty: &Type, depth: u32) -> Value {
        match ty {
            Type::Bool => Value::Bool(self.one_in(2)),
            Type::I8 => Value::I8(self.integer() as i8),
            Type::I16 => Value::I16(self.integer() as i16),
            Type::I32 | Type::Enum(_) => Value::I32(self.integer() as i32),
            Type::I64 => Value::I64(self.integer()),
            Type::Double => Value::Double(self.double().into()),
            Type::String => Value::Bytes(self.text().into()),
            Type::Binary => Value::Bytes(self.bytes().into()),
            Type::Uuid => Value::Uuid(Uuid::from_u64_pair(self.bits(), self.bits())),
            Type::List(item) => {
                Value::List(self.wire_type(item), self.many(depth, |chance| chance.value(item, depth + 1)))
            }
            Type::Set(item) => {
                Value::Set(self.wire_type(item), self.many(depth, |chance| chance.value(item, depth + 1)))
            }
            Type::Map(key, value) => {
                Value::Map(self.many(depth, |chance| (chance.value(key, depth + 1), chance.value(value, depth + 1))))
            }
            Type::Struct(id) => self.structure(*id, depth),
            Type::Typedef(id) => self.value(&self.structs.schema.typedef(*id).ty, depth),
        }
    }

    fn wire_type(&self, ty: &Type) -> WireType {
        match self.structs.schema.resolved(ty) {
            Type::Bool => WireType::Bool,
            Type::I8 => WireType::I8,
            Type::I16 => WireType::I16,
            Type::I32 | Type::Enum(_) => WireType::I32,
            Type::I64 => WireType::I64,
            Type::Double => WireType::Double,
            Type::String | Type::Binary => WireType::String,
            Type::Uuid => WireType::Uuid,
            Type::List(_) => WireType::List,
            Type::Set(_) => WireType::Set,
            Type::Map(..) => WireType::Map,
            Type::Struct(_) | Type::Typedef(_) => WireType::Struct,
        }
    }
}
