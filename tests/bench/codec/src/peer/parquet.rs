//! The parquet crate's hand-written codec of the footer, in the compact protocol.

use std::hint::black_box;

use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetMetaDataWriter};
use thrift_runtime::compact;

use crate::generated::ours::footer::Footer;
use crate::subject::{Operation, Original, Peer, Protocol, Result, Subject, ensure};

const DECODE: (Protocol, Operation) = (Protocol::Compact, Operation::Decode);
const ENCODE: (Protocol, Operation) = (Protocol::Compact, Operation::Encode);

/// A file ends in the footer's length and four letters.
const TAIL: usize = 8;

/// All of the footer; what is its default, a mask instead of the statistics of encodings; and its writer.
pub(crate) fn subjects(original: &Original<Footer>) -> Result<Vec<Subject>> {
    let bytes = original.bytes(Protocol::Compact);
    let full = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
    let metadata = ParquetMetaDataReader::decode_metadata_with_options(&bytes, Some(&full))?;
    let mut buffer = Vec::new();
    write(&metadata, &mut buffer)?;
    let written: Footer = compact::from_slice(&buffer[..buffer.len() - TAIL])?;
    ensure(written == *original.value, "the parquet crate writes another footer than it has read")?;
    let default_bytes = bytes.clone();
    Ok(vec![
        Subject::new(DECODE, (Peer::Parquet, "parquet crate, full"), move || {
            let _ = black_box(ParquetMetaDataReader::decode_metadata_with_options(black_box(&bytes), Some(&full)));
        }),
        Subject::new(DECODE, (Peer::Limit, "parquet crate, default"), move || {
            let _ = black_box(ParquetMetaDataReader::decode_metadata(black_box(&default_bytes)));
        }),
        Subject::new(ENCODE, (Peer::Parquet, "parquet crate"), move || {
            buffer.clear();
            let _ = black_box(write(black_box(&metadata), &mut buffer));
        }),
    ])
}

fn write(metadata: &ParquetMetaData, buffer: &mut Vec<u8>) -> parquet::errors::Result<()> {
    ParquetMetaDataWriter::new(buffer, metadata).finish()
}
