//! Tests of what a build script gets from the builder, with the environment and stdout of one passed in.

use std::fs;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A package's folder and its `OUT_DIR`, removed when the test ends.
struct Package {
    folder: PathBuf,
    script: BuildScript,
}

impl Package {
    fn new(files: &[(&str, &str)]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("thrift-gen-builder-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let package = Self { script: BuildScript { out_dir: folder.join("out") }, folder };
        for (path, text) in files {
            package.put(path, text);
        }
        package
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// What `builder` prints to Cargo and how it ends.
    fn build(&self, builder: &Builder, files: &[&str]) -> (String, Result<(), Error>) {
        let files: Vec<PathBuf> = files.iter().map(|file| self.path(file)).collect();
        let mut stdout = Vec::new();
        let result = builder.compile_in(Some(&self.script), &mut stdout, &files);
        (String::from_utf8(stdout).unwrap(), result)
    }

    /// The same for a build that has to succeed.
    fn builds(&self, builder: &Builder, files: &[&str]) -> String {
        let (stdout, result) = self.build(builder, files);
        result.unwrap();
        stdout
    }

    fn has(&self, path: &str) -> bool {
        self.path(path).is_file()
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

const BASE: (&str, &str) = ("idl/base.thrift", "struct Base {\n  1: i32 id\n}\n");
const MAIN: (&str, &str) = ("example.thrift", "include \"base.thrift\"\nstruct Main {\n  1: base.Base base\n}\n");
const WRONG: (&str, &str) = ("wrong.thrift", "struct Wrong {\n  1: Missing field\n}\n");
const WARNS: (&str, &str) = ("warns.thrift", "struct Warns { i32 field }\n");

#[test]
fn the_tree_is_named_after_the_first_file_and_holds_what_is_included() {
    let package = Package::new(&[BASE, MAIN]);
    package.builds(&Builder::new().include(package.path("idl")), &["example.thrift"]);
    for file in ["out/example/mod.rs", "out/example/example.rs", "out/example/base.rs"] {
        assert!(package.has(file), "{file}");
    }
}

#[test]
fn the_tree_can_be_named_and_put_elsewhere() {
    let package = Package::new(&[BASE]);
    package.builds(&Builder::new().name("api"), &["idl/base.thrift"]);
    assert!(package.has("out/api/mod.rs") && !package.path("out/base").exists());
    package.builds(&Builder::new().out_dir(package.path("src/gen")), &["idl/base.thrift"]);
    assert!(package.has("src/gen/mod.rs") && package.has("src/gen/base.rs"));
}

#[test]
fn without_recursion_only_the_named_files_are_generated() {
    let package = Package::new(&[BASE, MAIN]);
    package.builds(&Builder::new().include(package.path("idl")).recurse(false), &["example.thrift"]);
    assert!(package.has("out/example/example.rs") && !package.has("out/example/base.rs"));
}

#[test]
fn cargo_learns_of_every_file_that_was_read() {
    let package = Package::new(&[BASE, MAIN]);
    let stdout = package.builds(&Builder::new().include(package.path("idl")), &["example.thrift"]);
    let mut lines: Vec<&str> = stdout.lines().collect();
    lines.sort_unstable();
    let expected = ["example.thrift", "idl/base.thrift"]
        .map(|file| format!("cargo:rerun-if-changed={}", package.path(file).display()));
    assert_eq!(lines, expected);
}

#[test]
fn cargo_learns_where_missing_files_would_be() {
    let package = Package::new(&[("a.thrift", "include 'gone.thrift'\nstruct A {}\n")]);
    let builder = Builder::new().include(package.path("idl")).allow_missing_includes(true);
    let stdout = package.builds(&builder, &["a.thrift"]);
    for file in ["a.thrift", "gone.thrift", "idl/gone.thrift"] {
        let line = format!("cargo:rerun-if-changed={}\n", package.path(file).display());
        assert!(stdout.contains(&line), "{file}: {stdout}");
    }
    assert!(stdout.contains("cargo:warning=") && stdout.contains("[missing-include]"), "{stdout}");
}

#[test]
fn cargo_learns_of_warnings_on_one_line_each() {
    let package = Package::new(&[WARNS]);
    let stdout = package.builds(&Builder::new(), &["warns.thrift"]);
    let warnings: Vec<&str> = stdout.lines().filter_map(|line| line.strip_prefix("cargo:warning=")).collect();
    assert_eq!(warnings.len(), 1, "{stdout}");
    assert!(warnings[0].contains("warns.thrift:1:"), "{stdout}");
    assert_eq!(stdout.lines().count(), 2, "{stdout}");

    assert!(!package.builds(&Builder::new().nowarn(true), &["warns.thrift"]).contains("cargo:warning"));
    assert!(package.build(&Builder::new().strict(true), &["warns.thrift"]).1.is_err());
}

#[test]
fn warnings_are_silenced_or_errors_by_their_code() {
    let package = Package::new(&[WARNS]);
    let build = |builder: Builder| package.build(&builder, &["warns.thrift"]);
    let (stdout, result) = build(Builder::new().allow("implicit-field-id").deny("warnings"));
    result.unwrap();
    assert!(!stdout.contains("cargo:warning"), "{stdout}");
    let error = build(Builder::new().deny("implicit-field-id")).1.unwrap_err();
    assert!(error.to_string().contains("error[implicit-field-id]"), "{error}");
    let error = build(Builder::new().allow("implicit-feld-id").deny("nope")).1.unwrap_err();
    assert!(error.to_string().contains("did you mean `implicit-field-id`?"), "{error}");
}

#[test]
fn errors_are_readable_in_display_and_debug_and_nothing_is_written() {
    let package = Package::new(&[WRONG]);
    let (stdout, result) = package.build(&Builder::new(), &["wrong.thrift"]);
    let error = result.unwrap_err();
    let (display, debug) = (error.to_string(), format!("{error:?}"));
    assert!(display.contains("wrong.thrift:2:") && display.contains("Missing"), "{display}");
    assert_eq!(debug.trim_start(), display);
    assert!(debug.starts_with('\n'), "{debug}");
    assert!(stdout.starts_with("cargo:rerun-if-changed="), "{stdout}");
    assert!(!package.path("out").exists());
}

#[test]
fn what_an_older_idl_left_in_out_dir_is_removed() {
    let package = Package::new(&[BASE]);
    let builder = Builder::new().name("api");
    package.put("idl/old.thrift", BASE.1);
    package.builds(&builder, &["idl/base.thrift", "idl/old.thrift"]);
    assert!(package.has("out/api/old.rs"));
    package.builds(&builder, &["idl/base.thrift"]);
    assert!(!package.has("out/api/old.rs"));
    assert!(!fs::read_to_string(package.path("out/api/mod.rs")).unwrap().contains("old"));
}

#[test]
fn checked_in_trees_add_up() {
    let package = Package::new(&[BASE, ("other.thrift", BASE.1)]);
    let builder = Builder::new().out_dir(package.path("gen"));
    package.builds(&builder, &["idl/base.thrift"]);
    package.builds(&builder, &["other.thrift"]);
    assert!(package.has("gen/base.rs") && package.has("gen/other.rs"));
}

#[test]
fn what_is_unchanged_is_not_rewritten() {
    let package = Package::new(&[BASE]);
    package.builds(&Builder::new(), &["idl/base.thrift"]);
    let generated = fs::File::open(package.path("out/base/base.rs")).unwrap();
    generated.set_modified(std::time::UNIX_EPOCH).unwrap();
    package.builds(&Builder::new(), &["idl/base.thrift"]);
    let now = fs::metadata(package.path("out/base/base.rs")).unwrap();
    assert_eq!(now.modified().unwrap(), std::time::UNIX_EPOCH);
}

#[test]
fn outside_a_build_script_the_folder_has_to_be_said() {
    let package = Package::new(&[BASE]);
    let files = [package.path(BASE.0)];
    let mut stdout = Vec::new();
    let error = Builder::new().compile_in(None, &mut stdout, &files).unwrap_err();
    assert!(error.to_string().contains("Builder::out_dir"), "{error}");
    Builder::new().out_dir(package.path("gen")).compile_in(None, &mut stdout, &files).unwrap();
    assert!(package.has("gen/mod.rs"));
    assert_eq!(stdout, b"", "Cargo's lines are for Cargo");
}

#[test]
fn an_unknown_option_and_no_file_are_errors() {
    let package = Package::new(&[BASE]);
    let error = package.build(&Builder::new().option("nope=1"), &["idl/base.thrift"]).1.unwrap_err();
    assert!(error.to_string().contains("`nope`") && error.to_string().contains("types_only"), "{error}");
    let error = package.build(&Builder::new(), &[]).1.unwrap_err();
    assert_eq!(format!("{error:?}"), "no .thrift file to compile");
}

#[test]
fn traits_and_attributes_are_for_what_a_path_names() {
    let package = Package::new(&[BASE, MAIN]);
    let builder = Builder::new().include(package.path("idl"));
    let chosen = builder.clone().derive(".", "Copy, Eq").attribute("base.Base", "#[doc(alias = \"x\")]");
    package.builds(&chosen, &["example.thrift"]);
    let read = |file| fs::read_to_string(package.path(file)).unwrap();
    assert!(read("out/example/base.rs").contains("#[doc(alias = \"x\")]\n#[derive(Clone, Debug, Default, Copy)]"));
    assert!(
        read("out/example/base.rs").contains("Default, Copy)]")
            && read("out/example/example.rs").contains("Default, Copy)]")
    );

    package.builds(&builder.clone().keep_unknown("base.Base"), &["example.thrift"]);
    assert!(read("out/example/base.rs").contains("pub unknown_fields: thrift::UnknownFields"));
    assert!(!read("out/example/example.rs").contains("UnknownFields"));
    package.builds(&builder.clone().option("keep_unknown"), &["example.thrift"]);
    assert!(read("out/example/example.rs").contains("UnknownFields"));
    let error = package.build(&builder.clone().option("keep_unknown=base.Base:no"), &["example.thrift"]).1.unwrap_err();
    assert!(error.to_string().contains("takes no value"), "{error}");

    let error = package.build(&builder.derive("bsae.Base", "Copy"), &["example.thrift"]).1.unwrap_err();
    assert!(error.to_string().contains("did you mean `base.Base`?"), "{error}");
}
