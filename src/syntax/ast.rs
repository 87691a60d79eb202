//! The tree of a `.thrift` file, close to the text: every node with its span, nothing resolved.

use std::collections::HashSet;

use crate::source::{SourceId, Span};

/// A whole file.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The text it was parsed from.
    pub source: SourceId,
    /// The comment that documents the file as a whole.
    pub doc: Option<Doc>,
    /// What stands before the definitions.
    pub headers: Vec<Header>,
    /// Types, constants and services in the order of the text.
    pub definitions: Vec<Definition>,
    /// What has errors and is therefore not among these.
    pub unread: Unread,
}

/// The parts of a file that have errors: what they define is not known, so nothing is to be said of names that are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// Their words: names that are probably defined there.
    pub words: HashSet<String>,
    /// Something is defined whose name cannot be read.
    pub is_nameless: bool,
}

impl Document {
    /// A document of which nothing is read.
    pub fn new(source: SourceId) -> Self {
        Self { source, doc: None, headers: Vec::new(), definitions: Vec::new(), unread: Unread::default() }
    }
}

/// The text of a documentation comment, without comment marks; lines end with `\n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// Where the comment stands, marks included.
    pub span: Span,
    /// The cleaned text.
    pub text: String,
}

/// A word of the text: a name that is declared, or a reference, then possibly with dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Where it stands.
    pub span: Span,
    /// The word.
    pub text: String,
}

/// A string literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// Where it stands, quotes included.
    pub span: Span,
    /// Its value: escapes are resolved.
    pub value: String,
}

/// One `key = "value"` of an annotation list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The key, possibly with dots.
    pub key: Name,
    /// The value; without one it means `"1"`.
    pub value: Option<Literal>,
}

/// What stands before the definitions of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Header {
    /// `include "path"`
    Include(Include),
    /// `cpp_include "path"`, which means nothing to Rust
    CppInclude(Literal),
    /// `namespace scope name`
    Namespace(Namespace),
}

/// `include "path"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The whole header.
    pub span: Span,
    /// The path as it is written.
    pub path: Literal,
}

/// `namespace scope name`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// The whole header.
    pub span: Span,
    /// A language, or `*`.
    pub scope: Name,
    /// The namespace, with dots.
    pub name: Name,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// A type, a constant or a service.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    /// `const`
    Const(Const),
    /// `typedef`
    Typedef(Typedef),
    /// `enum`
    Enum(Enum),
    /// `struct`, `union` or `exception`
    Struct(Struct),
    /// `service`
    Service(Service),
}

/// `const type name = value`
#[derive(Clone, Debug, PartialEq)]
pub struct Const {
    /// The comment before it.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Name,
    /// Its declared type.
    pub ty: Type,
    /// Its value.
    pub value: ConstValue,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// `typedef type name`
#[derive(Clone, Debug, PartialEq)]
pub struct Typedef {
    /// The comment before it.
    pub doc: Option<Doc>,
    /// The new name.
    pub name: Name,
    /// The type that it stands for.
    pub ty: Type,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// `enum name { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// The comment before it.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Name,
    /// Its values.
    pub values: Vec<EnumValue>,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// `name = 1` in an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// The comment before it.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Name,
    /// Its number, if one is written.
    pub value: Option<Integer>,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// An integer token, `true` and `false` included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    /// Where it stands.
    pub span: Span,
    /// Its value.
    pub value: i64,
}

/// Which of the three a [`Struct`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StructKind {
    /// `struct`
    Struct,
    /// `union`
    Union,
    /// `exception`
    Exception,
}

/// `struct`, `union` or `exception`: named fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// The comment before it.
    pub doc: Option<Doc>,
    /// Which of the three it is.
    pub kind: StructKind,
    /// Its name.
    pub name: Name,
    /// `xsd_all` is written, which means nothing to Rust.
    pub xsd_all: bool,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// The keyword before a field's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Requiredness {
    /// `required`
    Required,
    /// `optional`
    Optional,
    /// no keyword
    Default,
}

/// A field of a struct, union or exception, an argument, or an entry of `throws`.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// From the id to the annotations, without the separator.
    pub span: Span,
    /// The comment before it.
    pub doc: Option<Doc>,
    /// The number before the colon, if one is written.
    pub id: Option<Integer>,
    /// The keyword before the type.
    pub requiredness: Requiredness,
    /// Where that keyword stands, if there is one.
    pub requiredness_span: Option<Span>,
    /// Its type.
    pub ty: Type,
    /// `&` is written behind the type.
    pub reference: bool,
    /// Its name.
    pub name: Name,
    /// The value after `=`.
    pub default: Option<ConstValue>,
    /// The `xsd_*` words, which mean nothing to Rust.
    pub xsd: Xsd,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// The `xsd_*` words of a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Xsd {
    /// `xsd_optional`
    pub optional: bool,
    /// `xsd_nillable`
    pub nillable: bool,
    /// `xsd_attrs { … }`
    pub attributes: Vec<Field>,
}

/// A type where it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// Where it stands, without its annotations.
    pub span: Span,
    /// What is written.
    pub kind: TypeKind,
    /// `cpp_type "…"`, which means nothing to Rust.
    pub cpp_type: Option<Literal>,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// A base type, a container, or a name that something else defines.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// One of the words for a base type.
    Base(BaseType),
    /// A reference, possibly with dots.
    Named(String),
    /// `list<element>`
    List(Box<Type>),
    /// `set<element>`
    Set(Box<Type>),
    /// `map<key, value>`
    Map(Box<Type>, Box<Type>),
}

/// The base types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum BaseType {
    Bool,
    Byte,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    Uuid,
}

/// `service name extends base { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The comment before it.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Name,
    /// The service it extends.
    pub extends: Option<Name>,
    /// Its functions.
    pub functions: Vec<Function>,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// A function of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The comment before it.
    pub doc: Option<Doc>,
    /// Where `oneway` (or `async`) stands, if it is written.
    pub oneway: Option<Span>,
    /// What it returns; `None` is `void`.
    pub returns: Option<Type>,
    /// Its name.
    pub name: Name,
    /// Its arguments.
    pub arguments: Vec<Field>,
    /// What it throws.
    pub throws: Vec<Field>,
    /// Annotations behind it.
    pub annotations: Vec<Annotation>,
}

/// A value as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstValue {
    /// Where it stands.
    pub span: Span,
    /// What is written.
    pub kind: ConstKind,
}

/// The forms of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstKind {
    /// An integer, `true` or `false`.
    Integer(i64),
    /// A number with a fraction or an exponent.
    Double(f64),
    /// A string literal.
    String(String),
    /// The name of a constant or an enum value, possibly with dots.
    Reference(String),
    /// `[ … ]`
    List(Vec<ConstValue>),
    /// `{ key: value, … }`
    Map(Vec<(ConstValue, ConstValue)>),
}
