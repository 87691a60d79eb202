//! The checked model of a run: every reference resolved, every constant typed, every field with its final id.

use super::choice::Choice;
pub use super::choice::{BinaryType, Choices, CollectionType, Pointer, StringType};
use super::custom::Custom;
use super::select::Selection;
pub use crate::syntax::ast::{Requiredness, StructKind};

/// All modules of a run.
#[derive(Debug, Default)]
pub struct Schema {
    /// One per `.thrift` file; an included file comes before the files that include it.
    pub modules: Vec<Module>,
    /// The files that the user named, in that order.
    pub roots: Vec<ModuleId>,
}

/// A module: its place in [`Schema::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub usize);

/// Something that a module defines: the module and the place in that module's list for its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionId {
    /// The module that defines it.
    pub module: ModuleId,
    /// Its place among the definitions of its kind there.
    pub index: usize,
}

/// What one `.thrift` file defines.
#[derive(Debug)]
pub struct Module {
    /// The file's name without `.thrift`.
    pub stem: String,
    /// Name of the folder that holds the file; tells files with one stem apart.
    pub folder: String,
    /// The segments of its Rust namespace.
    pub namespace: Vec<String>,
    /// The documentation of the file as a whole.
    pub doc: Option<String>,
    /// What is said of its Rust.
    pub rust: Rust,
    /// The order in which the file defines things.
    pub items: Vec<Item>,
    /// Its typedefs.
    pub typedefs: Vec<Typedef>,
    /// Its enums.
    pub enums: Vec<Enum>,
    /// Its structs, unions and exceptions.
    pub structs: Vec<Struct>,
    /// Its constants.
    pub constants: Vec<Constant>,
    /// Its services.
    pub services: Vec<Service>,
}

/// A definition of a module: an index into the list of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Item {
    Typedef(usize),
    Enum(usize),
    Struct(usize),
    Constant(usize),
    Service(usize),
}

/// What users say of the Rust that comes of a thing. Most often that is nothing, and then it takes little room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rust {
    said: Option<Box<Said>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    name: Option<String>,
    derives: Vec<String>,
    attributes: Vec<String>,
    choices: Vec<Choice>,
    pointer: Option<Pointer>,
    extern_path: Option<String>,
    keeps_unknown: bool,
    selections: Vec<Selection>,
}

impl Rust {
    /// Of which nothing is said.
    pub fn nothing() -> &'static Self {
        static NOTHING: Rust = Rust { said: None };
        &NOTHING
    }

    /// The name that it has in Rust.
    pub fn name(&self) -> Option<&str> {
        self.said.as_ref()?.name.as_deref()
    }

    /// Traits that are derived in addition, by their paths.
    pub fn derives(&self) -> &[String] {
        self.said.as_ref().map_or(&[], |said| &said.derives)
    }

    /// Attributes, each with its `#[…]`.
    pub fn attributes(&self) -> &[String] {
        self.said.as_ref().map_or(&[], |said| &said.attributes)
    }

    /// The path of the Rust that is there already, so that nothing is generated; keywords in it are not escaped.
    pub fn extern_path(&self) -> Option<&str> {
        self.said.as_ref()?.extern_path.as_deref()
    }

    /// Whether a struct keeps fields that the IDL does not know. (A union always does.)
    pub fn keeps_unknown(&self) -> bool {
        self.said.as_ref().is_some_and(|said| said.keeps_unknown)
    }

    /// Types with some of a struct's fields.
    pub(super) fn selections(&self) -> &[Selection] {
        self.said.as_ref().map_or(&[], |said| &said.selections)
    }

    /// What of this holds for a selection too, which has this name.
    pub(super) fn selected(&self, name: Option<String>) -> Self {
        let Some(said) = &self.said else { return Self::default() };
        let Said { derives, attributes, choices, .. } = (**said).clone();
        Self { said: Some(Box::new(Said { name, derives, attributes, choices, ..Said::default() })) }
    }

    /// The choices that hold here, where those hold around.
    pub fn choices(&self, around: Choices) -> Choices {
        self.said.as_ref().map_or(around, |said| around.with(&said.choices))
    }

    /// What the value of a field is kept behind.
    pub fn pointer(&self) -> Option<Pointer> {
        self.said.as_ref()?.pointer
    }

    /// Takes over what is said in addition.
    pub(super) fn add(&mut self, custom: Custom) {
        let said = self.said.get_or_insert_default();
        match custom {
            Custom::Name(name) => said.name = Some(name),
            Custom::Choice(choice) => said.choices.push(choice),
            Custom::Pointer(pointer) => said.pointer = Some(pointer),
            Custom::Extern(path) => said.extern_path = Some(path),
            Custom::Select(selection) => said.selections.push(selection),
            Custom::KeepUnknown => said.keeps_unknown = true,
            Custom::Attributes(attributes) => said.attributes.extend(attributes),
            Custom::Derives(derives) => {
                for path in derives {
                    if !said.derives.contains(&path) {
                        said.derives.push(path);
                    }
                }
            }
        }
    }
}

/// A type where it is used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Type {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    Uuid,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Enum(DefinitionId),
    /// A struct, a union or an exception.
    Struct(DefinitionId),
    Typedef(DefinitionId),
}

/// `typedef`
#[derive(Debug)]
pub struct Typedef {
    /// Its documentation.
    pub doc: Option<String>,
    /// What is said of its Rust.
    pub rust: Rust,
    /// Its name in the IDL.
    pub name: String,
    /// What it stands for.
    pub ty: Type,
    /// It stands for less than another typedef.
    pub is_selection: bool,
}

/// `enum`
#[derive(Debug)]
pub struct Enum {
    /// Its documentation.
    pub doc: Option<String>,
    /// What is said of its Rust.
    pub rust: Rust,
    /// Its name in the IDL.
    pub name: String,
    /// Its values in the order of the text; two may have the same number.
    pub values: Vec<EnumValue>,
}

/// A value of an enum.
#[derive(Debug)]
pub struct EnumValue {
    /// Its documentation.
    pub doc: Option<String>,
    /// What is said of its Rust.
    pub rust: Rust,
    /// Its name in the IDL.
    pub name: String,
    /// Its number.
    pub number: i32,
}

/// `struct`, `union` or `exception`
#[derive(Debug)]
pub struct Struct {
    /// Its documentation.
    pub doc: Option<String>,
    /// What is said of its Rust.
    pub rust: Rust,
    /// Which of the three it is.
    pub kind: StructKind,
    /// Its name in the IDL.
    pub name: String,
    /// Its fields in the order of the text; no two have the same id.
    pub fields: Vec<Field>,
    /// False when a required field has a type that has no natural default, such as a union.
    pub has_default: bool,
    /// It has some of the fields of another struct: what is not read cannot be written.
    pub is_selection: bool,
}

/// A field of a struct, an argument, or an entry of `throws`.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its documentation.
    pub doc: Option<String>,
    /// What is said of its Rust.
    pub rust: Rust,
    /// Its id on the wire.
    pub id: i16,
    /// Its name in the IDL.
    pub name: String,
    /// Whether it must, may, or should be on the wire; never `Required` where no finite value could be.
    pub requiredness: Requiredness,
    /// Its type.
    pub ty: Type,
    /// Its default value.
    pub default: Option<Value>,
    /// Its type holds, without a container between, the struct that it is a field of.
    pub boxed: bool,
}

impl Field {
    /// Every value has it: it is required, or it has a default value and is not optional.
    pub fn is_plain(&self) -> bool {
        match self.requiredness {
            Requiredness::Required => true,
            Requiredness::Optional => false,
            Requiredness::Default => self.default.is_some(),
        }
    }
}

/// `const`
#[derive(Debug)]
pub struct Constant {
    /// Its documentation.
    pub doc: Option<String>,
    /// What is said of its Rust.
    pub rust: Rust,
    /// Its name in the IDL.
    pub name: String,
    /// Its declared type.
    pub ty: Type,
    /// Its value, of that type.
    pub value: Value,
}

/// A value of a type that is known where the value stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `true` or `false`
    Bool(bool),
    /// An integer in the range of its type.
    Integer(i64),
    /// A finite number.
    Double(f64),
    /// A string, or the bytes of a binary.
    String(String),
    /// A uuid's bytes in network order.
    Uuid([u8; 16]),
    /// A value of an enum: its place in [`Enum::values`].
    Enum(DefinitionId, usize),
    /// The elements of a list or set.
    List(Vec<Value>),
    /// The entries of a map.
    Map(Vec<(Value, Value)>),
    /// Fields of a struct by their place in [`Struct::fields`], ascending; of a union exactly one.
    Struct(DefinitionId, Vec<(usize, Value)>),
    /// A container or struct that is the value of another constant, of the same type.
    Constant(DefinitionId),
}

/// `service`
#[derive(Debug)]
pub struct Service {
    /// Its documentation.
    pub doc: Option<String>,
    /// What is said of its Rust.
    pub rust: Rust,
    /// Its name in the IDL.
    pub name: String,
    /// The service it extends.
    pub extends: Option<DefinitionId>,
    /// Its own functions.
    pub functions: Vec<Function>,
}

/// A function of a service.
#[derive(Debug)]
pub struct Function {
    /// Its documentation.
    pub doc: Option<String>,
    /// What is said of its Rust.
    pub rust: Rust,
    /// Its name in the IDL and on the wire.
    pub name: String,
    /// No reply is sent.
    pub oneway: bool,
    /// What it returns; `None` is `void`.
    pub returns: Option<Type>,
    /// Its arguments.
    pub arguments: Vec<Field>,
    /// Its declared exceptions.
    pub throws: Vec<Field>,
}

impl Module {
    /// It was made of less of another definition, and is none of the IDL's.
    pub fn is_selection(&self, item: Item) -> bool {
        match item {
            Item::Typedef(index) => self.typedefs[index].is_selection,
            Item::Struct(index) => self.structs[index].is_selection,
            Item::Enum(_) | Item::Constant(_) | Item::Service(_) => false,
        }
    }

    /// What is said of the Rust of a definition.
    pub fn rust_of(&self, item: Item) -> &Rust {
        match item {
            Item::Typedef(index) => &self.typedefs[index].rust,
            Item::Enum(index) => &self.enums[index].rust,
            Item::Struct(index) => &self.structs[index].rust,
            Item::Constant(index) => &self.constants[index].rust,
            Item::Service(index) => &self.services[index].rust,
        }
    }
}

impl Schema {
    /// The module with that id.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    /// The typedef with that id.
    pub fn typedef(&self, id: DefinitionId) -> &Typedef {
        &self.modules[id.module.0].typedefs[id.index]
    }

    /// The enum with that id.
    pub fn enumeration(&self, id: DefinitionId) -> &Enum {
        &self.modules[id.module.0].enums[id.index]
    }

    /// Whether a thing of that module, of which this is said, is generated elsewhere.
    pub fn is_extern(&self, module: ModuleId, rust: &Rust) -> bool {
        self.module(module).rust.extern_path().or(rust.extern_path()).is_some()
    }

    /// The struct, union or exception with that id.
    pub fn structure(&self, id: DefinitionId) -> &Struct {
        &self.modules[id.module.0].structs[id.index]
    }

    /// The service with that id.
    pub fn service(&self, id: DefinitionId) -> &Service {
        &self.modules[id.module.0].services[id.index]
    }

    /// The type that is left when the typedefs in front are followed.
    pub fn resolved<'a>(&'a self, mut ty: &'a Type) -> &'a Type {
        while let Type::Typedef(id) = ty {
            ty = &self.typedef(*id).ty;
        }
        ty
    }
}
