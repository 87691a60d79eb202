//! What the templates print: names, types and expressions of Rust, decided for each thing that is rendered.
