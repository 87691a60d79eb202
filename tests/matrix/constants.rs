//! Constants and defaults: every base type, strings of every sort, and values that refer to each other over files.

use crate::idl::{BASES, Field, Kind, Record, Requiredness, Schema, Type};
use crate::literals::{DOUBLES, STRINGS};

use Requiredness::{Default, Optional, Required};

/// Adds the files.
pub(crate) fn add(schema: &mut Schema) {
    let file = schema.file("constants/values");
    let string = || Type::Base("string");
    let texts = STRINGS.iter().map(|text| (*text).to_owned()).chain([format!("'{}'", "long ".repeat(2000))]);
    let mut defaults = Vec::new();
    for (index, text) in texts.enumerate() {
        for ty in ["string", "binary"] {
            let name = format!("{}_{index}", ty.to_uppercase());
            schema.define(file, name.clone(), Kind::Constant(Type::Base(ty), text.clone()));
            let requiredness = [Required, Optional, Default][index % 3];
            let field = Field::new(defaults.len() + 1, requiredness, Type::Base(ty), format!("f{}", defaults.len()));
            defaults.push(field.with_default(if index % 2 == 0 { text.clone() } else { name }));
        }
    }
    schema.define(file, "Texts", Kind::Record(Record::Struct, defaults));
    for (index, number) in DOUBLES.iter().enumerate() {
        schema.define(file, format!("DOUBLE_{index}"), Kind::Constant(Type::Base("double"), (*number).to_owned()));
    }
    let doubles = DOUBLES[..8].iter().map(|number| format!("{number}: {number}")).collect::<Vec<_>>().join(", ");
    let double = || Type::Base("double");
    schema.define(file, "BY_DOUBLE", Kind::Constant(Type::map(double(), double()), format!("{{{doubles}}}")));
    schema.define(file, "TEXTS", Kind::Constant(Type::list(string()), format!("[{}]", STRINGS.join(", "))));
    let empty = [("list<", "[]"), ("set<", "[]"), ("map<", "{}")];
    for (index, base) in BASES.iter().enumerate() {
        let types = [Type::list(Type::Base(base)), Type::set(Type::Base(base)), Type::map(Type::Base(base), string())];
        for (ty, (_, value)) in types.into_iter().zip(empty) {
            let name = format!("EMPTY_{index}_{}", schema.definitions.len());
            schema.define(file, name, Kind::Constant(ty, value.to_owned()));
        }
    }
    references(schema);
}

/// Constants and defaults that are other constants, here and there, inside and outside of containers, before and after
/// their definition.
fn references(schema: &mut Schema) {
    let first = schema.file("constants/first");
    let named = |schema: &mut Schema, file, name: &str, kind| Type::Named(schema.define(file, name, kind));
    let level = named(schema, first, "Level", Kind::Enum(vec![("LOW".to_owned(), 1), ("HIGH".to_owned(), -2)]));
    let start = schema.definitions.len();
    let tree = Type::Named(start);
    let fields = vec![
        Field::new(1, Required, Type::Base("string"), "name"),
        Field::new(2, Default, level.clone(), "level").with_default("Level.HIGH".to_owned()),
        Field::new(3, Default, Type::list(tree.clone()), "children").with_default("[]".to_owned()),
        Field::new(4, Optional, tree.clone(), "next"),
        Field::new(5, Default, Type::map(Type::Base("double"), tree.clone()), "by_weight"),
        Field::new(6, Default, Type::Base("i64"), "number").with_default("LARGE".to_owned()),
    ];
    schema.define(first, "Tree", Kind::Record(Record::Struct, fields));
    let members =
        vec![Field::new(1, Default, tree.clone(), "tree"), Field::new(2, Default, Type::Base("double"), "weight")];
    let either = named(schema, first, "Either", Kind::Record(Record::Union, members));
    let constant = |schema: &mut Schema, file, ty: &Type, name: &str, value: &str| {
        schema.define(file, name, Kind::Constant(ty.clone(), value.to_owned()));
    };
    let leaf = r#"{"name": NAME, "level": LEVEL, "number": 5}"#;
    constant(schema, first, &tree, "LEAF", leaf);
    constant(
        schema,
        first,
        &tree,
        "ROOT",
        &format!(r#"{{"name": "root", "next": LEAF, "children": [LEAF, {leaf}], "by_weight": {{WEIGHT: LEAF}}}}"#),
    );
    constant(schema, first, &either, "EITHER", r#"{"tree": ROOT}"#);
    constant(schema, first, &either, "WEIGHED", r#"{"weight": WEIGHT}"#);
    constant(schema, first, &Type::Base("i64"), "LARGE", "9223372036854775807");
    constant(schema, first, &Type::Base("string"), "NAME", "'a name'");
    constant(schema, first, &level, "LEVEL", "Level.LOW");
    constant(schema, first, &level, "LEVEL_BY_NUMBER", "-2");
    constant(schema, first, &Type::Base("double"), "WEIGHT", "-0.0");
    constant(schema, first, &Type::Base("uuid"), "ID", "'ffffffff-0000-FFFF-0000-ffffffffffff'");

    let second = schema.file("constants/second");
    constant(schema, second, &tree, "LEAF", "first.LEAF");
    constant(schema, second, &Type::Base("double"), "WEIGHT", "first.WEIGHT");
    constant(
        schema,
        second,
        &Type::map(tree.clone(), Type::set(level.clone())),
        "KEYS",
        "{first.LEAF: [first.LEVEL, first.Level.HIGH], LEAF: []}",
    );
    constant(
        schema,
        second,
        &Type::map(either.clone(), Type::Base("uuid")),
        "IDS",
        "{first.EITHER: first.ID, first.WEIGHED: first.ID}",
    );
    constant(
        schema,
        second,
        &Type::map(Type::Base("string"), Type::list(Type::Base("double"))),
        "NAMES",
        "{first.NAME: [WEIGHT, first.WEIGHT]}",
    );
    let fields = vec![
        Field::new(1, Default, tree, "tree").with_default("first.ROOT".to_owned()),
        Field::new(2, Optional, either, "either").with_default("first.WEIGHED".to_owned()),
        Field::new(3, Required, level, "level").with_default("first.LEVEL".to_owned()),
        Field::new(4, Required, Type::Base("double"), "weight").with_default("WEIGHT".to_owned()),
        Field::new(5, Default, Type::Base("binary"), "name").with_default("first.NAME".to_owned()),
    ];
    schema.define(second, "Defaults", Kind::Record(Record::Struct, fields));
}
