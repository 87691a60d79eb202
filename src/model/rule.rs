//! Options that say something of what they name by a path: the thing is looked up when everything is known.

use super::custom::{Custom, Key, Place};
use super::schema::{Field, Function, Module, Rust, Schema};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::similar::similar;

/// Something that is said of what a path names.
///
/// A path is `file`, `file.Definition`, `file.Struct.field`, `file.Enum.VALUE`, `file.Service.function` or
/// `file.Service.function.argument`, in the words of the IDL and with the file's name without `.thrift`. `file` is the file,
/// or every struct, union, exception and enum of it where nothing is to be said of files, and `.` is the same of all files.
#[derive(Clone, Debug)]
pub struct Rule {
    word: &'static str,
    path: String,
    custom: Custom,
}

impl Rule {
    /// What an option says: its key, and `PATH:VALUE`.
    ///
    /// # Errors
    /// What is wrong, as the end of a sentence about the key.
    pub fn parse(word: &str, typed: &str) -> Result<Self, String> {
        let key = Key::find(word).ok_or("is unknown")?;
        let (path, value) = typed.split_once(':').ok_or_else(|| format!("takes PATH:VALUE, not `{typed}`"))?;
        Ok(Self { word: key.word, path: path.trim().to_owned(), custom: key.custom(value)? })
    }
}

/// Says of everything what the rules say of it; a rule that names nothing is an error.
pub(super) fn apply(schema: &mut Schema, rules: &[Rule]) -> Vec<Diagnostic> {
    rules.iter().filter_map(|rule| apply_one(schema, rule)).collect()
}

fn apply_one(schema: &mut Schema, rule: &Rule) -> Option<Diagnostic> {
    let key = Key::find(rule.word)?;
    let (mut named, mut said) = (false, false);
    for module in &mut schema.modules {
        for (place, rust) in targets(module, &rule.path, key) {
            named = true;
            if key.places.contains(&place) {
                rust.add(rule.custom.clone());
                said = true;
            }
        }
    }
    match (named, said) {
        (_, true) => None,
        (true, false) => {
            let message = format!("the option `{}` means nothing for `{}`", rule.word, rule.path);
            let help = format!("it is for {}", key.belongs);
            Some(Diagnostic::error_without_place("misplaced-option", message).help(help))
        }
        (false, false) => Some(unknown(schema, rule)),
    }
}

fn unknown(schema: &Schema, rule: &Rule) -> Diagnostic {
    let message = format!("the option `{}` names `{}`, which none of the files has", rule.word, rule.path);
    let known: Vec<String> = schema.modules.iter().flat_map(paths).collect();
    let help = match similar(&rule.path, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "a path is `file`, `file.Type`, `file.Type.field`, … or `.` for all types".to_owned(),
    };
    Diagnostic::error_without_place("unknown-path", message).help(help)
}

/// What a path names in a module.
fn targets<'s>(module: &'s mut Module, path: &str, key: &Key) -> Vec<(Place, &'s mut Rust)> {
    let words = match path.strip_prefix(module.stem.as_str()) {
        _ if path == "." => Some(""),
        Some(rest) if rest.is_empty() => Some(rest),
        Some(rest) => rest.strip_prefix('.'),
        None => None,
    };
    match words {
        None => Vec::new(),
        Some("") if key.places.contains(&Place::File) => vec![(Place::File, &mut module.rust)],
        Some("") => types(module),
        Some(words) => named(module, &words.split('.').collect::<Vec<_>>()),
    }
}

fn types(module: &mut Module) -> Vec<(Place, &mut Rust)> {
    // What means nothing for a union may be said of a file that has some.
    let structs = module.structs.iter_mut().map(|structure| (Place::Struct, &mut structure.rust));
    structs.chain(module.enums.iter_mut().map(|enumeration| (Place::Enum, &mut enumeration.rust))).collect()
}

fn named<'s>(module: &'s mut Module, words: &[&str]) -> Vec<(Place, &'s mut Rust)> {
    let Some((name, inside)) = words.split_first() else { return Vec::new() };
    let mut found = Vec::new();
    if inside.is_empty() {
        let typedefs = module.typedefs.iter_mut().filter(|typedef| typedef.name == *name);
        found.extend(typedefs.map(|typedef| (Place::Typedef, &mut typedef.rust)));
        let constants = module.constants.iter_mut().filter(|constant| constant.name == *name);
        found.extend(constants.map(|constant| (Place::Constant, &mut constant.rust)));
    }
    for structure in module.structs.iter_mut().filter(|structure| structure.name == *name) {
        match inside {
            [] => found.push((Place::of_struct(structure.kind), &mut structure.rust)),
            [field] => found.extend(fields(&mut structure.fields, field, Place::Field)),
            _ => {}
        }
    }
    for enumeration in module.enums.iter_mut().filter(|enumeration| enumeration.name == *name) {
        match inside {
            [] => found.push((Place::Enum, &mut enumeration.rust)),
            [value] => {
                let values = enumeration.values.iter_mut().filter(|candidate| candidate.name == *value);
                found.extend(values.map(|value| (Place::Value, &mut value.rust)));
            }
            _ => {}
        }
    }
    for service in module.services.iter_mut().filter(|service| service.name == *name) {
        match inside {
            [] => found.push((Place::Service, &mut service.rust)),
            [function, inside @ ..] => {
                let functions = service.functions.iter_mut().filter(|candidate| candidate.name == *function);
                functions.for_each(|function| found.extend(in_function(function, inside)));
            }
        }
    }
    found
}

fn in_function<'s>(function: &'s mut Function, inside: &[&str]) -> Vec<(Place, &'s mut Rust)> {
    match inside {
        [] => vec![(Place::Function, &mut function.rust)],
        [name] => {
            let arguments = fields(&mut function.arguments, name, Place::Argument);
            arguments.chain(fields(&mut function.throws, name, Place::Throws)).collect()
        }
        _ => Vec::new(),
    }
}

fn fields<'s>(fields: &'s mut [Field], name: &str, place: Place) -> impl Iterator<Item = (Place, &'s mut Rust)> {
    fields.iter_mut().filter(move |field| field.name == name).map(move |field| (place, &mut field.rust))
}

/// Every path that names something in a module.
fn paths(module: &Module) -> Vec<String> {
    let stem = &module.stem;
    let mut paths = vec![stem.clone()];
    paths.extend(module.typedefs.iter().map(|typedef| format!("{stem}.{}", typedef.name)));
    paths.extend(module.constants.iter().map(|constant| format!("{stem}.{}", constant.name)));
    for structure in &module.structs {
        paths.push(format!("{stem}.{}", structure.name));
        paths.extend(structure.fields.iter().map(|field| format!("{stem}.{}.{}", structure.name, field.name)));
    }
    for enumeration in &module.enums {
        paths.push(format!("{stem}.{}", enumeration.name));
        paths.extend(enumeration.values.iter().map(|value| format!("{stem}.{}.{}", enumeration.name, value.name)));
    }
    for service in &module.services {
        paths.push(format!("{stem}.{}", service.name));
        for function in &service.functions {
            let path = format!("{stem}.{}.{}", service.name, function.name);
            let fields = function.arguments.iter().chain(&function.throws);
            paths.extend(fields.map(|field| format!("{path}.{}", field.name)));
            paths.push(path);
        }
    }
    paths
}
