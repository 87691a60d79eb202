//! All codes of diagnostics. What is told of the IDL is listed here once; the README's table is made of it.

use super::Severity;
use super::similar::similar;

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable name, as in [`Diagnostic::code`](super::Diagnostic::code).
    pub name: &'static str,
    /// [`Severity::Warning`] if it can be one; then the user may silence it, or make it an error.
    pub severity: Severity,
    /// What it is about, in a few words.
    pub meaning: &'static str,
}

const fn error(name: &'static str, meaning: &'static str) -> Code {
    Code { name, severity: Severity::Error, meaning }
}

const fn warning(name: &'static str, meaning: &'static str) -> Code {
    Code { name, severity: Severity::Warning, meaning }
}

/// Every code, in the order of the stages that report it.
pub const CODES: &[Code] = &[
    error("syntax", "the text is not Thrift"),
    error("invalid-utf8", "a byte outside of comments that is not UTF-8"),
    error("unterminated-comment", "a comment without an end"),
    error("unterminated-string", "a string without an end on its line"),
    error("bad-escape", "an escape in a string that does not exist"),
    error("number-out-of-range", "a number beyond 64 bits"),
    error("not-an-integer", "a number with a fraction where an integer belongs"),
    error("nesting-too-deep", "more than 64 levels of types, values or brackets"),
    warning("old-word", "`async`, a `cpp_type` behind a list and, with `-strict`, `byte`"),
    error("keyword-as-name", "a keyword where a name is declared"),
    error("keyword-as-type", "a keyword where a type belongs"),
    error("keyword-as-value", "a keyword where a value belongs"),
    error("void-as-type", "`void` anywhere but before a function"),
    error("dotted-name", "a dot in a name that is declared"),
    error("name-too-long", "a name of more than 500 bytes"),
    error("non-ascii-name", "a name with other letters than A to Z"),
    error("unreadable-file", "a file that cannot be read, or a named one that does not exist"),
    warning("missing-include", "an included file that does not exist: an error, but with `-allow-missing-includes`"),
    warning("unknown-namespace", "a namespace for something that is almost a language"),
    error("include-cycle", "files that include one another"),
    error("namespace-name", "a namespace for Rust that is no path of modules"),
    error("duplicate-name", "two types, services or constants of one name"),
    error("unknown-type", "a type that is not defined"),
    error("service-as-type", "a service where a type belongs"),
    error("typedef-cycle", "typedefs that stand for one another"),
    warning("implicit-field-id", "a field without an id; an error with `-strict`"),
    warning("nonpositive-field-id", "a field id below 1, which is replaced; an error with `-strict`"),
    warning("negative-field-id", "with `-allow-neg-keys`, an id that is not the next negative one"),
    error("field-id-range", "a field id beyond 16 bits"),
    error("duplicate-field-id", "two fields with one id"),
    error("duplicate-field-name", "two fields with one name"),
    warning("ignored-requiredness", "`required` or `optional` where it means nothing"),
    warning("endless-field", "a struct that requires itself, so that no value of it exists"),
    error("endless-default", "a default value that contains itself"),
    error("union-defaults", "a union with two default values"),
    error("duplicate-enum-value", "two values of an enum with one name"),
    error("enum-value-range", "an enum value beyond 32 bits"),
    error("constant-type", "a value that does not fit its type"),
    error("constant-range", "an integer that does not fit its type"),
    warning("constant-64-bit", "an integer beyond 32 bits"),
    error("constant-cycle", "constants that are defined by one another"),
    error("constant-chain", "constants that refer to one another too far, or are repeated too often"),
    error("constant-field", "a value for a field that the struct does not have"),
    warning("missing-field", "a value without a field that is required; an error where there is no default"),
    error("union-fields", "a value of a union with none or several fields"),
    warning("repeated-key", "a key that stands twice in a map"),
    error("invalid-uuid", "a string that is not a uuid"),
    error("unknown-constant", "a constant or enum value that is not defined"),
    error("unknown-enum-value", "a number that the enum does not have"),
    warning("enum-value-prefix", "an enum value with the name of another enum before it"),
    error("unknown-service", "a service to extend that is not defined"),
    error("service-cycle", "services that extend one another, or more than 64 others"),
    error("duplicate-function", "two functions with one name, inherited ones included"),
    error("oneway-result", "a `oneway` function that returns a value"),
    error("oneway-throws", "a `oneway` function that throws"),
    error("throws-type", "something in `throws` that is no exception"),
    warning("unknown-annotation", "an annotation `rust.…` that thrift-gen does not know"),
    warning("misplaced-annotation", "an annotation `rust.…` where it means nothing"),
    error("annotation-value", "an annotation `rust.…` with a value that it does not take"),
    error("unknown-path", "an option for something that the files do not have"),
    error(
        "bad-selection",
        "a selection of a field that the struct does not have or of a union, or a second of one name",
    ),
    error("misplaced-option", "an option for something for which it means nothing"),
    warning("bad-allow", "a `thrift-gen:` comment or a `thrift_gen.` annotation that is not understood"),
    warning("unused-allow", "an `allow` that silences nothing"),
    error("usage", "arguments of the command that are wrong"),
    error("output", "a file that cannot be written"),
    error("drift", "`-check` found a difference"),
];

/// The code of that name.
pub fn find(name: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.name == name)
}

/// The code of a warning that was probably meant, in words: `did you mean …?`
pub fn did_you_mean(name: &str) -> Option<String> {
    let warnings = CODES.iter().filter(|code| code.severity == Severity::Warning);
    let meant = similar(name, warnings.map(|code| code.name))?;
    Some(format!("did you mean `{meant}`?"))
}
