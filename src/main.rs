//! The `thrift-gen` command.

fn main() {}
