//! Schemas that nobody thought of: files of random definitions, with names and comments that are known for trouble.

use std::collections::HashSet;

use crate::docs::DOCS;
use crate::idl::{BASES, Field, Function, Kind, Record, Requiredness, Schema, Type};
use crate::literals::literal;
use crate::names;
use crate::rng::Rng;

use Requiredness::{Default, Optional, Required};

/// So many files, each of which includes those before it, with so many definitions.
const FILES: usize = 3;
const DEFINITIONS: usize = 24;

/// Adds the files of that seed.
pub(crate) fn add(schema: &mut Schema, seed: u64) {
    let start = schema.definitions.len();
    let mut maker = Maker { rng: Rng::new(seed), names: names::all(), start, functions: HashSet::new() };
    for number in 0..FILES {
        let file = schema.file(format!("random/seed{seed}_{number}"));
        schema.files[file].doc = maker.doc();
        if maker.rng.once_in(2) {
            schema.files[file].namespace = Some(maker.distinct(2).join("."));
        }
        maker.fill(schema, file);
    }
}

/// What a definition will be, before it is known what is in it.
#[derive(Clone, Copy, PartialEq)]
enum Plan {
    Record(Record),
    Enum,
    Typedef,
    Constant,
    Service,
}

struct Maker {
    rng: Rng,
    names: Vec<&'static str>,
    /// The first definition of this seed.
    start: usize,
    /// Functions of services that may extend each other.
    functions: HashSet<&'static str>,
}

/// The types that a field may have, by the place of their definition.
struct Known {
    types: Vec<usize>,
    exceptions: Vec<usize>,
}

impl Maker {
    fn fill(&mut self, schema: &mut Schema, file: usize) {
        let start = schema.definitions.len();
        let plans: Vec<Plan> = (0..DEFINITIONS).map(|index| self.plan(index)).collect();
        let is_type = |plan: &Plan| matches!(plan, Plan::Record(_) | Plan::Enum | Plan::Typedef);
        let mut known = Known { types: Vec::new(), exceptions: Vec::new() };
        let is_known = |kind: &Kind| !matches!(kind, Kind::Constant(..) | Kind::Service { .. });
        let before = schema.definitions.iter().enumerate().skip(self.start);
        known.types.extend(before.filter(|(_, it)| is_known(&it.kind)).map(|(id, _)| id));
        known.types.extend((0..DEFINITIONS).filter(|index| is_type(&plans[*index])).map(|index| start + index));
        known.exceptions = (0..DEFINITIONS)
            .filter(|index| plans[*index] == Plan::Record(Record::Exception))
            .map(|index| start + index)
            .collect();
        let names = self.distinct(DEFINITIONS);
        for (plan, name) in plans.into_iter().zip(names) {
            let kind = self.kind(schema, file, plan, &known);
            let id = schema.define(file, name, kind);
            schema.definitions[id].doc = self.doc();
        }
    }

    /// Services come last.
    fn plan(&mut self, index: usize) -> Plan {
        if index >= DEFINITIONS - 3 {
            return Plan::Service;
        }
        let record = Plan::Record(*self.rng.pick(&[Record::Struct, Record::Union, Record::Exception]));
        *self.rng.pick(&[
            record,
            record,
            record,
            Plan::Record(Record::Struct),
            Plan::Enum,
            Plan::Typedef,
            Plan::Constant,
        ])
    }

    fn kind(&mut self, schema: &Schema, file: usize, plan: Plan, known: &Known) -> Kind {
        let id = schema.definitions.len();
        match plan {
            Plan::Enum => {
                let count = self.rng.below(8);
                let number = |index| [0, -1, i32::MAX, i32::MIN, 7, 8, 9, 10][index];
                Kind::Enum(
                    self.distinct(count)
                        .into_iter()
                        .enumerate()
                        .map(|(i, name)| (name.to_owned(), number(i)))
                        .collect(),
                )
            }
            Plan::Typedef => Kind::Typedef(self.ty(known, id, 0)),
            Plan::Record(record) => Kind::Record(record, self.fields(schema, file, known, record)),
            Plan::Constant => loop {
                let ty = self.ty(known, id, 0);
                if let Some(value) = literal(schema, file, &ty, id, &mut self.rng) {
                    break Kind::Constant(ty, value);
                }
            },
            Plan::Service => self.service(schema, file, known),
        }
    }

    fn service(&mut self, schema: &Schema, file: usize, known: &Known) -> Kind {
        let services = schema.definitions.iter().enumerate().filter(|(_, it)| it.file == file);
        let services: Vec<usize> =
            services.filter(|(_, it)| matches!(it.kind, Kind::Service { .. })).map(|(id, _)| id).collect();
        let extends = (!services.is_empty() && self.rng.once_in(2)).then(|| *self.rng.pick(&services));
        let mut functions = Vec::new();
        let count = self.rng.below(6);
        for name in self.distinct(count) {
            if !self.functions.insert(name) {
                continue;
            }
            let mut function = Function::new(name, None, self.fields(schema, file, known, Record::Struct));
            function.doc = self.doc();
            function.oneway = self.rng.once_in(5);
            if !function.oneway && !self.rng.once_in(4) {
                function.returns = Some(self.ty(known, usize::MAX, 0));
            }
            if !function.oneway && !known.exceptions.is_empty() {
                let count = self.rng.below(4);
                let names = self.distinct(count);
                let thrown = |(index, name)| {
                    let exception = *self.rng.pick(&known.exceptions);
                    Field::new(index + 1, Default, Type::Named(exception), name)
                };
                function.throws = names.into_iter().enumerate().map(thrown).collect();
            }
            functions.push(function);
        }
        Kind::Service { extends, functions }
    }

    /// Fields that must be present have types that are defined before, so that every type has values.
    fn fields(&mut self, schema: &Schema, file: usize, known: &Known, record: Record) -> Vec<Field> {
        let own = schema.definitions.len();
        let count = self.rng.below(9);
        let mut fields = Vec::new();
        let mut id = 0;
        for name in self.distinct(count) {
            id += 1 + self.rng.below(3) * self.rng.below(20);
            let requiredness =
                if record == Record::Union { Default } else { *self.rng.pick(&[Required, Optional, Default]) };
            let before = if requiredness == Required { own } else { usize::MAX };
            let mut field = Field::new(id, requiredness, self.ty(known, before, 0), name);
            if record != Record::Union && self.rng.once_in(3) {
                field.default = literal(schema, file, &field.ty, own, &mut self.rng);
            }
            field.doc = self.doc();
            fields.push(field);
        }
        if self.rng.once_in(2) {
            fields.reverse();
        }
        fields
    }

    /// A type; of the defined ones, only those before `before`.
    fn ty(&mut self, known: &Known, before: usize, depth: usize) -> Type {
        let types: Vec<usize> = known.types.iter().copied().filter(|id| *id < before).collect();
        match self.rng.below(if depth < 3 { 8 } else { 5 }) {
            5 => Type::list(self.ty(known, before, depth + 1)),
            6 => Type::set(self.ty(known, before, depth + 1)),
            7 => Type::map(self.ty(known, before, depth + 1), self.ty(known, before, depth + 1)),
            0 | 1 => Type::Base(BASES[self.rng.below(BASES.len())]),
            _ if types.is_empty() => Type::Base("double"),
            _ => Type::Named(*self.rng.pick(&types)),
        }
    }

    fn doc(&mut self) -> String {
        if self.rng.once_in(3) { self.rng.pick(&DOCS).replace("*/", "* /") } else { String::new() }
    }

    /// So many names, none twice.
    fn distinct(&mut self, count: usize) -> Vec<&'static str> {
        for index in 0..count {
            let other = index + self.rng.below(self.names.len() - index);
            self.names.swap(index, other);
        }
        self.names[..count].to_vec()
    }
}
