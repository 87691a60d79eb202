//! Documentation comments: what they document, and their text.

use super::{document, enumeration, service, structure};
use crate::syntax::ast::{Definition, Doc, Document};

fn text(doc: &Option<Doc>) -> Option<&str> {
    doc.as_ref().map(|doc| doc.text.as_str())
}

fn definition_doc(definition: &Definition) -> Option<&str> {
    text(match definition {
        Definition::Const(definition) => &definition.doc,
        Definition::Typedef(definition) => &definition.doc,
        Definition::Enum(definition) => &definition.doc,
        Definition::Struct(definition) => &definition.doc,
        Definition::Service(definition) => &definition.doc,
    })
}

/// The comments of the file and of its definitions.
fn docs(document: &Document) -> (Option<&str>, Vec<Option<&str>>) {
    (text(&document.doc), document.definitions.iter().map(definition_doc).collect())
}

#[test]
fn texts_are_cleaned() {
    for (comment, expected) in [
        ("/** a */", "a\n"),
        ("/**a*/", "a\n"),
        ("/**\n * a\n */", "a\n"),
        ("/**\n * a\n *\n *   b\n * c\n */", "a\n\n  b\nc\n"),
        ("/**\n  a\n    b\n  c\n*/", "a\n  b\nc\n"),
        ("/** a\n * b\n * c */", "a\nb\nc\n"),
        ("/** a\n    b\n      c */", "a\nb\n  c\n"),
        ("/**\r\n * a\r\n * b\r\n */", "a\nb\n"),
        ("/**\n\t * a\n\t * b\n\t */", "a\nb\n"),
        ("/**\n * a   \n\n * b\t\n */", "a\n\nb\n"),
        ("/**\n * a\n  * b\n */", "* a\n * b\n"),
        ("/**\n * a\n b\n */", "* a\nb\n"),
        ("/*** a ***/", "* a **\n"),
        ("/**\n * größer\n *  日本語\n */", "größer\n 日本語\n"),
        ("/** // a # b */", "// a # b\n"),
    ] {
        let text = format!("{comment} struct S {{}}");
        assert_eq!(docs(&document(&text)), (None, vec![Some(expected)]), "{comment}");
    }
}

#[test]
fn only_some_comments_document() {
    for comment in
        ["/**/", "/***/", "/****/", "/* a */", "// a\n", "/// a\n", "# a\n", "/** */", "/**\n *\n */", "/*/ a */"]
    {
        assert_eq!(docs(&document(&format!("{comment} struct S {{}}"))), (None, vec![None]), "{comment}");
    }
}

#[test]
fn each_thing_takes_the_comment_before_it() {
    let structure = structure("/** s */ struct S { /** a */ 1: i32 a, /** b */ 2: i32 b 3: i32 c }");
    assert_eq!(text(&structure.doc), Some("s\n"));
    let fields: Vec<_> = structure.fields.iter().map(|field| text(&field.doc)).collect();
    assert_eq!(fields, [Some("a\n"), Some("b\n"), None]);

    let service =
        service("/** s */ service S { /** f */ void f(/** a */ 1: i32 a) throws (/** e */ 1: E e) /** g */ i32 g() }");
    assert_eq!((text(&service.doc), text(&service.functions[0].doc)), (Some("s\n"), Some("f\n")));
    assert_eq!(text(&service.functions[0].arguments[0].doc), Some("a\n"));
    assert_eq!(text(&service.functions[0].throws[0].doc), Some("e\n"));
    assert_eq!(text(&service.functions[1].doc), Some("g\n"));

    let all = "/** c */ const i32 C = 1; /** t */ typedef i32 T /** e */ enum E {} /** u */ union U {} /** x */ exception X {}";
    let expected = ["c\n", "t\n", "e\n", "u\n", "x\n"].map(Some).to_vec();
    assert_eq!(docs(&document(all)), (None, expected));
}

#[test]
fn a_comment_behind_a_separator_is_the_next_ones() {
    let enumeration = enumeration("enum E { A = 1, /** x */ B }");
    let values: Vec<_> = enumeration.values.iter().map(|value| text(&value.doc)).collect();
    assert_eq!(values, [None, Some("x\n")]);
    let structure = structure("struct S { 1: i32 a /** x */, 2: i32 b }");
    let fields: Vec<_> = structure.fields.iter().map(|field| text(&field.doc)).collect();
    assert_eq!(fields, [None, Some("x\n")]);
}

#[test]
fn a_comment_before_a_brace_is_the_next_definitions() {
    let document = document("struct A { 1: i32 a /** dangling */ } struct B {} struct C {}");
    assert_eq!(docs(&document), (None, vec![None, Some("dangling\n"), None]));
}

#[test]
fn of_two_comments_the_last_counts() {
    let document = document("struct A {} /** one */ /** two */ struct B {}");
    assert_eq!(docs(&document), (None, vec![None, Some("two\n")]));
}

#[test]
fn a_header_discards_the_comment() {
    let document = document("struct A {} /** gone */ namespace rs x struct B {}");
    assert_eq!(docs(&document), (None, vec![None, None]));
}

#[test]
fn the_comment_of_a_file() {
    for (text, file, definition) in [
        // Before a header.
        ("/** f */ namespace rs x struct S {}", Some("f\n"), None),
        ("// licence\n/** f */\ninclude 'x'\n/** s */ struct S {}", Some("f\n"), Some("s\n")),
        ("namespace rs x /** f */ namespace py x struct S {}", Some("f\n"), None),
        // Apart from the first definition.
        ("/** f */\n\nstruct S {}", Some("f\n"), None),
        ("/** f */\n \n// x\nstruct S {}", Some("f\n"), None),
        ("/** f */ /** s */ struct S {}", Some("f\n"), Some("s\n")),
        ("/** f */", Some("f\n"), None),
        // At the first definition.
        ("/** s */ struct S {}", None, Some("s\n")),
        ("/** s */\n// x\nstruct S {}", None, Some("s\n")),
        ("namespace rs x\n/** s */\nstruct S {}", None, Some("s\n")),
        ("namespace rs x\n/** s */\n\nstruct S {}", None, Some("s\n")),
        ("include 'x'\n/** s */ struct S {}", None, Some("s\n")),
        // Not the first comment.
        ("struct S {} /** x */ namespace rs x", None, None),
    ] {
        let document = document(text);
        assert_eq!(
            (docs(&document).0, document.definitions.first().and_then(definition_doc)),
            (file, definition),
            "{text}"
        );
    }
}
