//! Any bytes, as two files that may include each other, are a program or diagnostics that can be printed.
//!
//! README.md says how to run it.
#![no_main]

use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use thrift_gen::diagnostic::{Format, line};
use thrift_gen::level::Levels;
use thrift_gen::load::{Memory, load};
use thrift_gen::{model, view};

const FORMS: [Format; 4] = [Format::Text { color: false }, Format::Text { color: true }, Format::Json, Format::Github];

fuzz_target!(|bytes: &[u8]| {
    let middle = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let (first, second) = bytes.split_at(middle);
    let files = Memory::default().with("a", first).with("b", second.get(1..).unwrap_or_default());
    let loaded = load(&files, &[PathBuf::from("a")], &[PathBuf::from("i")]);
    let (schema, found) = model::resolve(&loaded.program, &model::Options::default());
    let mut diagnostics = [loaded.diagnostics, found].concat();
    // All of them, and then those that the text itself does not silence.
    for _ in 0..2 {
        for diagnostic in &diagnostics {
            for label in &diagnostic.labels {
                let text = &loaded.sources.source(label.span.source).text;
                assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "a span of the text");
            }
            assert!(!line::render(diagnostic, &loaded.sources).contains('\n'));
        }
        let rendered = FORMS.map(|form| form.render(&diagnostics, &loaded.sources));
        for lines in &rendered[2..] {
            assert_eq!(lines.lines().count(), diagnostics.len(), "a line for each");
        }
        Levels::default().apply(&mut diagnostics, &loaded.sources, &loaded.program);
    }
    if let Some(schema) = schema {
        view::render(&schema, &view::Options { recurse: true, ..Default::default() });
    }
});
