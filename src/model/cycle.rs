//! Types that contain themselves: typedefs that never end, fields that must be boxed, values that cannot exist.

use super::resolve::{Broken, Resolver};
use super::schema::{DefinitionId, Field, Module, ModuleId, Requiredness, Schema, StructKind, Type, Value};
use super::scope;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{self, Definition};

/// Reports typedefs that stand for themselves, be it inside a container, and ends them: there will be no schema.
/// Includes have no cycles, so nor do typedefs of different files.
pub(super) fn break_typedefs(resolver: &mut Resolver<'_>, schema: &mut Schema) {
    for (index, module) in schema.modules.iter_mut().enumerate() {
        let id = ModuleId(index);
        let edges: Vec<Vec<usize>> = module.typedefs.iter().map(|typedef| mentioned(id, &typedef.ty)).collect();
        let mut graph = Graph::new(&edges);
        for node in 0..edges.len() {
            graph.visit(node);
        }
        for cycle in graph.cycles {
            let names: Vec<&str> =
                cycle.iter().chain(&cycle[..1]).map(|&node| module.typedefs[node].name.as_str()).collect();
            let message = format!("typedef `{}` stands for itself: {}", names[0], names.join(" → "));
            let span = typedef_span(resolver, id, cycle[0]);
            resolver.report(Diagnostic::error("typedef-cycle", message, span));
            for index in cycle {
                module.typedefs[index].ty = Type::Bool;
                resolver.broken.insert(Broken::Typedef(DefinitionId { module: id, index }));
            }
        }
    }
}

fn mentioned(module: ModuleId, ty: &Type) -> Vec<usize> {
    match ty {
        Type::Typedef(id) if id.module == module => vec![id.index],
        Type::List(element) | Type::Set(element) => mentioned(module, element),
        Type::Map(key, value) => [mentioned(module, key), mentioned(module, value)].concat(),
        _ => Vec::new(),
    }
}

/// Decides which fields are boxed: only ones that may be absent, and only so many that every type has a size. A field
/// that must be present but closes a circle of such fields, so that no finite value exists, is made optional.
pub(super) fn box_fields(resolver: &mut Resolver<'_>, schema: &mut Schema) {
    for index in 0..schema.modules.len() {
        let module = ModuleId(index);
        let mut edges = struct_edges(schema, module);
        if edges.iter().all(Vec::is_empty) {
            continue;
        }
        for (node, field) in impossible_fields(&edges) {
            let name = &schema.modules[index].structs[node].fields[field].name;
            let message = format!(
                "`{name}` must be present, and so must the value of its own type inside of it: no value can exist"
            );
            let span = field_span(resolver, module, node, field);
            resolver.report(
                Diagnostic::warning("endless-field", message, span)
                    .at("treated as `optional`")
                    .help("make it `optional`"),
            );
            schema.modules[index].structs[node].fields[field].requiredness = Requiredness::Optional;
            edges[node].iter_mut().filter(|edge| edge.field == field).for_each(|edge| edge.present = false);
        }
        for (node, field) in backward_fields(&edges) {
            schema.modules[index].structs[node].fields[field].boxed = true;
        }
    }
}

/// A field whose type is, without a container between, another struct of the same file.
struct Edge {
    field: usize,
    target: usize,
    /// Every value of the struct has it.
    present: bool,
}

fn struct_edges(schema: &Schema, module: ModuleId) -> Vec<Vec<Edge>> {
    let structs = schema.module(module).structs.iter();
    structs
        .map(|structure| {
            let fields = structure.fields.iter().enumerate();
            fields
                .filter_map(|(index, field)| match schema.resolved(&field.ty) {
                    Type::Struct(id) if id.module == module => Some(Edge {
                        field: index,
                        target: id.index,
                        present: structure.kind != StructKind::Union && field.is_plain(),
                    }),
                    _ => None,
                })
                .collect()
        })
        .collect()
}

/// The fields that close a circle of fields that are always present.
fn impossible_fields(edges: &[Vec<Edge>]) -> Vec<(usize, usize)> {
    let present = present_edges(edges);
    let mut graph = Graph::new(&present);
    (0..edges.len()).for_each(|node| graph.visit(node));
    let closing = graph.closing;
    let is_closing = |node: usize, edge: &Edge| edge.present && closing.contains(&(node, edge.target));
    let nodes = edges.iter().enumerate();
    nodes
        .flat_map(|(node, edges)| {
            edges
                .iter()
                .filter(move |edge| is_closing(node, edge))
                .map(move |edge| (node, edge.field))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Orders the structs so that a field that is always present points forward; within a circle, every field that points
/// backward is to be boxed.
fn backward_fields(edges: &[Vec<Edge>]) -> Vec<(usize, usize)> {
    let present = present_edges(edges);
    let mut graph = Graph::new(&present);
    (0..edges.len()).rev().for_each(|node| graph.visit(node));
    let mut order = vec![0; edges.len()];
    graph.finished.iter().rev().enumerate().for_each(|(place, &node)| order[node] = place);
    let all: Vec<Vec<usize>> = edges.iter().map(|edges| edges.iter().map(|edge| edge.target).collect()).collect();
    let circle = components(&all);
    let mut fields = Vec::new();
    for (node, edges) in edges.iter().enumerate() {
        let backward = |edge: &&Edge| circle[node] == circle[edge.target] && order[edge.target] <= order[node];
        fields.extend(edges.iter().filter(backward).map(|edge| (node, edge.field)));
    }
    fields
}

fn present_edges(edges: &[Vec<Edge>]) -> Vec<Vec<usize>> {
    edges.iter().map(|edges| edges.iter().filter(|edge| edge.present).map(|edge| edge.target).collect()).collect()
}

/// Marks the structs that have a natural default: all but unions and those that require one, directly or not.
pub(super) fn mark_defaults(schema: &mut Schema) {
    for index in 0..schema.modules.len() {
        loop {
            let changed: Vec<usize> = without_default(schema, &schema.modules[index]);
            if changed.is_empty() {
                break;
            }
            changed.into_iter().for_each(|structure| schema.modules[index].structs[structure].has_default = false);
        }
    }
}

fn without_default(schema: &Schema, module: &Module) -> Vec<usize> {
    let lacks = |field: &Field| match schema.resolved(&field.ty) {
        Type::Struct(id) => field.is_plain() && field.default.is_none() && !schema.structure(*id).has_default,
        _ => false,
    };
    let structs = module.structs.iter().enumerate().filter(|(_, structure)| structure.has_default);
    structs
        .filter(|(_, structure)| structure.kind == StructKind::Union || structure.fields.iter().any(lacks))
        .map(|(index, _)| index)
        .collect()
}

/// Reports structs whose default value would hold itself.
pub(super) fn check_defaults(resolver: &mut Resolver<'_>, schema: &Schema) {
    for (index, module) in schema.modules.iter().enumerate() {
        let id = ModuleId(index);
        let edges: Vec<Vec<usize>> = module
            .structs
            .iter()
            .map(|structure| {
                let mut used = Vec::new();
                for field in &structure.fields {
                    match (&field.default, schema.resolved(&field.ty)) {
                        (Some(value), _) => defaults_used(schema, id, value, &mut used),
                        (None, Type::Struct(target)) if field.is_plain() && target.module == id => {
                            used.push(target.index)
                        }
                        _ => {}
                    }
                }
                used
            })
            .collect();
        let mut graph = Graph::new(&edges);
        (0..edges.len()).for_each(|node| graph.visit(node));
        for cycle in graph.cycles {
            let names: Vec<&str> =
                cycle.iter().chain(&cycle[..1]).map(|&node| module.structs[node].name.as_str()).collect();
            let message = format!("the default value of `{}` holds itself: {}", names[0], names.join(" → "));
            let span = struct_of(resolver, id, cycle[0]).map(|structure| structure.name.span);
            if let Some(span) = span {
                resolver.report(Diagnostic::error("endless-default", message, span));
            }
        }
    }
}

/// The structs of `module` whose fields a value leaves to their defaults.
fn defaults_used(schema: &Schema, module: ModuleId, value: &Value, used: &mut Vec<usize>) {
    match value {
        Value::List(items) => items.iter().for_each(|item| defaults_used(schema, module, item, used)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            defaults_used(schema, module, key, used);
            defaults_used(schema, module, value, used);
        }),
        Value::Struct(id, fields) => {
            let structure = schema.structure(*id);
            if structure.kind != StructKind::Union && id.module == module && fields.len() < structure.fields.len() {
                used.push(id.index);
            }
            fields.iter().for_each(|(_, value)| defaults_used(schema, module, value, used));
        }
        _ => {}
    }
}

/// A depth-first walk over nodes that are numbers, without recursion.
struct Graph<'a> {
    edges: &'a [Vec<usize>],
    state: Vec<State>,
    /// Nodes in the order in which all that they lead to was visited.
    finished: Vec<usize>,
    /// Edges that lead back to a node on the way to them.
    closing: Vec<(usize, usize)>,
    /// The ways that those edges close, one for each.
    cycles: Vec<Vec<usize>>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Finished,
}

impl<'a> Graph<'a> {
    fn new(edges: &'a [Vec<usize>]) -> Self {
        Self {
            edges,
            state: vec![State::New; edges.len()],
            finished: Vec::new(),
            closing: Vec::new(),
            cycles: Vec::new(),
        }
    }

    fn visit(&mut self, start: usize) {
        if self.state[start] != State::New {
            return;
        }
        self.state[start] = State::Open;
        // Each node on the way, with the number of its edges that were followed.
        let mut way = vec![(start, 0)];
        while let Some((node, followed)) = way.last_mut() {
            let node = *node;
            let Some(&target) = self.edges[node].get(*followed) else {
                self.state[node] = State::Finished;
                self.finished.push(node);
                way.pop();
                continue;
            };
            *followed += 1;
            match self.state[target] {
                State::New => {
                    self.state[target] = State::Open;
                    way.push((target, 0));
                }
                State::Open => {
                    self.closing.push((node, target));
                    let from = way.iter().position(|(node, _)| *node == target).unwrap_or(0);
                    self.cycles.push(way[from..].iter().map(|(node, _)| *node).collect());
                }
                State::Finished => {}
            }
        }
    }
}

/// Numbers the strongly connected components (Kosaraju's algorithm): two nodes lead to each other exactly when their
/// numbers are equal.
fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut forward = Graph::new(edges);
    (0..edges.len()).for_each(|node| forward.visit(node));
    let mut reversed = vec![Vec::new(); edges.len()];
    for (node, targets) in edges.iter().enumerate() {
        targets.iter().for_each(|&target| reversed[target].push(node));
    }
    let mut backward = Graph::new(&reversed);
    let mut component = vec![0; edges.len()];
    for (number, &node) in forward.finished.iter().rev().enumerate() {
        let before = backward.finished.len();
        backward.visit(node);
        backward.finished[before..].iter().for_each(|&member| component[member] = number);
    }
    component
}

pub(super) fn struct_of<'a>(resolver: &Resolver<'a>, module: ModuleId, index: usize) -> Option<&'a ast::Struct> {
    scope::definitions(module, &resolver.file(module).document).find_map(|(id, definition)| match definition {
        Definition::Struct(structure) if id.index == index => Some(structure),
        _ => None,
    })
}

fn field_span(resolver: &Resolver<'_>, module: ModuleId, structure: usize, field: usize) -> Span {
    let field = struct_of(resolver, module, structure).and_then(|structure| structure.fields.get(field));
    field.map_or(start_of(resolver, module), |field| field.name.span)
}

fn typedef_span(resolver: &Resolver<'_>, module: ModuleId, index: usize) -> Span {
    let mut definitions = scope::definitions(module, &resolver.file(module).document);
    let found = definitions.find_map(|(id, definition)| match definition {
        Definition::Typedef(typedef) if id.index == index => Some(typedef.name.span),
        _ => None,
    });
    found.unwrap_or(start_of(resolver, module))
}

fn start_of(resolver: &Resolver<'_>, module: ModuleId) -> Span {
    Span::new(resolver.file(module).document.source, 0, 0)
}
