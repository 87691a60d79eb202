//! The footer of a Parquet file of 1,000 columns in ten row groups, as a writer of today leaves it.

use crate::generated::ours::footer::{
    ColumnChunk, ColumnMetadata, ColumnOrder, Compression, Converted, Encoding, EncodingStats, Footer, IntegerType,
    KeyValue, Logical, PageKind, Physical, Plain, Repetition, RowGroup, SchemaElement, SizeStatistics, Statistics,
    TimeType, TimeUnit,
};

use super::random::Random;

const COLUMNS: usize = 1_000;
const ROW_GROUPS: usize = 10;
const ROWS: i64 = 1_000_000;

pub(crate) fn footer() -> Footer {
    let r = &mut Random::new(6);
    let root = SchemaElement { name: "schema".to_owned(), children: Some(COLUMNS as i32), ..Default::default() };
    let arrow = KeyValue { key: "ARROW:schema".to_owned(), value: Some(r.text(2_000)) };
    let mut offset = 4;
    Footer {
        version: 2,
        schema: std::iter::once(root).chain((0..COLUMNS).map(schema_element)).collect(),
        rows: ROWS * ROW_GROUPS as i64,
        row_groups: (0..ROW_GROUPS).map(|ordinal| row_group(r, ordinal, &mut offset)).collect(),
        key_values: Some(vec![arrow]),
        created_by: Some("parquet-rs version 60.1.0".to_owned()),
        orders: Some((0..COLUMNS).map(order).collect()),
        encryption: None,
        signing_key: None,
    }
}

/// Four kinds of columns take turns: numbers, integers of 16 bits, strings, times.
fn physical(column: usize) -> Physical {
    [Physical::DOUBLE, Physical::INT32, Physical::BYTES, Physical::INT64][column % 4]
}

fn name(column: usize) -> String {
    format!("column_{column:04}")
}

fn order(column: usize) -> ColumnOrder {
    match physical(column) {
        Physical::DOUBLE => ColumnOrder::Ieee754(Plain {}),
        _ => ColumnOrder::ByType(Plain {}),
    }
}

fn schema_element(column: usize) -> SchemaElement {
    let physical = physical(column);
    let (converted, logical) = match physical {
        Physical::INT32 => (Some(Converted::I16), Some(Logical::Integer(IntegerType { bits: 16, is_signed: true }))),
        Physical::BYTES => (Some(Converted::UTF8), Some(Logical::Text(Plain {}))),
        Physical::INT64 => {
            let time = TimeType { utc: true, unit: TimeUnit::Micros(Plain {}) };
            (Some(Converted::TIMESTAMP_MICROS), Some(Logical::Timestamp(time)))
        }
        _ => (None, None),
    };
    SchemaElement {
        physical: Some(physical),
        repetition: Some(Repetition::OPTIONAL),
        name: name(column),
        converted,
        logical,
        ..Default::default()
    }
}

fn row_group(r: &mut Random, ordinal: usize, offset: &mut i64) -> RowGroup {
    let file_offset = *offset;
    let columns: Vec<ColumnChunk> = (0..COLUMNS).map(|column| column_chunk(r, column, offset)).collect();
    let uncompressed = columns.iter().flat_map(|chunk| &chunk.metadata).map(|metadata| metadata.uncompressed_size);
    RowGroup {
        total_size: uncompressed.sum(),
        rows: ROWS,
        sorting: None,
        file_offset: Some(file_offset),
        compressed_size: Some(*offset - file_offset),
        ordinal: Some(ordinal as i16),
        columns,
    }
}

fn column_chunk(r: &mut Random, column: usize, offset: &mut i64) -> ColumnChunk {
    let dictionary_offset = *offset;
    let compressed_size = r.i64(21).abs();
    *offset += compressed_size;
    let nulls = r.i64(12).abs();
    let strings = physical(column) == Physical::BYTES;
    let metadata = ColumnMetadata {
        physical: physical(column),
        encodings: vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY],
        path: vec![name(column)],
        compression: Compression::ZSTD,
        values: ROWS,
        uncompressed_size: compressed_size * 2,
        compressed_size,
        data_offset: dictionary_offset + 4_000,
        dictionary_offset: Some(dictionary_offset),
        statistics: Some(statistics(r, column, nulls)),
        encoding_stats: Some(vec![
            EncodingStats { page: PageKind::DICTIONARY, encoding: Encoding::PLAIN, pages: 1 },
            EncodingStats { page: PageKind::DATA, encoding: Encoding::RLE_DICTIONARY, pages: 20 },
        ]),
        sizes: Some(SizeStatistics {
            unencoded_bytes: strings.then(|| r.i64(24).abs()),
            repetition_levels: None,
            definition_levels: Some(vec![nulls, ROWS - nulls]),
        }),
        ..Default::default()
    };
    ColumnChunk {
        file_offset: 0,
        metadata: Some(metadata),
        offset_index_offset: Some(1 << 40 | *offset),
        offset_index_length: Some(250),
        column_index_offset: Some(1 << 39 | *offset),
        column_index_length: Some(420),
        ..Default::default()
    }
}

fn statistics(r: &mut Random, column: usize, nulls: i64) -> Statistics {
    let mut value = || match physical(column) {
        Physical::INT32 => r.i32(15).to_le_bytes().to_vec(),
        Physical::BYTES => r.word(8, 20).into_bytes(),
        _ => r.i64(50).to_le_bytes().to_vec(),
    };
    let (max, min) = (value(), value());
    Statistics {
        nulls: Some(nulls),
        max: Some(max.into()),
        min: Some(min.into()),
        max_is_exact: Some(true),
        min_is_exact: Some(true),
        ..Default::default()
    }
}
