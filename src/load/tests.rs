use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use crate::diagnostic::text;

use super::{Files, Loaded, MAX_FILE_SIZE, Memory, STDIN, load};

fn paths(paths: &[&str]) -> Vec<PathBuf> {
    paths.iter().map(PathBuf::from).collect()
}

fn load_from(files: &dyn Files, roots: &[&str], include_dirs: &[&str]) -> Loaded {
    load(files, &paths(roots), &paths(include_dirs))
}

fn messages(loaded: &Loaded) -> Vec<&str> {
    loaded.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect()
}

/// Each file's name in messages with the places of the files it includes.
fn files(loaded: &Loaded) -> Vec<(String, Vec<Option<usize>>)> {
    let name = |file: &crate::syntax::program::File| loaded.sources.source(file.document.source).name.clone();
    let includes = |file: &crate::syntax::program::File| file.includes.iter().map(|id| id.map(|id| id.0)).collect();
    loaded.program.files.iter().map(|file| (name(file), includes(file))).collect()
}

fn entry(name: &str, includes: &[Option<usize>]) -> (String, Vec<Option<usize>>) {
    (name.to_owned(), includes.to_vec())
}

#[test]
fn included_files_come_before_their_includers_and_once() {
    let disk = Memory::default()
        .with("top.thrift", "include 'left.thrift' include 'right.thrift' include './left.thrift'")
        .with("left.thrift", "include 'sub/base.thrift'")
        .with("right.thrift", "include 'sub/../sub/base.thrift'")
        .with("sub/base.thrift", "struct Base {}");
    let loaded = load_from(&disk, &["top.thrift", "sub/base.thrift", "./top.thrift"], &[]);
    assert_eq!(messages(&loaded), [""; 0]);
    let expected = [
        entry("sub/base.thrift", &[]),
        entry("left.thrift", &[Some(0)]),
        entry("right.thrift", &[Some(0)]),
        entry("top.thrift", &[Some(1), Some(2), Some(1)]),
    ];
    assert_eq!(files(&loaded), expected);
    assert_eq!(loaded.program.roots.iter().map(|id| id.0).collect::<Vec<_>>(), [3, 0]);
    let read: Vec<_> = loaded.read.iter().map(|read| read.path.to_str().unwrap()).collect();
    assert_eq!(read, ["top.thrift", "left.thrift", "sub/base.thrift", "right.thrift"]);
    let base = &loaded.program.files[0];
    assert_eq!((base.stem.as_str(), base.folder.as_str()), ("base", "sub"));
    let top = &loaded.program.files[3];
    assert_eq!((top.stem.as_str(), top.folder.as_str()), ("top", ""));
}

#[test]
fn the_stem_ends_at_the_last_dot() {
    let loaded = load_from(&Memory::default().with("x/foo-bar.baz.thrift", ""), &["x/foo-bar.baz.thrift"], &[]);
    assert_eq!(loaded.program.files[0].stem, "foo-bar.baz");
}

#[test]
fn includes_are_searched_beside_the_includer_and_then_in_order() {
    let disk = Memory::default()
        .with("a/top.thrift", "include 'here.thrift' include 'one.thrift' include 'two.thrift'")
        .with("a/here.thrift", "")
        .with("here.thrift", "")
        .with("i/here.thrift", "")
        .with("i/one.thrift", "include 'two.thrift'")
        .with("j/one.thrift", "")
        .with("j/two.thrift", "");
    let loaded = load_from(&disk, &["a/top.thrift"], &["i", "j"]);
    assert_eq!(messages(&loaded), [""; 0]);
    let expected = [
        entry("a/here.thrift", &[]),
        entry("j/two.thrift", &[]),
        entry("i/one.thrift", &[Some(1)]),
        entry("a/top.thrift", &[Some(0), Some(2), Some(1)]),
    ];
    assert_eq!(files(&loaded), expected);
}

#[test]
fn absolute_includes_are_nothing_but_themselves() {
    let disk = Memory::default()
        .with("/p/top.thrift", "include '/q/base.thrift' include '/gone.thrift'")
        .with("/q/base.thrift", "")
        .with("/i/gone.thrift", "");
    let loaded = load_from(&disk, &["/p/top.thrift"], &["/i"]);
    assert_eq!(files(&loaded), [entry("/q/base.thrift", &[]), entry("/p/top.thrift", &[Some(0), None])]);
    assert_eq!(messages(&loaded), ["the included file `/gone.thrift` does not exist"]);
}

#[test]
fn cycles_are_told_as_a_chain_and_cut() {
    let disk = Memory::default()
        .with("top.thrift", "include 'a.thrift'")
        .with("a.thrift", "include 'b.thrift'")
        .with("b.thrift", "include 'a.thrift' include 'b.thrift'");
    let loaded = load_from(&disk, &["top.thrift"], &[]);
    assert_eq!(
        messages(&loaded),
        ["files include one another in a circle: `a.thrift` → `b.thrift` → `a.thrift`", "`b.thrift` includes itself"]
    );
    assert_eq!(
        files(&loaded),
        [entry("b.thrift", &[None, None]), entry("a.thrift", &[Some(0)]), entry("top.thrift", &[Some(1)])]
    );
}

#[test]
fn a_chain_of_ten_thousand_includes_needs_no_stack() {
    let run = || {
        let mut disk = Memory::default();
        for number in 0..10_000 {
            disk = disk.with(format!("f{number}.thrift"), format!("include 'f{}.thrift'", number + 1));
        }
        disk = disk.with("f10000.thrift", "");
        let loaded = load_from(&disk, &["f0.thrift"], &[]);
        assert_eq!(messages(&loaded), [""; 0]);
        assert_eq!(loaded.program.files.len(), 10_001);
        let disk = disk.with("f10000.thrift", "include 'f0.thrift'");
        let loaded = load_from(&disk, &["f0.thrift"], &[]);
        let [message] = messages(&loaded)[..] else { panic!("one message") };
        assert!(message.contains("`f4.thrift` → … 9991 more … → `f9996.thrift`"), "{message}");
    };
    thread::Builder::new().stack_size(512 << 10).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_missing_root_is_told_and_the_others_are_read() {
    let loaded = load_from(&Memory::default().with("b.thrift", ""), &["a.thrift", "b.thrift"], &[]);
    assert_eq!(messages(&loaded), ["the file `a.thrift` does not exist"]);
    assert_eq!(loaded.diagnostics[0].labels, []);
    assert_eq!((loaded.program.files.len(), loaded.program.roots.len()), (1, 1));
}

/// Files that exist and cannot be read, but for the first; one is too large.
struct Broken;

impl Files for Broken {
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match path.to_str() {
            Some("top.thrift") => Ok(b"include 'secret' include 'secret' include 'large'".to_vec()),
            Some("large") => Ok(vec![b' '; MAX_FILE_SIZE + 1]),
            _ => Err(io::Error::new(io::ErrorKind::PermissionDenied, "permission denied")),
        }
    }
}

#[test]
fn files_that_cannot_be_read_are_told_once() {
    let loaded = load_from(&Broken, &["top.thrift"], &[]);
    assert_eq!(
        messages(&loaded),
        ["cannot read `secret`: permission denied", "cannot read `large`: it is larger than 64 MiB"]
    );
    assert_eq!(files(&loaded), [entry("top.thrift", &[None, None, None])]);
}

#[test]
fn standard_input_is_a_root_and_no_include() {
    let disk = Memory::default().with(STDIN, "include 'base.thrift' include '-'").with("base.thrift", "");
    let loaded = load_from(&disk, &[STDIN], &[]);
    assert_eq!(loaded.sources.source(loaded.program.files[1].document.source).name, "<stdin>");
    assert_eq!(loaded.program.files[1].stem, "stdin");
    // `./-` is the same file as `-` for files in memory.
    assert_eq!(messages(&loaded), ["`-` includes itself"]);
}

#[test]
fn only_comments_may_be_in_another_encoding() {
    let read = |text: &[u8]| {
        let loaded = load_from(&Memory::default().with("a.thrift", text), &["a.thrift"], &[]);
        let found: Vec<String> = messages(&loaded).into_iter().map(str::to_owned).collect();
        (found, loaded.program.files[0].document.definitions.len())
    };
    assert_eq!(read(b"// J\xfcrgen\nstruct A {} # \xff\n/** \xe4\xf6 */ struct B {} /* \x80 */"), (vec![], 2));
    assert_eq!(
        read(b"// \xfc\nconst string A = 'J\xfcrgen'"),
        (vec!["the byte 0xFC at offset 24 is not UTF-8".to_owned()], 0)
    );
    assert_eq!(read(b"struct \xc3\xc3 {}"), (vec!["the byte 0xC3 at offset 7 is not UTF-8".to_owned()], 0));
    assert_eq!(read(b"struct A {} \xff"), (vec!["the byte 0xFF at offset 12 is not UTF-8".to_owned()], 0));
}

#[test]
fn what_is_no_text_at_all_is_refused() {
    let mut seed = 1u32;
    for length in 0..300 {
        let random = (0..length).map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        });
        let bytes: Vec<u8> = [0].into_iter().chain(random).collect();
        let loaded = load_from(&Memory::default().with("a.thrift", bytes), &["a.thrift"], &[]);
        assert!(!loaded.diagnostics.is_empty() && loaded.program.files[0].document.definitions.is_empty());
        text::render(&loaded.diagnostics, &loaded.sources, false);
    }
}
