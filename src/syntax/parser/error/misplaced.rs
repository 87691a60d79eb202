//! A word too many or too few: the grammar takes the ones around it for a type and a name, and fails words later. What to
//! point at is the word itself.

use super::Failure;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::similar::similar;
use crate::syntax::parser::lexeme::Lexeme;
use crate::syntax::parser::{Rule, word};

impl Failure<'_> {
    /// The error for such a word, if there is one.
    pub(super) fn misplaced_word(&self) -> Option<Diagnostic> {
        if let Some(word) = self.word_above() {
            let message = format!("did not expect `{}` here", self.slice(word));
            return Some(Diagnostic::error("syntax", message, self.span(word)).help("remove it"));
        }
        let words = self.words_before();
        let (misplaced, behind) = match words.as_slice() {
            [.., word, container] if self.found_text() == "<" && is_container(self.slice(*container)) => {
                (*word, *container)
            }
            [.., ty, requiredness, _] if self.expects(Rule::word) && self.is_late(*ty, *requiredness) => {
                let text = self.slice(*requiredness);
                let message = format!("did not expect `{text}` behind the type `{}`", self.slice(*ty));
                let help = format!("`{text}` stands before the type");
                return Some(Diagnostic::error("syntax", message, self.span(*requiredness)).help(help));
            }
            [first, second, third] if self.expects(Rule::word) && is_requiredness(self.slice(*first)) => {
                (*second, *third)
            }
            [first, second, _, ..] if self.expects(Rule::word) => (*first, *second),
            [first, second] if self.expects(Rule::open_paren) && self.is_word(self.found?) => (*first, *second),
            _ => return None,
        };
        let (text, next) = (self.slice(misplaced), self.slice(behind));
        let known = meant(text).is_some() || FOREIGN.contains(&text) || text == "unsigned";
        let is_before_type = known || word::is_type(next) || next == "void";
        if !is_before_type || word::is_keyword(text) {
            return None;
        }
        let message = format!("did not expect `{text}` before the type `{next}`");
        Some(Diagnostic::error("syntax", message, self.span(misplaced)).help(help(text)))
    }

    /// A word above a function: it is taken for the type, and the type for the name.
    fn word_above(&self) -> Option<Lexeme> {
        let before: Vec<Lexeme> = self.before().collect();
        let [.., word, ty] = before.as_slice() else { return None };
        let is_above = self.is_word(*word) && self.is_word(*ty) && self.is_later_line(*word, *ty);
        (self.expects(Rule::open_paren) && is_above && !self.is_later_line(*ty, self.found?)).then_some(*word)
    }

    fn is_late(&self, ty: Lexeme, requiredness: Lexeme) -> bool {
        is_requiredness(self.slice(requiredness)) && word::is_type(self.slice(ty))
    }

    /// A function that has a name and parentheses, but no type: they are taken for a type with annotations.
    pub(super) fn untyped_function(&self) -> Option<Diagnostic> {
        let before: Vec<Lexeme> = self.before().collect();
        let text = |lexeme: &Lexeme| self.slice(*lexeme);
        let in_parentheses = self.expects(Rule::annotations) || self.expects(Rule::annotation);
        let behind_them = self.expects(Rule::word) && before.last().map(text) == Some(")");
        if before.first().map(text) != Some("service") || !(in_parentheses || behind_them) {
            return None;
        }
        let opening = before.iter().rposition(|lexeme| text(lexeme) == "(")?;
        let name = *before.get(opening.checked_sub(1)?)?;
        let before_it = before.get(opening.checked_sub(2)?)?;
        if !self.is_word(name) || self.is_word(*before_it) || text(before_it) == ">" {
            return None;
        }
        let name_text = self.slice(name);
        if text(before_it) == ")" && similar(name_text, ["throws"]).is_some() {
            let message = format!("expected `throws`, found `{name_text}`");
            return Some(Diagnostic::error("syntax", message, self.span(name)).help("did you mean `throws`?"));
        }
        let message = format!("the function `{name_text}` has no type");
        let help = "the type of what it returns stands before its name; `void` if it returns nothing";
        Some(Diagnostic::error("syntax", message, self.span(name)).help(help))
    }

    /// Arguments without an end: the next function is taken for one of them, and its own arguments for annotations.
    pub(super) fn open_arguments(&self) -> Option<Diagnostic> {
        let in_annotations = self.expects(Rule::annotations) || self.expects(Rule::annotation);
        if self.opening_word() != "service" || !in_annotations {
            return None;
        }
        let mut open = Vec::new();
        let before: Vec<Lexeme> = self.before().collect();
        for lexeme in &before {
            match self.slice(*lexeme) {
                "(" => open.push(*lexeme),
                ")" => drop(open.pop()),
                _ => {}
            }
        }
        let [.., arguments, _] = open.as_slice() else { return None };
        let [.., function, _] = before.as_slice() else { return None };
        let message = format!("these arguments have no end before the function `{}`", self.slice(*function));
        let error = Diagnostic::error("syntax", message, self.span(*arguments));
        Some(error.also(self.span(*function), "the next function").help("add `)`"))
    }

    fn is_word(&self, lexeme: Lexeme) -> bool {
        self.slice(lexeme).starts_with(|c: char| c == '_' || c.is_alphabetic())
    }
}

/// Words of other languages that stand before types.
const FOREIGN: [&str; 16] = [
    "public",
    "private",
    "protected",
    "internal",
    "static",
    "final",
    "readonly",
    "mutable",
    "virtual",
    "abstract",
    "repeated",
    "var",
    "let",
    "val",
    "def",
    "rpc",
];

fn help(text: &str) -> String {
    match (text, meant(text)) {
        ("repeated", _) => "several values are a `list<…>`".to_owned(),
        ("unsigned", _) => "there are no unsigned integers; a larger type holds the same numbers".to_owned(),
        (_, Some(meant)) => format!("did you mean `{meant}`?"),
        _ => "remove it".to_owned(),
    }
}

fn meant(text: &str) -> Option<&'static str> {
    similar(text, ["required", "optional", "oneway"])
}

fn is_container(text: &str) -> bool {
    matches!(text, "list" | "set" | "map")
}

fn is_requiredness(text: &str) -> bool {
    matches!(text, "required" | "optional")
}
