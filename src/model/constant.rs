//! Constants and default values: typed by where they stand, range-checked, references followed.

mod reference;

use std::collections::{HashMap, HashSet};

use super::resolve::{Broken, Resolver};
use super::schema::{DefinitionId, ModuleId, Schema, StructKind, Type, Value};
use super::scope;
use crate::diagnostic::similar::similar;
use crate::diagnostic::{Diagnostic, clipped};
use crate::source::Span;
use crate::syntax::ast::{self, ConstKind, ConstValue, Definition};

/// References from constant to constant are followed so far.
const MAX_CHAIN: usize = 128;
/// Values that a run may hold because a constant of one type is repeated with another, or a long string many times.
const MAX_COPIES: usize = 1_000_000;
/// What counts as one value of a string that is repeated, in bytes.
const COPIED_BYTES: usize = 32;

/// How many elements of a list are told to be wrong: the others probably are for the same reason.
const MAX_WRONG: usize = 3;

/// Fills in the value of every constant and every default value.
pub(super) fn fill(resolver: &mut Resolver<'_>, schema: &mut Schema) {
    let values = Evaluator::new(resolver, schema).all();
    for (slot, value) in values {
        match slot {
            Slot::Constant(id) => schema.modules[id.module.0].constants[id.index].value = value,
            Slot::Field(id, field) => {
                schema.modules[id.module.0].structs[id.index].fields[field].default = Some(value);
            }
            Slot::Argument(id, function, argument) => {
                let service = &mut schema.modules[id.module.0].services[id.index];
                service.functions[function].arguments[argument].default = Some(value);
            }
        }
    }
}

/// Where a value belongs.
enum Slot {
    Constant(DefinitionId),
    Field(DefinitionId, usize),
    Argument(DefinitionId, usize, usize),
}

struct Evaluator<'r, 'a> {
    resolver: &'r mut Resolver<'a>,
    schema: &'r Schema,
    /// What is written for the constants of each file.
    written: Vec<Vec<&'a ast::Const>>,
    /// Constants that were evaluated; `None` for those with errors, which were reported.
    done: HashMap<DefinitionId, Option<Value>>,
    /// Constants that are being evaluated, each because the one before refers to it.
    open: Vec<DefinitionId>,
    copies: usize,
}

impl<'r, 'a> Evaluator<'r, 'a> {
    fn new(resolver: &'r mut Resolver<'a>, schema: &'r Schema) -> Self {
        let constants = |definition: &'a Definition| match definition {
            Definition::Const(constant) => Some(constant),
            _ => None,
        };
        let files = resolver.program.files.iter();
        let written = files.map(|file| file.document.definitions.iter().filter_map(constants).collect()).collect();
        Self { resolver, schema, written, done: HashMap::new(), open: Vec::new(), copies: 0 }
    }

    fn all(mut self) -> Vec<(Slot, Value)> {
        let mut values = Vec::new();
        for (index, file) in self.resolver.program.files.iter().enumerate() {
            for (id, definition) in scope::definitions(ModuleId(index), &file.document) {
                match definition {
                    Definition::Const(_) => self.evaluate(id),
                    Definition::Struct(structure) => self.defaults(id, structure, &mut values),
                    Definition::Service(service) => self.argument_defaults(id, service, &mut values),
                    Definition::Typedef(_) | Definition::Enum(_) => {}
                }
            }
        }
        values.extend(self.done.into_iter().filter_map(|(id, value)| Some((Slot::Constant(id), value?))));
        values
    }

    fn defaults(&mut self, id: DefinitionId, structure: &ast::Struct, values: &mut Vec<(Slot, Value)>) {
        let schema = self.schema;
        for (index, (field, written)) in schema.structure(id).fields.iter().zip(&structure.fields).enumerate() {
            if let Some(default) = written.default.as_ref().filter(|_| !self.resolver.is_unknown(&written.ty)) {
                let value = self.value(id.module, default, &field.ty);
                values.extend(value.map(|value| (Slot::Field(id, index), value)));
            }
        }
        if structure.kind == StructKind::Union {
            self.check_union_defaults(structure);
        }
    }

    fn check_union_defaults(&mut self, union: &ast::Struct) {
        let mut with_default = union.fields.iter().filter(|field| field.default.is_some());
        if let Some(first) = with_default.next() {
            for field in with_default {
                let message = format!("the union `{}` has a second default value", union.name.text);
                self.resolver.report(
                    Diagnostic::error("union-defaults", message, field.name.span)
                        .also(first.name.span, "the first one is here"),
                );
            }
        }
    }

    fn argument_defaults(&mut self, id: DefinitionId, service: &ast::Service, values: &mut Vec<(Slot, Value)>) {
        let schema = self.schema;
        for (f, (function, written)) in schema.service(id).functions.iter().zip(&service.functions).enumerate() {
            for (a, (argument, written)) in function.arguments.iter().zip(&written.arguments).enumerate() {
                if let Some(default) = written.default.as_ref().filter(|_| !self.resolver.is_unknown(&written.ty)) {
                    let value = self.value(id.module, default, &argument.ty);
                    values.extend(value.map(|value| (Slot::Argument(id, f, a), value)));
                }
            }
        }
    }

    /// The value of a constant for others that refer to it: what may be large is not copied.
    fn constant(&mut self, id: DefinitionId) -> Option<Value> {
        self.evaluate(id);
        Some(match self.done.get(&id)?.as_ref()? {
            Value::List(_) | Value::Map(_) | Value::Struct(..) | Value::Constant(_) => Value::Constant(id),
            scalar => scalar.clone(),
        })
    }

    /// Sees to it that the value of a constant is known, if it can be.
    fn evaluate(&mut self, id: DefinitionId) {
        if self.done.contains_key(&id) || self.resolver.is_broken(Broken::Constant(id)) {
            return;
        }
        let Some(&written) = self.written.get(id.module.0).and_then(|constants| constants.get(id.index)) else {
            return;
        };
        if self.open.contains(&id) {
            let circle = self.open.iter().skip_while(|open| **open != id).chain([&id]);
            let names: Vec<&str> =
                circle.map(|id| self.schema.module(id.module).constants[id.index].name.as_str()).collect();
            let message = format!("constant `{}` is defined by itself: {}", written.name.text, names.join(" → "));
            self.resolver.report(Diagnostic::error("constant-cycle", message, written.name.span));
            self.done.insert(id, None);
            return;
        }
        if self.open.len() >= MAX_CHAIN {
            let message = format!("more than {MAX_CHAIN} constants refer to one another before they are defined");
            self.resolver.report(
                Diagnostic::error("constant-chain", message, written.name.span)
                    .help("define a constant before it is used"),
            );
            return;
        }
        self.open.push(id);
        let schema = self.schema;
        let value = self.value(id.module, &written.value, &schema.module(id.module).constants[id.index].ty);
        self.open.pop();
        self.done.entry(id).or_insert(value);
    }

    /// What is written, as a value of that type; what is wrong with it is reported.
    fn value(&mut self, module: ModuleId, value: &ConstValue, ty: &Type) -> Option<Value> {
        let schema = self.schema;
        if self.is_broken(ty) {
            return None;
        }
        let resolved = schema.resolved(ty);
        if let ConstKind::Reference(name) = &value.kind {
            return self.reference(module, name, value.span, ty);
        }
        match (resolved, &value.kind) {
            (Type::Bool, ConstKind::Integer(number)) => Some(Value::Bool(*number != 0)),
            (Type::I8 | Type::I16 | Type::I32 | Type::I64, ConstKind::Integer(number)) => {
                self.integer(*number, resolved, value.span)
            }
            (Type::Double, ConstKind::Integer(number)) => Some(Value::Double(*number as f64)),
            (Type::Double, ConstKind::Double(number)) => Some(Value::Double(*number)),
            (Type::String | Type::Binary, ConstKind::String(text)) => Some(Value::String(text.clone())),
            (Type::Uuid, ConstKind::String(text)) => self.uuid(text, value.span),
            (Type::Enum(id), ConstKind::Integer(number)) => self.enum_number(*id, *number, value.span),
            (Type::Struct(id), ConstKind::Map(entries)) => self.structure(module, *id, entries, value.span),
            (Type::List(element), ConstKind::List(items)) => self.elements(module, element, items).map(Value::List),
            (Type::Set(element), ConstKind::List(items)) => self.set(module, element, items),
            (Type::List(_) | Type::Set(_), ConstKind::Map(entries)) if entries.is_empty() => {
                Some(Value::List(Vec::new()))
            }
            (Type::Map(..), ConstKind::List(items)) if items.is_empty() => Some(Value::Map(Vec::new())),
            (Type::Map(key, element), ConstKind::Map(entries)) => self.map(module, key, element, entries),
            _ => self.mismatch(ty, describe(&value.kind), value.span),
        }
    }

    fn elements(&mut self, module: ModuleId, ty: &Type, items: &[ConstValue]) -> Option<Vec<Value>> {
        let mut values = Vec::with_capacity(items.len());
        let mut wrong = 0;
        for item in items {
            match self.value(module, item, ty) {
                Some(value) => values.push(value),
                None => wrong += 1,
            }
            if wrong == MAX_WRONG {
                break;
            }
        }
        (wrong == 0).then_some(values)
    }

    fn set(&mut self, module: ModuleId, ty: &Type, items: &[ConstValue]) -> Option<Value> {
        let values = self.elements(module, ty, items)?;
        let mut seen = HashSet::new();
        for (value, written) in values.iter().zip(items) {
            if !seen.insert(format!("{value:?}")) {
                self.repeated("the element is given twice", written.span);
            }
        }
        Some(Value::List(values))
    }

    fn map(
        &mut self,
        module: ModuleId,
        key: &Type,
        element: &Type,
        entries: &[(ConstValue, ConstValue)],
    ) -> Option<Value> {
        let mut seen = HashSet::new();
        let mut values = Vec::with_capacity(entries.len());
        for (written, value) in entries {
            let (key, value) = (self.value(module, written, key), self.value(module, value, element));
            if key.as_ref().is_some_and(|key| !seen.insert(format!("{key:?}"))) {
                self.repeated("the key is given twice; the last one counts", written.span);
            }
            values.push((key, value));
        }
        values.into_iter().map(|(key, value)| Some((key?, value?))).collect::<Option<_>>().map(Value::Map)
    }

    /// Something was wrong with the type itself, so that nothing can be said of its values.
    fn is_broken(&self, ty: &Type) -> bool {
        let mut ty = ty;
        while let Type::Typedef(id) = ty {
            if self.resolver.is_broken(Broken::Typedef(*id)) {
                return true;
            }
            ty = &self.schema.typedef(*id).ty;
        }
        matches!(ty, Type::Struct(id) if self.resolver.is_broken(Broken::Struct(*id)))
    }

    fn mismatch(&mut self, ty: &Type, found: &str, span: Span) -> Option<Value> {
        let message = format!("expected {}, found {found}", self.expected(ty));
        self.resolver.report(Diagnostic::error("constant-type", message, span));
        None
    }

    /// What a value of that type looks like.
    fn expected(&self, ty: &Type) -> String {
        match self.schema.resolved(ty) {
            Type::Bool => "`true` or `false`".to_owned(),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 => "an integer".to_owned(),
            Type::Double => "a number".to_owned(),
            Type::String | Type::Binary => "a string".to_owned(),
            Type::Uuid => "a uuid in quotes".to_owned(),
            Type::List(_) | Type::Set(_) => "a list such as `[1, 2]`".to_owned(),
            Type::Map(..) => "a map such as `{1: 2}`".to_owned(),
            Type::Enum(id) => format!("a value of the enum `{}`", self.schema.enumeration(*id).name),
            Type::Struct(id) => {
                format!("the fields of `{}`, such as `{{\"name\": value}}`", self.schema.structure(*id).name)
            }
            Type::Typedef(_) => String::new(),
        }
    }

    fn integer(&mut self, number: i64, ty: &Type, span: Span) -> Option<Value> {
        let (min, max, bits) = match ty {
            Type::I8 => (i64::from(i8::MIN), i64::from(i8::MAX), 8),
            Type::I16 => (i64::from(i16::MIN), i64::from(i16::MAX), 16),
            Type::I32 => (i64::from(i32::MIN), i64::from(i32::MAX), 32),
            _ => (i64::MIN, i64::MAX, 64),
        };
        if (min..=max).contains(&number) {
            if i32::try_from(number).is_err() && !self.resolver.options.allow_64bit_consts {
                let message = format!("{number} needs 64 bits, which not every language has for constants");
                self.resolver.report(
                    Diagnostic::warning("constant-64-bit", message, span)
                        .help("pass --allow-64bit-consts to silence this"),
                );
            }
            return Some(Value::Integer(number));
        }
        let message = format!("{number} does not fit into {bits} bits");
        self.resolver.report(
            Diagnostic::error("constant-range", message, span).help(format!("an i{bits} is from {min} to {max}")),
        );
        None
    }

    fn uuid(&mut self, text: &str, span: Span) -> Option<Value> {
        let uuid = parse_uuid(text);
        if uuid.is_none() {
            let help = "write 32 hexadecimal digits, such as \"00112233-4455-6677-8899-aabbccddeeff\"";
            self.resolver.report(
                Diagnostic::error("invalid-uuid", format!("`{}` is not a uuid", clipped(text)), span).help(help),
            );
        }
        uuid.map(Value::Uuid)
    }

    fn enum_number(&mut self, id: DefinitionId, number: i64, span: Span) -> Option<Value> {
        let enumeration = self.schema.enumeration(id);
        let found = enumeration.values.iter().position(|value| i64::from(value.number) == number);
        if found.is_none() {
            let message = format!("the enum `{}` has no value with the number {number}", enumeration.name);
            self.resolver.report(Diagnostic::error("unknown-enum-value", message, span));
        }
        found.map(|index| Value::Enum(id, index))
    }

    fn structure(
        &mut self,
        module: ModuleId,
        id: DefinitionId,
        entries: &[(ConstValue, ConstValue)],
        span: Span,
    ) -> Option<Value> {
        let schema = self.schema;
        let structure = schema.structure(id);
        let mut fields: Vec<(usize, Value)> = Vec::new();
        let mut complete = true;
        for (key, value) in entries {
            let ConstKind::String(name) = &key.kind else {
                let message = format!("a field of `{}` is named by a string", structure.name);
                self.resolver
                    .report(Diagnostic::error("constant-field", message, key.span).help("put the name in quotes"));
                return None;
            };
            let Some(index) = structure.fields.iter().position(|field| field.name == *name) else {
                self.unknown_field(id, name, key.span);
                complete = false;
                continue;
            };
            match self.value(module, value, &structure.fields[index].ty) {
                Some(value) => {
                    if fields.iter().any(|(field, _)| *field == index) {
                        self.repeated(&format!("the field `{name}` is given twice; the last one counts"), key.span);
                    }
                    fields.retain(|(field, _)| *field != index);
                    fields.push((index, value));
                }
                None => complete = false,
            }
        }
        fields.sort_by_key(|(index, _)| *index);
        let complete = complete && self.check_fields(id, &fields, span);
        complete.then_some(Value::Struct(id, fields))
    }

    fn repeated(&mut self, message: &str, span: Span) {
        self.resolver.report(Diagnostic::warning("repeated-key", message, span));
    }

    fn unknown_field(&mut self, id: DefinitionId, name: &str, span: Span) {
        let structure = self.schema.structure(id);
        let mut diagnostic =
            Diagnostic::error("constant-field", format!("`{}` has no field `{name}`", structure.name), span);
        if self.resolver.may_search()
            && let Some(similar) = similar(name, structure.fields.iter().map(|field| field.name.as_str()))
        {
            diagnostic = diagnostic.help(format!("did you mean `{similar}`?"));
        }
        self.resolver.report(diagnostic);
    }

    /// A union has exactly one field; in a struct, what is left out must have a default.
    fn check_fields(&mut self, id: DefinitionId, fields: &[(usize, Value)], span: Span) -> bool {
        let structure = self.schema.structure(id);
        if structure.kind == StructKind::Union {
            if fields.len() != 1 {
                let message =
                    format!("a value of the union `{}` has exactly one field, not {}", structure.name, fields.len());
                self.resolver.report(Diagnostic::error("union-fields", message, span));
            }
            return fields.len() == 1;
        }
        for (index, field) in structure.fields.iter().enumerate() {
            let given = fields.iter().any(|(given, _)| *given == index);
            let natural = match self.schema.resolved(&field.ty) {
                Type::Struct(id) => self.schema.structure(*id).has_default,
                _ => true,
            };
            if !given && field.is_plain() && field.default.is_none() {
                let message = format!("the required field `{}` of `{}` is missing", field.name, structure.name);
                if !natural {
                    self.resolver.report(Diagnostic::error("missing-field", message, span));
                    return false;
                }
                let warning = Diagnostic::warning("missing-field", message, span);
                self.resolver.report(warning.help("peers refuse it, or take it as zero or empty, as here"));
            }
        }
        true
    }
}

fn describe(kind: &ConstKind) -> &'static str {
    match kind {
        ConstKind::Integer(_) => "an integer",
        ConstKind::Double(_) => "a number with a fraction",
        ConstKind::String(_) => "a string",
        ConstKind::Reference(_) => "a name",
        ConstKind::List(_) => "a list",
        ConstKind::Map(_) => "a map",
    }
}

/// `8-4-4-4-12` hexadecimal digits, in braces or without.
fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let groups: Vec<&str> = text.split('-').collect();
    if groups.iter().map(|group| group.len()).ne([8, 4, 4, 4, 12]) {
        return None;
    }
    let digits = groups.concat();
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes)
}
