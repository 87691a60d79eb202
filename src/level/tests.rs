use super::Levels;
use crate::diagnostic::{Diagnostic, Severity, Severity::Error, Severity::Warning};
use crate::load::{Memory, load};
use crate::model;

/// What a text and some settings lead to: severity, code and line of each diagnostic, in the order of the text.
fn told_by(levels: &Levels, text: &str) -> Vec<(Severity, &'static str, usize)> {
    let loaded = load(&Memory::default().with("a.thrift", text), &["a.thrift".into()], &[]);
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(model::resolve(&loaded.program, &model::Options::default()).1);
    levels.apply(&mut diagnostics, &loaded.sources, &loaded.program);
    let line = |diagnostic: &Diagnostic| loaded.sources.place(diagnostic.labels[0].span).line;
    let mut told: Vec<_> = diagnostics.iter().map(|told| (told.severity, told.code, line(told))).collect();
    told.sort_by_key(|(_, code, line)| (*line, *code));
    told
}

/// The lines on which something is told, with the codes of what is not about a missing id.
#[track_caller]
fn told(text: &str, expected: &[(usize, &str)]) {
    let found = told_by(&Levels::default(), text);
    let found: Vec<(usize, &str)> =
        found.iter().map(|(_, code, line)| (*line, code.strip_prefix("implicit-field-id").unwrap_or(code))).collect();
    assert_eq!(found, expected, "{text}");
}

fn levels(allow: &[&str], deny: &[&str], nowarn: bool) -> Levels {
    let mut levels = Levels { nowarn, ..Levels::default() };
    allow.iter().for_each(|code| levels.allow(code).unwrap());
    deny.iter().for_each(|code| levels.deny(code).unwrap());
    levels
}

#[test]
fn the_first_rule_that_applies_counts() {
    let (id, plain) = ("implicit-field-id", "struct A { i32 a }");
    let in_idl = "struct A { i32 a } // thrift-gen: allow(implicit-field-id)";
    let told = |text, allow: &[&str], deny: &[&str], nowarn| {
        let told = told_by(&levels(allow, deny, nowarn), text);
        told.iter().map(|(severity, ..)| *severity).collect::<Vec<_>>()
    };
    assert_eq!(told(plain, &[], &[], false), [Warning]);
    assert_eq!(told(plain, &[], &[], true), []);
    assert_eq!(told(plain, &[id], &[], false), []);
    assert_eq!(told(plain, &["repeated-key"], &[], false), [Warning]);
    assert_eq!(told(plain, &[], &[id], false), [Error]);
    assert_eq!(told(plain, &[id], &[id], true), [Error]);
    assert_eq!(told(plain, &[], &["warnings"], true), [Error]);
    assert_eq!(told(plain, &[id], &["warnings"], false), []);
    assert_eq!(told(in_idl, &[], &["warnings"], false), []);
    assert_eq!(told(in_idl, &[], &[id], false), [Error]);
    // An error stays one.
    assert_eq!(told("struct A { 1: B b } // thrift-gen: allow(unknown-type)", &[], &[], true), [Error]);
}

#[test]
fn codes_that_do_not_exist_are_told() {
    let mut levels = Levels::default();
    let message = |result: Result<(), super::LevelError>| result.unwrap_err().to_string();
    assert_eq!(
        message(levels.allow("implicit-feld-id")),
        "there is no warning `implicit-feld-id`; did you mean `implicit-field-id`?"
    );
    assert_eq!(message(levels.allow("unknown-type")), "`unknown-type` is an error, and errors cannot be silenced");
    assert_eq!(message(levels.deny("nope")), "there is no warning `nope`");
    assert_eq!(message(levels.allow("warnings")), "there is no warning `warnings`");
    assert_eq!(levels.deny("unknown-type"), Ok(()), "which changes nothing");
}

#[test]
fn a_comment_beside_something_counts_for_its_line() {
    for comment in ["// thrift-gen: allow(implicit-field-id)", "# thrift-gen:allow( implicit-field-id ) why not"] {
        told(&format!("struct A {{\n i32 a {comment}\n i32 b }}"), &[(3, "")]);
    }
    told("struct A {\n i32 a /* thrift-gen: allow(implicit-field-id) */ i32 b\n i32 c }", &[(3, "")]);
    told("struct A {\n /* thrift-gen: allow(implicit-field-id) */ i32 a\n i32 c }", &[(3, "")]);
    told("struct A { // thrift-gen: allow(implicit-field-id)\n i32 a }", &[(1, "unused-allow"), (2, "")]);
}

#[test]
fn a_comment_alone_counts_for_the_item_behind_it() {
    let allow = "// thrift-gen: allow(implicit-field-id)\n";
    let before = |item: &str| format!("struct First {{ 1: i32 a }}\n{allow}{item}");
    told(&before("struct A { i32 a\n i32 b } (x)\nstruct B { i32 a }"), &[(5, "")]);
    told(&before("/* more */\n\n/** doc */\nstruct A\n{ i32 a\n i32 b }\nstruct B { i32 a }"), &[(9, "")]);
    told(&before("struct A { i32 a } struct B { i32 a }"), &[(3, "")]);
    told(&before("struct A { i32 a } (y = 'z'), struct B { i32 a }"), &[(3, "")]);
    told(&before("service S extends T { void f(i32 a) }\nservice T { void g(i32 a) }"), &[(4, "")]);
    told(&format!("struct A {{ 1: i32 z\n{allow} i32 a = 3\n i32 b }}"), &[(4, "")]);
    told(&format!("struct A {{ 1: i32 z\n{allow} map<i32, i32> a, i32 b }}"), &[(3, "")]);
    told(
        &format!(
            "service S {{ void z()\n{allow} void f(i32 a,\n i32 b)\n throws (X x)\n void g(i32 c) }}\nexception X {{}}"
        ),
        &[(6, "")],
    );
    told(&format!("struct A {{ i32 z\n{allow}}}"), &[(1, ""), (2, "unused-allow")]);
    told(&format!("struct A {{ i32 z }}\n{allow}"), &[(1, ""), (2, "unused-allow")]);
}

#[test]
fn a_comment_in_the_head_counts_for_the_file() {
    let allow = "// thrift-gen: allow(implicit-field-id)\n";
    let items = "struct A { i32 a }\nstruct B { i32 a }\n";
    told(&format!("{allow}\n{items}"), &[]);
    told(&format!("# licence\n{allow}# more\n \t\r\n/* A */\n{items}"), &[]);
    told(&format!("{allow}namespace rs a\n{items}"), &[]);
    // Not apart from the first item: it is the item's.
    told(&format!("\n{allow}{items}"), &[(4, "")]);
    told(&format!("# licence\n\n{allow}{items}"), &[(5, "")]);
}

#[test]
fn an_annotation_counts_for_what_it_is_on() {
    let allow = "(thrift_gen.allow = 'implicit-field-id')";
    told(&format!("struct A {{\n i32 a {allow}\n i32 b }}"), &[(3, "")]);
    told(&format!("struct A {{\n i32 a\n i32 b }} {allow}\nstruct B {{ i32 c }}"), &[(4, "")]);
    told(&format!("service S {{\n void f(i32 a) {allow}\n i32 g(i32 b) }}"), &[(3, "")]);
    told(&format!("service S {{\n oneway void f(i32 a)\n i32 g(i32 b) }} {allow}"), &[]);
    told("const i64 A = 4294967296 (thrift_gen.allow = 'constant-64-bit, repeated-key')", &[(1, "unused-allow")]);
}

#[test]
fn what_is_not_understood_is_told() {
    told("// thrift-gen: alow(x)\n", &[(1, "bad-allow")]);
    told(
        "// thrift-gen: allow x\n// thrift-gen:\n/* thrift-gen: allow( */",
        &[(1, "bad-allow"), (2, "bad-allow"), (3, "bad-allow")],
    );
    told(
        "// thrift-gen: allow()\n// thrift-gen: allow(nope, unknown-type)\n",
        &[(1, "bad-allow"), (2, "bad-allow"), (2, "bad-allow")],
    );
    told(
        "struct A { 1: i32 a (thrift_gen.allow, thrift_gen.alow = 'x', thrift_gen.allow = 'y,') }",
        &[(1, "bad-allow"), (1, "bad-allow"), (1, "bad-allow"), (1, "bad-allow")],
    );
    // No more than words in a text.
    told("// see thrift-gen: allow(x)\nconst string A = 'thrift-gen: allow(x), thrift_gen.allow'", &[]);
}

#[test]
fn what_silences_nothing_is_told_unless_errors_hide_warnings() {
    let allow = "// thrift-gen: allow(implicit-field-id)\n";
    told(&format!("{allow}struct A {{ 1: i32 a }}"), &[(1, "unused-allow")]);
    told(&format!("{allow}struct A {{ 1: B a }}"), &[(2, "unknown-type")]);
    // What the outer one silences is nothing for the inner one to do.
    told(&format!("{allow}\nstruct A {{ i32 a {allow} }}"), &[(3, "unused-allow")]);
}

#[test]
fn any_text_is_looked_at_in_time() {
    let comment = "// thrift-gen: allow(implicit-field-id)\n";
    for part in
        [comment.to_owned(), format!("{comment}="), format!("{comment}{{"), "/*thrift-gen:allow(x,*/a".to_owned()]
    {
        let text = part.repeat(20_000);
        let begun = std::time::Instant::now();
        told_by(&Levels::default(), &text);
        assert!(begun.elapsed().as_secs() < 20, "{part}");
    }
}
