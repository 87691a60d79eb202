// The metadata at the end of a Parquet file, by its published format: ids and types are that format's, the words our own.

enum Physical { BOOLEAN = 0, INT32 = 1, INT64 = 2, INT96 = 3, FLOAT = 4, DOUBLE = 5, BYTES = 6, FIXED = 7 }

enum Converted {
  UTF8 = 0, MAP = 1, ENTRY = 2, LIST = 3, ENUM = 4, DECIMAL = 5, DATE = 6, TIME_MILLIS = 7, TIME_MICROS = 8,
  TIMESTAMP_MILLIS = 9, TIMESTAMP_MICROS = 10, U8 = 11, U16 = 12, U32 = 13, U64 = 14, I8 = 15, I16 = 16, I32 = 17,
  I64 = 18, JSON = 19, BSON = 20, INTERVAL = 21
}

enum Repetition { REQUIRED = 0, OPTIONAL = 1, REPEATED = 2 }

enum Encoding {
  PLAIN = 0, PLAIN_DICTIONARY = 2, RLE = 3, BIT_PACKED = 4, DELTA = 5, DELTA_LENGTH = 6, DELTA_BYTES = 7,
  RLE_DICTIONARY = 8, STREAM_SPLIT = 9
}

enum Compression { NONE = 0, SNAPPY = 1, GZIP = 2, LZO = 3, BROTLI = 4, LZ4 = 5, ZSTD = 6, LZ4_RAW = 7 }

enum PageKind { DATA = 0, INDEX = 1, DICTIONARY = 2, DATA_V2 = 3 }

enum EdgeAlgorithm { SPHERICAL = 0, VINCENTY = 1, THOMAS = 2, ANDOYER = 3, KARNEY = 4 }

/** All that is said by naming it. */
struct Plain {}

struct DecimalType {
  1: required i32 scale
  2: required i32 precision
}

union TimeUnit {
  1: Plain millis
  2: Plain micros
  3: Plain nanos
}

struct TimeType {
  1: required bool utc
  2: required TimeUnit unit
}

struct IntegerType {
  1: required i8 bits
  2: required bool is_signed
}

struct VariantType {
  1: optional i8 version
}

struct GeometryType {
  1: optional string crs
}

struct GeographyType {
  1: optional string crs
  2: optional EdgeAlgorithm algorithm
}

union Logical {
  1: Plain text
  2: Plain keyed
  3: Plain listed
  4: Plain enumeration
  5: DecimalType decimal
  6: Plain date
  7: TimeType time
  8: TimeType timestamp
  10: IntegerType integer
  11: Plain unknown
  12: Plain json
  13: Plain bson
  14: Plain uuid_value
  15: Plain float16
  16: VariantType variant
  17: GeometryType geometry
  18: GeographyType geography
}

struct SchemaElement {
  1: optional Physical physical
  2: optional i32 length
  3: optional Repetition repetition
  4: required string name
  5: optional i32 children
  6: optional Converted converted
  7: optional i32 scale
  8: optional i32 precision
  9: optional i32 field_id
  10: optional Logical logical
}

struct Statistics {
  1: optional binary old_max
  2: optional binary old_min
  3: optional i64 nulls
  4: optional i64 distinct
  5: optional binary max
  6: optional binary min
  7: optional bool max_is_exact
  8: optional bool min_is_exact
}

struct SizeStatistics {
  1: optional i64 unencoded_bytes
  2: optional list<i64> repetition_levels
  3: optional list<i64> definition_levels
}

struct BoundingBox {
  1: required double xmin
  2: required double xmax
  3: required double ymin
  4: required double ymax
  5: optional double zmin
  6: optional double zmax
  7: optional double mmin
  8: optional double mmax
}

struct GeoStatistics {
  1: optional BoundingBox bounds
  2: optional list<i32> kinds
}

struct KeyValue {
  1: required string key
  2: optional string value
}

struct EncodingStats {
  1: required PageKind page
  2: required Encoding encoding
  3: required i32 pages
}

struct ColumnMetadata {
  1: required Physical physical
  2: required list<Encoding> encodings
  3: required list<string> path
  4: required Compression compression
  5: required i64 values
  6: required i64 uncompressed_size
  7: required i64 compressed_size
  8: optional list<KeyValue> key_values
  9: required i64 data_offset
  10: optional i64 index_offset
  11: optional i64 dictionary_offset
  12: optional Statistics statistics
  13: optional list<EncodingStats> encoding_stats
  14: optional i64 bloom_offset
  15: optional i32 bloom_length
  16: optional SizeStatistics sizes
  17: optional GeoStatistics geo
}

struct ColumnKey {
  1: required list<string> path
  2: optional binary key
}

union ColumnCrypto {
  1: Plain footer_key
  2: ColumnKey column_key
}

struct ColumnChunk {
  1: optional string file
  2: required i64 file_offset
  3: optional ColumnMetadata metadata
  4: optional i64 offset_index_offset
  5: optional i32 offset_index_length
  6: optional i64 column_index_offset
  7: optional i32 column_index_length
  8: optional ColumnCrypto crypto
  9: optional binary encrypted_metadata
}

struct SortingColumn {
  1: required i32 column
  2: required bool descending
  3: required bool nulls_first
}

struct RowGroup {
  1: required list<ColumnChunk> columns
  2: required i64 total_size
  3: required i64 rows
  4: optional list<SortingColumn> sorting
  5: optional i64 file_offset
  6: optional i64 compressed_size
  7: optional i16 ordinal
}

union ColumnOrder {
  1: Plain by_type
  2: Plain ieee754
}

struct AesGcm {
  1: optional binary prefix
  2: optional binary file_unique
  3: optional bool supply_prefix
}

union Encryption {
  1: AesGcm gcm
  2: AesGcm gcm_ctr
}

struct Footer {
  1: required i32 version
  2: required list<SchemaElement> schema
  3: required i64 rows
  4: required list<RowGroup> row_groups
  5: optional list<KeyValue> key_values
  6: optional string created_by
  7: optional list<ColumnOrder> orders
  8: optional Encryption encryption
  9: optional binary signing_key
}
