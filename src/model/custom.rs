//! What users say of the Rust that comes of their IDL: by an annotation `rust.…` on a thing, or by an option that names
//! the thing by its path. Both are parsed here, once; later stages find it with the thing.

use super::choice::{Choice, Pointer};
use super::resolve::Resolver;
use super::schema::{Rust, StructKind};
use super::select::Selection;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::similar::similar;
use crate::syntax::ast::Annotation;

/// One thing that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Custom {
    /// The name in Rust.
    Name(String),
    /// Traits to derive, by their paths.
    Derives(Vec<String>),
    /// Attributes, each with its `#[…]`.
    Attributes(Vec<String>),
    /// The Rust type for one of Thrift's.
    Choice(Choice),
    /// What a field keeps its value behind.
    Pointer(Pointer),
    /// The path of the Rust that is there already.
    Extern(String),
    /// Fields that the IDL does not know are kept.
    KeepUnknown,
    /// One more type, with some of the fields.
    Select(Selection),
}

/// Where something may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A whole file.
    File,
    /// A struct or exception.
    Struct,
    Union,
    Enum,
    Typedef,
    Constant,
    Service,
    Function,
    Field,
    Value,
    Argument,
    Throws,
    /// A type where it is used, and a namespace of another language: nothing of either comes to Rust.
    Elsewhere,
}

/// A word by which something is said: `rust.WORD = "…"` in the IDL, `WORD=PATH:…` as an option.
pub(super) struct Key {
    pub(super) word: &'static str,
    parse: fn(&str) -> Option<Custom>,
    /// What [`parse`](Self::parse) takes.
    takes: &'static str,
    pub(super) places: &'static [Place],
    /// The same in words.
    pub(super) belongs: &'static str,
}

const KEYS: &[Key] = &[
    Key {
        word: "attribute",
        parse: |value| attributes(value).map(Custom::Attributes),
        takes: "attributes such as `#[must_use]`",
        places: &[
            Place::Struct,
            Place::Union,
            Place::Enum,
            Place::Typedef,
            Place::Constant,
            Place::Service,
            Place::Function,
            Place::Field,
            Place::Value,
            Place::Throws,
        ],
        belongs: "definitions, fields, enum values, functions and what they throw",
    },
    Key {
        word: "derive",
        parse: |value| derives(value).map(Custom::Derives),
        takes: "paths of traits, such as `serde::Serialize`",
        places: &[Place::Struct, Place::Union, Place::Enum],
        belongs: "structs, unions, exceptions and enums",
    },
    Key {
        word: EXTERN,
        parse: |value| absolute(value).map(Custom::Extern),
        takes: "a path that starts with `::` or `crate::`",
        places: &[
            Place::File,
            Place::Struct,
            Place::Union,
            Place::Enum,
            Place::Typedef,
            Place::Constant,
            Place::Service,
        ],
        belongs: "files and definitions",
    },
    Key {
        word: "keep_unknown",
        parse: |value| matches!(value, "" | "true").then_some(Custom::KeepUnknown),
        takes: "no value",
        places: &[Place::Struct],
        belongs: "structs and exceptions",
    },
    Key {
        word: "select",
        parse: |value| Selection::parse(value).map(Custom::Select),
        takes: "a name and fields, such as `Summary: id, name`",
        // Of a union there is more to say than that it means nothing.
        places: &[Place::Struct, Place::Union],
        belongs: "structs and exceptions",
    },
    Key {
        word: "name",
        parse: |value| is_identifier(value).then(|| Custom::Name(value.to_owned())),
        takes: "a name that Rust can have",
        places: &[
            Place::Struct,
            Place::Union,
            Place::Enum,
            Place::Typedef,
            Place::Constant,
            Place::Service,
            Place::Function,
            Place::Field,
            Place::Value,
            Place::Argument,
            Place::Throws,
        ],
        belongs: "definitions, fields, enum values, functions, and what they take and throw",
    },
    Key {
        word: "pointer",
        parse: |value| Pointer::named(value).map(Custom::Pointer),
        takes: "`box` or `arc`",
        places: &[Place::Field],
        belongs: "fields",
    },
    choice("binary", |value| Choice::binary(value).map(Custom::Choice), "`bytes` or `vec`"),
    choice("map", |value| Choice::map(value).map(Custom::Choice), "`btree`, `hash`, `index` or `vec`"),
    choice("set", |value| Choice::set(value).map(Custom::Choice), "`btree`, `hash`, `index` or `vec`"),
    choice("string", |value| Choice::string(value).map(Custom::Choice), "`string` or `shared`"),
];

/// A choice of the Rust type for one of Thrift's.
const fn choice(word: &'static str, parse: fn(&str) -> Option<Custom>, takes: &'static str) -> Key {
    const PLACES: &[Place] =
        &[Place::File, Place::Typedef, Place::Constant, Place::Function, Place::Field, Place::Argument];
    Key {
        word,
        parse,
        takes,
        places: PLACES,
        belongs: "fields, arguments, typedefs, constants, functions for what they return, and the namespace of a file",
    }
}

/// Said of what another crate, or another part of the crate, has.
const EXTERN: &str = "extern_path";

impl Key {
    pub(super) fn find(word: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.word == word)
    }

    /// Err: what is wrong, as the end of a sentence about the key.
    pub(super) fn custom(&self, value: &str) -> Result<Custom, String> {
        let value = value.trim();
        (self.parse)(value).ok_or_else(|| match value {
            "" => format!("needs {}", self.takes),
            _ => format!("takes {}, not `{value}`", self.takes),
        })
    }
}

/// What the annotations of a thing say of its Rust.
pub(super) fn annotated(resolver: &mut Resolver<'_>, annotations: &[Annotation], place: Place) -> Rust {
    let mut rust = Rust::default();
    annotate(resolver, annotations, place, &mut rust);
    rust
}

/// Adds what annotations say.
pub(super) fn annotate(resolver: &mut Resolver<'_>, annotations: &[Annotation], place: Place, rust: &mut Rust) {
    for annotation in annotations {
        if let Some(word) = annotation.key.text.strip_prefix("rust.") {
            match understood(annotation, word, place) {
                Ok(custom) => rust.add(custom),
                Err(wrong) => resolver.report(wrong),
            }
        }
    }
}

fn understood(annotation: &Annotation, word: &str, place: Place) -> Result<Custom, Diagnostic> {
    let typed = &annotation.key.text;
    // Where else the code is, is not for the IDL to know.
    let known = || KEYS.iter().filter(|key| key.word != EXTERN);
    let Some(key) = known().find(|key| key.word == word) else {
        let message = format!("thrift-gen knows no annotation `{typed}`");
        let help = match similar(word, known().map(|key| key.word)) {
            Some(meant) => format!("did you mean `rust.{meant}`?"),
            None => {
                let words: Vec<String> = known().map(|key| format!("`rust.{}`", key.word)).collect();
                format!("there are {}", words.join(", "))
            }
        };
        return Err(Diagnostic::warning("unknown-annotation", message, annotation.key.span).help(help));
    };
    if !key.places.contains(&place) {
        let message = format!("`{typed}` means nothing here");
        return Err(Diagnostic::warning("misplaced-annotation", message, annotation.key.span)
            .help(format!("it is for {}", key.belongs)));
    }
    let (value, span) = match &annotation.value {
        Some(literal) => (literal.value.as_str(), literal.span),
        None => ("", annotation.key.span),
    };
    key.custom(value).map_err(|wrong| Diagnostic::error("annotation-value", format!("`{typed}` {wrong}"), span))
}

impl Place {
    pub(super) fn of_struct(kind: StructKind) -> Self {
        match kind {
            StructKind::Struct | StructKind::Exception => Self::Struct,
            StructKind::Union => Self::Union,
        }
    }

    pub(super) fn of_field(place: super::field::Place) -> Self {
        use super::field::Place as List;
        match place {
            List::Struct | List::Union | List::Exception => Self::Field,
            List::Arguments => Self::Argument,
            List::Throws => Self::Throws,
        }
    }
}

/// A word that can be a name everywhere, with `r#` before it if need be.
pub(super) fn is_identifier(word: &str) -> bool {
    is_word(word) && !["_", "self", "Self", "super", "crate"].contains(&word)
}

/// Letters and digits of ASCII and `_`, with no digit first.
pub(super) fn is_word(word: &str) -> bool {
    let starts = word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts && word.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// A path that means the same in every module, without the `r#` of keywords.
fn absolute(typed: &str) -> Option<String> {
    let (start, rest) = typed.split_at(typed.find("::")? + 2);
    let words: Vec<&str> = rest.split("::").map(|word| word.strip_prefix("r#").unwrap_or(word)).collect();
    let is_absolute = matches!(start, "::" | "crate::") && words.iter().all(|word| is_identifier(word));
    is_absolute.then(|| format!("{start}{}", words.join("::")))
}

/// Paths with `+` or `,` between.
fn derives(value: &str) -> Option<Vec<String>> {
    let is_path = |path: &str| path.strip_prefix("::").unwrap_or(path).split("::").all(is_word);
    let paths: Vec<String> = value.split(['+', ',']).map(|path| path.trim().to_owned()).collect();
    paths.iter().all(|path| is_path(path)).then_some(paths)
}

/// One or more of `#[…]`, each closed.
fn attributes(value: &str) -> Option<Vec<String>> {
    let mut attributes = Vec::new();
    let mut rest = value;
    while !rest.is_empty() {
        let (attribute, after) = rest.split_at(attribute_length(rest)?);
        attributes.push(attribute.to_owned());
        rest = after.trim_start();
    }
    (!attributes.is_empty()).then_some(attributes)
}

/// Where the attribute that a text starts with ends.
fn attribute_length(text: &str) -> Option<usize> {
    let body = text.strip_prefix("#[")?;
    let (mut open, mut quoted, mut escaped) = (vec![']'], false, false);
    for (at, char) in body.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' => {
                if open.pop() != Some(char) {
                    return None;
                }
                if open.is_empty() {
                    return Some("#[".len() + at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(word: &str, value: &str) -> Result<Custom, String> {
        Key::find(word).unwrap().custom(value)
    }

    #[test]
    fn names_are_identifiers() {
        for name in ["a", "_1", "Work", "type", " padded "] {
            assert_eq!(parse("name", name), Ok(Custom::Name(name.trim().to_owned())));
        }
        assert_eq!(parse("name", ""), Err("needs a name that Rust can have".to_owned()));
        for name in ["_", "1a", "a-b", "a b", "r#type", "self", "Self", "crate", "super", "ä"] {
            let message = parse("name", name).unwrap_err();
            assert_eq!(message, format!("takes a name that Rust can have, not `{name}`"));
        }
    }

    #[test]
    fn derives_are_paths() {
        let paths = |paths: &[&str]| Ok(Custom::Derives(paths.iter().map(|path| (*path).to_owned()).collect()));
        assert_eq!(parse("derive", "Copy"), paths(&["Copy"]));
        assert_eq!(parse("derive", "a::B + ::c::D,E"), paths(&["a::B", "::c::D", "E"]));
        for wrong in ["", "a b", "a::", "A+", "#[derive(A)]", ":::a"] {
            assert!(parse("derive", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn extern_paths_are_absolute() {
        for path in ["::a", "::a::b::C", "crate::a"] {
            assert_eq!(parse("extern_path", path), Ok(Custom::Extern(path.to_owned())));
        }
        assert_eq!(parse("extern_path", "::a::r#gen::b"), Ok(Custom::Extern("::a::gen::b".to_owned())));
        for wrong in
            ["", "a::b", "::", "crate", "crate::", "::a::", "super::a", "::a b", "::crate::a", "::r#crate", "::a::r#"]
        {
            assert!(parse("extern_path", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn attributes_are_closed() {
        let attributes = |list: &[&str]| Ok(Custom::Attributes(list.iter().map(|item| (*item).to_owned()).collect()));
        assert_eq!(parse("attribute", "#[a]"), attributes(&["#[a]"]));
        assert_eq!(parse("attribute", "#[a(b = [1])]  #[c]"), attributes(&["#[a(b = [1])]", "#[c]"]));
        assert_eq!(parse("attribute", r#"#[doc = "]\"("]"#), attributes(&[r#"#[doc = "]\"("]"#]));
        for wrong in ["", "a", "#[a", "#[a(]", "#[a]]", "#[a] b", "#![a]", "#[a)", r#"#[doc = "]"#] {
            assert!(parse("attribute", wrong).is_err(), "{wrong}");
        }
    }
}
