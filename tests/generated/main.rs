//! The generated code in `tests/golden`, compiled and used: whatever the IDL has, what comes of it is clean
//! under `deny(warnings)` and does what the IDL says. Whether it is what the generator writes now is the question of `golden_is_current.rs`.

#![deny(warnings)]
#![forbid(unsafe_code)]

use thrift_runtime::{DecodeOwned, Encode, binary};

#[path = "../golden"]
#[allow(unreachable_pub)]
mod golden {
    pub mod constants;
    pub mod cross;
    pub mod deep;
    pub mod docs;
    pub mod doubles;
    pub mod enums;
    pub mod example;
    pub mod exceptions;
    pub mod includes;
    pub mod names;
    #[path = "options-blocking/mod.rs"]
    pub mod options_blocking;
    #[path = "options-blocking-only/mod.rs"]
    pub mod options_blocking_only;
    #[path = "options-borrowed/mod.rs"]
    pub mod options_borrowed;
    #[path = "options-choices/mod.rs"]
    pub mod options_choices;
    #[path = "options-client/mod.rs"]
    pub mod options_client;
    #[path = "options-collections/mod.rs"]
    pub mod options_collections;
    #[path = "options-custom/mod.rs"]
    pub mod options_custom;
    #[path = "options-extern/mod.rs"]
    pub mod options_extern;
    #[path = "options-keys/mod.rs"]
    pub mod options_keys;
    #[path = "options-pointers/mod.rs"]
    pub mod options_pointers;
    #[path = "options-select/mod.rs"]
    pub mod options_select;
    #[path = "options-serde/mod.rs"]
    pub mod options_serde;
    #[path = "options-server/mod.rs"]
    pub mod options_server;
    #[path = "options-shared/mod.rs"]
    pub mod options_shared;
    #[path = "options-strings/mod.rs"]
    pub mod options_strings;
    #[path = "options-types/mod.rs"]
    pub mod options_types;
    #[path = "options-unknown/mod.rs"]
    pub mod options_unknown;
    pub mod recursion;
    pub mod services;
    pub mod store;
    pub mod structs;
    pub mod typedefs;
    pub mod unions;
    pub mod wide;
}

mod blocking;
mod borrowed;
mod collections;
mod constants;
mod deep;
mod doubles;
mod enums;
mod names;
mod options;
mod pointers;
mod recursion;
mod select;
mod serde;
mod services;
mod strings;
mod structs;
mod unions;

/// This crate as another one would name it, for code that is generated for two.
extern crate self as other_crate;

pub use golden::options_shared::made;

/// Encodes in the binary protocol and decodes again.
fn round_trip<T: Encode + DecodeOwned>(value: &T) -> T {
    binary::from_slice(&binary::to_vec(value).unwrap()).unwrap()
}

/// A folder that is not a module above is not compiled.
#[test]
fn every_folder_is_compiled() {
    let this = include_str!("main.rs");
    let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).unwrap();
    for folder in folders {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(
            this.contains(&format!("    pub mod {};", name.replace('-', "_"))),
            "tests/golden/{name} is not declared"
        );
    }
}
