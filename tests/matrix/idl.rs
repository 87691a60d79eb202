//! A schema as the matrix builds it: definitions that stand in files, and their text as IDL.

use std::fmt::Write;

/// Files and what they define. Types name definitions by their place in `definitions`.
#[derive(Default)]
pub(crate) struct Schema {
    pub(crate) files: Vec<File>,
    pub(crate) definitions: Vec<Definition>,
}

/// A `.thrift` file.
pub(crate) struct File {
    /// Below the folder of the IDL, without `.thrift`.
    pub(crate) path: String,
    pub(crate) doc: String,
    pub(crate) namespace: Option<String>,
}

pub(crate) struct Definition {
    pub(crate) file: usize,
    pub(crate) doc: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Typedef(Type),
    /// Names and numbers.
    Enum(Vec<(String, i32)>),
    Record(Record, Vec<Field>),
    /// The value as it is written.
    Constant(Type, String),
    Service {
        extends: Option<usize>,
        functions: Vec<Function>,
    },
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Record {
    Struct,
    Union,
    Exception,
}

#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) doc: String,
    pub(crate) id: i16,
    pub(crate) requiredness: Requiredness,
    pub(crate) ty: Type,
    pub(crate) name: String,
    /// The default value as it is written.
    pub(crate) default: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Requiredness {
    Required,
    Optional,
    Default,
}

pub(crate) struct Function {
    pub(crate) doc: String,
    pub(crate) name: String,
    pub(crate) oneway: bool,
    pub(crate) returns: Option<Type>,
    pub(crate) arguments: Vec<Field>,
    pub(crate) throws: Vec<Field>,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Type {
    Base(&'static str),
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Named(usize),
}

/// The base types; `byte` is `i8`.
pub(crate) const BASES: [&str; 10] = ["bool", "byte", "i8", "i16", "i32", "i64", "double", "string", "binary", "uuid"];

impl Type {
    pub(crate) fn list(element: Type) -> Self {
        Type::List(Box::new(element))
    }

    pub(crate) fn set(element: Type) -> Self {
        Type::Set(Box::new(element))
    }

    pub(crate) fn map(key: Type, value: Type) -> Self {
        Type::Map(Box::new(key), Box::new(value))
    }

    /// The four places that a type has in containers, with a string for the other half of a map.
    pub(crate) fn contained(&self) -> [Type; 4] {
        let string = || Type::Base("string");
        [
            Type::list(self.clone()),
            Type::set(self.clone()),
            Type::map(self.clone(), string()),
            Type::map(string(), self.clone()),
        ]
    }
}

impl Field {
    pub(crate) fn new(id: usize, requiredness: Requiredness, ty: Type, name: impl Into<String>) -> Self {
        let id = i16::try_from(id).unwrap();
        Self { doc: String::new(), id, requiredness, ty, name: name.into(), default: None }
    }

    pub(crate) fn with_default(mut self, value: String) -> Self {
        self.default = Some(value);
        self
    }
}

impl Function {
    pub(crate) fn new(name: impl Into<String>, returns: Option<Type>, arguments: Vec<Field>) -> Self {
        Self { doc: String::new(), name: name.into(), oneway: false, returns, arguments, throws: Vec::new() }
    }
}

impl Schema {
    pub(crate) fn file(&mut self, path: impl Into<String>) -> usize {
        self.files.push(File { path: path.into(), doc: String::new(), namespace: None });
        self.files.len() - 1
    }

    pub(crate) fn define(&mut self, file: usize, name: impl Into<String>, kind: Kind) -> usize {
        self.definitions.push(Definition { file, doc: String::new(), name: name.into(), kind });
        self.definitions.len() - 1
    }

    /// What is behind the typedefs, as far as they are defined yet.
    pub(crate) fn resolved<'a>(&'a self, mut ty: &'a Type) -> &'a Type {
        while let Type::Named(id) = ty
            && let Some(Definition { kind: Kind::Typedef(target), .. }) = self.definitions.get(*id)
        {
            ty = target;
        }
        ty
    }

    /// The fields of a struct, union or exception.
    pub(crate) fn record(&self, ty: &Type) -> Option<(usize, Record, &[Field])> {
        match self.resolved(ty) {
            Type::Named(id) => match &self.definitions.get(*id)?.kind {
                Kind::Record(record, fields) => Some((*id, *record, fields)),
                _ => None,
            },
            _ => None,
        }
    }

    /// A definition as it is named in a file.
    pub(crate) fn name_in(&self, file: usize, id: usize) -> String {
        let definition = &self.definitions[id];
        if definition.file == file {
            return definition.name.clone();
        }
        format!("{}.{}", stem(&self.files[definition.file].path), definition.name)
    }

    fn ty(&self, file: usize, ty: &Type) -> String {
        match ty {
            Type::Base(name) => (*name).to_owned(),
            Type::List(element) => format!("list<{}>", self.ty(file, element)),
            Type::Set(element) => format!("set<{}>", self.ty(file, element)),
            Type::Map(key, value) => format!("map<{}, {}>", self.ty(file, key), self.ty(file, value)),
            Type::Named(id) => self.name_in(file, *id),
        }
    }

    /// The text of a file. It includes the files before it that it mentions, and its documentation says which file it is.
    pub(crate) fn text(&self, file: usize) -> String {
        let File { path, doc: comment, .. } = &self.files[file];
        let mut text = doc(&format!("File {path}.\n\n{comment}"), "");
        if let Some(namespace) = &self.files[file].namespace {
            writeln!(text, "namespace rs {namespace}").unwrap();
        }
        let body: String = self.definitions.iter().filter(|it| it.file == file).map(|it| self.definition(it)).collect();
        let folders = self.files[file].path.matches('/').count();
        for (other, before) in self.files[..file].iter().enumerate() {
            let names = self.definitions.iter().filter(|it| it.file == other);
            if names.map(|it| format!("{}.{}", stem(&before.path), it.name)).any(|path| body.contains(&path)) {
                writeln!(text, "include \"{}{}.thrift\"", "../".repeat(folders), before.path).unwrap();
            }
        }
        text + "\n" + &body
    }

    fn definition(&self, Definition { file, doc: comment, name, kind }: &Definition) -> String {
        let mut text = doc(comment, "");
        match kind {
            Kind::Typedef(ty) => writeln!(text, "typedef {} {name}", self.ty(*file, ty)).unwrap(),
            Kind::Constant(ty, value) => writeln!(text, "const {} {name} = {value}", self.ty(*file, ty)).unwrap(),
            Kind::Enum(values) => {
                let values: String = values.iter().map(|(name, number)| format!("  {name} = {number}\n")).collect();
                write!(text, "enum {name} {{\n{values}}}\n").unwrap();
            }
            Kind::Record(record, fields) => {
                let word = format!("{record:?}").to_lowercase();
                write!(text, "{word} {name} {{\n{}}}\n", self.fields(*file, fields)).unwrap();
            }
            Kind::Service { extends, functions } => {
                write!(text, "service {name}").unwrap();
                if let Some(base) = extends {
                    write!(text, " extends {}", self.name_in(*file, *base)).unwrap();
                }
                text += " {\n";
                for function in functions {
                    text += &self.function(*file, function);
                }
                text += "}\n";
            }
        }
        text
    }

    fn function(&self, file: usize, function: &Function) -> String {
        let oneway = if function.oneway { "oneway " } else { "" };
        let returns = function.returns.as_ref().map_or("void".to_owned(), |ty| self.ty(file, ty));
        let mut text = doc(&function.doc, "  ");
        write!(text, "  {oneway}{returns} {}(\n{}  )", function.name, self.fields(file, &function.arguments)).unwrap();
        if !function.throws.is_empty() {
            write!(text, " throws (\n{}  )", self.fields(file, &function.throws)).unwrap();
        }
        text + "\n"
    }

    fn fields(&self, file: usize, fields: &[Field]) -> String {
        let mut text = String::new();
        for field in fields {
            text += &doc(&field.doc, "  ");
            let requiredness = match field.requiredness {
                Requiredness::Required => "required ",
                Requiredness::Optional => "optional ",
                Requiredness::Default => "",
            };
            write!(text, "  {}: {requiredness}{} {}", field.id, self.ty(file, &field.ty), field.name).unwrap();
            if let Some(value) = &field.default {
                write!(text, " = {value}").unwrap();
            }
            text += "\n";
        }
        text
    }
}

/// A file's name without folders.
pub(crate) fn stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn doc(text: &str, indent: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{indent}/** {text} */\n") }
}
