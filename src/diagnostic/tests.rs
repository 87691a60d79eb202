//! The forms of rendering beside the one for people, on the same diagnostics.

use super::{Diagnostic, Format, line};
use crate::source::{SourceId, SourceMap, Span};

/// `top.thrift` includes `a,b.thrift`, in whose second line something stands behind wide characters.
fn sources() -> (SourceMap, SourceId) {
    let mut sources = SourceMap::default();
    let top = sources.add("top.thrift".to_owned(), "include 'a,b.thrift'\n".to_owned(), None);
    let included_at = Some(Span::new(top, 8, 20));
    let source = sources.add("a,b.thrift".to_owned(), "one\n'日本' x\n".to_owned(), included_at);
    (sources, source)
}

/// One with everything that a diagnostic can have, and one with nothing.
fn diagnostics(source: SourceId) -> [Diagnostic; 2] {
    let full = Diagnostic::warning("a-code", "it is \"odd\":\n100 %, tab\t", Span::new(source, 13, 14))
        .at("here")
        .also(Span::new(source, 0, 3), "first, there")
        .help("use \\ and `日本`");
    [full, Diagnostic::error_without_place("b-code", "it is gone")]
}

fn rendered(format: Format) -> String {
    let (sources, source) = sources();
    format.render(&diagnostics(source), &sources)
}

#[test]
fn json_is_as_documented() {
    let expected = r#"{"code":"a-code","severity":"warning","message":"it is \"odd\":\n100 %, tab\u0009","#.to_owned()
        + r#""file":"a,b.thrift","line":2,"column":6,"end_line":2,"end_column":7,"label":"here","#
        + r#""places":[{"file":"a,b.thrift","line":1,"column":1,"end_line":1,"end_column":4,"label":"first, there"}],"#
        + r#""help":"use \\ and `日本`","included_from":[{"file":"top.thrift","line":1,"column":9}]}"#
        + "\n"
        + r#"{"code":"b-code","severity":"error","message":"it is gone","file":null,"line":null,"column":null,"#
        + r#""end_line":null,"end_column":null,"label":null,"places":[],"help":null,"included_from":[]}"#
        + "\n";
    assert_eq!(rendered(Format::Json), expected);
}

#[test]
fn json_is_json_whatever_is_in_it() {
    let all: String = ('\0'..='\u{2100}').chain(['\u{feff}', '\u{10ffff}']).collect();
    let diagnostic = Diagnostic::error_without_place("a-code", all.clone());
    let rendered = Format::Json.render(&[diagnostic], &SourceMap::default());
    assert_eq!(rendered.lines().count(), 1);
    assert!(!rendered.trim_end().contains(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}'));
    let value: serde_json::Value = serde_json::from_str(&rendered).unwrap();
    assert_eq!(value["message"], all);
}

#[test]
fn github_gets_its_escapes() {
    let expected = "::warning file=a%2Cb.thrift,line=2,col=6,endLine=2,endColumn=7,title=a-code::it is \"odd\":%0A100 %25, tab\t: \
                    here%0Aa,b.thrift:1:1: first, there%0Ahelp: use \\ and `日本`%0Aincluded from top.thrift:1:9\n\
                    ::error title=b-code::it is gone\n";
    assert_eq!(rendered(Format::Github), expected);
}

#[test]
fn a_line_for_cargo_has_no_line_breaks() {
    let (sources, source) = sources();
    let [full, empty] = diagnostics(source);
    let expected =
        "a,b.thrift:2:6: it is \"odd\": 100 %, tab\t (use \\ and `日本`) (included from top.thrift:1:9) [a-code]";
    assert_eq!(line::render(&full, &sources), expected);
    assert_eq!(line::render(&empty, &sources), "it is gone [b-code]");
}

#[test]
fn long_ways_in_are_cut_in_every_form() {
    let mut sources = SourceMap::default();
    let mut source = sources.add("0".to_owned(), "x".to_owned(), None);
    for number in 1..=10 {
        source = sources.add(number.to_string(), "x".to_owned(), Some(Span::new(source, 0, 1)));
    }
    let problem = [Diagnostic::error("a-code", "it is wrong", Span::new(source, 0, 1))];
    let text = Format::Text { color: false }.render(&problem, &sources);
    assert!(text.contains("= note: included from 9:1:1\n          included from 8:1:1\n"), "{text}");
    assert!(text.ends_with("included from 2:1:1\n          … and 2 more\n"), "{text}");
    let github = Format::Github.render(&problem, &sources);
    assert!(github.ends_with("%0Aincluded from 2:1:1%0A… and 2 more\n"), "{github}");
    let json = Format::Json.render(&problem, &sources);
    assert_eq!(json.matches(r#"{"file":"#).count(), 8, "{json}");
}

#[test]
fn what_is_long_is_clipped() {
    let (_, source) = sources();
    let span = Span::new(source, 0, 3);
    let message = |length: usize| Diagnostic::error("a-code", "ö".repeat(length), span).message;
    assert_eq!(message(1000), "ö".repeat(1000));
    assert_eq!(message(5000), "ö".repeat(1000) + "…");
    assert_eq!(super::clipped(&"ö".repeat(100)), "ö".repeat(100));
    assert_eq!(super::clipped(&"ö".repeat(101)), "ö".repeat(100) + "…");
}
