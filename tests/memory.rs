//! What the compiler needs for a text is bounded by the length of the text, whatever the text is.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use thrift_gen::diagnostic::Format;
use thrift_gen::level::Levels;
use thrift_gen::load::{Memory, load};
use thrift_gen::model;

/// The bound that the documentation of `thrift_gen::load` states, for each byte of the texts and beside them.
const BYTES_PER_BYTE: usize = 500;
const BYTES_BESIDE: usize = 36 << 20;

/// How long each text is.
const LENGTH: usize = 50_000;

/// The system's allocator, and how much it has given out.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(LIVE.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One test, because others would count too.
#[test]
fn memory_is_bounded_by_the_length_of_the_text() {
    let mut too_much = Vec::new();
    for (name, text) in texts() {
        let files = Memory::default().with("a", text.as_str());
        let (before, begun) = (LIVE.load(Relaxed), Instant::now());
        PEAK.store(before, Relaxed);
        compile(&files);
        let bytes = PEAK.load(Relaxed) - before;
        if bytes > BYTES_PER_BYTE * text.len() + BYTES_BESIDE {
            too_much.push(format!("{name}: {} bytes for {}", bytes, text.len()));
        }
        // Time, too: what takes the square of the length takes minutes here.
        assert!(begun.elapsed().as_secs() < 60, "{name} takes {:?}", begun.elapsed());
    }
    assert!(too_much.is_empty(), "{too_much:#?}");
}

/// The way from the text to what is told of it.
fn compile(files: &Memory) {
    let loaded = load(files, &[PathBuf::from("a")], &[]);
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(model::resolve(&loaded.program, &model::Options::default()).1);
    Levels::default().apply(&mut diagnostics, &loaded.sources, &loaded.program);
    Format::Text { color: false }.render(&diagnostics, &loaded.sources);
}

/// Texts that make much of little: many small parts, many errors, long names that many errors are about, long chains.
fn texts() -> Vec<(&'static str, String)> {
    let long = "L".repeat(LENGTH / 2);
    let repeated = |before: &str, part: &str, after: &str| [before, &part.repeat(LENGTH / part.len()), after].concat();
    let numbered = |part: &dyn Fn(usize) -> String| {
        let mut text = String::new();
        (0..).map(part).take_while(|part| write!(text, "{part}").is_ok() && text.len() < LENGTH).for_each(drop);
        text
    };
    vec![
        ("enum values", repeated("enum E {", "A ", "}")),
        ("fields", repeated("struct S {", "i8 a ", "}")),
        ("unknown types", repeated("struct S {", "A a ", "}")),
        ("different unknown types", numbered(&|n| format!("struct Abcdefgh{n} {{ 1: Abcdefgx{n} a }}"))),
        ("values", repeated("const list<i8> A = [", "1,", "]")),
        ("unknown values", repeated("const list<i8> A = [", "x,", "]")),
        ("nested values", repeated("const A B = [", "[[[[[[]]]]]]", "]")),
        ("entries", repeated("const map<i8, i8> A = {", "1:1 ", "}")),
        ("annotations", repeated("struct S {} (", "a ", ")")),
        ("functions", repeated("service S {", "a a()", "}")),
        ("types", repeated("struct S {", "1:map<A,A>a ", "}")),
        ("missing files", repeated("", "include\"b\"\n", "")),
        ("the same file", repeated("", "include\"a\"\n", "")),
        ("namespaces", repeated("", "namespace javva b\n", "")),
        ("definitions", repeated("", "struct A{}\n", "")),
        ("syntax errors", repeated("", "struct\n", "")),
        ("comments", repeated("", "//\n", "")),
        ("documentation", repeated("", "/***a*/struct A{}\n", "")),
        ("comments that allow", repeated("", "#thrift-gen:allow(missing-field)\n", "")),
        ("brackets", repeated("", "(", "")),
        ("quotes", repeated("", "\"\n", "")),
        ("an enum with a long name", format!("enum {long} {{{}}}", "A ".repeat(LENGTH / 4))),
        ("a field with a long name", format!("struct S {{1:i8 {long}\n{}}}", "1:i8 a ".repeat(LENGTH / 14))),
        ("a service with a long name", format!("service {long} {{{}}}", "void a() ".repeat(LENGTH / 18))),
        (
            "a long string that is no uuid",
            format!("const string A='{long}'\n{}", "const uuid B=A ".repeat(LENGTH / 30)),
        ),
        ("a long string", format!("const string A='{long}'\nconst list<string> B=[{}]", "A,".repeat(LENGTH / 4))),
        (
            "a large constant",
            format!("const list<i8> A=[{}]\n{}", "1,".repeat(LENGTH / 4), "const list<i8> B=A ".repeat(LENGTH / 38)),
        ),
        ("services", numbered(&|n| format!("service S{n} extends S{} {{}}\n", n + 1))),
        ("services in a circle", numbered(&|n| format!("service S{n} extends S{} {{}}\n", (n + 1) % 5000))),
        ("typedefs", numbered(&|n| format!("typedef T{n} T{}\n", n + 1))),
        ("constants", numbered(&|n| format!("const i8 C{n} = C{}\n", n + 1))),
        ("structs", numbered(&|n| format!("struct S{n} {{ 1: required S{} a }}\n", n + 1))),
    ]
}
