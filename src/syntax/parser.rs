//! Text to [`ast::Document`](super::ast::Document); the only user of pest.
