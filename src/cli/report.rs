//! What the command prints beside diagnostics: the files of a run, the difference to the disk, how to go on.

use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use similar::TextDiff;
use thrift_gen::builder::Generation;
use thrift_gen::output::{Applied, Change};

/// The files that were read.
pub(super) fn read(out: &mut dyn Write, generation: &Generation) -> io::Result<()> {
    generation.read.iter().try_for_each(|file| line(out, "read", Some(file.reading + file.parsing), &file.path))
}

/// The files that were written.
pub(super) fn written(out: &mut dyn Write, applied: &[Applied]) -> io::Result<()> {
    applied.iter().try_for_each(|file| line(out, "wrote", Some(file.time), &file.path))
}

/// The files that needed no writing.
pub(super) fn unchanged(out: &mut dyn Write, paths: &[impl AsRef<Path>]) -> io::Result<()> {
    paths.iter().try_for_each(|path| line(out, "unchanged", None, path.as_ref()))
}

/// Paths alone, each on a line.
pub(super) fn paths(out: &mut dyn Write, paths: &[PathBuf]) -> io::Result<()> {
    paths.iter().try_for_each(|path| writeln!(out, "{}", path.display()))
}

fn line(out: &mut dyn Write, action: &str, time: Option<Duration>, path: &Path) -> io::Result<()> {
    let time = time.map(milliseconds).unwrap_or_default();
    writeln!(out, "{action:<9} {time:>12}  {}", path.display())
}

/// A duration with three digits behind the point: a small file takes microseconds.
pub(super) fn milliseconds(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1e3)
}

/// The changes as a unified diff from the disk to what was generated, which `patch -p0` can apply.
pub(super) fn diff(out: &mut dyn Write, changes: &[Change]) -> io::Result<()> {
    for change in changes {
        let path = change.path.display().to_string();
        let name = |text: &Option<String>| if text.is_some() { path.clone() } else { "/dev/null".to_owned() };
        let (old, new) = (change.old.as_deref().unwrap_or_default(), change.new.as_deref().unwrap_or_default());
        // Two texts without a common line would take time by the square of their length; after this the diff gets coarser.
        let diff = TextDiff::configure().timeout(Duration::from_secs(2)).diff_lines(old, new);
        write!(out, "{}", diff.unified_diff().header(&name(&change.old), &name(&change.new)))?;
    }
    Ok(())
}

/// `2 files: 1 stale, 1 missing`
pub(super) fn count(changes: &[Change]) -> String {
    let kinds = [("stale", (true, true)), ("missing", (false, true)), ("left over", (true, false))];
    let counts = kinds.iter().filter_map(|(name, kind)| {
        let count = changes.iter().filter(|change| (change.old.is_some(), change.new.is_some()) == *kind).count();
        (count > 0).then(|| format!("{count} {name}"))
    });
    let files = if changes.len() == 1 { "file" } else { "files" };
    format!("{} {files}: {}", changes.len(), counts.collect::<Vec<_>>().join(", "))
}

/// The lines that a crate needs to use the tree in `dir`.
pub(super) fn advice(dir: &Path) -> String {
    let version = concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    let (place, declaration) = mod_line(dir);
    format!(
        "\
To use the code in {dir}, add to Cargo.toml

    [dependencies]
    thrift-runtime = \"{version}\"

and to {place}

    {declaration}
",
        dir = dir.display()
    )
}

/// The file that has to declare the module in `dir`, and the line; as seen from the folder of Cargo.toml.
fn mod_line(dir: &Path) -> (String, String) {
    let parts: Vec<String> = dir
        .components()
        .filter(|part| !matches!(part, Component::CurDir))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let module = module_name(parts.last().map_or("", String::as_str));
    match parts.iter().rposition(|part| part == "src").and_then(|src| parts.get(src + 1..)) {
        Some([_]) => ("src/lib.rs or src/main.rs".to_owned(), format!("mod {module};")),
        Some([parents @ .., _]) => (format!("the module `{}`", parents.join("::")), format!("mod {module};")),
        _ => {
            let path = if dir.is_absolute() {
                dir.join("mod.rs").display().to_string()
            } else {
                ["..".to_owned()].into_iter().chain(parts).chain(["mod.rs".to_owned()]).collect::<Vec<_>>().join("/")
            };
            ("src/lib.rs or src/main.rs".to_owned(), format!("#[path = {path:?}]\n    mod {module};"))
        }
    }
}

/// A name for the module in a folder of that name.
fn module_name(folder: &str) -> String {
    match folder {
        // Rust's keyword since the edition of 2024, and what many call such a folder.
        "gen" => "r#gen".to_owned(),
        _ if folder.starts_with(|first: char| first.is_alphabetic()) => {
            folder.chars().map(|char| if char.is_alphanumeric() { char } else { '_' }).collect()
        }
        _ => "thrift".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(old: Option<&str>, new: Option<&str>) -> Change {
        Change { path: "gen/a.rs".into(), old: old.map(str::to_owned), new: new.map(str::to_owned) }
    }

    fn diff_of(changes: &[Change]) -> String {
        let mut out = Vec::new();
        diff(&mut out, changes).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_kind_of_drift_has_its_diff() {
        let stale = diff_of(&[change(Some("a\nb\n"), Some("a\nc\n"))]);
        assert_eq!(stale, "--- gen/a.rs\n+++ gen/a.rs\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        assert_eq!(diff_of(&[change(None, Some("a\n"))]), "--- /dev/null\n+++ gen/a.rs\n@@ -0,0 +1 @@\n+a\n");
        assert_eq!(diff_of(&[change(Some("a\n"), None)]), "--- gen/a.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn drift_is_counted_by_kind() {
        assert_eq!(count(&[change(Some(""), Some("x"))]), "1 file: 1 stale");
        let all = [change(None, Some("")), change(Some(""), None), change(None, Some(""))];
        assert_eq!(count(&all), "3 files: 2 missing, 1 left over");
    }

    #[test]
    fn the_mod_line_fits_the_folder() {
        let root = "src/lib.rs or src/main.rs".to_owned();
        let at_root = |line: &str| (root.clone(), line.to_owned());
        assert_eq!(mod_line(Path::new("gen-rust")), at_root("#[path = \"../gen-rust/mod.rs\"]\n    mod gen_rust;"));
        assert_eq!(mod_line(Path::new("./a/gen")), at_root("#[path = \"../a/gen/mod.rs\"]\n    mod r#gen;"));
        assert_eq!(mod_line(Path::new(".")), at_root("#[path = \"../mod.rs\"]\n    mod thrift;"));
        assert_eq!(mod_line(Path::new("/tmp/x")), at_root("#[path = \"/tmp/x/mod.rs\"]\n    mod x;"));
        assert_eq!(mod_line(Path::new("src/gen")), at_root("mod r#gen;"));
        assert_eq!(mod_line(Path::new("a/src/b/c")), ("the module `b`".to_owned(), "mod c;".to_owned()));
    }
}
