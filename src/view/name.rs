//! Rust names for the IDL's names: the case that Rust wants, keywords escaped, no two alike in one scope.

use std::collections::{HashMap, HashSet};
use std::mem;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use super::ty::Place;
use crate::model::schema::{DefinitionId, Field, Item, Module, ModuleId, Rust, Schema, Service, Struct, StructKind};

/// Names that a file's own types may hide, and that generated code otherwise writes as they are.
const PRELUDE: [&str; 9] = ["Box", "Default", "None", "Option", "Result", "Send", "Some", "String", "Vec"];

/// What generated code means by these names, and a user could choose for a type.
const RESERVED: [&str; 8] = ["thrift", "bool", "i8", "i16", "i32", "i64", "f64", "str"];

/// Methods that every client has.
const OWN_METHODS: [&str; 3] = ["new", "connect", "channel"];

/// The Rust names of everything in a schema.
pub(super) struct Names {
    modules: Vec<ModuleNames>,
}

/// The Rust names of one module; the lists are parallel to the module's own.
#[derive(Default)]
pub(super) struct ModuleNames {
    /// The module's path below the folder of the generated code.
    pub(super) path: Vec<String>,
    pub(super) typedefs: Vec<String>,
    pub(super) enums: Vec<EnumNames>,
    pub(super) structs: Vec<StructNames>,
    pub(super) constants: Vec<String>,
    pub(super) services: Vec<ServiceNames>,
    /// Names of the prelude that this module defines anew.
    pub(super) hidden: HashSet<&'static str>,
    /// Names for the type parameters of generic code that mentions the module's types.
    pub(super) handler_parameter: String,
    pub(super) channel_parameter: String,
    /// The module of the borrowed types.
    pub(super) borrowed: String,
    /// The module of the blocking services.
    pub(super) blocking: String,
}

#[derive(Default)]
pub(super) struct EnumNames {
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

#[derive(Default)]
pub(super) struct StructNames {
    pub(super) name: String,
    /// Fields, or a union's variants.
    pub(super) fields: Vec<String>,
    /// A union's variant, or a struct's field, for what the IDL does not know. A struct has it where that is to be kept.
    pub(super) unknown: Option<String>,
}

#[derive(Default)]
pub(super) struct ServiceNames {
    pub(super) handler: String,
    pub(super) server: String,
    pub(super) client: String,
    pub(super) functions: Vec<FunctionNames>,
    /// All names of methods, ours and inherited ones included, without escapes.
    methods: HashSet<String>,
}

#[derive(Default)]
pub(super) struct FunctionNames {
    pub(super) method: String,
    pub(super) error: String,
}

impl Names {
    pub(super) fn new(schema: &Schema) -> Self {
        let mut modules: Vec<ModuleNames> = Vec::with_capacity(schema.modules.len());
        for (module, path) in schema.modules.iter().zip(module_paths(schema)) {
            let names = ModuleNames::new(module, path, &modules);
            modules.push(names);
        }
        Self { modules }
    }

    pub(super) fn module(&self, id: ModuleId) -> &ModuleNames {
        &self.modules[id.0]
    }

    pub(super) fn structure(&self, id: DefinitionId) -> &StructNames {
        &self.modules[id.module.0].structs[id.index]
    }

    pub(super) fn enumeration(&self, id: DefinitionId) -> &EnumNames {
        &self.modules[id.module.0].enums[id.index]
    }

    pub(super) fn service(&self, id: DefinitionId) -> &ServiceNames {
        &self.modules[id.module.0].services[id.index]
    }
}

impl ModuleNames {
    /// `before`: the names of the modules that this one may include.
    fn new(module: &Module, path: Vec<String>, before: &[ModuleNames]) -> Self {
        let mut names = ModuleNames { path, ..Self::default() };
        let mut scope = Scope { taken: RESERVED.map(str::to_owned).into_iter().chain(patterns(module)).collect() };
        names.name_types(module, &mut scope);
        for (service, names) in module.services.iter().zip(&mut names.services) {
            names.server = scope.claim(format!("{}Server", plain(&names.handler)));
            names.client = scope.claim(format!("{}Client", plain(&names.handler)));
            names.name_functions(service, &mut scope);
        }
        names.handler_parameter = scope.claim("H".to_owned());
        names.channel_parameter = scope.claim("C".to_owned());
        names.constants = escaped(scope.claim_all(
            module.constants.iter().map(|constant| (constant.name.as_str(), &constant.rust)),
            constant_name,
        ));
        names.name_selections(module, &mut scope);
        names.hidden = PRELUDE.into_iter().filter(|name| scope.taken.contains(*name)).collect();
        names.borrowed = scope.claim("borrowed".to_owned());
        names.blocking = scope.claim("blocking".to_owned());
        names.name_methods(module, before);
        names
    }

    /// The module's path, or that of a module in it.
    pub(super) fn path_to(&self, place: Place) -> Vec<&String> {
        let inner = match place {
            Place::File => None,
            Place::Borrowed => Some(&self.borrowed),
            Place::Blocking => Some(&self.blocking),
        };
        self.path.iter().chain(inner).collect()
    }

    /// Methods avoid those of the services that theirs extends, wherever in the file it stands.
    fn name_methods(&mut self, module: &Module, before: &[ModuleNames]) {
        let mut waiting: Vec<usize> = (0..module.services.len()).collect();
        let mut done: HashSet<usize> = HashSet::new();
        while !waiting.is_empty() {
            let count = waiting.len();
            waiting.retain(|&index| {
                let taken = match module.services[index].extends {
                    None => OWN_METHODS.map(str::to_owned).into(),
                    Some(base) => match before.get(base.module.0) {
                        Some(names) => names.services[base.index].methods.clone(),
                        None if done.contains(&base.index) => self.services[base.index].methods.clone(),
                        None => return true,
                    },
                };
                self.services[index].name_methods(&module.services[index], taken);
                done.insert(index);
                false
            });
            if waiting.len() == count {
                break; // services that extend each other never get here: the model has none
            }
        }
    }

    /// Selections, which are the last of a module, take what is left.
    fn name_selections(&mut self, module: &Module, scope: &mut Scope) {
        let structs = module.structs.iter().filter(|structure| structure.is_selection);
        let typedefs = module.typedefs.iter().filter(|typedef| typedef.is_selection);
        let names = structs.clone().map(|structure| (structure.name.as_str(), &structure.rust));
        let names = names.chain(typedefs.map(|typedef| (typedef.name.as_str(), &typedef.rust)));
        let mut names = escaped(scope.claim_all(names, type_name)).into_iter();
        self.structs.extend(structs.zip(&mut names).map(|(structure, name)| StructNames::new(structure, name)));
        self.typedefs.extend(names);
    }

    /// Types and traits share one namespace, in the order of the text.
    fn name_types(&mut self, module: &Module, scope: &mut Scope) {
        let items = || module.items.iter().filter(|item| !module.is_selection(**item));
        let idl_names = items().filter_map(|item| match item {
            Item::Typedef(index) => Some((module.typedefs[*index].name.as_str(), &module.typedefs[*index].rust)),
            Item::Enum(index) => Some((module.enums[*index].name.as_str(), &module.enums[*index].rust)),
            Item::Struct(index) => Some((module.structs[*index].name.as_str(), &module.structs[*index].rust)),
            Item::Service(index) => Some((module.services[*index].name.as_str(), &module.services[*index].rust)),
            Item::Constant(_) => None,
        });
        let mut rust_names = escaped(scope.claim_all(idl_names, type_name)).into_iter();
        for item in items() {
            match item {
                Item::Constant(_) => {}
                Item::Typedef(_) => self.typedefs.extend(rust_names.next()),
                Item::Enum(index) => {
                    let values = module.enums[*index].values.iter().map(|value| (value.name.as_str(), &value.rust));
                    // `name` is a function of every enum.
                    let mut scope = Scope { taken: ["name".to_owned()].into() };
                    let values = escaped(scope.claim_all(values, constant_name));
                    self.enums.extend(rust_names.next().map(|name| EnumNames { name, values }));
                }
                Item::Struct(index) => {
                    let names = rust_names.next().map(|name| StructNames::new(&module.structs[*index], name));
                    self.structs.extend(names);
                }
                Item::Service(_) => {
                    self.services
                        .extend(rust_names.next().map(|handler| ServiceNames { handler, ..Default::default() }));
                }
            }
        }
    }
}

/// The names of fields and arguments that a constant or an enum could have too: where such a name is to be bound, Rust takes
/// it for the constant.
fn patterns(module: &Module) -> impl Iterator<Item = String> {
    let could_be_constant = |name: &str| !name.starts_with(|first: char| first.is_ascii_lowercase());
    let is_odd = move |fields: &[Field]| {
        fields.iter().any(|field| field.name.starts_with('_') || field.rust.name().is_some_and(could_be_constant))
    };
    let structs = module.structs.iter().map(|structure| &structure.fields);
    let functions = module.services.iter().flat_map(|service| &service.functions);
    let lists = structs.chain(functions.map(|function| &function.arguments));
    let names = lists.filter(move |fields| is_odd(fields)).flat_map(|fields| argument_names(fields));
    names.filter(move |name| could_be_constant(name))
}

impl StructNames {
    fn new(structure: &Struct, name: String) -> Self {
        let mut scope = Scope::default();
        let fields = structure.fields.iter().map(|field| (field.name.as_str(), &field.rust));
        if structure.kind == StructKind::Union {
            let fields = escaped(scope.claim_all(fields, type_name));
            return Self { name, fields, unknown: Some(scope.claim("Unknown".to_owned())) };
        }
        let fields = escaped(scope.claim_all(fields, snake_name));
        let keeps = structure.rust.keeps_unknown();
        Self { name, fields, unknown: keeps.then(|| scope.claim("unknown_fields".to_owned())) }
    }
}

impl ServiceNames {
    fn name_methods(&mut self, service: &Service, taken: HashSet<String>) {
        let mut scope = Scope { taken };
        let methods = scope
            .claim_all(service.functions.iter().map(|function| (function.name.as_str(), &function.rust)), snake_name);
        for (names, method) in self.functions.iter_mut().zip(methods) {
            names.method = escape(method);
        }
        self.methods = scope.taken;
    }

    fn name_functions(&mut self, service: &Service, scope: &mut Scope) {
        for function in &service.functions {
            let name = type_name(function.rust.name().unwrap_or(&function.name));
            let name = format!("{}{}", plain(&self.handler), name.trim_end_matches('_'));
            self.functions.push(FunctionNames { method: String::new(), error: scope.claim(format!("{name}Error")) });
        }
    }
}

/// The path of each module: its namespace and its file's name. Files that would share one path are told apart by the
/// name of their folder, and a file that would take the place of a folder has its name lengthened.
fn module_paths(schema: &Schema) -> Vec<Vec<String>> {
    let namespace = |module: &Module| module.namespace.iter().map(|segment| module_name(segment)).collect::<Vec<_>>();
    let with = |module: &Module, stem: String| [namespace(module), vec![stem]].concat();
    let mut paths: Vec<Vec<String>> =
        schema.modules.iter().map(|module| with(module, module_name(&module.stem))).collect();
    let mut count: HashMap<Vec<String>, usize> = HashMap::new();
    paths.iter().for_each(|path| *count.entry(path.clone()).or_default() += 1);
    for (path, module) in paths.iter_mut().zip(&schema.modules) {
        if count[path] > 1 {
            *path = with(module, module_name(&format!("{}_{}", module.folder, module.stem)));
        }
    }
    let mut taken: HashSet<Vec<String>> = HashSet::new();
    for module in &schema.modules {
        let namespace = namespace(module);
        taken.extend((1..=namespace.len()).map(|length| namespace[..length].to_vec()));
    }
    for path in &mut paths {
        while !taken.insert(path.clone()) {
            if let Some(last) = path.last_mut() {
                last.push('_');
            }
        }
    }
    paths
}

/// A name in the IDL, and what is said of its Rust.
type Named<'a> = (&'a str, &'a Rust);

/// Names of one namespace.
#[derive(Default)]
struct Scope {
    taken: HashSet<String>,
}

impl Scope {
    /// The name, lengthened by `_` until it is free.
    fn claim(&mut self, mut name: String) -> String {
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        name
    }

    /// Rust names for IDL names, without the escapes of keywords. One that the user chose goes first, then one that is
    /// already spelled as Rust wants keeps its spelling, whatever comes before it.
    fn claim_all<'a>(&mut self, names: impl Iterator<Item = Named<'a>>, style: fn(&str) -> String) -> Vec<String> {
        let rank = |idl: &str, chosen: Option<&str>, rust: &str| match chosen {
            Some(_) => 0,
            None if idl == rust => 1,
            None => 2,
        };
        let mut wanted: Vec<(usize, String)> = names
            .map(|(idl, rust)| {
                let name = rust.name().map_or_else(|| style(idl), str::to_owned);
                (rank(idl, rust.name(), &name), name)
            })
            .collect();
        let mut claimed: Vec<Option<String>> = vec![None; wanted.len()];
        self.taken.reserve(wanted.len());
        for now in 0..3 {
            for ((rank, name), claimed) in wanted.iter_mut().zip(&mut claimed) {
                if *rank == now {
                    *claimed = Some(self.claim(mem::take(name)));
                }
            }
        }
        claimed.into_iter().flatten().collect()
    }
}

/// `UpperCamelCase`, for types, traits and variants.
fn type_name(idl: &str) -> String {
    let name = if is_camel(idl) { idl.to_owned() } else { spelled(idl, idl.to_upper_camel_case()) };
    if name == "Self" { "Self_".to_owned() } else { name }
}

/// `snake_case`, for fields, arguments and methods; a keyword is escaped by [`escape`], after it was claimed.
fn snake_name(idl: &str) -> String {
    let name = if is_joined(idl, u8::is_ascii_lowercase) { idl.to_owned() } else { spelled(idl, idl.to_snake_case()) };
    match name.as_str() {
        "self" | "super" | "crate" => name + "_",
        _ => name,
    }
}

/// `SCREAMING_SNAKE_CASE`, for constants and the values of enums.
fn constant_name(idl: &str) -> String {
    if is_joined(idl, u8::is_ascii_uppercase) { idl.to_owned() } else { spelled(idl, idl.to_shouty_snake_case()) }
}

/// Words of these letters and digits with one `_` between: what heck would leave as it is, found in a tenth of the time.
fn is_joined(name: &str, is_letter: fn(&u8) -> bool) -> bool {
    let mut before = b'_';
    let joined = name.bytes().all(|byte| {
        let fits = if byte == b'_' { before != b'_' } else { is_letter(&byte) || byte.is_ascii_digit() };
        before = byte;
        fits
    });
    joined && before != b'_' && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// Words that begin with a capital and go on in small letters, likewise.
fn is_camel(name: &str) -> bool {
    let mut before = b'_';
    let camel = name.bytes().all(|byte| {
        let fits = match byte {
            b'A'..=b'Z' => before == b'_' || before.is_ascii_lowercase(),
            b'a'..=b'z' | b'0'..=b'9' => before != b'_',
            _ => false,
        };
        before = byte;
        fits
    });
    camel && !name.is_empty()
}

/// A name for a module, which is also the name of its file: `snake_case`, without the escape of a keyword.
///
/// Rust finds no file for a module whose name is not ASCII, so other letters of a file's name become their numbers.
fn module_name(idl: &str) -> String {
    let spelled = |letter: char| match letter {
        ' '..='~' => letter.to_string(),
        _ => format!("_u{:x}_", u32::from(letter)),
    };
    match snake_name(&idl.chars().map(spelled).collect::<String>()) {
        // `mod.rs` is the list of modules.
        name if name == "mod" => "mod_".to_owned(),
        name => name,
    }
}

/// Where the case conversion leaves nothing or a digit first, the IDL's spelling stays.
fn spelled(idl: &str, converted: String) -> String {
    if converted.starts_with(|first: char| !first.is_ascii_digit()) {
        return converted;
    }
    let mut name: String = idl.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    if name.is_empty() || name == "_" || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if name == "_" { "__".to_owned() } else { name }
}

/// The arguments of a function, by the names of parameters.
pub(super) fn argument_names(arguments: &[Field]) -> Vec<String> {
    let names = arguments.iter().map(|argument| (argument.name.as_str(), &argument.rust));
    escaped(Scope::default().claim_all(names, snake_name))
}

/// The same where the handler has a name too.
pub(super) fn received_names(arguments: &[Field]) -> Vec<String> {
    let names = arguments.iter().map(|argument| (argument.name.as_str(), &argument.rust));
    escaped(Scope { taken: HashSet::from(["handler".to_owned()]) }.claim_all(names, snake_name))
}

/// The variants of a method's error: by type where that is unique among them, else by field; the last is ours.
pub(super) fn error_variants(types: &[&str], throws: &[Field]) -> (Vec<String>, String) {
    let mut scope = Scope::default();
    let unique = |name: &str| types.iter().filter(|other| **other == name).count() == 1;
    let variant = |(ty, field): (&&str, &Field)| match field.rust.name() {
        Some(name) => name.to_owned(),
        None if unique(ty) => plain(ty).to_owned(),
        None => type_name(&field.name),
    };
    let variants = types.iter().zip(throws).map(variant).map(|name| scope.claim(name)).collect();
    (escaped(variants), scope.claim("Other".to_owned()))
}

fn escaped(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(escape).collect()
}

/// A name as a part of a longer one.
fn plain(name: &str) -> &str {
    name.trim_start_matches("r#")
}

/// A name as an identifier: a keyword becomes `r#keyword`.
pub(super) fn escape(name: String) -> String {
    const KEYWORDS: [&str; 48] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
        "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
        "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    if KEYWORDS.contains(&name.as_str()) { format!("r#{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All words up to five letters of an alphabet with everything that matters to the conversion.
    fn words() -> impl Iterator<Item = String> {
        const LETTERS: &[u8] = b"abAB1_";
        let word = |mut number: usize| {
            let mut word = String::new();
            while number > 0 {
                word.push(char::from(LETTERS[(number - 1) % LETTERS.len()]));
                number = (number - 1) / LETTERS.len();
            }
            word
        };
        (0..6_usize.pow(5)).map(word)
    }

    #[test]
    fn what_looks_converted_is_what_heck_makes() {
        let mut kept = 0;
        for word in words() {
            for (looks, made) in [
                (is_camel(&word), word.to_upper_camel_case()),
                (is_joined(&word, u8::is_ascii_lowercase), word.to_snake_case()),
                (is_joined(&word, u8::is_ascii_uppercase), word.to_shouty_snake_case()),
            ] {
                if looks {
                    assert_eq!(spelled(&word, made), word);
                    kept += 1;
                }
            }
        }
        assert!(kept > 1000, "{kept}");
    }
}
