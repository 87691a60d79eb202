//! The rule for make and ninja that tells what a run read and wrote.

use std::io;
use std::path::{Path, PathBuf};

use super::{Error, Staged};

/// Writes to `path` that `outputs` come of `inputs`, atomically.
///
/// # Errors
/// When the file cannot be written, and when a name has a line break or a tab, which such a rule cannot hold.
pub fn write_depfile(path: &Path, outputs: &[PathBuf], inputs: &[PathBuf]) -> Result<(), Error> {
    let text = rule(outputs, inputs)?;
    Staged::write(path, &text)?.commit()?;
    Ok(())
}

/// `output output: input input`, a name on each line.
fn rule(outputs: &[PathBuf], inputs: &[PathBuf]) -> Result<String, Error> {
    let escaped = |paths: &[PathBuf]| paths.iter().map(|path| escaped(path)).collect::<Result<Vec<_>, _>>();
    let (outputs, inputs) = (escaped(outputs)?, escaped(inputs)?);
    let inputs: String = inputs.iter().map(|input| format!(" \\\n  {input}")).collect();
    Ok(format!("{}:{inputs}\n", outputs.join(" \\\n  ")))
}

/// A name as both programs read it: backslashes count only before what they escape.
fn escaped(path: &Path) -> Result<String, Error> {
    let name = path.to_string_lossy();
    let mut text = String::with_capacity(name.len());
    let mut backslashes = 0;
    for char in name.chars() {
        match char {
            ' ' | '#' | ':' => {
                text.extend((0..=backslashes).map(|_| '\\'));
            }
            '$' => text.push('$'),
            '\n' | '\r' | '\t' => {
                let error = io::Error::new(io::ErrorKind::InvalidInput, "its name has a line break or a tab");
                return Err(Error::io("name in a depfile", path, error));
            }
            _ => {}
        }
        backslashes = if char == '\\' { backslashes + 1 } else { 0 };
        text.push(char);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn a_rule_has_a_name_on_each_line() {
        let text = rule(&paths(&["gen/a.rs", "gen/mod.rs"]), &paths(&["a.thrift", "b.thrift"])).unwrap();
        assert_eq!(text, "gen/a.rs \\\n  gen/mod.rs: \\\n  a.thrift \\\n  b.thrift\n");
        assert_eq!(rule(&paths(&["a"]), &[]).unwrap(), "a:\n");
    }

    #[test]
    fn what_make_would_read_is_escaped() {
        for (name, expected) in [
            ("a b", r"a\ b"),
            ("a#b", r"a\#b"),
            ("a:b", r"a\:b"),
            ("$a", "$$a"),
            (r"a\b", r"a\b"),
            (r"a\ b", r"a\\\ b"),
        ] {
            assert_eq!(escaped(Path::new(name)).unwrap(), expected);
        }
        assert!(escaped(Path::new("a\nb")).is_err());
    }
}
