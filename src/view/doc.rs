//! Documentation comments as rustdoc: Markdown that Rust tools would trip over is made harmless.

use askama::Template;

/// Lines of documentation before an item.
#[derive(Template)]
#[template(path = "rust/doc.rs.jinja", escape = "none")]
pub(super) struct Doc {
    indent: &'static str,
    marker: &'static str,
    lines: Vec<String>,
}

impl Doc {
    /// Documentation of an item at the margin.
    pub(super) fn item(text: &Option<String>) -> Self {
        Self { indent: "", marker: "///", lines: lines(text) }
    }

    /// Documentation of a field, variant or method.
    pub(super) fn member(text: &Option<String>) -> Self {
        Self { indent: "    ", marker: "///", lines: lines(text) }
    }

    /// Documentation of the module that it stands in.
    pub(super) fn module(text: &Option<String>) -> Self {
        Self { indent: "", marker: "//!", lines: lines(text) }
    }
}

/// Each line with a space before it, unless it is empty.
fn lines(text: &Option<String>) -> Vec<String> {
    let Some(text) = text else { return Vec::new() };
    let mut fence = None;
    let mut lines: Vec<String> = text.trim_end().lines().map(|line| rustdoc_line(line, &mut fence)).collect();
    if let Some(mark) = fence {
        lines.push(format!(" {mark}"));
    }
    lines
}

fn rustdoc_line(line: &str, fence: &mut Option<&'static str>) -> String {
    let line = line.trim_end();
    let trimmed = line.trim_start();
    let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
    let text = match (mark, *fence) {
        (Some(mark), None) => {
            *fence = Some(mark);
            format!("{mark}text")
        }
        (Some(mark), Some(open)) if mark == open => {
            *fence = None;
            mark.to_owned()
        }
        (_, Some(_)) => line.to_owned(),
        // Four spaces would make it a block of code, which rustdoc takes for a test.
        (None, None) => escaped(&line[line.len() - trimmed.len() - (line.len() - trimmed.len()).min(3)..]),
    };
    if text.is_empty() { text } else { format!(" {text}") }
}

/// Brackets would be links to items, and angle brackets tags of HTML; bare addresses become links. What stands between
/// ticks stays as it is.
fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len() + 8);
    let has_pairs = line.matches('`').count().is_multiple_of(2);
    for (index, part) in line.split('`').enumerate() {
        if index > 0 {
            text.push_str(if has_pairs { "`" } else { "\\`" });
        }
        if has_pairs && index % 2 == 1 {
            text.push_str(part);
        } else {
            escape_prose(part, &mut text);
        }
    }
    text
}

fn escape_prose(prose: &str, text: &mut String) {
    for (index, word) in prose.split(' ').enumerate() {
        if index > 0 {
            text.push(' ');
        }
        match address(word) {
            Some((start, end)) => {
                escape_word(&word[..start], text);
                text.push_str(&format!("<{}>", &word[start..end]));
                escape_word(&word[end..], text);
            }
            None => escape_word(word, text),
        }
    }
}

fn escape_word(word: &str, text: &mut String) {
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        // Markdown takes a backslash for itself before punctuation and at the end of a line.
        let is_escape = letter == '\\' && letters.peek().is_none_or(char::is_ascii_punctuation);
        if is_escape || matches!(letter, '[' | ']' | '<') {
            text.push('\\');
        }
        text.push(if letter == '\t' { ' ' } else { letter });
    }
}

/// Where a word holds a web address, without the punctuation of the sentence around it.
fn address(word: &str) -> Option<(usize, usize)> {
    let (start, scheme) =
        ["http://", "https://"].iter().filter_map(|scheme| Some((word.find(scheme)?, scheme))).min()?;
    let rest = &word[start..];
    let end = rest.find(|letter: char| "<>()[]{}\"'\\|,;\t".contains(letter) || letter.is_control());
    let address = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ':', '!', '?', '*', '_']);
    (address.len() > scheme.len()).then_some((start, start + address.len()))
}
