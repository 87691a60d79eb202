//! Documentation comments as rustdoc: Markdown that Rust tools would trip over is made harmless.

use askama::Template;

use crate::model::schema::Rust;

/// What stands before an item: its documentation, then the attributes that users want.
#[derive(Debug, Template)]
#[template(path = "rust/doc.rs.jinja", escape = "none")]
pub(super) struct Doc {
    indent: &'static str,
    marker: &'static str,
    lines: Vec<String>,
    attributes: Vec<String>,
}

impl Doc {
    /// Documentation of an item at the margin.
    pub(super) fn item(text: &Option<String>, rust: &Rust) -> Self {
        Self { indent: "", marker: "///", lines: lines(text), attributes: rust.attributes().to_vec() }
    }

    /// Documentation of a field, variant or method.
    pub(super) fn member(text: &Option<String>, rust: &Rust) -> Self {
        Self { indent: "    ", marker: "///", lines: lines(text), attributes: rust.attributes().to_vec() }
    }

    /// Documentation of the module that it stands in.
    pub(super) fn module(text: &Option<String>) -> Self {
        Self { indent: "", marker: "//!", lines: lines(text), attributes: Vec::new() }
    }
}

/// Each line with a space before it, unless it is empty.
fn lines(text: &Option<String>) -> Vec<String> {
    let Some(text) = text else { return Vec::new() };
    let mut fence = None;
    let mut lines: Vec<String> = text.trim_end().lines().map(|line| rustdoc_line(line, &mut fence)).collect();
    if let Some(fence) = fence {
        lines.push(format!(" {}", fence.mark()));
    }
    lines.into_iter().map(|line| if line.trim().is_empty() { String::new() } else { line }).collect()
}

/// The marks around a block of code: so many of one letter.
#[derive(Clone, Copy)]
struct Fence {
    letter: char,
    length: usize,
}

impl Fence {
    /// What a line opens, which has nothing before the marks, and no further mark behind them.
    fn opened_by(line: &str) -> Option<Self> {
        let letter = line.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
        let rest = line.trim_start_matches(letter);
        let length = line.len() - rest.len();
        (length >= 3 && !rest.contains(letter)).then_some(Self { letter, length })
    }

    fn is_closed_by(self, line: &str) -> bool {
        line.len() >= self.length && line.chars().all(|letter| letter == self.letter)
    }

    fn mark(self) -> String {
        String::from(self.letter).repeat(self.length)
    }
}

fn rustdoc_line(line: &str, fence: &mut Option<Fence>) -> String {
    if fence.is_none() && is_plain(line) {
        return format!(" {line}");
    }
    let line: String = line.chars().filter(|letter| !is_invisible(*letter)).collect();
    let (trimmed, end) = (line.trim(), line.trim_end());
    let text = match *fence {
        Some(open) if open.is_closed_by(trimmed) => {
            *fence = None;
            trimmed.to_owned()
        }
        Some(_) => end.to_owned(),
        None => match Fence::opened_by(trimmed) {
            Some(open) => {
                *fence = Some(open);
                open.mark() + "text"
            }
            // Four spaces would make it a block of code, which rustdoc takes for a test: at the start of the line, and
            // behind the marker of a list or quote, where Markdown shows any number of them as one.
            None => {
                let indent = end.chars().take_while(|letter| letter.is_whitespace()).count().min(3);
                let words: Vec<&str> = trimmed.split_whitespace().collect();
                " ".repeat(if words.is_empty() { 0 } else { indent }) + &escaped(&words.join(" "))
            }
        },
    };
    format!(" {text}")
}

/// Most lines are: words with one space between, of letters that mean nothing to Markdown and are part of no address.
fn is_plain(line: &str) -> bool {
    let mut before = b' ';
    let plain = line.bytes().all(|byte| {
        let fits = match byte {
            b' ' => before != b' ',
            b'/' => before != b':',
            b'\\' | b'`' | b'[' | b']' | b'<' => false,
            _ => matches!(byte, b'!'..=b'}'),
        };
        before = byte;
        fits
    });
    plain && before != b' '
}

/// Controls, and what turns the direction of text around: rustc refuses these in comments.
fn is_invisible(letter: char) -> bool {
    (letter.is_control() && letter != '\t')
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Brackets would be links to items, and angle brackets tags of HTML; bare addresses become links. Code between ticks
/// stays as it is: as many ticks close it as open it. In the row of a table, a bar would end the code.
fn escaped(line: &str) -> String {
    let is_row = line.starts_with('|');
    let mut text = String::with_capacity(line.len() + 8);
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let (prose, code) = rest.split_at(start);
        escape_prose(prose, &mut text);
        let inside = code.trim_start_matches('`');
        let ticks = &code[..code.len() - inside.len()];
        match closing_ticks(inside, ticks.len()) {
            Some(end) => {
                let code = &code[..ticks.len() + end + ticks.len()];
                text.push_str(&if is_row { code.replace('|', "\\|") } else { code.to_owned() });
                rest = &inside[end + ticks.len()..];
            }
            None => {
                text.push_str(&"\\`".repeat(ticks.len()));
                rest = inside;
            }
        }
    }
    escape_prose(rest, &mut text);
    text
}

/// Where a run of exactly so many ticks begins.
fn closing_ticks(text: &str, length: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(start) = text[from..].find('`').map(|start| from + start) {
        let run = text[start..].len() - text[start..].trim_start_matches('`').len();
        if run == length {
            return Some(start);
        }
        from = start + run;
    }
    None
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
    let is_fence = word.contains("~~~");
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        // Markdown takes a backslash for itself before punctuation and at the end of a line.
        let is_escape = letter == '\\' && letters.peek().is_none_or(char::is_ascii_punctuation);
        if is_escape || matches!(letter, '[' | ']' | '<') || (is_fence && letter == '~') {
            text.push('\\');
        }
        text.push(letter);
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
