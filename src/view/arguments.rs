//! The arguments of a method, as tuples: what its client writes, what its server reads, and what its handler gets.

use super::literal::listed;
use super::name;
use super::ty::Types;
use crate::model::schema::{Field, Requiredness};

/// The most elements that the runtime takes in one tuple. Of more it takes tuples of tuples.
const MAX_TUPLE: usize = 12;

/// The arguments, in their order in the IDL, and their tuples, in the order of the wire.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) each: Vec<ArgumentView>,
    /// The pairs that the client writes.
    pub(super) written: String,
    /// The types that the server reads.
    pub(super) read: String,
    /// The names that the server gives to what it has read.
    pub(super) pattern: String,
}

#[derive(Debug)]
pub(super) struct ArgumentView {
    /// The parameter of the handler's and of the client's method.
    pub(super) name: String,
    pub(super) ty: String,
    /// The type of the client's parameter.
    pub(super) borrowed: String,
    /// What the server hands to the handler.
    pub(super) value: String,
}

/// How the server reads an argument.
enum Reading {
    Required,
    /// With this value where it is missing.
    Optional(String),
    Plain,
}

impl Arguments {
    pub(super) fn new(types: &Types<'_>, fields: &[Field]) -> Self {
        let names = name::argument_names(fields);
        let received = name::received_names(fields);
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by_key(|index| fields[*index].id);
        let in_order = |element: &dyn Fn(usize) -> String| tuple(order.iter().map(|index| element(*index)).collect());
        Self {
            written: in_order(&|index| written(types, &fields[index], &names[index])),
            read: in_order(&|index| read(types, &fields[index])),
            pattern: in_order(&|index| received[index].clone()),
            each: fields
                .iter()
                .zip(names.iter().zip(&received))
                .map(|(field, (name, received))| ArgumentView {
                    name: name.clone(),
                    ty: types.of(&field.rust).owned(&field.ty),
                    borrowed: types.of(&field.rust).borrowed(&field.ty).0,
                    value: match reading(types, field) {
                        Reading::Optional(value) => format!("{received}.unwrap_or_else(|| {value})"),
                        Reading::Required | Reading::Plain => received.clone(),
                    },
                })
                .collect(),
        }
    }
}

fn written(types: &Types<'_>, field: &Field, name: &str) -> String {
    let reference = if types.borrowed(&field.ty).1 { "" } else { "&" };
    format!("({}, {reference}{name})", field.id)
}

fn read(types: &Types<'_>, field: &Field) -> String {
    let kind = match reading(types, field) {
        Reading::Required => "Required",
        Reading::Optional(_) => "Optional",
        Reading::Plain => "Plain",
    };
    format!("thrift::{kind}<{}, {}>", field.id, types.of(&field.rust).owned(&field.ty))
}

/// A missing argument has the value of the IDL, or the natural one; a type that has none cannot be missing.
fn reading(types: &Types<'_>, field: &Field) -> Reading {
    match &field.default {
        _ if field.requiredness == Requiredness::Required => Reading::Required,
        Some(value) => Reading::Optional(types.of(&field.rust).value(value, &field.ty)),
        None if types.lacks_default(&field.ty) => Reading::Required,
        None => Reading::Plain,
    }
}

/// A tuple, nested where there are too many elements for one.
pub(super) fn tuple(mut elements: Vec<String>) -> String {
    while elements.len() > MAX_TUPLE {
        elements = elements.chunks(MAX_TUPLE).map(line).collect();
    }
    line(&elements)
}

fn line(elements: &[String]) -> String {
    match elements {
        [element] => format!("({element},)"),
        _ => listed("(", elements, ")"),
    }
}

#[cfg(test)]
mod tests {
    use super::tuple;

    fn numbers(count: usize) -> Vec<String> {
        (1..=count).map(|number| number.to_string()).collect()
    }

    #[test]
    fn tuples_nest_where_they_would_be_too_long() {
        assert_eq!(tuple(numbers(0)), "()");
        assert_eq!(tuple(numbers(1)), "(1,)");
        assert_eq!(tuple(numbers(2)), "(1, 2)");
        assert_eq!(tuple(numbers(12)), "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)");
        assert_eq!(tuple(numbers(13)), "((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), (13,))");
        assert!(tuple(numbers(145)).starts_with("(\n    (\n"), "{}", tuple(numbers(145)));
    }
}
