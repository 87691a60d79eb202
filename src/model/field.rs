//! Fields, arguments and `throws` entries: their ids, and the keywords that their place allows.

use std::collections::BTreeMap;

use super::custom;
use super::definition::text;
use super::resolve::Resolver;
use super::schema::{Field, ModuleId, Requiredness, StructKind, Value};
use super::ty;
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::ast;

/// Where a list of fields stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Struct,
    Union,
    Exception,
    Arguments,
    Throws,
}

impl Place {
    pub(super) fn of(kind: StructKind) -> Self {
        match kind {
            StructKind::Struct => Place::Struct,
            StructKind::Union => Place::Union,
            StructKind::Exception => Place::Exception,
        }
    }
}

/// The fields of one list, in order, one for each that is written. Default values are filled in when all types are known.
pub(super) fn resolve(
    resolver: &mut Resolver<'_>,
    module: ModuleId,
    fields: &[ast::Field],
    place: Place,
) -> Vec<Field> {
    let ids = Ids::assign(resolver, fields);
    check_names(resolver, fields);
    let mut resolved = Vec::with_capacity(fields.len());
    for (field, id) in fields.iter().zip(ids) {
        resolved.push(Field {
            doc: text(&field.doc),
            rust: custom::annotated(resolver, &field.annotations, custom::Place::of_field(place)),
            id,
            name: field.name.text.clone(),
            requiredness: requiredness(resolver, field, place),
            ty: ty::resolve(resolver, module, &field.ty),
            default: field.default.as_ref().map(|_| Value::Bool(false)),
            boxed: false,
        });
    }
    resolved
}

fn requiredness(resolver: &mut Resolver<'_>, field: &ast::Field, place: Place) -> Requiredness {
    let ignored = match (place, field.requiredness) {
        (Place::Union, Requiredness::Required) => "`required` is ignored in a union",
        (Place::Arguments, Requiredness::Optional) => "`optional` is ignored in an argument list",
        (Place::Throws, Requiredness::Required | Requiredness::Optional) => "the keyword is ignored in a `throws` list",
        _ => "",
    };
    if !ignored.is_empty() {
        let span = field.requiredness_span.unwrap_or(field.span);
        resolver.report(Diagnostic::warning("ignored-requiredness", ignored, span).help("remove the keyword"));
    }
    match place {
        Place::Union | Place::Throws => Requiredness::Optional,
        Place::Arguments if field.requiredness == Requiredness::Optional => Requiredness::Default,
        Place::Arguments | Place::Struct | Place::Exception => field.requiredness,
    }
}

fn check_names(resolver: &mut Resolver<'_>, fields: &[ast::Field]) {
    let mut first: BTreeMap<&str, &ast::Field> = BTreeMap::new();
    for field in fields {
        if let Some(first) = first.get(field.name.text.as_str()) {
            resolver.report(
                Diagnostic::error(
                    "duplicate-field-name",
                    format!("two fields are called `{}`", field.name.text),
                    field.name.span,
                )
                .also(first.name.span, "first used here"),
            );
        } else {
            first.insert(&field.name.text, field);
        }
    }
}

/// Gives ids to the fields of one list: the written ones, and −1, −2, … to fields without one, as Apache's compiler does.
struct Ids<'a> {
    /// The next id for a field without one.
    implicit: i32,
    used: BTreeMap<i16, &'a ast::Field>,
}

impl<'a> Ids<'a> {
    fn assign(resolver: &mut Resolver<'_>, fields: &'a [ast::Field]) -> Vec<i16> {
        let mut ids = Ids { implicit: -1, used: BTreeMap::new() };
        fields.iter().map(|field| ids.next(resolver, field)).collect()
    }

    fn next(&mut self, resolver: &mut Resolver<'_>, field: &'a ast::Field) -> i16 {
        let id = match field.id {
            Some(written) if written.value > 0 => self.in_range(resolver, field, written.value),
            Some(written) if resolver.options.allow_neg_keys => {
                let id = self.in_range(resolver, field, written.value);
                if let Some(id) = id.filter(|id| i32::from(*id) != self.implicit) {
                    let message = format!("the id {id} is not the next negative one, which is {}", self.implicit);
                    resolver.report(Diagnostic::warning("negative-field-id", message, written.span));
                }
                self.implicit = id.map_or(self.implicit, i32::from) - 1;
                id
            }
            Some(written) => {
                let message = format!("the id {} is not positive", written.value);
                let warning = Diagnostic::warning("nonpositive-field-id", message, written.span);
                resolver.report(
                    Diagnostic { severity: severity(resolver), ..warning }
                        .at("replaced by the next negative id, counted from -1")
                        .help("write an id from 1 to 32767, or pass --allow-neg-keys to keep it"),
                );
                self.implicit_id(resolver, field)
            }
            None => {
                self.report_implicit(resolver, field);
                self.implicit_id(resolver, field)
            }
        };
        // One that does not fit was reported, and there will be no schema.
        let Some(id) = id else { return 0 };
        self.claim(resolver, field, id);
        id
    }

    fn report_implicit(&self, resolver: &mut Resolver<'_>, field: &ast::Field) {
        let message = format!("the field `{}` has no id", field.name.text);
        let warning = Diagnostic::warning("implicit-field-id", message, field.name.span);
        let help = match field.default.as_ref().map(|default| &default.kind) {
            Some(ast::ConstKind::Integer(number)) => {
                format!("the id stands before the type, and `= {number}` is a default value; {} is used", self.implicit)
            }
            _ => format!("write an id before it, such as `{}: `; {} is used", self.used.len() + 1, self.implicit),
        };
        resolver.report(Diagnostic { severity: severity(resolver), ..warning }.help(help));
    }

    fn implicit_id(&mut self, resolver: &mut Resolver<'_>, field: &ast::Field) -> Option<i16> {
        self.implicit -= 1;
        self.in_range(resolver, field, i64::from(self.implicit) + 1)
    }

    fn in_range(&self, resolver: &mut Resolver<'_>, field: &ast::Field, id: i64) -> Option<i16> {
        let in_range = i16::try_from(id).ok();
        if in_range.is_none() {
            let span = field.id.map_or(field.name.span, |written| written.span);
            let message = format!("the id {id} of `{}` does not fit into 16 bits", field.name.text);
            resolver.report(Diagnostic::error("field-id-range", message, span).help("write an id from 1 to 32767"));
        }
        in_range
    }

    fn claim(&mut self, resolver: &mut Resolver<'_>, field: &'a ast::Field, id: i16) {
        let Some(first) = self.used.get(&id) else {
            self.used.insert(id, field);
            return;
        };
        let place = |field: &ast::Field| field.id.map_or(field.name.span, |written| written.span);
        let message = format!("the id {id} is used by `{}` and by `{}`", first.name.text, field.name.text);
        resolver.report(
            Diagnostic::error("duplicate-field-id", message, place(field))
                .at("used again here")
                .also(place(first), "first used here"),
        );
    }
}

/// Ids that the compiler makes up are warned of, and refused where the user is strict.
fn severity(resolver: &Resolver<'_>) -> Severity {
    if resolver.options.strict { Severity::Error } else { Severity::Warning }
}
