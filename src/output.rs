//! Generated files on their way to the disk: written if changed, or compared with what is there.

mod depfile;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fmt, fs, process};

use crate::view::{self, ModEntry};
pub use crate::view::{GeneratedFile, HEADER};
pub use depfile::write_depfile;

/// What a run's files are of the tree in the output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A part: generated files of earlier runs stay, and `mod.rs` lists them too.
    Part,
    /// All of it: other files with our header are left over.
    Whole,
}

/// A difference between the disk and what was generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file, below the output folder as it was given.
    pub path: PathBuf,
    /// What is on the disk, lines ending with `\n`; `None` where the file is missing.
    pub old: Option<String>,
    /// What was generated; `None` where the file is left over.
    pub new: Option<String>,
}

/// What has to be done so that an output folder holds what was generated.
#[derive(Debug, Default)]
pub struct Plan {
    /// The differences, in the order in which they may be applied: a `mod.rs` names only files that are there.
    pub changes: Vec<Change>,
    /// The files that already hold what was generated.
    pub unchanged: Vec<PathBuf>,
    /// The folder and its modules, when other runs may write to it too.
    shared: Option<(PathBuf, Tree)>,
}

/// Compares the folder `dir` with `files` and with a `mod.rs` for each folder. Reads only.
///
/// # Errors
/// When a file cannot be read, and when something that thrift-gen did not write stands in the way.
pub fn plan(dir: &Path, files: Vec<GeneratedFile>, extent: Extent) -> Result<Plan, Error> {
    let mut tree = Tree::of(&files)?;
    tree.check_folders(dir)?;
    let left_over = match extent {
        Extent::Part => {
            tree.add_earlier(dir)?;
            Vec::new()
        }
        Extent::Whole => tree.left_over(dir, &files)?,
    };
    let mut plan = Plan::default();
    let mod_files = tree.mod_files(dir)?;
    for file in files.into_iter().chain(mod_files) {
        let path = dir.join(file.path);
        match existing(&path)? {
            Some(old) if old == file.text => plan.unchanged.push(path),
            old => plan.changes.push(Change { path, old, new: Some(file.text) }),
        }
    }
    plan.changes.sort_by_key(|change| (is_mod_file(&change.path), Reverse(change.path.components().count())));
    for path in left_over {
        let old = existing(&path)?;
        plan.changes.push(Change { path, old, new: None });
    }
    if extent == Extent::Part {
        plan.shared = Some((dir.to_owned(), tree));
    }
    Ok(plan)
}

/// A change that was made.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The file that was written or removed.
    pub path: PathBuf,
    /// How long that took.
    pub time: Duration,
}

impl Plan {
    /// The files that the output folder holds of this run, sorted.
    pub fn outputs(&self) -> Vec<PathBuf> {
        let changed = self.changes.iter().filter(|change| change.new.is_some()).map(|change| &change.path);
        let mut outputs: Vec<PathBuf> = changed.chain(&self.unchanged).cloned().collect();
        outputs.sort();
        outputs
    }

    /// Makes the changes. Every new text is on the disk, under another name, before the first file is replaced: when
    /// that fails (no space, no permission) the tree is as it was.
    pub fn apply(&self) -> Result<Vec<Applied>, Error> {
        let mut applied = replace(&self.changes)?;
        for change in self.changes.iter().filter(|change| change.new.is_none()) {
            let start = Instant::now();
            fs::remove_file(&change.path).map_err(|error| Error::io("remove", &change.path, error))?;
            if let Some(folder) = change.path.parent() {
                // Fails, as it should, unless that was the last file.
                let _ = fs::remove_dir(folder);
            }
            applied.push(Applied { path: change.path.clone(), time: start.elapsed() });
        }
        self.settle()?;
        Ok(applied)
    }

    /// Lists in each `mod.rs` what other runs have written since this one looked. Whichever run replaces a `mod.rs` last
    /// looks once more after that, so nothing is missing in the end.
    fn settle(&self) -> Result<(), Error> {
        let Some((dir, tree)) = &self.shared else { return Ok(()) };
        if !self.changes.iter().any(|change| is_mod_file(&change.path)) {
            return Ok(());
        }
        let mut tree = tree.clone();
        loop {
            tree.add_earlier(dir)?;
            let mut stale = Vec::new();
            for GeneratedFile { path, text } in tree.mod_files(dir)? {
                let path = dir.join(path);
                let old = existing(&path)?;
                if old.as_ref() != Some(&text) {
                    stale.push(Change { path, old, new: Some(text) });
                }
            }
            if replace(&stale)?.is_empty() {
                return Ok(());
            }
        }
    }
}

/// Writes every new text, then puts them in their places.
fn replace(changes: &[Change]) -> Result<Vec<Applied>, Error> {
    let written = changes.iter().filter_map(|change| Some(Staged::write(&change.path, change.new.as_ref()?)));
    let staged: Vec<Staged> = written.collect::<Result<_, _>>()?;
    staged.into_iter().map(Staged::commit).collect()
}

/// The modules of an output folder: for each of its folders that a run writes to, what its `mod.rs` lists.
#[derive(Clone, Debug, Default)]
struct Tree {
    folders: BTreeMap<PathBuf, BTreeMap<String, Kinds>>,
}

/// What a module is on the disk; both at once is an error that rustc would report less clearly.
#[derive(Clone, Copy, Debug, Default)]
struct Kinds {
    file: bool,
    folder: bool,
}

impl Tree {
    fn of(files: &[GeneratedFile]) -> Result<Self, Error> {
        let mut tree = Self::default();
        tree.folders.entry(PathBuf::new()).or_default();
        for GeneratedFile { path, .. } in files {
            if !path.components().all(|part| matches!(part, Component::Normal(_))) {
                return Err(Error::new(path, ErrorKind::Outside));
            }
            tree.add(path, |kinds| kinds.file = true);
            for folder in path.ancestors().skip(1) {
                tree.folders.entry(folder.to_owned()).or_default();
                tree.add(folder, |kinds| kinds.folder = true);
            }
        }
        Ok(tree)
    }

    /// Adds a module to the list of the folder that holds it, if there is one.
    fn add(&mut self, path: &Path, mark: impl FnOnce(&mut Kinds)) {
        if let (Some(parent), Some(name)) = (path.parent(), module_name(path)) {
            mark(self.folders.entry(parent.to_owned()).or_default().entry(name.to_owned()).or_default());
        }
    }

    /// Only the output folder itself may be reached through a link: writing never leaves it.
    fn check_folders(&self, dir: &Path) -> Result<(), Error> {
        for folder in self.folders.keys() {
            let is_root = folder.as_os_str().is_empty();
            let path = if is_root { dir.to_owned() } else { dir.join(folder) };
            let metadata = if is_root { fs::metadata(dir) } else { fs::symlink_metadata(&path) };
            match metadata {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(metadata) if metadata.is_symlink() => return Err(Error::new(&path, ErrorKind::Link)),
                Ok(_) => return Err(Error::new(&path, ErrorKind::NotAFolder)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::io("read", &path, error)),
            }
        }
        Ok(())
    }

    /// Adds what earlier runs left in the folders of this run.
    fn add_earlier(&mut self, dir: &Path) -> Result<(), Error> {
        for folder in self.folders.keys().cloned().collect::<Vec<_>>() {
            for found in ours_in(&dir.join(&folder))? {
                match found {
                    Found::File(name) => self.add(&folder.join(name), |kinds| kinds.file = true),
                    Found::Folder(name) => self.add(&folder.join(name), |kinds| kinds.folder = true),
                    Found::ModFile => {}
                }
            }
        }
        Ok(())
    }

    /// The generated files on the disk that belong to no module of this run.
    fn left_over(&self, dir: &Path, files: &[GeneratedFile]) -> Result<Vec<PathBuf>, Error> {
        let produced: BTreeSet<&Path> = files.iter().map(|file| file.path.as_path()).collect();
        let mut left_over = Vec::new();
        let mut folders: Vec<PathBuf> = self.folders.keys().cloned().collect();
        while let Some(folder) = folders.pop() {
            for found in ours_in(&dir.join(&folder))? {
                match found {
                    Found::File(name) if !produced.contains(folder.join(&name).as_path()) => {
                        left_over.push(dir.join(&folder).join(name));
                    }
                    Found::ModFile if !self.folders.contains_key(&folder) => {
                        left_over.push(dir.join(&folder).join(MOD_FILE));
                    }
                    Found::Folder(name) if !self.folders.contains_key(&folder.join(&name)) => {
                        folders.push(folder.join(name));
                    }
                    _ => {}
                }
            }
        }
        left_over.sort();
        Ok(left_over)
    }

    fn mod_files(&self, dir: &Path) -> Result<Vec<GeneratedFile>, Error> {
        let render = |(folder, modules): (&PathBuf, &BTreeMap<String, Kinds>)| {
            if let Some((name, _)) = modules.iter().find(|(_, kinds)| kinds.file && kinds.folder) {
                return Err(Error::new(&dir.join(folder).join(name), ErrorKind::FileAndFolder));
            }
            let entry = |(name, kinds): (&String, &Kinds)| ModEntry { name: name.clone(), is_folder: kinds.folder };
            let entries: Vec<ModEntry> = modules.iter().map(entry).collect();
            Ok(GeneratedFile { path: folder.join(MOD_FILE), text: view::mod_file(&entries) })
        };
        self.folders.iter().map(render).collect()
    }
}

const MOD_FILE: &str = "mod.rs";

fn is_mod_file(path: &Path) -> bool {
    path.file_name() == Some(OsStr::new(MOD_FILE))
}

/// The module that a file `name.rs` or a folder `name` is; `None` where no `mod` line can name it.
fn module_name(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    let name = name.strip_suffix(".rs").unwrap_or(name);
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|first| first.is_alphabetic() || first == '_');
    (starts && chars.all(|char| char.is_alphanumeric() || char == '_')).then_some(name)
}

/// Something in a folder that thrift-gen wrote.
enum Found {
    ModFile,
    File(String),
    Folder(String),
}

/// What thrift-gen wrote in a folder, which need not exist. Links are not followed: they may lead back.
fn ours_in(folder: &Path) -> Result<Vec<Found>, Error> {
    let fails = |error| Error::io("read", folder, error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fails(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(fails)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(fails)?);
        let Ok(name) = entry.file_name().into_string() else { continue };
        if module_name(&path).is_none() {
            continue;
        }
        if kind.is_dir() && has_header(&path.join(MOD_FILE))? {
            found.push(Found::Folder(name));
        } else if kind.is_file() && name.ends_with(".rs") && has_header(&path)? {
            found.push(if name == MOD_FILE { Found::ModFile } else { Found::File(name) });
        }
    }
    Ok(found)
}

fn has_header(path: &Path) -> Result<bool, Error> {
    let mut start = Vec::with_capacity(HEADER.len() + 2);
    let read = fs::File::open(path).and_then(|file| file.take(HEADER.len() as u64 + 2).read_to_end(&mut start));
    match read {
        Ok(_) => Ok(starts_with_header(&start)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory) => Ok(false),
        Err(error) => Err(Error::io("read", path, error)),
    }
}

fn starts_with_header(text: &[u8]) -> bool {
    match text.strip_prefix(HEADER.as_bytes()) {
        Some(rest) => rest.is_empty() || rest.starts_with(b"\n") || rest.starts_with(b"\r\n"),
        None => false,
    }
}

/// The text of the file at `path`, if there is one; an error if it is not ours to replace. Line ends are made `\n`:
/// what git checks out with `\r\n` is no difference.
fn existing(path: &Path) -> Result<Option<String>, Error> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => return Err(Error::new(path, ErrorKind::Link)),
        Ok(metadata) if !metadata.is_file() => return Err(Error::new(path, ErrorKind::NotAFile)),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("read", path, error)),
    }
    let bytes = fs::read(path).map_err(|error| Error::io("read", path, error))?;
    if !starts_with_header(&bytes) {
        return Err(Error::new(path, ErrorKind::Foreign));
    }
    Ok(Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n")))
}

/// A text that is on the disk beside the file that it will replace; removed unless it does.
struct Staged<'a> {
    target: &'a Path,
    temporary: PathBuf,
    time: Duration,
}

impl<'a> Staged<'a> {
    fn write(target: &'a Path, text: &str) -> Result<Self, Error> {
        let start = Instant::now();
        let fails = |error| Error::io("write", target, error);
        let folder = target.parent().unwrap_or(Path::new(""));
        if !folder.as_os_str().is_empty() {
            fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
        }
        let (mut file, temporary) = create_beside(target).map_err(fails)?;
        let mut staged = Self { target, temporary, time: Duration::ZERO };
        file.write_all(text.as_bytes()).map_err(fails)?;
        staged.time = start.elapsed();
        Ok(staged)
    }

    fn commit(mut self) -> Result<Applied, Error> {
        let start = Instant::now();
        fs::rename(&self.temporary, self.target).map_err(|error| Error::io("write", self.target, error))?;
        self.temporary.clear();
        Ok(Applied { path: self.target.to_owned(), time: self.time + start.elapsed() })
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if !self.temporary.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// A new file in the folder of `target`, under a name that no module and no other process has.
fn create_beside(target: &Path) -> io::Result<(fs::File, PathBuf)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut result = Err(io::Error::from(io::ErrorKind::AlreadyExists));
    for attempt in 0..100 {
        let path = target.with_file_name(format!(".{name}.{}-{attempt}.tmp", process::id()));
        result = fs::OpenOptions::new().write(true).create_new(true).open(&path).map(|file| (file, path));
        if !matches!(&result, Err(error) if error.kind() == io::ErrorKind::AlreadyExists) {
            break;
        }
    }
    result
}

/// Why generated files cannot be written or compared.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    kind: ErrorKind,
}

#[derive(Debug)]
enum ErrorKind {
    Io { action: &'static str, error: io::Error },
    Foreign,
    Link,
    NotAFile,
    NotAFolder,
    FileAndFolder,
    Outside,
}

impl Error {
    fn new(path: &Path, kind: ErrorKind) -> Self {
        Self { path: path.to_owned(), kind }
    }

    fn io(action: &'static str, path: &Path, error: io::Error) -> Self {
        Self::new(path, ErrorKind::Io { action, error })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            ErrorKind::Io { action, error } => write!(f, "cannot {action} `{path}`: {error}"),
            ErrorKind::Foreign => write!(
                f,
                "`{path}` is in the way: thrift-gen did not write it (its first line is not `{HEADER}`), so it is left \
                 alone; move it away or choose another output folder"
            ),
            ErrorKind::Link => {
                write!(
                    f,
                    "`{path}` is a symbolic link: thrift-gen replaces files, not what a link points to; remove it"
                )
            }
            ErrorKind::NotAFile => write!(f, "`{path}` is in the way: a file of that name has to be written"),
            ErrorKind::NotAFolder => write!(f, "`{path}` is in the way: a folder of that name is needed"),
            ErrorKind::FileAndFolder => write!(
                f,
                "`{path}.rs` and `{path}/{MOD_FILE}` are one module to Rust; remove the one that is no longer \
                 generated, or give the files other namespaces"
            ),
            ErrorKind::Outside => write!(f, "`{path}` does not lie in the output folder"),
        }
    }
}

// The operating system's reason is part of the message, so it is not the source as well.
impl std::error::Error for Error {}

#[cfg(test)]
mod tests;
