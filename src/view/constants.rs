//! Constants and typedefs.

use askama::Template;

use super::doc::Doc;
use super::ty::Types;

/// A constant: `const` where Rust can hold the value in one, else a static that is built at first use.
#[derive(Debug, Template)]
#[template(path = "rust/constant.rs.jinja", escape = "none")]
pub(super) struct ConstantView {
    doc: Doc,
    name: String,
    ty: String,
    value: String,
    lazy: bool,
}

impl ConstantView {
    pub(super) fn new(types: &Types<'_>, index: usize) -> Self {
        let constant = &types.schema.module(types.module).constants[index];
        let types = types.of(&constant.rust);
        let name = types.names.module(types.module).constants[index].clone();
        let doc = Doc::item(&constant.doc, &constant.rust);
        match types.constant(&constant.value, &constant.ty) {
            Some((ty, value)) => Self { doc, name, ty, value, lazy: false },
            None => {
                let value = types.value(&constant.value, &constant.ty);
                Self { doc, name, ty: types.owned(&constant.ty), value, lazy: true }
            }
        }
    }
}

/// A typedef.
#[derive(Debug, Template)]
#[template(path = "rust/typedef.rs.jinja", escape = "none")]
pub(super) struct TypedefView {
    doc: Doc,
    name: String,
    lifetime: &'static str,
    ty: String,
}

impl TypedefView {
    pub(super) fn new(types: &Types<'_>, index: usize) -> Self {
        let typedef = &types.schema.module(types.module).typedefs[index];
        Self {
            doc: Doc::item(&typedef.doc, types.said(&typedef.rust)),
            lifetime: types.lifetime(&typedef.ty),
            name: types.names.module(types.module).typedefs[index].clone(),
            ty: types.of(&typedef.rust).owned(&typedef.ty),
        }
    }

    /// A type of the runtime is in it.
    pub(super) fn uses_runtime(&self) -> bool {
        self.ty.split(['<', ' ']).any(|path| path.starts_with("thrift::"))
    }
}
