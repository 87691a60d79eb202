//! The framed transport: a signed 32-bit length, big endian, and so many bytes of one message.

use crate::message::MessageError;

/// The bytes of the length.
pub(crate) const PREFIX: usize = 4;

/// The longest message that a length can announce.
pub(crate) const MAX: usize = i32::MAX as usize;

/// The length of the frame that `input` begins with, without the prefix. `None`: the prefix is not all there.
pub(crate) fn length(input: &[u8], limit: usize) -> Result<Option<usize>, MessageError> {
    let Some(prefix) = input.first_chunk() else { return Ok(None) };
    let prefix = i32::from_be_bytes(*prefix);
    match usize::try_from(prefix) {
        Err(_) => Err(MessageError::FrameLength(prefix)),
        Ok(length) if length > limit => Err(MessageError::FrameTooLarge { length, limit }),
        Ok(length) => Ok(Some(length)),
    }
}

/// The prefix of a frame of so many bytes. `None`: there is no such frame.
pub(crate) fn prefix(length: usize) -> Option<[u8; PREFIX]> {
    i32::try_from(length).ok().map(i32::to_be_bytes)
}

/// Writes the length of the frame that ends `out`, or so many bytes behind it, into its prefix, which stands at `start`.
pub(crate) fn patch(out: &mut [u8], start: usize, behind: usize, limit: usize) -> Result<(), MessageError> {
    let length = out.len().saturating_sub(start + PREFIX).saturating_add(behind);
    let prefix = prefix(length).filter(|_| length <= limit).ok_or(MessageError::FrameTooLarge { length, limit })?;
    overwrite(out, start, &prefix);
    Ok(())
}

/// Replaces what stands at `at`.
pub(crate) fn overwrite(out: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = out.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}
