//! What was expected and what was found, in words for people.

use super::Failure;
use crate::syntax::parser::lexeme::{Lexeme, LexemeKind};
use crate::syntax::parser::{Rule, word};

impl Failure<'_> {
    /// What would fit, such as "a field or `}`"; empty when there are no words for it.
    pub(super) fn expected_in_words(&self) -> String {
        let mut words: Vec<&str> = Vec::new();
        for word in self.expected.iter().filter_map(|rule| word_for(*rule)) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        // `}` reads best at the end.
        words.sort_by_key(|word| word.starts_with('`'));
        match words.as_slice() {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [others @ .., last] => format!("{} or {last}", others.join(", ")),
        }
    }

    /// What stands where something else was expected.
    pub(super) fn found_in_words(&self) -> String {
        self.found.map_or("the end of the file".to_owned(), |found| self.in_words(found))
    }

    fn in_words(&self, lexeme: Lexeme) -> String {
        let text = self.slice(lexeme);
        match lexeme.kind {
            LexemeKind::String(_) => "a string".to_owned(),
            LexemeKind::Word if word::is_keyword(text) => format!("the keyword `{text}`"),
            LexemeKind::Punctuation('`') => "a backtick".to_owned(),
            LexemeKind::Punctuation('\u{c}') => "a form feed (U+000C)".to_owned(),
            LexemeKind::Punctuation('\u{a0}') => "a no-break space (U+00A0)".to_owned(),
            LexemeKind::Punctuation('\u{feff}') => "a byte order mark (U+FEFF)".to_owned(),
            LexemeKind::Punctuation(c) if is_invisible(c) => format!("the character U+{:04X}", u32::from(c)),
            _ => format!("`{text}`"),
        }
    }
}

/// Whether nothing would be seen of a character.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control() || c.is_whitespace() || c.escape_debug().len() > 2
}

/// What the user may write for a rule that would fit; what is optional only where nothing else would.
fn word_for(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::piece | Rule::item | Rule::EOI => "a definition",
        Rule::any_scope => "`*`",
        Rule::enum_value => "an enum value",
        Rule::field => "a field",
        Rule::function => "a function",
        Rule::ty | Rule::base_type => "a type",
        Rule::const_value | Rule::const_list | Rule::const_map => "a value",
        Rule::number => "a number",
        Rule::literal => "a string",
        Rule::annotations | Rule::annotation => "an annotation",
        Rule::word | Rule::name | Rule::namespace_name | Rule::reference => "a name",
        Rule::extends => "`extends`",
        Rule::comma => "`,`",
        Rule::colon => "`:`",
        Rule::equals => "`=`",
        Rule::open_brace | Rule::fields => "`{`",
        Rule::close_brace => "`}`",
        Rule::open_paren | Rule::throws => "`(`",
        Rule::close_paren => "`)`",
        Rule::open_angle | Rule::list | Rule::map | Rule::set => "`<`",
        Rule::close_angle => "`>`",
        Rule::close_bracket => "`]`",
        _ => return None,
    })
}
