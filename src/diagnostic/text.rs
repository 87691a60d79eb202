//! Diagnostics for people: the source line with a caret.
