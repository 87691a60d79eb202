//! Generated code always compiles: a matrix of all names, types, places, constants and comments is generated, compiled
//! under every lint, documented, and run, so that each type takes values and gives them back.

mod checks;
mod constants;
mod docs;
mod idl;
mod literals;
mod names;
mod project;
mod rng;
mod types;
mod wire;

use idl::Schema;
use project::Project;

#[test]
fn the_matrix_compiles_and_survives() {
    let mut schema = Schema::default();
    types::add(&mut schema);
    names::add(&mut schema);
    constants::add(&mut schema);
    docs::add(&mut schema);
    let project = Project::new("matrix");
    let files = project.generate(&schema);
    let checks = checks::new(&schema, &files);
    project.write_manifest("");
    project.write("src/lib.rs", include_str!("library.rs"));
    project.write("src/main.rs", include_str!("driver.rs"));
    project.write("src/checks.rs", &checks.source);
    project.write("cases.txt", &checks.cases);
    project.build();
    project.run("matrix");
}
