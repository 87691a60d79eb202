//! What the user can do about a syntax error, for the mistakes that are made most.

use super::Failure;
use super::context::closing;
use super::words::is_invisible;
use crate::diagnostic::similar::similar;
use crate::syntax::parser::lexeme::LexemeKind;
use crate::syntax::parser::{Rule, word};

const FBTHRIFT: &str = "this belongs to fbthrift, whose language is a different one";
const QUOTES: &str = "strings stand in plain quotes: `\"…\"`";

impl Failure<'_> {
    /// What the user can do, where the mistake is a known one.
    pub(super) fn help(&self) -> Option<String> {
        self.help_to_close()
            .or_else(|| self.help_on_character().map(str::to_owned))
            .or_else(|| if self.expects_item() { self.help_on_item() } else { self.help_within() })
    }

    fn help_to_close(&self) -> Option<String> {
        let (bracket, _) = self.unclosed()?;
        let add = format!("add `{}`", closing(bracket));
        if self.found.is_none() || self.missing_behind().is_some() {
            return Some(add);
        }
        if self.is_nested() {
            return Some(format!("definitions do not stand in one another: move `{}` out", self.found_text()));
        }
        Some(format!("{add} before `{}`", self.found_text()))
    }

    /// By a character that is wrong nearly everywhere.
    fn help_on_character(&self) -> Option<&'static str> {
        let LexemeKind::Punctuation(found) = self.found?.kind else { return None };
        Some(match (found, self.char_before()) {
            (',' | ';', _) if self.follows_separator() => "one of the two separators is enough",
            ('.', Some('0'..='9')) => "digits follow the point: `1.0`",
            ('.', Some(_)) => "a letter or a digit follows a dot in a name",
            ('+' | '-', Some(c)) if c == '_' || c.is_alphanumeric() => "names consist of letters, digits and `_`",
            ('+' | '-', _) if self.follows_value() => "values are not computed: write the result",
            ('+' | '-', _) => "digits follow a sign directly: `-1`",
            ('*' | '/' | '|' | '&' | '%', _) if self.follows_value() => "values are not computed: write the result",
            ('@', _) => FBTHRIFT,
            ('“' | '”' | '„' | '‘' | '’' | '`', _) => QUOTES,
            (c, _) if is_invisible(c) => "remove it; it cannot be seen in most editors",
            _ => return None,
        })
    }

    /// The character directly before what was found.
    fn char_before(&self) -> Option<char> {
        let before = self.text.get(..self.found?.start)?;
        before.chars().next_back().filter(|c| !c.is_whitespace())
    }

    fn follows_separator(&self) -> bool {
        self.previous().is_some_and(|previous| matches!(previous.kind, LexemeKind::Punctuation(',' | ';')))
    }

    fn follows_value(&self) -> bool {
        let value = |lexeme| matches!(lexeme, LexemeKind::Number | LexemeKind::String(_) | LexemeKind::Word);
        self.before_piece().is_some_and(|previous| value(previous.kind))
    }

    /// Where a header or a definition was expected.
    fn help_on_item(&self) -> Option<String> {
        let found = self.found_text();
        let help = match found {
            "," | ";" => "nothing is separated here: remove it",
            "}" => "there is one `}` too many, here or above",
            "(" => "annotations stand in one pair of parentheses, behind a definition",
            "package" => FBTHRIFT,
            "class" | "message" | "record" | "type" | "data" | "interface" | "import" | "using" | "let" | "var"
            | "static" => return Some(format!("did you mean `{}`?", of_other_language(found))),
            _ if matches!(self.found?.kind, LexemeKind::String(_)) && self.follows_value() => {
                "strings are not joined: write one"
            }
            _ if matches!(self.char_before(), Some('"' | '\'')) => "a quote in a string is written `\\\"` or `\\'`",
            _ if self.found?.kind == LexemeKind::Number && self.char_before() == Some(',') => {
                "numbers are written without separators: `1000`"
            }
            _ => return similar(found, word::ITEM_WORDS).map(|word| format!("did you mean `{word}`?")),
        };
        Some(help.to_owned())
    }

    /// Within a header or a definition.
    fn help_within(&self) -> Option<String> {
        self.help_on_type()
            .or_else(|| match self.opening_word() {
                "service" => self.help_on_service(),
                "struct" | "union" | "exception" | "enum" => self.help_on_head(),
                _ => None,
            })
            .or_else(|| self.help_on_field())
            .or_else(|| self.help_on_string())
    }

    /// In a type, or instead of one.
    fn help_on_type(&self) -> Option<String> {
        let previous = self.previous().map_or("", |previous| self.slice(previous));
        Some(match self.found_text() {
            "<" if self.expects(Rule::word) || self.expects(Rule::name) => match container_meant(previous) {
                Some(container) => format!("did you mean `{container}`?"),
                None => "only `list`, `set` and `map` hold other types".to_owned(),
            },
            "[" if self.expects(Rule::word) => format!("an array is a `list<{previous}>`"),
            "?" if self.expects(Rule::word) => format!("write `optional {previous}`"),
            "*" if self.expects(Rule::word) => {
                "there are no pointers; a type may hold itself in `optional` fields".to_owned()
            }
            ">" if self.expects_type() => "name the type of what it holds: `list<i32>`".to_owned(),
            "," if self.expects(Rule::close_angle) => "only a map has two types: `map<key, value>`".to_owned(),
            _ if self.expects(Rule::comma) => "a map has two types: `map<key, value>`".to_owned(),
            word @ ("required" | "optional") if self.expects_type() => match previous {
                "required" | "optional" => "one of `required` and `optional` is enough".to_owned(),
                _ => format!("`{word}` stands before the type, once"),
            },
            _ if matches!(previous, "required" | "optional") && self.expects_type() => {
                format!("`{previous}` stands before the type: `1: {previous} i32 name`")
            }
            _ => return None,
        })
    }

    /// Where a struct or an enum begins, or in an enum.
    fn help_on_head(&self) -> Option<String> {
        let help = match self.found_text() {
            "extends" | ":" if self.expects(Rule::open_brace) => {
                "only services extend one another; give it a field of that type"
            }
            "<" if self.expects(Rule::open_brace) => "what is defined has no type parameters",
            ":" if self.opening_word() == "enum" => "the number of an enum value follows a `=`",
            _ => return None,
        };
        Some(help.to_owned())
    }

    fn help_on_service(&self) -> Option<String> {
        let found = self.found_text();
        let before: Vec<&str> = self.before().map(|lexeme| self.slice(lexeme)).collect();
        let (previous, before) = before.split_last()?;
        let help = match (found, *previous) {
            (":", _) if self.expects(Rule::extends) => "a service extends another with the word `extends`",
            (word, _) if self.expects(Rule::extends) && similar(word, ["extends"]).is_some() => {
                "did you mean `extends`?"
            }
            (",", _) if before.last() == Some(&"extends") => "a service extends one other",
            ("{", ")") => "a function has no body: remove the braces",
            (_, "throws") if self.expects(Rule::throws) || self.expects(Rule::open_paren) => {
                "what a function throws stands in parentheses: `throws (1: Error error)`"
            }
            _ => return None,
        };
        Some(help.to_owned())
    }

    fn help_on_field(&self) -> Option<String> {
        let found = self.found_text();
        let number_before = self.previous().is_some_and(|previous| previous.kind == LexemeKind::Number);
        let help = if self.expects(Rule::colon) && number_before && self.opening_word() != "const" {
            "a colon follows the id of a field: `1: i32 name`"
        } else if self.expects(Rule::word) && found == ":" {
            "the type stands before the name: `1: i32 name`"
        } else if self.expects(Rule::colon) {
            "a map is written `{key: value}`, a list `[value]`"
        } else if self.opening_word() == "namespace" {
            "a namespace is for a language: `namespace rs name`, or for all of them: `namespace * name`"
        } else if self.expects(Rule::name) && self.opening_word() == "typedef" {
            "the type comes first: `typedef i64 Name`"
        } else if (self.expects(Rule::word) || self.expects(Rule::name))
            && (self.missing_behind().is_some() || ",;})=".contains(found))
        {
            "a type and a name are needed"
        } else {
            return None;
        };
        Some(help.to_owned())
    }

    /// Where a string is missing.
    fn help_on_string(&self) -> Option<String> {
        let found = self.found?;
        if self.expects(Rule::close_paren) && self.found_text() == ":" {
            return Some("the value of an annotation follows a `=`".to_owned());
        }
        if !self.expects(Rule::literal) || self.expects(Rule::const_value) {
            return None;
        }
        Some(match found.kind {
            LexemeKind::Word | LexemeKind::Number => format!("write it in quotes: `\"{}\"`", self.found_text()),
            _ => QUOTES.to_owned(),
        })
    }
}

/// The word that opens what is called so elsewhere.
fn of_other_language(word: &str) -> &'static str {
    match word {
        "interface" => "service",
        "import" => "include",
        "using" | "type" => "typedef",
        "let" | "var" | "static" => "const",
        _ => "struct",
    }
}

fn container_meant(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "vector" | "array" | "vec" | "sequence" | "repeated" => Some("list"),
        "dict" | "hashmap" | "dictionary" => Some("map"),
        "hashset" => Some("set"),
        _ => similar(word, ["list", "set", "map"]),
    }
}
