//! Reads the files that the user named and all that they include; the only reader of files.
