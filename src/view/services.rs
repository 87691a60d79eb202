//! Services: the handler's trait, the server that dispatches to it, the client, and the errors of its methods.

use askama::Template;

use super::arguments::Arguments;
use super::doc::Doc;
use super::module::Parts;
use super::name::{self, FunctionNames};
use super::ty::Types;
use crate::model::schema::{Function, Type};

/// A service: the asynchronous one, or its blocking twin.
#[derive(Debug, Template)]
#[template(path = "rust/service.rs.jinja", escape = "none")]
pub(super) struct ServiceView {
    /// The handler's trait and the server are wanted.
    has_server: bool,
    /// The client is wanted.
    has_client: bool,
    has_doc: bool,
    doc: Doc,
    idl_name: String,
    handler: String,
    server: String,
    client: String,
    /// Type parameters: the handler's type, the channel's type.
    handler_parameter: String,
    channel_parameter: String,
    /// `Send`, in full where the module defines a type of that name.
    send: &'static str,
    is_blocking: bool,
    has_base: bool,
    base: Option<BaseView>,
    has_methods: bool,
    methods: Vec<MethodView>,
}

/// The service that another one extends, by its paths.
#[derive(Debug)]
struct BaseView {
    handler: String,
    server: String,
    client: String,
}

#[derive(Debug)]
struct MethodView {
    doc: Doc,
    name: String,
    /// The name in the IDL and on the wire, in quotes.
    wire_name: String,
    /// The `Result` that comes of it, at once or of a future.
    result: String,
    /// How the server has the handler called, and the client the server.
    answer: &'static str,
    call: &'static str,
    arguments: Arguments,
}

/// The error of a method that declares exceptions.
#[derive(Debug, Template)]
#[template(path = "rust/error.rs.jinja", escape = "none")]
pub(super) struct ErrorView {
    name: String,
    /// Where the exceptions are declared: service and function in the IDL.
    declared_by: String,
    variants: Vec<ExceptionVariant>,
    /// The variants by their ids.
    exceptions: String,
    other: String,
}

#[derive(Debug)]
struct ExceptionVariant {
    doc: Doc,
    name: String,
    ty: String,
    /// No other variant has this type.
    unique: bool,
}

impl ServiceView {
    pub(super) fn new(types: &Types<'_>, index: usize, parts: Parts) -> Self {
        let module = types.names.module(types.module);
        let service = &types.schema.module(types.module).services[index];
        let names = &module.services[index];
        let base = service.extends.map(|base| {
            let [handler, server, client] = types.service_paths(base);
            BaseView { handler, server, client }
        });
        let functions = service.functions.iter().zip(&names.functions);
        Self {
            has_server: parts != Parts::Client,
            has_client: parts != Parts::Server,
            has_doc: service.doc.is_some(),
            doc: Doc::item(&service.doc, &service.rust),
            idl_name: service.name.clone(),
            handler: names.handler.clone(),
            server: names.server.clone(),
            client: names.client.clone(),
            handler_parameter: module.handler_parameter.clone(),
            channel_parameter: module.channel_parameter.clone(),
            send: types.prelude("Send"),
            is_blocking: types.is_blocking(),
            has_base: base.is_some(),
            base,
            has_methods: !service.functions.is_empty(),
            methods: functions.map(|(function, names)| MethodView::new(types, function, names)).collect(),
        }
    }
}

impl MethodView {
    fn new(types: &Types<'_>, function: &Function, names: &FunctionNames) -> Self {
        let returns =
            function.returns.as_ref().map_or_else(|| "()".to_owned(), |ty| types.of(&function.rust).owned(ty));
        let error = if function.throws.is_empty() { None } else { Some(types.error(&names.error)) };
        let error = error.unwrap_or_else(|| "::thrift_runtime::Error".to_owned());
        let (answer, call) = match (types.is_blocking(), function.oneway) {
            (false, false) => ("call", "reply"),
            (false, true) => ("oneway", "oneway"),
            (true, false) => ("blocking_call", "reply"),
            (true, true) => ("blocking_oneway", "oneway"),
        };
        Self {
            doc: Doc::member(&function.doc, &function.rust),
            name: names.method.clone(),
            wire_name: format!("{:?}", function.name),
            result: format!("{}<{returns}, {error}>", types.prelude("Result")),
            answer,
            call,
            arguments: Arguments::new(types, &function.arguments),
        }
    }
}

impl ErrorView {
    /// The errors of a service's methods, which the asynchronous and the blocking ones have in common.
    pub(super) fn all<'v>(types: &'v Types<'_>, index: usize) -> impl Iterator<Item = Self> + 'v {
        let service = &types.schema.module(types.module).services[index];
        let names = &types.names.module(types.module).services[index].functions;
        let throwing = service.functions.iter().zip(names).filter(|(function, _)| !function.throws.is_empty());
        throwing.map(|(function, names)| Self::new(types, &service.name, function, &names.error))
    }

    fn new(types: &Types<'_>, service: &str, function: &Function, name: &str) -> Self {
        let behind_typedefs = |ty: &Type| types.structure(ty).map(|id| types.names.structure(id).name.as_str());
        let exceptions: Vec<&str> =
            function.throws.iter().map(|field| behind_typedefs(&field.ty).unwrap_or_default()).collect();
        let (names, other) = name::error_variants(&exceptions, &function.throws);
        let rows = function.throws.iter().zip(&names).map(|(field, name)| format!("{} => {name}", field.id));
        let exceptions = rows.collect::<Vec<_>>().join(", ");
        let targets: Vec<_> = function.throws.iter().map(|field| types.structure(&field.ty)).collect();
        let variants =
            function.throws.iter().zip(names).zip(&targets).map(|((field, name), target)| ExceptionVariant {
                doc: Doc::member(&field.doc, &field.rust),
                name,
                ty: types.owned(&field.ty),
                unique: targets.iter().filter(|other| *other == target).count() == 1,
            });
        Self {
            name: name.to_owned(),
            declared_by: format!("{service}.{}", function.name),
            variants: variants.collect(),
            exceptions,
            other,
        }
    }
}
