//! The calls of the driver: one for each type and function, with the Rust names that the generator gave them.

use std::collections::BTreeMap;
use std::fmt::Write;

use thrift_gen::output::GeneratedFile;

use crate::idl::{Kind, Record, Requiredness, Schema, Type};
use crate::wire::{self, Sample};

/// The source of the calls, and the values that they are about, one line for each.
pub(crate) struct Checks {
    pub(crate) source: String,
    pub(crate) cases: String,
}

/// `keeps_order`: nothing in them is a hash map, which writes its entries in any order.
pub(crate) fn new(schema: &Schema, files: &[GeneratedFile], keeps_order: bool) -> Checks {
    let heights = wire::heights(schema);
    let lack_default = lack_default(schema);
    let paths = rust_paths(schema, files);
    let mut body = String::new();
    let mut cases = String::new();
    for (id, path) in &paths {
        if schema.record(&Type::Named(*id)).is_none() {
            continue;
        }
        writeln!(body, "    check::<{path}>(cases, {path:?});").unwrap();
        if let Some(twin) = twin(path, files) {
            let twin = format!("|bytes| {{ let it: {twin} = twin(bytes); (binary::to_vec(&it).unwrap(), it.into()) }}");
            writeln!(body, "    check_twin::<{path}>(cases, {path:?}, {twin});").unwrap();
        }
        if !lack_default[*id] {
            writeln!(body, "    check_default::<{path}>({path:?});").unwrap();
        }
        writeln!(cases, "{path}{}", samples(schema, &heights, &Type::Named(*id))).unwrap();
    }
    let (handler, calls) = echo(schema, files, &heights, &mut cases);
    Checks {
        source: format!(
            "//! Written by the test.\n\n\
            #[allow(unused_imports)]\nuse crate::{{Cases, arguments, binary, check, check_default, check_twin, ready, twin}};\n\n\
            pub(crate) const KEEPS_ORDER: bool = {keeps_order};\n\n\
            pub(crate) fn all(cases: &Cases) {{\n{body}{calls}}}\n\n{handler}"
        ),
        cases,
    }
}

/// Words for the values of a type.
fn samples(schema: &Schema, heights: &[usize], ty: &Type) -> String {
    let kinds = [Sample::Full, Sample::Full, Sample::Least, Sample::Random, Sample::Random, Sample::Random];
    let mut words = String::new();
    for (seed, kind) in (0..).zip(kinds) {
        let sample = wire::sample(schema, heights, ty, kind, seed);
        words += if sample.exact { " =" } else { " " };
        for byte in sample.bytes {
            write!(words, "{byte:02x}").unwrap();
        }
    }
    words
}

/// The path of each struct, union, exception and enum: in a file, they come in the order of the IDL.
fn rust_paths(schema: &Schema, files: &[GeneratedFile]) -> BTreeMap<usize, String> {
    let mut paths = BTreeMap::new();
    for file in 0..schema.files.len() {
        let (module, text) = module(schema, files, file);
        let is_type = |kind: &Kind| matches!(kind, Kind::Record(..) | Kind::Enum(_));
        let ids = schema.definitions.iter().enumerate();
        let ids = ids.filter(|(_, it)| it.file == file && is_type(&it.kind)).map(|(id, _)| id);
        let names = text.lines().filter_map(|line| {
            let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
            rest.split(|letter| " (<".contains(letter)).next()
        });
        let names: Vec<&str> = names.collect();
        let ids: Vec<usize> = ids.collect();
        assert!(names.len() >= ids.len(), "{}: {names:?}", schema.files[file].path);
        paths.extend(ids.into_iter().zip(names).map(|(id, name)| (id, format!("{module}::{name}"))));
    }
    paths
}

/// The path of the borrowed type beside this one, if there are borrowed types.
fn twin(path: &str, files: &[GeneratedFile]) -> Option<String> {
    let borrowed = files.iter().any(|file| file.text.contains("\npub mod borrowed"));
    let (module, name) = path.rsplit_once("::")?;
    borrowed.then(|| format!("{module}::borrowed::{name}"))
}

/// The module of a file, and its text.
fn module<'a>(schema: &Schema, files: &'a [GeneratedFile], file: usize) -> (String, &'a str) {
    let mark = format!("//! File {}.\n", schema.files[file].path);
    let found = files.iter().find(|it| it.text.contains(&mark)).unwrap_or_else(|| panic!("no {mark}"));
    let mut module = "matrix::generated".to_owned();
    for part in found.path.with_extension("").iter() {
        write!(module, "::r#{}", part.to_str().unwrap()).unwrap();
    }
    (module, &found.text)
}

/// The types without a default, by the README's rule: unions, and what requires one.
fn lack_default(schema: &Schema) -> Vec<bool> {
    let mut lacks = vec![false; schema.definitions.len()];
    loop {
        let before = lacks.clone();
        for id in 0..lacks.len() {
            let Some((_, record, fields)) = schema.record(&Type::Named(id)) else { continue };
            let requires = fields.iter().any(|field| {
                let target = schema.record(&field.ty).filter(|_| field.default.is_none());
                field.requiredness == Requiredness::Required && target.is_some_and(|(target, ..)| lacks[target])
            });
            lacks[id] = record == Record::Union || requires;
        }
        if lacks == before {
            return lacks;
        }
    }
}

/// A handler for the service `Echo`, and calls of each of its functions.
fn echo(schema: &Schema, files: &[GeneratedFile], heights: &[usize], cases: &mut String) -> (String, String) {
    let Some(definition) = schema.definitions.iter().find(|it| it.name == "Echo") else { return Default::default() };
    let Kind::Service { functions, .. } = &definition.kind else { return Default::default() };
    let (module, _) = module(schema, files, definition.file);
    let mut handler =
        format!("struct Handler;\n\nimpl {module}::Empty for Handler {{}}\n\nimpl {module}::Echo for Handler {{\n");
    let mut calls = format!("    let client = {module}::EchoClient::new({module}::EchoServer::new(Handler));\n");
    for (index, function) in functions.iter().enumerate() {
        let ty = format!("{module}::T{index}");
        let error = match function.throws.is_empty() {
            true => "thrift_runtime::Error".to_owned(),
            false => format!("{module}::EchoF{index}Error"),
        };
        let ty_of = function.returns.as_ref().unwrap();
        writeln!(
            handler,
            "    async fn f{index}(&self, a: {ty}, b: {ty}, c: {ty}) -> Result<{ty}, {error}> {{\n        \
            assert!(a == b && b == c);\n        Ok(a)\n    }}"
        )
        .unwrap();
        let by_value = match schema.resolved(ty_of) {
            Type::Base(base) => !matches!(*base, "string" | "binary"),
            Type::Named(id) => matches!(schema.definitions[*id].kind, Kind::Enum(_)),
            _ => false,
        };
        let argument = if by_value { "*it" } else { "it" };
        writeln!(
            calls,
            "    for it in &arguments::<{ty}>(cases, \"T{index}\") {{\n        \
            assert_eq!(ready(client.f{index}({argument}, {argument}, {argument})).unwrap(), *it);\n    }}"
        )
        .unwrap();
        writeln!(cases, "T{index}{}", samples(schema, heights, ty_of)).unwrap();
    }
    (handler + "}\n", calls)
}
