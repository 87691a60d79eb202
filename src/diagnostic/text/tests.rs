use super::render;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, SourceMap, Span};

fn sources(text: &str) -> (SourceMap, SourceId) {
    let mut sources = SourceMap::default();
    let source = sources.add("a.thrift".to_owned(), text.to_owned(), None);
    (sources, source)
}

/// What is printed for a problem at some bytes of a text.
fn rendered(text: &str, start: u32, end: u32) -> String {
    let (sources, source) = sources(text);
    render(&[Diagnostic::error("a-code", "it is wrong", Span::new(source, start, end))], &sources, false)
}

#[test]
fn the_line_is_shown_with_a_caret() {
    let expected = "error[a-code]: it is wrong\n --> a.thrift:2:3\n  |\n2 | b cd e\n  |   ^^\n";
    for text in ["a\nb cd e\nf\n", "a\r\nb cd e\r\nf\r\n", "a\nb cd e"] {
        let start = text.find("cd").unwrap() as u32;
        assert_eq!(rendered(text, start, start + 2), expected, "{text:?}");
    }
}

#[test]
fn tabs_and_wide_characters_do_not_move_the_caret() {
    assert_eq!(
        rendered("\tb cd\n", 3, 5),
        "error[a-code]: it is wrong\n --> a.thrift:1:4\n  |\n1 |     b cd\n  |       ^^\n"
    );
    let text = "'日本' x";
    let at = text.find('x').unwrap() as u32;
    assert_eq!(
        rendered(text, at, at + 1),
        "error[a-code]: it is wrong\n --> a.thrift:1:6\n  |\n1 | '日本' x\n  |        ^\n"
    );
}

#[test]
fn places_at_the_edges_are_shown() {
    for (text, start, end, place, line) in [
        ("", 0, 0, "1:1", "1 | \n"),
        ("a", 1, 1, "1:2", "1 | a\n"),
        ("a\n", 2, 2, "2:1", "2 | \n"),
        ("a\n\n", 1, 1, "1:2", "1 | a\n"),
        ("a\nb\n", 0, 3, "1:1", "1 | a\n"),
        // Spans that no text has: never a panic.
        ("ä", 1, 1, "1:1", "1 | ä\n"),
        ("a", 7, 9, "1:2", "1 | a\n"),
    ] {
        let shown = rendered(text, start, end);
        assert!(shown.contains(&format!("a.thrift:{place}\n")), "{text:?}: {shown}");
        assert!(shown.contains(line.trim_end()), "{text:?}: {shown}");
        assert!(shown.contains('^'), "{text:?}: {shown}");
    }
}

#[test]
fn long_lines_are_cut() {
    let text = format!("{} here {}", "x".repeat(100_000), "y".repeat(100_000));
    let shown = rendered(&text, 100_001, 100_005);
    assert!(shown.contains("a.thrift:1:100002\n") && shown.contains(" here "), "{shown}");
    assert!(shown.lines().all(|line| line.len() < 200), "{shown}");

    // Another place in the same line, and one in another.
    let (sources, source) = sources(&format!("{text}\nmore\n"));
    let span = |start, end| Span::new(source, start, end);
    let problem = Diagnostic::error("a-code", "it is wrong", span(100_001, 100_005));
    let shown = render(&[problem.clone().also(span(99_000, 99_001), "there")], &sources, false);
    assert!(shown.contains("a.thrift:1:100002\n") && shown.contains(" here "), "{shown}");
    let other =
        Diagnostic::error("a-code", "it is wrong", span(200_007, 200_011)).also(span(199_000, 199_001), "there");
    let shown = render(&[other], &sources, false);
    assert!(shown.contains("a.thrift:2:1\n") && shown.contains("2 | more"), "{shown}");
}

#[test]
fn several_places_and_files_and_help_are_shown() {
    let (mut sources, source) = sources("one\ntwo\nthree\nfour\nfive\nsix\n");
    let other = sources.add("b.thrift".to_owned(), "other\n".to_owned(), None);
    let problem = Diagnostic::warning("a-code", "it is odd", Span::new(source, 24, 27))
        .at("here")
        .also(Span::new(source, 0, 3), "first here")
        .also(Span::new(other, 0, 5), "and there")
        .help("do not");
    let general = Diagnostic::error_without_place("b-code", "it is gone");
    let expected = "warning[a-code]: it is odd
 --> a.thrift:6:1
  |
1 | one
  | --- first here
...
6 | six
  | ^^^ here
  |
 ::: b.thrift:1:1
  |
1 | other
  | ----- and there
  |
  = help: do not

error[b-code]: it is gone
";
    assert_eq!(render(&[problem, general], &sources, false), expected);
}

#[test]
fn color_is_asked_for() {
    let (sources, source) = sources("a\n");
    let problem = [Diagnostic::error("a-code", "it is wrong", Span::new(source, 0, 1))];
    assert!(render(&problem, &sources, true).contains("\u{1b}["));
    assert!(!render(&problem, &sources, false).contains('\u{1b}'));
}

#[test]
fn places_far_from_each_other_are_shown_apart() {
    let (sources, source) = sources(&format!("first\n{}second\n", "x\n".repeat(100_000)));
    let problem = Diagnostic::error("a-code", "it is wrong", Span::new(source, 200_006, 200_012))
        .also(Span::new(source, 0, 5), "there");
    let expected = "\
error[a-code]: it is wrong
      --> a.thrift:100002:1
       |
100002 | second
       | ^^^^^^
       |
      ::: a.thrift:1:1
       |
     1 | first
       | ----- there
";
    assert_eq!(render(&[problem], &sources, false), expected);
}

#[test]
fn more_than_anybody_reads_is_counted() {
    let (sources, source) = sources("a\n");
    let error = Diagnostic::error("a-code", "it is wrong", Span::new(source, 0, 1));
    let warning = Diagnostic::warning("b-code", "it is odd", Span::new(source, 0, 1));
    let shown = |warnings: usize, errors: usize| {
        let problems = [vec![warning.clone(); warnings], vec![error.clone(); errors]].concat();
        let text = render(&problems, &sources, false);
        let last = text.lines().last().unwrap().to_owned();
        (text.matches("warning[").count(), text.matches("error[").count(), last)
    };
    assert_eq!(shown(98, 2), (98, 2, "  | ^".to_owned()));
    assert_eq!(shown(150, 1), (99, 1, "… and 51 more warnings".to_owned()));
    assert_eq!(shown(1, 1234), (0, 100, "… and 1134 more errors and 1 more warning".to_owned()));
}
