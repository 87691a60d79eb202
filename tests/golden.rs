//! The generated code in `tests/golden`, compiled: whatever the IDL has, what comes of it is clean under
//! `deny(warnings)`. Whether it is what the generator writes now is the question of `golden_is_current.rs`.

#![deny(warnings)]
#![forbid(unsafe_code)]

#[path = "golden"]
mod golden {
    mod constants;
    mod cross;
    mod docs;
    mod doubles;
    mod enums;
    mod example;
    mod exceptions;
    mod includes;
    mod names;
    mod recursion;
    mod services;
    mod structs;
    mod typedefs;
    mod unions;
    mod wide;
}

/// A folder that is not a module above is not compiled.
#[test]
fn every_folder_is_compiled() {
    let this = include_str!("golden.rs");
    let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).unwrap();
    for folder in folders {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(this.contains(&format!("    mod {name};")), "tests/golden/{name} is not declared");
    }
}
