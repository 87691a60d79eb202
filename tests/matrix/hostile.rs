//! Generated code in a crate that has taken the names that it mentions: macros of the prelude's names, modules and types at
//! the root. It stands deep in modules, in part unused.

#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(dead_code, unused_macros, reason = "this crate's own")]

macro_rules! vec {
    ($($tokens:tt)*) => {
        compile_error!("a macro of this crate")
    };
}
macro_rules! format {
    ($($tokens:tt)*) => {
        compile_error!("a macro of this crate")
    };
}
macro_rules! write {
    ($($tokens:tt)*) => {
        compile_error!("a macro of this crate")
    };
}
macro_rules! matches {
    ($($tokens:tt)*) => {
        compile_error!("a macro of this crate")
    };
}
macro_rules! concat {
    ($($tokens:tt)*) => {
        compile_error!("a macro of this crate")
    };
}
macro_rules! stringify {
    ($($tokens:tt)*) => {
        compile_error!("a macro of this crate")
    };
}
macro_rules! thrift_enum {
    ($($tokens:tt)*) => {
        compile_error!("a macro of this crate")
    };
}

mod std {}
mod core {}
mod alloc {}
mod bytes {}
mod uuid {}
mod tokio {}
mod thrift_runtime {}
mod thrift {}
struct Result;
struct Option;
struct Vec;
struct String;
struct Box;
trait Default {
    fn default() -> u8;
}
trait Clone {
    fn clone(&self) -> u8;
}
impl<T> Default for T {
    fn default() -> u8 {
        0
    }
}
impl<T> Clone for T {
    fn clone(&self) -> u8 {
        0
    }
}

mod deep {
    mod deeper {
        mod constants {
            include!("GOLDEN/constants/mod.rs");
        }
        #[path = "GOLDEN/docs/mod.rs"]
        mod docs;
        #[path = "GOLDEN/doubles/mod.rs"]
        mod doubles;
        #[path = "GOLDEN/enums/mod.rs"]
        mod enums;
        #[path = "GOLDEN/exceptions/mod.rs"]
        mod exceptions;
        #[path = "GOLDEN/includes/mod.rs"]
        mod includes;
        #[path = "GOLDEN/names/mod.rs"]
        mod names;
        #[path = "GOLDEN/recursion/mod.rs"]
        mod recursion;
        #[path = "GOLDEN/services/mod.rs"]
        pub(crate) mod services;
        #[path = "GOLDEN/unions/mod.rs"]
        mod unions;
    }
}

fn main() {}
