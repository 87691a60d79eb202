//! Texts that nobody writes: none of them makes the parser panic, overflow its stack or take long.

use std::thread;

use super::{messages, parse_any};
use crate::syntax::parser::MAX_NESTING;

/// Everything that the grammar has, in few bytes.
const SAMPLE: &str = "\u{feff}/** f */ include 'a.thrift'; cpp_include \"<b>\"\nnamespace * c.d\n# größer\n\
    const map<string, list<i32>> M = {\"k\\n\": [1, -0x2; .5e3], 'l': [true X.y]} (a='b');\n\
    typedef map cpp_type 'x' <i8, set<uuid (n)>> T (q)\n\
    /** e\n * g */ enum E { A = 1, /** x */ B; C }\n\
    struct S xsd_all { 1: required i32 a = 5 (z), optional T & b xsd_optional xsd_attrs { 1: i32 c } // d\n }\n\
    union U { 1: string s 2: binary t } exception X { 1: E e } (k = 'v')\n\
    service V extends o.W { oneway void f(1: i32 a) /**/ list<double> g() throws (1: X x); }\n";

#[test]
fn the_sample_is_valid() {
    assert_eq!(messages(SAMPLE), [""; 0]);
}

#[test]
fn truncated_texts() {
    for (at, _) in SAMPLE.char_indices() {
        parse_any(&SAMPLE[..at]);
        parse_any(&SAMPLE[at..]);
    }
}

#[test]
fn mutated_texts() {
    let chars: Vec<char> = SAMPLE.chars().collect();
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let spice: Vec<char> = "{}()<>[]:;,=&*\"'\\/#@.+-0 \n\r\té\u{0}\u{2028}😀".chars().collect();
    for _ in 0..1_000 {
        let mut text = chars.clone();
        for _ in 0..=random.below(4) {
            let at = random.below(text.len());
            match random.below(4) {
                0 => drop(text.remove(at)),
                1 => text.insert(at, spice[random.below(spice.len())]),
                2 => text[at] = spice[random.below(spice.len())],
                _ => {
                    let end = at + random.below(text.len() - at);
                    let copy: Vec<char> = text[at..end].to_vec();
                    let to = random.below(text.len());
                    text.splice(to..to, copy);
                }
            }
        }
        let text: String = text.into_iter().collect();
        for diagnostic in parse_any(&text).1 {
            for label in diagnostic.labels {
                assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{text:?}");
            }
        }
    }
}

#[test]
fn deep_nests_are_refused_on_a_small_stack() {
    let megabyte = 1 << 20;
    let texts = [
        format!("const T A = {}", "[".repeat(megabyte)),
        format!("const T A = {}{}", "[".repeat(megabyte / 2), "]".repeat(megabyte / 2)),
        format!("const T A = {}", "{1:".repeat(megabyte / 3)),
        format!("typedef {}", "list<".repeat(megabyte / 5)),
        format!("struct S {{ {}", "1: i32 a xsd_attrs {".repeat(megabyte / 20)),
    ];
    for text in texts {
        let found = on_a_small_stack(move || messages(&text));
        assert_eq!(found, ["more than 64 levels stand in one another"]);
    }
}

#[test]
fn many_brackets_side_by_side_are_no_nest() {
    for text in ["(", "{", "}", "<", ">", "[", "]", "/*", "'", "struct S {", "(a", "&"] {
        let text = text.repeat(20_000);
        on_a_small_stack(move || messages(&text));
    }
}

#[test]
fn nests_up_to_the_cap_are_accepted() {
    let list = |levels: usize| format!("{}i32{}", "list<".repeat(levels), ">".repeat(levels));
    let value = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for (levels, problems) in [(MAX_NESTING, 0), (MAX_NESTING + 1, 1)] {
        for text in [
            format!("typedef {} T", list(levels)),
            format!("struct S {{ 1: {} a }}", list(levels)),
            format!("service S {{ {0} f(1: {0} a) }}", list(levels)),
            format!("const T A = {}", value(levels)),
            format!("struct S {{ 1: i32 a = {} }}", value(levels)),
            format!("struct S {{ {} {} }}", "1: i32 a xsd_attrs {".repeat(levels), "}".repeat(levels)),
        ] {
            assert_eq!(on_a_small_stack(move || messages(&text)).len(), problems, "{levels}");
        }
    }
}

/// Runs on a stack as threads of other systems have it.
fn on_a_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    thread::Builder::new().stack_size(512 << 10).spawn(run).unwrap().join().unwrap()
}

/// Numbers that are the same in each run (xorshift).
struct Random(u64);

impl Random {
    /// A number from 0 up to, and without, `end`; 0 if that is 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % (end.max(1) as u64)) as usize
    }
}
