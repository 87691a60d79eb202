//! What the user can do about a syntax error, for the mistakes that are made most.

use super::{Failure, closing};
use crate::diagnostic::similar::similar;
use crate::syntax::parser::lexeme::LexemeKind;
use crate::syntax::parser::{Rule, word};

const FBTHRIFT: &str = "this belongs to fbthrift, whose language is a different one";

impl Failure<'_> {
    /// What the user can do, where the mistake is a known one.
    pub(super) fn help(&self) -> Option<String> {
        self.help_on_found().or_else(|| self.help_on_expected()).or_else(|| self.misspelt_requiredness())
    }

    /// By what was found.
    fn help_on_found(&self) -> Option<String> {
        let Some(found) = self.found else { return self.help_to_close("") };
        let help = match (found.kind, self.char_before()) {
            (LexemeKind::Word, _) if self.is_item_word(found) => {
                return self.help_to_close(&format!(" before `{}`", self.found_text()));
            }
            (LexemeKind::Word, _) if self.found_text() == "package" && self.expects_item() => FBTHRIFT,
            (LexemeKind::Punctuation(',' | ';'), _) if self.follows_separator() => {
                "one of the two separators is enough"
            }
            (LexemeKind::Punctuation(',' | ';'), _) if self.expects_item() => "nothing is separated here: remove it",
            (LexemeKind::Punctuation('}'), _) if self.expects_item() => "there is one `}` too many, here or above",
            (LexemeKind::Punctuation('.'), Some('0'..='9')) => "digits follow the point: `1.0`",
            (LexemeKind::Punctuation('.'), Some(_)) => "a letter or a digit follows a dot in a name",
            (LexemeKind::Punctuation('+' | '-'), Some(c)) if c == '_' || c.is_alphanumeric() => {
                "names consist of letters, digits and `_`"
            }
            (LexemeKind::Punctuation('+' | '-'), _) => "digits follow a sign directly: `-1`",
            (LexemeKind::Punctuation('@'), _) => FBTHRIFT,
            (LexemeKind::Punctuation('}' | ')' | ']' | '>'), _) => {
                return self.help_to_close(&format!(" before `{}`", self.found_text()));
            }
            (LexemeKind::Punctuation('“' | '”' | '„' | '‘' | '’'), _) => {
                "strings stand in plain quotes: `\"…\"`"
            }
            _ => return None,
        };
        Some(help.to_owned())
    }

    fn help_to_close(&self, place: &str) -> Option<String> {
        let (bracket, _) = self.unclosed()?;
        Some(format!("add `{}`{place}", closing(bracket)))
    }

    /// The character directly before what was found.
    fn char_before(&self) -> Option<char> {
        let before = self.text.get(..self.found?.start)?;
        before.chars().next_back().filter(|c| !c.is_whitespace())
    }

    fn follows_separator(&self) -> bool {
        self.before().last().is_some_and(|lexeme| matches!(lexeme.kind, LexemeKind::Punctuation(',' | ';')))
    }

    fn expects_item(&self) -> bool {
        self.expects(Rule::piece) || self.expects(Rule::item) || self.expects(Rule::EOI)
    }

    /// By what was expected.
    fn help_on_expected(&self) -> Option<String> {
        let found = self.found_text();
        if self.expects_item() {
            let meant = similar(found, word::ITEM_WORDS);
            return meant.map(|word| format!("did you mean `{word}`?"));
        }
        if self.expects(Rule::comma) {
            return Some("a map has two types: `map<key, value>`".to_owned());
        }
        if self.expects(Rule::colon) && self.expects_field() {
            return Some("a colon follows the id of a field: `1: i32 name`".to_owned());
        }
        if self.expects(Rule::literal) && !self.expects(Rule::const_value) && !found.is_empty() {
            return Some(format!("write it in quotes: `\"{found}\"`"));
        }
        let previous = self.before().last().map_or("", |lexeme| self.slice(lexeme));
        let untyped = self.expects(Rule::word) && (found == "(" || previous == ")")
            || self.expects(Rule::annotation) && self.found.is_some_and(|found| found.kind == LexemeKind::Number);
        if untyped && self.opening_word() == "service" {
            return Some("a type stands before the name of a function; `void` if it returns nothing".to_owned());
        }
        if self.expects(Rule::word)
            && matches!(found, "," | ";" | "}" | ")" | "=")
            && self.misspelt_requiredness().is_none()
        {
            return Some("a type and a name are needed".to_owned());
        }
        if self.opening_word() == "enum" && found == ":" {
            return Some("the number of an enum value follows a `=`".to_owned());
        }
        None
    }

    /// A colon is expected behind a number that opens a field, or else in a map.
    fn expects_field(&self) -> bool {
        self.before().last().is_some_and(|lexeme| lexeme.kind == LexemeKind::Number) && self.opening_word() != "const"
    }

    /// The word that opens the header or definition.
    fn opening_word(&self) -> &str {
        self.before().next().map_or("", |lexeme| self.slice(lexeme))
    }

    /// `requird i32 a`: the first word is taken for a type, the second for a name.
    fn misspelt_requiredness(&self) -> Option<String> {
        let words: Vec<&str> = self.before().map(|lexeme| self.slice(lexeme)).collect();
        let near = words.get(words.len().saturating_sub(3)..).unwrap_or_default();
        let meant = near.iter().find_map(|word| {
            similar(word, ["required", "optional", "xsd_optional", "xsd_nillable", "xsd_attrs"])
                .filter(|meant| meant != word)
        })?;
        Some(format!("did you mean `{meant}`?"))
    }
}
