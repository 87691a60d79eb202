//! Documentation comments that Markdown, rustdoc, rustc or clippy could trip over, on everything that may have one.

use crate::idl::{Field, Function, Kind, Record, Requiredness, Schema, Type};

/// Each is the inside of `/** … */`.
pub(crate) const DOCS: [&str; 42] = [
    "```\nlet x: u8 = \"not Rust\";\n```",
    "```rust\nlet x: u8 = \"not a test\";\n```",
    "```java\nclass A {}",
    "~~~\ncode\n~~~~",
    "   ```\n   indented fence\n   ```",
    "- item\n  ```\n  fence in an item\n  ```\n- item",
    "    indented(code)\n    more(code)",
    "Text\n\n    indented(code) {\n\n\tand(tab)",
    "\ttab\n\t\ttwo tabs\n a\tb",
    "An [unresolved] and [another](), [`third`], [fourth][fifth], [](x), ![image](y.png)",
    "[reference]: http://example.com \"title\"\n[self]: crate::nowhere\n[^note]: a footnote",
    "See [^note] and [1].\n\n[^note]: The note.",
    "[ ] open\n - [ ] task\n - [x] done",
    "A `tick, two `` ticks, ```three, `closed`, ``clo`sed``",
    "`unbalanced\nover lines` and ` more",
    "<b>bold</b> <br> <p>unclosed <Vec<String>> </i> <!-- comment --> <script>alert(1)</script> <http://x.y>",
    "List<String>, Map<K, V>, a < b > c, <=> -> => <-",
    "http://example.com/path?a=b&c=d#e, https://example.com/a_b_(c). (http://x.y/z) www.example.com a@b.cc ftp://a.b",
    "# Heading\n## Second\n#no heading\n### ### ###\nSetext\n===\nOther\n---",
    "| a | b |\n|---|:-:|\n| 1 | `|` |\n| [x] | <y> |",
    "a * / b, / * c, \\* /, ** /, *, //, /// more, //! inner, /* nested",
    "*emphasis* **strong** _under_ __dunder__ *open **open _open ***",
    "1. one\n2. two\n   continued\n10) ten\n  lazy\n* star\n+ plus\n- minus\nlazy continuation",
    "- item\nlazy continuation\n  - nested\n lazy again\n\n      code in the item",
    "> quote\nlazy\n> > nested\n>     code",
    "   leading spaces\n  and fewer\n and one\nand none",
    "$math$ $$display$$ \\(inline\\) {braces} {{double}} %s {0}",
    "Ends with a backslash \\",
    "\\ \\\\ \\n \\` \\[ \\< \\* \\# \\u{41}",
    "ünïcode ☃ 𝄞 \u{202e}bidi\u{202c} \u{200b}zero\u{feff} \u{2028}line\u{2029}paragraph \u{a0}nbsp",
    "control \u{1} \u{7f} \u{85} \u{b} \u{c} end",
    "carriage\rreturn\r\nboth",
    "&amp; &lt;script&gt; &#60; &nbsp; & &unknown; &#x;",
    "@param a the value\n@return {@link Foo#bar} <code>x</code>",
    "camelCase SCREAMING_CASE snake_case ns::Path Type::method() a_b.c_d file.rs HTTPServer MyType",
    "Trailing spaces   \nhard break\\\nline",
    "---\n***\n___\n- - -",
    "term\n: definition\n\n~~strike~~ ~~~ not ~~~ a~~b",
    "\"quoted\" 'single' \"[link](x)\" ['x'] [\"y\"]",
    "Panics\n\n# Panics\n\n# Safety\n\n# Errors\n\n# Examples",
    "*\n*\n * * star\n **bold\n */ outside */",
    "first line\n\n\n\n\nafter many blank lines\n\n",
];

/// Adds the files: in each, one comment stands everywhere.
pub(crate) fn add(schema: &mut Schema) {
    for (index, doc) in DOCS.iter().enumerate() {
        add_file(schema, index, &doc.replace("*/", "* /"));
    }
}

fn add_file(schema: &mut Schema, index: usize, doc: &str) {
    let file = schema.file(format!("docs/doc{index}"));
    schema.files[file].doc = doc.to_owned();
    // As people write them: with stars, or on the line of the item.
    let doc = || if index.is_multiple_of(2) { doc.replace('\n', "\n * ") } else { doc.to_owned() };
    let field = |id, ty| Field { doc: doc(), ..Field::new(id, Requiredness::Default, ty, format!("f{id}")) };
    let i32 = || Type::Base("i32");
    let start = schema.definitions.len();
    schema.define(file, "Documented", Kind::Record(Record::Struct, vec![field(1, i32()), field(2, i32())]));
    schema.define(file, "Choice", Kind::Record(Record::Union, vec![field(1, i32()), field(2, i32())]));
    let failure = schema.define(file, "Failure", Kind::Record(Record::Exception, vec![field(1, i32())]));
    schema.define(file, "Level", Kind::Enum(vec![("LOW".to_owned(), 1)]));
    schema.define(file, "Alias", Kind::Typedef(i32()));
    schema.define(file, "NUMBER", Kind::Constant(i32(), "1".to_owned()));
    schema.define(file, "NUMBERS", Kind::Constant(Type::list(i32()), "[1]".to_owned()));
    let function = Function {
        doc: doc(),
        throws: vec![field(1, Type::Named(failure))],
        ..Function::new("call", Some(i32()), vec![field(1, i32())])
    };
    schema.define(file, "Calls", Kind::Service { extends: None, functions: vec![function] });
    schema.definitions[start..].iter_mut().for_each(|definition| definition.doc = doc());
}
