//! The parsed files of a run and which includes which.

use super::ast::Document;

/// A file in a [`Program`]: its place in [`Program::files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub usize);

/// Everything that was parsed in a run.
#[derive(Debug, Default)]
pub struct Program {
    /// Each file once, an included file before the files that include it.
    pub files: Vec<File>,
    /// The files that the user named, in that order.
    pub roots: Vec<FileId>,
}

/// One parsed file.
#[derive(Debug)]
pub struct File {
    /// The file's name up to its last dot: what its names are prefixed with where it is included.
    pub stem: String,
    /// Name of the folder that holds the file (not its path); empty when there is none.
    pub folder: String,
    /// What the file holds.
    pub document: Document,
    /// One per `include` header, in order; `None` where the file is missing or includes this
    /// one in turn, which was reported.
    pub includes: Vec<Option<FileId>>,
}
