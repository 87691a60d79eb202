//! Headers, definitions, and the places of annotations and separators.

use super::{
    annotations_text, constant, definition, document, enumeration, messages, service, slice, structure, type_text,
    typedef,
};
use crate::syntax::ast::{Definition, Field, Header, Requiredness, StructKind};

#[test]
fn headers() {
    let document = document(
        "\u{feff}include \"a.thrift\"; include 'b/c.thrift',\ncpp_include \"<map>\"\n\
         namespace * x.y;namespace py.twisted z (a='1')\nstruct S{} namespace list map.set namespace rs enum;\nenum E {}",
    );
    let headers: Vec<String> = document
        .headers
        .iter()
        .map(|header| match header {
            Header::Include(include) => format!("include {}", include.path.value),
            Header::CppInclude(path) => format!("cpp_include {}", path.value),
            Header::Namespace(n) => format!("{} {}{}", n.scope.text, n.name.text, annotations_text(&n.annotations)),
        })
        .collect();
    assert_eq!(
        headers,
        [
            "include a.thrift",
            "include b/c.thrift",
            "cpp_include <map>",
            "* x.y",
            "py.twisted z(a=\"1\")",
            "list map.set",
            "rs enum"
        ]
    );
    assert_eq!(document.definitions.len(), 2);
}

#[test]
fn types() {
    for (text, expected) in [
        ("bool", "Bool"),
        ("byte", "Byte"),
        ("i8", "I8"),
        ("i16", "I16"),
        ("i32", "I32"),
        ("i64", "I64"),
        ("double", "Double"),
        ("string", "String"),
        ("binary", "Binary"),
        ("uuid", "Uuid"),
        ("stringy", "stringy"),
        ("i32.x", "i32.x"),
        ("slist", "slist"),
        ("senum", "senum"),
        ("file.Name", "file.Name"),
        ("structure", "structure"),
        ("struct.x", "struct.x"),
        ("list<i32>", "list<I32>"),
        ("set < string >", "set<String>"),
        ("map<i8,list<set<X>>>", "map<I8, list<set<X>>>"),
        ("map cpp_type \"M\" <i8, i16>", "map<I8, I16>"),
        ("set cpp_type 'S'<i8>", "set<I8>"),
        ("list cpp_type 'L' < i8 >", "list<I8>"),
        ("list<i8> cpp_type 'L'", "list<I8>"),
        ("string (a = \"b\")", "String(a=\"b\")"),
        ("Name (a)", "Name(a)"),
        ("list<i32 (x)> (y = '1', z;)", "list<I32(x)>(y=\"1\" z)"),
        ("map<X (k), Y (v = 'w')>", "map<X(k), Y(v=\"w\")>"),
    ] {
        assert_eq!(type_text(&typedef(&format!("typedef {text} T")).ty), expected, "{text}");
    }
    let cpp_type = |text| typedef(text).ty.cpp_type.map(|literal| literal.value);
    assert_eq!(cpp_type("typedef list<i8> cpp_type 'L' T").as_deref(), Some("L"));
    assert_eq!(cpp_type("typedef map cpp_type 'M' <i8, i8> T").as_deref(), Some("M"));
    assert_eq!(cpp_type("typedef list<i8> T"), None);
}

#[test]
fn separators_and_annotations_behind_definitions() {
    for tail in ["", ";", ",", " ; ", "(a='b')", " ( a = \"b\" , ) ;", "(a='b') // comment"] {
        for head in [
            "const i32 A = 1",
            "typedef i32 A",
            "enum A {}",
            "struct A {}",
            "union A{}",
            "exception A{}",
            "struct A xsd_all {}",
            "service A{}",
            "service A extends b.C {}",
        ] {
            let text = format!("{head}{tail}\nstruct Next {{}}");
            let definitions = document(&text).definitions;
            assert_eq!(definitions.len(), 2, "{text}");
            let annotations = match &definitions[0] {
                Definition::Const(definition) => &definition.annotations,
                Definition::Typedef(definition) => &definition.annotations,
                Definition::Enum(definition) => &definition.annotations,
                Definition::Struct(definition) => &definition.annotations,
                Definition::Service(definition) => &definition.annotations,
            };
            let expected = if tail.contains("a") && tail.contains('(') { "(a=\"b\")" } else { "" };
            assert_eq!(annotations_text(annotations), expected, "{text}");
        }
    }
}

#[test]
fn annotations_hold_keys_with_dots_repeated_and_without_value() {
    let text = "typedef i32 A (cpp.type = 'x' go.tag=\"y\", go.tag = 'z'; bare list)";
    assert_eq!(annotations_text(&typedef(text).annotations), "(cpp.type=\"x\" go.tag=\"y\" go.tag=\"z\" bare list)");
    assert_eq!(annotations_text(&typedef("typedef i32 A ()").annotations), "");
}

#[test]
fn enums() {
    let text = "enum E { A, B = 5; C=-1 D = 0x1F (x) E = true list, service_ = +2 }";
    let values: Vec<_> = enumeration(text)
        .values
        .iter()
        .map(|value| (value.name.text.clone(), value.value.map(|number| number.value)))
        .collect();
    let expected = [
        ("A", None),
        ("B", Some(5)),
        ("C", Some(-1)),
        ("D", Some(31)),
        ("E", Some(1)),
        ("list", None),
        ("service_", Some(2)),
    ];
    assert_eq!(values, expected.map(|(name, value)| (name.to_owned(), value)));
    assert_eq!(annotations_text(&enumeration(text).values[3].annotations), "(x)");
}

#[test]
fn kinds_of_structs() {
    for (word, kind) in
        [("struct", StructKind::Struct), ("union", StructKind::Union), ("exception", StructKind::Exception)]
    {
        let structure = structure(&format!("{word} S {{ 1: i32 a }}"));
        assert_eq!((structure.kind, structure.fields.len(), structure.xsd_all), (kind, 1, false));
    }
    assert!(structure("struct S xsd_all {}").xsd_all);
}

fn field(text: &str) -> Field {
    let mut fields = structure(&format!("struct S {{ {text} }}")).fields;
    assert_eq!(fields.len(), 1, "{text}");
    fields.remove(0)
}

#[test]
fn fields() {
    let ids = [
        ("i32 a", None),
        ("1: i32 a", Some(1)),
        ("-5 :i32 a", Some(-5)),
        ("0x10:i32 a", Some(16)),
        ("true: i32 a", Some(1)),
    ];
    for (text, id) in ids {
        assert_eq!(field(text).id.map(|id| id.value), id, "{text}");
    }
    assert_eq!(field("1: required i32 a").requiredness, Requiredness::Required);
    assert_eq!(field("optional i32 a,").requiredness, Requiredness::Optional);
    assert_eq!(field("optionally a;").requiredness, Requiredness::Default);
    assert!(field("1: Tree & left").reference && field("Tree&left").reference && !field("Tree left").reference);
    assert!(field("1: i32 a = 5 (x='y'),").default.is_some());
    assert_eq!(annotations_text(&field("1: i32 (t) a = 5 (x='y'),").annotations), "(x=\"y\")");
    let xsd = field("1: i32 a = 1 xsd_optional xsd_nillable xsd_attrs { 1: string b; 2: i32 c } (x)").xsd;
    assert!(xsd.optional && xsd.nillable);
    assert_eq!(xsd.attributes.len(), 2);
}

#[test]
fn nearly_every_keyword_names_a_field() {
    let keywords = "namespace include cpp_include void bool byte i8 i16 i32 i64 double string binary uuid map list set \
                    oneway async typedef struct union exception extends throws service enum const required optional";
    for keyword in keywords.split_whitespace() {
        assert_eq!(field(&format!("1: i32 {keyword}")).name.text, keyword);
        assert_eq!(field(&format!("optional list<i32> {keyword} = [1];")).name.text, keyword);
        let function =
            &service(&format!("service S {{ void f(1: i32 {keyword}) throws (1: E {keyword}) }}")).functions[0];
        assert_eq!(function.arguments[0].name.text, keyword);
        assert_eq!(function.throws[0].name.text, keyword);
    }
    for keyword in ["cpp_type", "xsd_all", "xsd_optional", "xsd_nillable", "xsd_attrs", "true", "false"] {
        assert_eq!(
            messages(&format!("struct S {{ 1: i32 {keyword} }}")),
            [format!("`{keyword}` is a keyword and cannot be a name")]
        );
    }
}

#[test]
fn functions() {
    let text = "service S extends base.T {
        void a(),
        oneway void b(1: i32 x; 2: string y) (z = 'w');
        async void c()
        list<string> (t) d(i32 x) throws (1: E e, 2: F f)
        string list() throws () , voided e()
    }";
    let service = service(text);
    assert_eq!(service.extends.map(|name| name.text).as_deref(), Some("base.T"));
    let functions: Vec<String> = service
        .functions
        .iter()
        .map(|function| {
            let oneway = function.oneway.map_or("", |span| slice(text, span));
            let returns = function.returns.as_ref().map_or("void".to_owned(), type_text);
            let (arguments, throws) = (function.arguments.len(), function.throws.len());
            let annotations = annotations_text(&function.annotations);
            format!("{oneway} {returns} {}/{arguments}/{throws}{annotations}", function.name.text)
        })
        .collect();
    assert_eq!(
        functions,
        [
            " void a/0/0",
            "oneway void b/2/0(z=\"w\")",
            "async void c/0/0",
            " list<String>(t) d/1/2",
            " String list/0/0",
            " voided e/0/0"
        ]
    );
}

#[test]
fn comments_stand_everywhere() {
    let text = "/**/const/***/list/*a*/<//b\ni32#c\n>/****/A/* * */=/*/ */[//\n1/**/,#\n2]///x\n;";
    assert_eq!(constant(text).name.text, "A");
    let text = "service/**/S/**/extends/**/T/**/{/**/oneway/**/void/**/f/**/(/**/1/**/:/**/optional/**/X/**/&/**/a/**/=\
                /**/1/**/(/**/k/**/=/**/'v'/**/,/**/)/**/,/**/)/**/throws/**/(/**/)/**/;/**/}/**/(/**/)/**/;/**/";
    assert_eq!(service(text).functions[0].arguments[0].name.text, "a");
}

#[test]
fn spans() {
    let text = "// größer\nnamespace rs a.b\ninclude  'x' ;\n /** doc */ struct  Point  {\n  1 : required  list< i32 >  (t) x  = [1] (a='b')  ,\n\
                2: Other y\n} const i32 Z=-1";
    let document = document(text);
    let Header::Namespace(namespace) = &document.headers[0] else { panic!("a namespace") };
    assert_eq!(slice(text, namespace.span), "namespace rs a.b");
    assert_eq!((slice(text, namespace.scope.span), slice(text, namespace.name.span)), ("rs", "a.b"));
    let Header::Include(include) = &document.headers[1] else { panic!("an include") };
    assert_eq!((slice(text, include.span), slice(text, include.path.span)), ("include  'x'", "'x'"));
    let Definition::Struct(point) = &document.definitions[0] else { panic!("a struct") };
    assert_eq!(slice(text, point.name.span), "Point");
    assert_eq!(slice(text, point.doc.as_ref().unwrap().span), "/** doc */");
    let [x, y] = point.fields.as_slice() else { panic!("two fields") };
    assert_eq!(slice(text, x.span), "1 : required  list< i32 >  (t) x  = [1] (a='b')");
    assert_eq!(slice(text, x.id.unwrap().span), "1");
    assert_eq!(slice(text, x.requiredness_span.unwrap()), "required");
    assert_eq!((slice(text, x.ty.span), slice(text, x.name.span)), ("list< i32 >", "x"));
    assert_eq!(slice(text, x.default.as_ref().unwrap().span), "[1]");
    assert_eq!(slice(text, x.annotations[0].key.span), "a");
    assert_eq!((slice(text, y.span), slice(text, y.ty.span), slice(text, y.name.span)), ("2: Other y", "Other", "y"));
    let Definition::Const(z) = &document.definitions[1] else { panic!("a constant") };
    assert_eq!((slice(text, z.name.span), slice(text, z.value.span)), ("Z", "-1"));
}

#[test]
fn what_apache_refuses_in_form_is_refused() {
    for text in [
        ";",
        "struct S { 1: i32 a,, }",
        "struct S {} ,,",
        "typedef map<i32; i32> T",
        "typedef map<i32 i32> T",
        "typedef list<void> T",
        "typedef void T",
        "struct S { 1: i32 }",
        "struct a.b {}",
        "enum E { A = }",
        "enum E { A.B = 1 }",
        "enum E { A = 1.5 }",
        "namespace rs",
        "include x",
        "const i32 = 1",
        "const i32 a",
        "service S { f() }",
        "service S { void f }",
        "struct S { 1: i32 a (b = 1) }",
        "struct S \u{c} {}",
        "struct S { 1: i32 ä }",
        "typedef a..b T",
        "*",
    ] {
        assert!(!messages(text).is_empty(), "{text}");
    }
}

#[test]
fn the_rest_of_a_file_is_parsed_behind_an_error() {
    let (document, diagnostics) =
        super::parse_any("struct A { 1: i32 }\nstruct B {}\nenum C { = }\n  const i32 D = 1\n");
    assert_eq!((document.definitions.len(), diagnostics.len()), (2, 2));
    assert!(matches!(definition("struct B {}"), Definition::Struct(_)));
}
