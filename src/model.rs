//! What the IDL means: a checked [`schema`], in which an unresolved name cannot be expressed.
