//! The generated code in `tests/golden` is what the generator makes of the IDL beside it.
//!
//! `UPDATE_GOLDEN=1 cargo test --test golden_is_current` rewrites it.

use std::path::{Path, PathBuf};
use std::{env, fs};

use thrift_gen::Builder;
use thrift_gen::builder::options;
use thrift_gen::output::{self, Extent};

/// Each folder's `.thrift` files give what stands beside them.
#[test]
fn generated_code_is_up_to_date() {
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    assert!(!(update && env::var_os("CI").is_some()), "golden files are not rewritten in CI");
    let mut stale = Vec::new();
    for folder in folders() {
        let generation = builder(&folder).generate(&roots(&folder)).unwrap();
        let plan = output::plan(&folder, generation.into_files().unwrap(), Extent::Whole).unwrap();
        if update {
            plan.apply().unwrap();
        } else {
            stale.extend(plan.changes.into_iter().map(|change| change.path));
        }
    }
    assert!(stale.is_empty(), "stale, rewrite with UPDATE_GOLDEN=1: {stale:#?}");
}

/// The options of the generator stand in a file `options`, if there are some.
fn builder(folder: &Path) -> Builder {
    let options = fs::read_to_string(folder.join("options")).unwrap_or_default();
    let options = options::split(options.trim_end());
    options.into_iter().fold(Builder::new().allow_neg_keys(true), Builder::option)
}

fn folders() -> Vec<PathBuf> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut folders: Vec<PathBuf> = fs::read_dir(golden).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// The `.thrift` files of a folder itself; those in folders below are included by them.
fn roots(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut roots: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|end| end == "thrift")).collect();
    roots.sort();
    roots
}
