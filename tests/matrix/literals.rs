//! Values as IDL writes them, of any type.

use crate::idl::{Kind, Record, Requiredness, Schema, Type};
use crate::rng::Rng;

const INTEGERS: [&str; 4] = ["0", "-1", "0x2a", "100"];
/// Doubles that are small, large, without a fraction.
pub(crate) const DOUBLES: [&str; 9] =
    ["0.0", "-0.0", "3", "-7", "1e300", "5e-324", "-1.7976931348623157e308", "3.14159265358979", "1000000.000001"];

/// Texts that need care in Rust, in a documentation comment or in a format string.
pub(crate) const STRINGS: [&str; 16] = [
    r#""""#,
    "''",
    r#""a""#,
    r#"'double " quote'"#,
    r#""single ' quote""#,
    r#""both \" and \' and \\ backslash \\""#,
    r#""tab \t newline \n return \r\n lone \r end""#,
    r#""$dollar ${brace} {} {0} {name} {{ }} % %s""#,
    r#""ünïcode ☃ 𝄞 e\\u0301 é""#,
    "\"bidi \u{202e}override\u{202c} \u{2066}isolate\u{2069} mark\u{200f}\"",
    "\"control \u{1}\u{7f}\u{85} zero-width \u{200b}\u{feff} end\"",
    r###"'# " "## r#"raw"# b"bytes" */ /* // '"###,
    r#""\\n is no newline, \\x41 no letter, \\{ no brace""#,
    "'<script>[link](http://example.com)`'",
    "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
    r#"'Result<(), Error> ::core::panic!()'"#,
];

/// Constants nest so deep.
const DEPTH: usize = 3;

/// A value of the type, as it is written in a file; `None` where the type has none that could be written. Of structs only
/// those among the first `defined` definitions are left to their defaults, so that no default holds itself.
pub(crate) fn literal(schema: &Schema, file: usize, ty: &Type, defined: usize, rng: &mut Rng) -> Option<String> {
    Writer { schema, file, defined }.value(ty, rng, 0)
}

struct Writer<'a> {
    schema: &'a Schema,
    file: usize,
    defined: usize,
}

impl Writer<'_> {
    fn value(&self, ty: &Type, rng: &mut Rng, depth: usize) -> Option<String> {
        match self.schema.resolved(ty) {
            Type::Base(base) => Some(self.base(base, rng)),
            Type::List(element) | Type::Set(element) => {
                let filled = depth < DEPTH && !rng.once_in(6);
                let item = filled.then(|| self.value(element, rng, depth + 1)).flatten();
                Some(format!("[{}]", item.unwrap_or_default()))
            }
            Type::Map(key, value) => {
                let filled = depth < DEPTH && !rng.once_in(6);
                let mut part = |ty| filled.then(|| self.value(ty, rng, depth + 1)).flatten();
                let entry = part(key).zip(part(value));
                Some(format!("{{{}}}", entry.map(|(key, value)| format!("{key}: {value}")).unwrap_or_default()))
            }
            Type::Named(id) => match &self.schema.definitions.get(*id)?.kind {
                Kind::Enum(values) if values.is_empty() => None,
                Kind::Enum(values) => {
                    let (name, number) = rng.pick(values);
                    let path = self.schema.name_in(self.file, *id);
                    Some(if rng.once_in(4) { number.to_string() } else { format!("{path}.{name}") })
                }
                _ => self.record(*id, rng, depth),
            },
        }
    }

    fn record(&self, id: usize, rng: &mut Rng, depth: usize) -> Option<String> {
        let Kind::Record(record, fields) = &self.schema.definitions[id].kind else { return None };
        let mut given = Vec::new();
        if *record == Record::Union {
            // The first of any that come to an end.
            let start = rng.below(fields.len().max(1));
            let mut fields = fields.iter().cycle().skip(start).take(fields.len());
            let field = fields.find_map(|field| {
                let ends = depth < DEPTH || self.schema.record(&field.ty).is_none();
                let value = ends.then(|| self.value(&field.ty, rng, depth + 1)).flatten()?;
                Some(format!("\"{}\": {value}", field.name))
            });
            given.push(field?);
        } else {
            if id >= self.defined {
                return None;
            }
            for field in fields {
                let must = field.requiredness == Requiredness::Required && field.default.is_none();
                if must {
                    given.push(format!("\"{}\": {}", field.name, self.value(&field.ty, rng, depth + 1)?));
                } else if depth < DEPTH && rng.once_in(3) {
                    let value = self.value(&field.ty, rng, depth + 1);
                    given.extend(value.map(|value| format!("\"{}\": {value}", field.name)));
                }
            }
        }
        Some(format!("{{{}}}", given.join(", ")))
    }

    fn base(&self, base: &str, rng: &mut Rng) -> String {
        let special = rng.once_in(3);
        match base {
            "bool" => rng.pick(&["true", "false", "0", "1"]),
            "byte" | "i8" if special => rng.pick(&["127", "-128"]),
            "i16" if special => rng.pick(&["32767", "-32768"]),
            "i32" if special => rng.pick(&["2147483647", "-2147483648"]),
            "i64" if special => rng.pick(&["9223372036854775807", "-9223372036854775808"]),
            "double" => rng.pick(&DOUBLES),
            "string" | "binary" => rng.pick(&STRINGS),
            "uuid" => &"'00112233-4455-6677-8899-aAbBcCdDeEfF'",
            _ => rng.pick(&INTEGERS),
        }
        .to_string()
    }
}
