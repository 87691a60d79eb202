//! Diagnostics for programs: one JSON object on each line.
//!
//! Every object has all of these keys, in this order. Later versions may add keys, and change none.
//!
//! | key | value |
//! |---|---|
//! | `code` | the name of the kind of problem, such as `unknown-type` |
//! | `severity` | `error` or `warning` |
//! | `message` | what is wrong |
//! | `file` | the path as the user wrote it, or as it was found; `null` when the problem is in no text |
//! | `line`, `column` | where it starts, both from 1; a column counts characters, not bytes; `null` without a file |
//! | `end_line`, `end_column` | the place behind its last character |
//! | `label` | what there is to say at this place, or `null` |
//! | `places` | other places involved, as objects with the keys from `file` to `label` |
//! | `help` | what the user can do, or `null` |
//! | `included_from` | how the file came in: objects with `file`, `line` and `column` of `include`s, the nearest first, at most eight |

use super::{Diagnostic, Inclusions, Label, Severity};
use crate::source::SourceMap;

/// Renders each diagnostic on a line of its own.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut json = String::new();
    for diagnostic in diagnostics {
        line(&mut json, diagnostic, sources);
    }
    json
}

fn line(json: &mut String, diagnostic: &Diagnostic, sources: &SourceMap) {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    *json += "{\"code\":";
    string(json, diagnostic.code);
    *json += ",\"severity\":";
    string(json, severity);
    *json += ",\"message\":";
    string(json, &diagnostic.message);
    *json += ",";
    match diagnostic.labels.first() {
        Some(first) => place(json, first, sources),
        None => {
            *json += "\"file\":null,\"line\":null,\"column\":null,\"end_line\":null,\"end_column\":null,\"label\":null";
        }
    }
    *json += ",\"places\":";
    list(json, diagnostic.labels.get(1..).unwrap_or_default(), |json, label| place(json, label, sources));
    *json += ",\"help\":";
    nullable(json, diagnostic.help.as_deref());
    *json += ",\"included_from\":";
    list(json, &Inclusions::of(diagnostic, sources).shown, |json, place| {
        *json += "\"file\":";
        string(json, place.file);
        *json += &format!(",\"line\":{},\"column\":{}", place.line, place.column);
    });
    *json += "}\n";
}

/// The keys of a place, without braces.
fn place(json: &mut String, label: &Label, sources: &SourceMap) {
    let place = sources.place(label.span);
    *json += "\"file\":";
    string(json, place.file);
    *json += &format!(",\"line\":{},\"column\":{}", place.line, place.column);
    *json += &format!(",\"end_line\":{},\"end_column\":{},\"label\":", place.end_line, place.end_column);
    nullable(json, Some(label.message.as_str()).filter(|message| !message.is_empty()));
}

fn list<T>(json: &mut String, items: &[T], keys: impl Fn(&mut String, &T)) {
    json.push('[');
    for (number, item) in items.iter().enumerate() {
        *json += if number == 0 { "{" } else { ",{" };
        keys(json, item);
        json.push('}');
    }
    json.push(']');
}

fn nullable(json: &mut String, text: Option<&str>) {
    match text {
        Some(text) => string(json, text),
        None => *json += "null",
    }
}

/// A string in quotes. Control characters, and the line breaks of Unicode that some readers of lines know, are escaped.
fn string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => *json += "\\\"",
            '\\' => *json += "\\\\",
            '\n' => *json += "\\n",
            '\u{85}' | '\u{2028}' | '\u{2029}' => *json += &format!("\\u{:04x}", u32::from(character)),
            _ if character.is_control() => *json += &format!("\\u{:04x}", u32::from(character)),
            _ => json.push(character),
        }
    }
    json.push('"');
}
