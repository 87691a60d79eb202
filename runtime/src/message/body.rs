//! What follows the head of a message: one struct, in whichever protocol the message is.

use super::{MessageHeader, Protocol};
use crate::codegen::Result as Decoded;
use crate::error::EncodeError;
use crate::limits::Limits;
use crate::pieces::Message;
use crate::protocol::binary::{Binary, BinaryWriter};
use crate::protocol::compact::{Compact, CompactWriter};
#[cfg(feature = "json")]
use crate::protocol::json::{JsonReader, JsonWriter};
use crate::protocol::{InputProtocol, OutputProtocol, Reader};
use bytes::Bytes;
use std::ops::Range;

/// Binaries of fewer bytes are copied: a handler may keep a small one for long, and the frame that it came in may be big.
const SHARED_MIN: usize = 64;

/// Reads a struct in any protocol.
pub(crate) trait Read {
    /// What comes of it.
    type Value;
    /// Reads it.
    fn read<'de, P: InputProtocol<'de>>(self, input: &mut P) -> Decoded<Self::Value>;
}

/// Writes a struct in any protocol.
pub(crate) trait Write {
    /// Why there may be nothing to write.
    type Error: From<EncodeError>;
    /// Writes it.
    fn write<P: OutputProtocol>(self, out: &mut P) -> Result<(), Self::Error>;
}

/// Where the struct of a message is.
#[derive(Clone, Debug)]
pub(crate) struct Body<'a> {
    pub(crate) protocol: Protocol,
    pub(crate) message: &'a [u8],
    /// The struct, within `message`.
    pub(crate) place: Range<usize>,
    /// The same bytes as `message`, where they can be shared.
    pub(crate) shared: Option<&'a Bytes>,
}

impl Body<'_> {
    /// Reads the struct, behind which nothing may follow: it could be a message, which would never be answered.
    pub(crate) fn read<R: Read>(&self, limits: &Limits, body: R) -> Decoded<R::Value> {
        let bytes = self.message.get(self.place.clone()).unwrap_or_default();
        let frame = self.shared.filter(|frame| bytes.len() >= SHARED_MIN && self.place.end <= frame.len());
        let frame = frame.map(|frame| frame.slice(self.place.clone()));
        match self.protocol {
            Protocol::Binary => read_in::<Binary, R>(bytes, frame.as_ref(), limits, body),
            Protocol::Compact => read_in::<Compact, R>(bytes, frame.as_ref(), limits, body),
            #[cfg(feature = "json")]
            Protocol::Json => {
                let mut reader = JsonReader::new(bytes, limits);
                let value = body.read(&mut reader)?;
                reader.check_end()?;
                Ok(value)
            }
        }
    }
}

#[inline]
fn read_in<'de, S, R: Read>(bytes: &'de [u8], frame: Option<&'de Bytes>, limits: &Limits, body: R) -> Decoded<R::Value>
where
    Reader<'de, S>: InputProtocol<'de>,
{
    let mut reader = match frame {
        Some(frame) => Reader::from_frame(frame, limits).sharing_from(SHARED_MIN),
        None => Reader::new(bytes, limits),
    };
    let value = body.read(&mut reader)?;
    reader.check_end()?;
    Ok(value)
}

/// Writes a message, by a buffer that is empty. Binaries of `share_from` bytes and more may be shared.
#[inline]
pub(crate) fn write<W: Write>(
    message: &mut Message,
    mut buffer: Vec<u8>,
    protocol: Protocol,
    header: MessageHeader<'_>,
    limits: &Limits,
    share_from: usize,
    body: W,
) -> Result<(), W::Error> {
    protocol.write_header(header, &mut buffer);
    // The head counts for the size of the message, hence `start`: the reader's limit is that of a whole message.
    match protocol {
        Protocol::Binary => {
            let mut writer = BinaryWriter::new(buffer, limits);
            (writer.start, writer.share_from) = (0, share_from);
            body.write(&mut writer)?;
            writer.finish_to(message)?;
        }
        Protocol::Compact => {
            let mut writer = CompactWriter::new(buffer, limits);
            (writer.start, writer.share_from) = (0, share_from);
            body.write(&mut writer)?;
            writer.finish_to(message)?;
        }
        #[cfg(feature = "json")]
        Protocol::Json => {
            let mut writer = JsonWriter::new(buffer, limits);
            writer.text.start = 0;
            body.write(&mut writer)?;
            protocol.write_end(writer.buffer());
            *message = Message::Own(writer.finish()?);
        }
    }
    Ok(())
}
