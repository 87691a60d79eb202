//! Any bytes, as two files that may include each other, are a program or diagnostics that can be printed.
//!
//! `cargo +nightly fuzz run front --fuzz-dir tests/fuzz`
#![no_main]

use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use thrift_gen::diagnostic::text;
use thrift_gen::load::{Memory, load};
use thrift_gen::{model, view};

fuzz_target!(|bytes: &[u8]| {
    let middle = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let (first, second) = bytes.split_at(middle);
    let files = Memory::default().with("a", first).with("b", second.get(1..).unwrap_or_default());
    let loaded = load(&files, &[PathBuf::from("a")], &[PathBuf::from("i")]);
    for diagnostic in &loaded.diagnostics {
        for label in &diagnostic.labels {
            let text = &loaded.sources.source(label.span.source).text;
            assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "a span of the text");
        }
    }
    let (schema, found) = model::resolve(&loaded.program, &model::Options::default());
    let diagnostics = [loaded.diagnostics, found].concat();
    text::render(&diagnostics, &loaded.sources, false);
    if let Some(schema) = schema {
        view::render(&schema, &view::Options { recurse: true, ..Default::default() });
    }
});
