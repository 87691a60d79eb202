//! The generator as a library call, for a user's build.rs and for the command line.
