//! Types with some of a struct's fields.

use crate::golden::options_select::footer::{
    Chunk, Column, ColumnIds, ColumnIds_, ColumnsIds, Element, ElementSummary, Footer, FooterSizes, FooterSummary,
    FooterVersion, Group, GroupSizes, Logical, Refused, RefusedShort, Statistics, Table, TableIds, borrowed,
};
use std::fmt::Debug;
use thrift_runtime::{
    Decode, DecodeError, DecodeErrorKind, DecodeOwned, Encode, Limits, Value, WireType, binary, compact, json,
};

fn footer() -> Footer {
    let statistics = Statistics {
        max: Some("max".into()),
        min: None,
        counts: Some([("one".to_owned(), vec![1, i64::MIN]), (String::new(), vec![])].into()),
    };
    let chunk = Chunk {
        path: Some("path".to_owned()),
        statistics: Some(statistics),
        whole: Some(true),
        ratio: Some(0.5),
        level: Some(-1),
        ..Chunk::new(vec![0, -70_000], vec!["a".to_owned(), "b".to_owned()])
    };
    let group =
        |rows| Group { ordinal: Some(rows as i16), ..Group::new(vec![chunk.clone(), Chunk::default()], 1 << 40, rows) };
    let element =
        Element { r#type: Some(1), logical: Some(Logical::Custom("c".to_owned())), ..Element::new("x".to_owned()) };
    Footer {
        metadata: Some([("key".to_owned(), "value".to_owned())].into()),
        by: Some("by".to_owned()),
        previous: Some(Box::new(Footer::new(1, vec![], 1, vec![group(1)]))),
        root: Element { children: Some(3), ..Element::new("other".to_owned()) },
        ..Footer::new(7, vec![element, Element::new("y".to_owned())], 30, vec![group(10), group(20)])
    }
}

fn summary(footer: &Footer) -> FooterSummary {
    FooterSummary {
        schema: footer.schema.iter().map(|element| ElementSummary::new(element.name.clone())).collect(),
        rows: footer.rows,
        by: footer.by.clone(),
        previous: footer.previous.as_deref().map(|footer| Box::new(summary(footer))),
        // It has a default value, which is a whole one.
        root: footer.root.clone(),
    }
}

fn in_each_protocol<T: DecodeOwned + PartialEq + Debug>(value: &impl Encode, expected: &T) {
    assert_eq!(&binary::from_slice::<T>(&binary::to_vec(value).unwrap()).unwrap(), expected);
    assert_eq!(&compact::from_slice::<T>(&compact::to_vec(value).unwrap()).unwrap(), expected);
    assert_eq!(&json::from_slice::<T>(&json::to_vec(value).unwrap()).unwrap(), expected);
}

#[test]
fn a_selection_has_what_the_whole_has() {
    for footer in [footer(), Footer::default()] {
        in_each_protocol(&footer, &summary(&footer));
        in_each_protocol(&footer, &FooterVersion::new(footer.version));
        let groups = footer.groups.iter().map(|group| GroupSizes::new(group.rows)).collect();
        in_each_protocol(&footer, &FooterSizes::new(groups));
    }
    let refused = Refused { why: Some("why".to_owned()), log: Some(vec![]) };
    let short: RefusedShort = binary::from_slice(&binary::to_vec(&refused).unwrap()).unwrap();
    assert_eq!(short.to_string(), "why");
}

#[test]
fn keys_and_what_is_in_sets_stay_whole() {
    let column = |name: &str| Column { id: 1, name: Some(name.to_owned()) };
    let [one, two] = [column("one"), column("two")];
    let table = Table {
        columns: [(7, one.clone()), (3, two.clone())].into(),
        distinct: [one.clone(), two.clone()].into(),
        renamed: [(one, vec![]), (two.clone(), vec![two])].into(),
    };
    // The typedef's `VecMap` is also that of the selection; `ColumnIds` is the IDL's.
    let columns: ColumnsIds = thrift_runtime::VecMap::from([(7, ColumnIds_::new(1)), (3, ColumnIds_::new(1))]);
    let renamed = table.renamed.iter().map(|(key, list)| (key.clone(), vec![ColumnIds_::new(1); list.len()]));
    let ids = TableIds { columns, distinct: table.distinct.clone(), renamed: renamed.collect() };
    assert_eq!((ids.distinct.len(), ids.renamed.len()), (2, 2));
    // (JSON has no structs as keys.)
    assert_eq!(binary::from_slice::<TableIds>(&binary::to_vec(&table).unwrap()).unwrap(), ids);
    assert_eq!(compact::from_slice::<TableIds>(&compact::to_vec(&table).unwrap()).unwrap(), ids);
    assert_eq!(ColumnIds { mine: None }, ColumnIds::default());
}

#[test]
fn a_selection_is_borrowed_too() {
    let bytes = compact::to_vec(&footer()).unwrap();
    let borrowed: borrowed::FooterSummary<'_> = compact::from_slice(&bytes).unwrap();
    assert!(bytes.as_ptr_range().contains(&borrowed.schema[0].name.as_ptr()));
    assert_eq!(FooterSummary::from(borrowed), summary(&footer()));
    let sizes: borrowed::FooterSizes = compact::from_slice(&bytes).unwrap();
    assert_eq!(sizes.groups, [GroupSizes::new(10), GroupSizes::new(20)]);
}

/// The bytes of a footer in both protocols, after something was done to its fields.
fn messages(change: impl Fn(&mut Vec<(i16, Value)>)) -> [Vec<u8>; 2] {
    let bytes = binary::to_vec(&footer()).unwrap();
    let mut value =
        Value::decode(&mut binary::BinaryReader::new(&bytes, &Limits::default()), WireType::Struct).unwrap();
    if let Value::Struct(fields) = &mut value {
        change(fields);
    }
    let mut binary = binary::BinaryWriter::new(Vec::new(), &Limits::default());
    value.encode(&mut binary);
    let mut compact = compact::CompactWriter::new(Vec::new(), &Limits::default());
    value.encode(&mut compact);
    [binary.finish().unwrap(), compact.finish().unwrap()]
}

fn decoded<'a, T: Decode<'a>>([binary, compact]: &'a [Vec<u8>; 2]) -> [Result<T, DecodeErrorKind>; 2] {
    let kind = |error: DecodeError| error.kind();
    [binary::from_slice(binary).map_err(kind), compact::from_slice(compact).map_err(kind)]
}

#[test]
fn fields_may_come_in_any_order_and_repeatedly() {
    let expected = [Ok(summary(&footer())), Ok(summary(&footer()))];
    for first in 0..8 {
        let rotated = messages(|fields| fields.rotate_left(first));
        assert_eq!(decoded::<FooterSummary>(&rotated), expected, "{first}");
        let reversed = messages(|fields| {
            fields.rotate_left(first);
            fields.reverse();
        });
        assert_eq!(decoded::<FooterSummary>(&reversed), expected, "{first} reversed");
        // Fields that nobody knows, between and around them.
        let unknown = messages(|fields| {
            for (at, id) in [(first, 9), (0, -5), (first, 1000), (8, 7001)] {
                fields.insert(at, (id, Value::Map(vec![(Value::I8(1), Value::Bool(true))])));
            }
        });
        assert_eq!(decoded::<FooterSummary>(&unknown), expected, "{first} unknown");
        // The last of two wins, wherever it comes.
        let repeated = messages(|fields| {
            fields.insert(first, (3, Value::I64(1)));
            fields.push((3, Value::I64(2)));
        });
        for result in decoded::<FooterSummary>(&repeated) {
            assert_eq!(result.unwrap(), FooterSummary { rows: 2, ..summary(&footer()) }, "{first} repeated");
        }
    }
}

#[test]
fn a_field_of_another_type_is_not_there() {
    let mistyped = messages(|fields| fields[2].1 = Value::I32(5));
    let missing = messages(|fields| drop(fields.remove(2)));
    let error = Err(DecodeErrorKind::MissingField { ty: "FooterSummary", field: "rows" });
    assert_eq!(decoded::<FooterSummary>(&mistyped), [error.clone(), error.clone()]);
    assert_eq!(decoded::<FooterSummary>(&missing), [error.clone(), error]);
    // What is not selected may be missing.
    for result in decoded::<FooterVersion>(&missing) {
        assert_eq!(result.unwrap().version, 7);
    }
}

#[test]
fn a_message_that_is_cut_off_is_an_error() {
    let [binary, compact] = messages(|_| {});
    for end in 0..binary.len() {
        assert!(binary::from_slice::<FooterSummary>(&binary[..end]).is_err());
        assert!(binary::from_slice::<FooterVersion>(&binary[..end]).is_err());
    }
    for end in 0..compact.len() {
        assert!(compact::from_slice::<FooterSummary>(&compact[..end]).is_err());
        assert!(compact::from_slice::<FooterVersion>(&compact[..end]).is_err());
    }
}
