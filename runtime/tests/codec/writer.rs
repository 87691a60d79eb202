//! The writer's reserved space: whatever safe code does, the bytes are right.

use crate::{dynamic, hex, text};
use std::panic::{AssertUnwindSafe, catch_unwind};
use thrift_runtime::binary::BinaryWriter;
use thrift_runtime::codec::StructWriter;
use thrift_runtime::{Limits, Value, WireType};

fn writer() -> BinaryWriter {
    BinaryWriter::new(Vec::new(), &Limits::default())
}

/// Writes one field of each type, 50 times over, with nested structs between.
fn fill(s: &mut StructWriter<'_, BinaryWriter>, long: &str) {
    for id in 0..50 {
        s.field(id, &true);
        s.field(id, &1i8);
        s.field(id, &2i16);
        s.field(id, &3i32);
        s.field(id, &4i64);
        s.field(id, &5.0f64);
        s.field(id, &uuid::Uuid::from_u128(6));
        s.field(id, &long[..usize::from(id.unsigned_abs()) % long.len()]);
        s.field(id, long.as_bytes());
        s.nested(WireType::Struct, id, |out| {
            let mut s = StructWriter::new(out, &[], 1000);
            s.field(1, long);
            s.end();
        });
    }
}

/// The fields that `fill` writes.
fn filled(long: &str) -> Vec<(i16, Value)> {
    let fields = |id: i16| {
        [
            Value::Bool(true),
            Value::I8(1),
            Value::I16(2),
            Value::I32(3),
            Value::I64(4),
            Value::Double(5.0.into()),
            Value::Uuid(uuid::Uuid::from_u128(6)),
            text(&long[..id as usize % long.len()]),
            text(long),
            Value::Struct(vec![(1, text(long))]),
        ]
        .map(|value| (id, value))
    };
    (0..50).flat_map(fields).collect()
}

#[test]
fn room_is_only_a_hint() {
    for room in [0, 1, 2, 3, 7, 8, 11, 50, 1023, 1024, 1025, 1 << 40, usize::MAX] {
        for long in ["x".to_owned(), "y".repeat(17), "z".repeat(5000)] {
            let mut out = writer();
            let mut s = StructWriter::new(&mut out, &[], room);
            fill(&mut s, &long);
            s.end();
            assert_eq!(dynamic(&out.finish().unwrap()), Value::Struct(filled(&long)), "room {room}");
        }
    }
}

#[test]
fn the_buffer_may_be_replaced_in_a_nested_value() {
    let mut out = writer();
    let mut s = StructWriter::new(&mut out, &[], 1024);
    s.nested(WireType::I32, 1, |out| *out.buffer() = Vec::new());
    fill(&mut s, "after");
    s.nested(WireType::I32, 1, |out| {
        out.buffer().clear();
        out.buffer().shrink_to_fit();
    });
    fill(&mut s, "again");
    s.end();
    assert_eq!(dynamic(&out.finish().unwrap()), Value::Struct(filled("again")));
}

#[test]
fn the_writer_may_be_swapped_in_a_nested_value() {
    let mut other = writer();
    let mut out = writer();
    let mut s = StructWriter::new(&mut out, &[], 1024);
    s.nested(WireType::I32, 1, |out| core::mem::swap(out, &mut other));
    fill(&mut s, "other");
    s.end();
    assert_eq!(dynamic(&out.finish().unwrap()), Value::Struct(filled("other")));
    assert_eq!(other.finish().unwrap(), hex("08 00 01"));
}

#[test]
fn struct_writers_may_be_swapped() {
    let (mut one, mut two) = (writer(), writer());
    let (mut s, mut t) = (StructWriter::new(&mut one, &[], 1024), StructWriter::new(&mut two, &[], 0));
    core::mem::swap(&mut s, &mut t);
    fill(&mut s, "two");
    fill(&mut t, "one");
    s.end();
    t.end();
    assert_eq!(dynamic(&one.finish().unwrap()), Value::Struct(filled("one")));
    assert_eq!(dynamic(&two.finish().unwrap()), Value::Struct(filled("two")));
}

#[test]
fn a_panic_in_a_nested_value_leaves_a_sound_writer() {
    let mut out = writer();
    let mut s = StructWriter::new(&mut out, &[], 1024);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        s.nested(WireType::Struct, 1, |out| {
            *out.buffer() = Vec::new();
            panic!("expected by the test");
        });
    }));
    assert!(panicked.is_err());
    fill(&mut s, "after");
    s.end();
    assert_eq!(dynamic(&out.finish().unwrap()), Value::Struct(filled("after")));
}

#[test]
fn an_abandoned_struct_writer_does_no_harm() {
    let mut out = writer();
    let _ = StructWriter::new(&mut out, &[], 1024);
    let mut s = StructWriter::new(&mut out, &[], 16);
    fill(&mut s, "text");
    s.end();
    assert_eq!(dynamic(&out.finish().unwrap()), Value::Struct(filled("text")));
}

#[test]
fn strings_of_every_length_come_out_whole() {
    let long: String = ('!'..='~').collect();
    for len in 0..=long.len() {
        let short = &long[..len];
        let mut out = writer();
        let mut s = StructWriter::new(&mut out, &[], 0);
        s.field(1, short);
        s.field(2, &vec![short; 3]);
        s.end();
        let list = Value::List(WireType::String, vec![text(short); 3]);
        assert_eq!(dynamic(&out.finish().unwrap()), Value::Struct(vec![(1, text(short)), (2, list)]), "{len}");
    }
}
