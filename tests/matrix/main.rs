//! Generated code always compiles: a matrix of all names, types, places, constants and comments, and some schemas at random,
//! are generated, compiled under every lint, documented, and run, so that each type takes values and gives them back.
//!
//! `MATRIX_SEEDS=100..110 cargo test --test matrix` does so for random schemas of those seeds alone.

mod checks;
mod constants;
mod docs;
mod idl;
mod literals;
mod names;
mod project;
mod random;
mod rng;
mod types;
mod wire;

use std::env;
use std::ops::Range;
use std::path::PathBuf;

use thrift_gen::output::GeneratedFile;

use idl::{Field, Kind, Schema};
use project::Project;

/// Schemas of every run.
const SEEDS: Range<u64> = 0..2;

#[test]
fn the_matrix_compiles_and_survives() {
    let mut schema = Schema::default();
    let by_hand = env::var("MATRIX_SEEDS").ok().map(|seeds| {
        let (first, end) = seeds.split_once("..").expect("MATRIX_SEEDS=FIRST..END");
        first.parse().unwrap()..end.parse().unwrap()
    });
    if by_hand.is_none() {
        types::add(&mut schema);
        names::add(&mut schema);
        constants::add(&mut schema);
        docs::add(&mut schema);
    }
    by_hand.unwrap_or(SEEDS).for_each(|seed| random::add(&mut schema, seed));
    let project = Project::new("matrix");
    project.write_manifest("");
    let (files, runtime) = build_and_run(&project, &schema, &[], true);
    let is_documented = |file: &&GeneratedFile| file.text.contains("//! File docs/");
    project.document(files.iter().filter(is_documented), &runtime);
}

/// Every type in every place, with other Rust types for Thrift's: hash maps here, and there vectors and indexes, and two of
/// three fields behind a pointer. Beside each stands the borrowed type, which has the same values and bytes.
#[test]
fn the_matrix_of_choices_compiles_and_survives() {
    let mut schema = Schema::default();
    types::add(&mut schema);
    let pointers = schema.definitions.iter().flat_map(|it| {
        let Kind::Record(_, fields) = &it.kind else { return Vec::new() };
        let pointed = fields.iter().filter(|field| field.id % 3 != 0);
        let stem = idl::stem(&schema.files[it.file].path);
        let kind = |field: &Field| if field.id % 3 == 1 { "arc" } else { "box" };
        pointed.map(|field| format!("pointer={stem}.{}.{}:{}", it.name, field.name, kind(field))).collect()
    });
    let pointers: Vec<String> = pointers.collect();
    names::add(&mut schema);
    constants::add(&mut schema);
    random::add(&mut schema, 0);
    let mut options =
        ["borrowed", "blocking", "map=hash", "set=hash", "string=shared", "binary=vec"].map(str::to_owned).to_vec();
    for (stem, map, set) in [
        ("other", "index", "index"),
        ("recursion", "vec", "index"),
        ("nests", "index", "vec"),
        ("seed0_1", "vec", "vec"),
        ("seed0_2", "btree", "index"),
    ] {
        options.push(format!("map={stem}:{map}"));
        options.push(format!("set={stem}:{set}"));
    }
    options.extend(pointers);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let project = Project::new("choices");
    project.write_manifest("[lib]\nname = \"matrix\"\n");
    build_and_run(&project, &schema, &options, false);
}

/// Every struct with a field for those that its IDL does not know.
#[test]
fn the_matrix_that_keeps_unknown_fields_compiles_and_survives() {
    let mut schema = Schema::default();
    types::add(&mut schema);
    constants::add(&mut schema);
    random::add(&mut schema, 1);
    let project = Project::new("keeping");
    project.write_manifest("[lib]\nname = \"matrix\"\n");
    build_and_run(&project, &schema, &["keep_unknown"], true);
}

/// Gives back what was generated, and where the runtime is.
fn build_and_run(
    project: &Project,
    schema: &Schema,
    options: &[&str],
    keeps_order: bool,
) -> (Vec<GeneratedFile>, PathBuf) {
    let files = project.generate(schema, options);
    let checks = checks::new(schema, &files, keeps_order);
    project.write("src/lib.rs", include_str!("library.rs"));
    project.write("src/main.rs", include_str!("driver.rs"));
    project.write("src/checks.rs", &checks.source);
    project.write("cases.txt", &checks.cases);
    let runtime = project.build();
    project.run();
    (files, runtime)
}

/// Names that the crate around generated code has taken, in every edition.
#[test]
fn the_crate_around_it_may_be_hostile() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let project = Project::new("hostile");
    let targets = ["2018", "2021", "2024"].map(|edition| {
        format!("[[bin]]\nname = \"hostile-{edition}\"\npath = \"src/main.rs\"\nedition = \"{edition}\"\n")
    });
    project.write_manifest(&targets.join("\n"));
    project.write("src/main.rs", &include_str!("hostile.rs").replace("GOLDEN", golden));
    project.build();
}
