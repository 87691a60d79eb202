//! Tests of the plan and of applying it, in folders of their own.

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A folder that is removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("thrift-gen-output-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap()
    }

    /// The modules that a `mod.rs` declares.
    fn modules(&self, folder: &str) -> Vec<String> {
        let text = self.read(&format!("{folder}{MOD_FILE}"));
        let name = |line: &str| Some(line.split_once("pub mod ")?.1.strip_suffix(';')?.to_owned());
        text.lines().filter_map(name).collect()
    }

    fn write(&self, files: Vec<GeneratedFile>) -> Vec<PathBuf> {
        let plan = plan(&self.0, files, Extent::Part).unwrap();
        plan.apply().unwrap().into_iter().map(|applied| applied.path).collect()
    }

    fn fails(&self, files: Vec<GeneratedFile>) -> String {
        plan(&self.0, files, Extent::Part).unwrap_err().to_string()
    }

    /// The differences as `kind path`.
    fn drifts(&self, files: Vec<GeneratedFile>) -> Vec<String> {
        let describe = |change: &Change| {
            let kind = match (&change.old, &change.new) {
                (Some(_), Some(_)) => "stale",
                (None, _) => "missing",
                (_, None) => "left over",
            };
            format!("{kind} {}", change.path.strip_prefix(&self.0).unwrap().display())
        };
        plan(&self.0, files, Extent::Whole).unwrap().changes.iter().map(describe).collect()
    }

    /// Every file below the folder.
    fn everything(&self) -> BTreeSet<String> {
        let (mut folders, mut files) = (vec![self.0.clone()], BTreeSet::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(path.strip_prefix(&self.0).unwrap().display().to_string());
                }
            }
        }
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn file(path: &str, body: &str) -> GeneratedFile {
    GeneratedFile { path: path.into(), text: format!("{HEADER}\n\n{body}\n") }
}

#[test]
fn runs_at_one_time_add_up() {
    let folder = Folder::new();
    let both = ["a.rs", "b/c.rs"].map(|path| plan(&folder.0, vec![file(path, "")], Extent::Part).unwrap());
    for plan in both {
        plan.apply().unwrap();
    }
    assert_eq!(folder.modules(""), ["a", "b"]);
    assert_eq!(folder.modules("b/"), ["c"]);
}

#[test]
fn every_folder_gets_a_mod_file() {
    let folder = Folder::new();
    let written = folder.write(vec![file("foo/bar/baz.rs", "1"), file("top.rs", "2")]);
    assert_eq!(folder.modules(""), ["foo", "top"]);
    assert_eq!(folder.modules("foo/"), ["bar"]);
    assert_eq!(folder.modules("foo/bar/"), ["baz"]);
    assert_eq!(folder.read("foo/bar/baz.rs"), format!("{HEADER}\n\n1\n"));
    let order: Vec<_> = written.iter().map(|path| path.strip_prefix(&folder.0).unwrap().to_str().unwrap()).collect();
    assert_eq!(order, ["foo/bar/baz.rs", "top.rs", "foo/bar/mod.rs", "foo/mod.rs", "mod.rs"]);
}

#[test]
fn what_is_unchanged_is_not_written() {
    let folder = Folder::new();
    folder.write(vec![file("a.rs", "1"), file("b.rs", "1")]);
    let plan = plan(&folder.0, vec![file("a.rs", "1"), file("b.rs", "2")], Extent::Part).unwrap();
    assert_eq!(plan.unchanged, [folder.0.join("a.rs"), folder.0.join(MOD_FILE)]);
    let changed: Vec<_> = plan.changes.iter().map(|change| change.path.clone()).collect();
    assert_eq!(changed, [folder.0.join("b.rs")]);
}

#[test]
fn line_ends_of_a_checkout_are_no_change() {
    let folder = Folder::new();
    folder.put("a.rs", &format!("{HEADER}\r\n\r\n1\r\n"));
    folder.put(MOD_FILE, &view::mod_file(&[ModEntry { name: "a".into(), is_folder: false }]).replace('\n', "\r\n"));
    assert!(folder.write(vec![file("a.rs", "1")]).is_empty());
    assert!(folder.drifts(vec![file("a.rs", "1")]).is_empty());
}

#[test]
fn runs_add_up() {
    let folder = Folder::new();
    folder.write(vec![file("base.rs", ""), file("ns/one.rs", "")]);
    folder.put("ns/by_hand.rs", "// mine\n");
    folder.put("by_hand/mod.rs", "// mine\n");
    folder.put("not-a-module.rs", &format!("{HEADER}\n"));
    folder.write(vec![file("ns/two.rs", "")]);
    assert_eq!(folder.modules(""), ["base", "ns"]);
    assert_eq!(folder.modules("ns/"), ["one", "two"]);
}

#[test]
fn a_file_written_by_hand_is_never_replaced() {
    for taken in ["a.rs", "mod.rs", "ns/mod.rs"] {
        let folder = Folder::new();
        folder.put(taken, "// mine\n");
        let message = folder.fails(vec![file("a.rs", ""), file("ns/b.rs", "")]);
        let named = folder.0.join(taken).display().to_string();
        assert!(message.contains(&named) && message.contains("in the way"), "{message}");
        assert_eq!(folder.everything(), BTreeSet::from([taken.to_owned()]));
    }
}

#[test]
fn the_header_is_the_whole_first_line() {
    assert!(starts_with_header(HEADER.as_bytes()));
    assert!(starts_with_header(format!("{HEADER}\nx").as_bytes()));
    assert!(!starts_with_header(format!("{HEADER} Not.\n").as_bytes()));
    assert!(!starts_with_header(format!("\n{HEADER}\n").as_bytes()));
    assert!(!starts_with_header(b""));
}

#[test]
fn folders_and_files_in_the_way_are_named() {
    let folder = Folder::new();
    fs::create_dir_all(folder.0.join("a.rs")).unwrap();
    assert!(folder.fails(vec![file("a.rs", "")]).contains("a.rs` is in the way: a file of that name"));
    folder.put("ns", "");
    assert!(folder.fails(vec![file("ns/b.rs", "")]).contains("ns` is in the way: a folder of that name"));
    let inside = plan(&folder.0.join("ns/deep"), vec![file("b.rs", "")], Extent::Part).unwrap_err().to_string();
    assert!(inside.starts_with("cannot read `"), "{inside}");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_when_writing() {
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    elsewhere.put("real.rs", &format!("{HEADER}\n"));
    std::os::unix::fs::symlink(elsewhere.0.join("real.rs"), folder.0.join("a.rs")).unwrap();
    std::os::unix::fs::symlink(&elsewhere.0, folder.0.join("ns")).unwrap();
    assert!(folder.fails(vec![file("a.rs", "")]).contains("a.rs` is a symbolic link"));
    assert!(folder.fails(vec![file("ns/b.rs", "")]).contains("ns` is a symbolic link"));
    assert_eq!(elsewhere.everything(), BTreeSet::from(["real.rs".to_owned()]));

    let link = folder.0.join("output");
    fs::create_dir(folder.0.join("target")).unwrap();
    std::os::unix::fs::symlink(folder.0.join("target"), &link).unwrap();
    plan(&link, vec![file("a.rs", "")], Extent::Part).unwrap().apply().unwrap();
    assert!(folder.0.join("target/a.rs").is_file());
}

#[test]
fn a_module_is_not_both_a_file_and_a_folder() {
    let folder = Folder::new();
    folder.write(vec![file("foo.rs", "")]);
    let message = folder.fails(vec![file("foo/a.rs", "")]);
    assert!(message.contains("foo.rs` and `") && message.contains("are one module to Rust"), "{message}");
}

#[test]
fn nothing_leaves_the_output_folder() {
    let folder = Folder::new();
    assert!(folder.fails(vec![file("../a.rs", "")]).contains("does not lie in the output folder"));
}

#[test]
fn each_drift_is_told_apart() {
    let folder = Folder::new();
    let files = || vec![file("a.rs", "1"), file("ns/b.rs", "1")];
    assert_eq!(folder.drifts(files()), ["missing ns/b.rs", "missing a.rs", "missing ns/mod.rs", "missing mod.rs"],);
    folder.write(files());
    assert!(folder.drifts(files()).is_empty());

    folder.put("by_hand.rs", "// mine\n");
    assert!(folder.drifts(files()).is_empty());
    folder.put("old/deep/c.rs", &format!("{HEADER}\n"));
    folder.put("old/deep/mod.rs", &format!("{HEADER}\n"));
    folder.put("old/mod.rs", &format!("{HEADER}\n"));
    folder.put("ns/c.rs", &format!("{HEADER}\n"));
    assert_eq!(
        folder.drifts(vec![file("a.rs", "2"), file("ns/b.rs", "1")]),
        [
            "stale a.rs",
            "left over ns/c.rs",
            "left over old/deep/c.rs",
            "left over old/deep/mod.rs",
            "left over old/mod.rs"
        ],
    );
    folder.write(files());
    assert_eq!(folder.modules(""), ["a", "ns", "old"]);
    assert!(
        folder.drifts(files()).contains(&"stale mod.rs".to_owned()),
        "it lists `old`, which this run does not produce"
    );
}

#[test]
fn a_whole_tree_loses_what_is_left_over() {
    let folder = Folder::new();
    folder.write(vec![file("a.rs", ""), file("old/deep/b.rs", "")]);
    folder.put("by_hand.rs", "// mine\n");
    plan(&folder.0, vec![file("a.rs", "")], Extent::Whole).unwrap().apply().unwrap();
    assert_eq!(folder.modules(""), ["a"]);
    assert_eq!(folder.everything(), ["a.rs", "by_hand.rs", "mod.rs"].map(str::to_owned).into());
    assert!(!folder.0.join("old").exists());
}

#[test]
fn a_write_that_fails_leaves_the_tree_as_it_was() {
    let folder = Folder::new();
    folder.write(vec![file("a.rs", "1")]);
    let before = folder.everything();
    let text = |body: &str| Some(format!("{HEADER}\n\n{body}\n"));
    let changes = vec![
        Change { path: folder.0.join("a.rs"), old: None, new: text("2") },
        Change { path: folder.0.join("a.rs/b.rs"), old: None, new: text("2") },
    ];
    let message = Plan { changes, ..Plan::default() }.apply().unwrap_err().to_string();
    assert!(message.starts_with("cannot create `") && message.contains("a.rs"), "{message}");
    assert_eq!(folder.everything(), before);
    assert_eq!(folder.read("a.rs"), format!("{HEADER}\n\n1\n"));
}

#[test]
fn a_rename_that_fails_leaves_no_temporary_file() {
    let folder = Folder::new();
    folder.put("a.rs/inside", "");
    let target = folder.0.join("a.rs");
    let message = Staged::write(&target, "text").unwrap().commit().unwrap_err().to_string();
    assert!(message.starts_with("cannot write `"), "{message}");
    assert_eq!(folder.everything(), BTreeSet::from(["a.rs/inside".to_owned()]));
}
