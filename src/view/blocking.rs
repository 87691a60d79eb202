//! The module of blocking services: a twin for each service, under the same names, whose methods are no futures.

use askama::Template;

use super::module::{Options, Parts};
use super::services::ServiceView;
use super::ty::Types;
use crate::model::schema::Item;

/// Whether there are services for programs without an async runtime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blocking {
    /// Only the asynchronous ones.
    #[default]
    No,
    /// Beside the asynchronous ones.
    Too,
    /// In their place.
    Only,
}

/// `pub mod blocking`
#[derive(Debug, Template)]
#[template(path = "rust/blocking.rs.jinja", escape = "none")]
pub(super) struct BlockingView {
    name: String,
    services: Vec<ServiceView>,
}

impl BlockingView {
    /// None where it is not asked for, and for a file without services.
    pub(super) fn new(types: Types<'_>, options: &Options) -> Option<Self> {
        if options.blocking == Blocking::No || options.parts == Parts::Types {
            return None;
        }
        let types = types.blocking();
        let module = types.schema.module(types.module);
        let items = module.items.iter().filter(|item| module.rust_of(**item).extern_path().is_none());
        let services: Vec<_> = items
            .filter_map(|item| match item {
                Item::Service(index) => Some(ServiceView::new(&types, *index, options.parts)),
                _ => None,
            })
            .collect();
        let name = types.names.module(types.module).blocking.clone();
        (!services.is_empty()).then_some(Self { name, services })
    }
}
