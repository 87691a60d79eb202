//! Headers and definitions.

use pest::iterators::Pair;

use super::Builder;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{
    Const, ConstKind, ConstValue, Definition, Enum, EnumValue, Function, Header, Include, Literal, Name, Namespace,
    Service, Struct, StructKind, Type, TypeKind, Typedef,
};
use crate::syntax::parser::{Rule, word};

impl Builder<'_, '_> {
    pub(super) fn item(&mut self, pair: Pair<'_, Rule>) {
        let Some(pair) = self.next(&mut pair.into_inner()) else { return };
        match pair.as_rule() {
            Rule::include | Rule::cpp_include | Rule::namespace => {
                self.drop_doc();
                let header = self.header(pair);
                self.document.headers.push(header);
            }
            _ => {
                self.seen_definition = true;
                let definition = self.definition(pair);
                self.document.definitions.push(definition);
            }
        }
    }

    fn header(&mut self, pair: Pair<'_, Rule>) -> Header {
        match pair.as_rule() {
            Rule::namespace => Header::Namespace(self.namespace(pair)),
            Rule::include => {
                let start = self.empty_span(&pair);
                let path = self.path(pair);
                Header::Include(Include { span: start.to(path.span), path })
            }
            _ => Header::CppInclude(self.path(pair)),
        }
    }

    fn path(&mut self, pair: Pair<'_, Rule>) -> Literal {
        let mut path = Literal { span: self.empty_span(&pair), value: String::new() };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            if child.as_rule() == Rule::literal {
                path = self.literal(&child);
            }
        }
        path
    }

    fn namespace(&mut self, pair: Pair<'_, Rule>) -> Namespace {
        let start = self.empty_span(&pair);
        let mut scope: Option<Name> = None;
        let mut name = self.empty_name(&pair);
        let mut annotations = Vec::new();
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::any_scope => scope = Some(Name { span: self.span(&child), text: "*".to_owned() }),
                Rule::reference => scope = Some(self.name(&child)),
                Rule::namespace_name => name = self.name(&child),
                Rule::annotations => annotations = self.annotations(child),
                _ => {}
            }
        }
        let scope = scope.unwrap_or_else(|| name.clone());
        Namespace { span: start.to(name.span), scope, name, annotations }
    }

    fn definition(&mut self, pair: Pair<'_, Rule>) -> Definition {
        match pair.as_rule() {
            Rule::const_item => Definition::Const(self.constant(pair)),
            Rule::typedef_item => Definition::Typedef(self.typedef(pair)),
            Rule::enum_item => Definition::Enum(self.enumeration(pair)),
            Rule::service_item => Definition::Service(self.service(pair)),
            Rule::union_item => Definition::Struct(self.structure(StructKind::Union, pair)),
            Rule::exception_item => Definition::Struct(self.structure(StructKind::Exception, pair)),
            _ => Definition::Struct(self.structure(StructKind::Struct, pair)),
        }
    }

    fn constant(&mut self, pair: Pair<'_, Rule>) -> Const {
        let mut constant = Const {
            doc: self.take_doc(),
            name: self.empty_name(&pair),
            ty: self.empty_type(&pair),
            value: ConstValue { span: self.empty_span(&pair), kind: ConstKind::Integer(0) },
            annotations: Vec::new(),
        };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::ty => constant.ty = self.ty(child),
                Rule::name => constant.name = self.member_name(&child),
                Rule::const_value => constant.value = self.value(child),
                Rule::annotations => constant.annotations = self.annotations(child),
                _ => {}
            }
        }
        constant
    }

    fn typedef(&mut self, pair: Pair<'_, Rule>) -> Typedef {
        let mut typedef = Typedef {
            doc: self.take_doc(),
            name: self.empty_name(&pair),
            ty: self.empty_type(&pair),
            annotations: Vec::new(),
        };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::ty => typedef.ty = self.ty(child),
                Rule::name => typedef.name = self.typedef_name(&child, &typedef.ty),
                Rule::annotations => typedef.annotations = self.annotations(child),
                _ => {}
            }
        }
        typedef
    }

    /// A keyword here is probably the type, which comes first.
    fn typedef_name(&mut self, pair: &Pair<'_, Rule>, ty: &Type) -> Name {
        match &ty.kind {
            TypeKind::Named(name) if word::is_type(pair.as_str()) => {
                let span = self.span(pair);
                let message = format!("`{}` is a keyword and cannot be a name", pair.as_str());
                let help = format!("the type comes first: `typedef {} {name}`", pair.as_str());
                self.report(Diagnostic::error("keyword-as-name", message, span).help(help));
                Name { span, text: pair.as_str().to_owned() }
            }
            _ => self.type_name(pair),
        }
    }

    fn enumeration(&mut self, pair: Pair<'_, Rule>) -> Enum {
        let mut enumeration =
            Enum { doc: self.take_doc(), name: self.empty_name(&pair), values: Vec::new(), annotations: Vec::new() };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::word => enumeration.name = self.type_name(&child),
                Rule::enum_value => enumeration.values.push(self.enum_value(child)),
                Rule::annotations => enumeration.annotations = self.annotations(child),
                _ => {}
            }
        }
        enumeration
    }

    fn enum_value(&mut self, pair: Pair<'_, Rule>) -> EnumValue {
        let mut value =
            EnumValue { doc: self.take_doc(), name: self.empty_name(&pair), value: None, annotations: Vec::new() };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::word => value.name = self.member_name(&child),
                Rule::number | Rule::boolean => value.value = Some(self.integer(&child)),
                Rule::annotations => value.annotations = self.annotations(child),
                _ => {}
            }
        }
        value
    }

    fn structure(&mut self, kind: StructKind, pair: Pair<'_, Rule>) -> Struct {
        let mut structure = Struct {
            doc: self.take_doc(),
            kind,
            name: self.empty_name(&pair),
            xsd_all: false,
            fields: Vec::new(),
            annotations: Vec::new(),
        };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::word => structure.name = self.type_name(&child),
                Rule::xsd_all => structure.xsd_all = true,
                Rule::fields => structure.fields = self.fields(child),
                Rule::annotations => structure.annotations = self.annotations(child),
                _ => {}
            }
        }
        structure
    }

    fn service(&mut self, pair: Pair<'_, Rule>) -> Service {
        let mut service = Service {
            doc: self.take_doc(),
            name: self.empty_name(&pair),
            extends: None,
            functions: Vec::new(),
            annotations: Vec::new(),
        };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::word => service.name = self.member_name(&child),
                Rule::extends => service.extends = self.extends(child),
                Rule::function => service.functions.push(self.function(child)),
                Rule::annotations => service.annotations = self.annotations(child),
                _ => {}
            }
        }
        service
    }

    fn extends(&mut self, pair: Pair<'_, Rule>) -> Option<Name> {
        let mut name = None;
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            if child.as_rule() == Rule::reference {
                name = Some(self.name(&child));
            }
        }
        name
    }

    fn function(&mut self, pair: Pair<'_, Rule>) -> Function {
        let mut function = Function {
            doc: self.take_doc(),
            oneway: None,
            returns: None,
            name: self.empty_name(&pair),
            arguments: Vec::new(),
            throws: Vec::new(),
            annotations: Vec::new(),
        };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::oneway => {
                    let span = self.span(&child);
                    if child.as_str() == "async" {
                        let warning = Diagnostic::warning("old-word", "`async` is an old word for `oneway`", span);
                        self.report(warning.help("write `oneway`"));
                    }
                    function.oneway = Some(span);
                }
                Rule::ty => function.returns = Some(self.ty(child)),
                Rule::word => function.name = self.member_name(&child),
                Rule::field => function.arguments.push(self.field(child)),
                Rule::throws => function.throws = self.fields(child),
                Rule::annotations => function.annotations = self.annotations(child),
                _ => {}
            }
        }
        function
    }
}
