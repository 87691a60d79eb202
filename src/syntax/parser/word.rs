//! The language's keywords, and where they are no names.

/// Whether a word is a keyword, which names no type.
pub(super) fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "namespace"
            | "include"
            | "cpp_include"
            | "void"
            | "oneway"
            | "async"
            | "typedef"
            | "struct"
            | "union"
            | "exception"
            | "extends"
            | "throws"
            | "service"
            | "enum"
            | "const"
            | "required"
            | "optional"
    ) || is_type(word)
        || is_reserved(word)
}

/// Whether a word is a base type, or the word of a container.
pub(super) fn is_type(word: &str) -> bool {
    matches!(
        word,
        "bool"
            | "byte"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "double"
            | "string"
            | "binary"
            | "uuid"
            | "map"
            | "list"
            | "set"
    )
}

/// Whether a word names nothing at all, neither a field, a constant, a value, a function nor a service.
pub(super) fn is_reserved(word: &str) -> bool {
    matches!(word, "cpp_type" | "xsd_all" | "xsd_optional" | "xsd_nillable" | "xsd_attrs" | "true" | "false")
}

/// The words that open a header or a definition.
pub(super) const ITEM_WORDS: [&str; 10] =
    ["struct", "service", "const", "enum", "typedef", "exception", "union", "namespace", "include", "cpp_include"];
