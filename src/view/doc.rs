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

/// Brackets would be links to items, and angle brackets tags of HTML; bare addresses become links.
fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len() + 8);
    for (index, word) in line.split(' ').enumerate() {
        if index > 0 {
            text.push(' ');
        }
        if ["http://", "https://"].iter().any(|scheme| word.contains(scheme)) {
            link(word, &mut text);
        } else {
            escape_word(word, &mut text);
        }
    }
    text
}

fn escape_word(word: &str, text: &mut String) {
    for letter in word.chars() {
        if matches!(letter, '[' | ']' | '<' | '>' | '`' | '\\' | '|') {
            text.push('\\');
        }
        text.push(if letter == '\t' { ' ' } else { letter });
    }
}

/// A word that holds a web address: the address in angle brackets, what stands around it escaped.
fn link(word: &str, text: &mut String) {
    let start = ["http://", "https://"].iter().filter_map(|scheme| word.find(scheme)).min().unwrap_or(0);
    let address = &word[start..];
    let end = address.find(|letter: char| "<>()[]{}\"'`\\|,;\t".contains(letter) || letter.is_control());
    let address = &address[..end.unwrap_or(address.len())];
    let address = address.trim_end_matches(['.', ':', '!', '?', '*', '_']);
    escape_word(&word[..start], text);
    if address.ends_with("//") {
        // A scheme alone is no link.
        text.push_str(address.trim_end_matches("//"));
        text.push_str("\\//");
    } else {
        text.push_str(&format!("<{address}>"));
    }
    escape_word(&word[start + address.len()..], text);
}
