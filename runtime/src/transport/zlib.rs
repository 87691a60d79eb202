//! zlib: a payload as a whole, which is a transform of THeader, and the stream of Apache's `TZlibTransport`.
//!
//! Such a stream goes on over all messages of a connection, flushed after each so that it can be read. It stands bare on the
//! socket, with its messages one after another, or in frames: they cut the stream, not the messages in it.

use super::framed;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::message::MessageError;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The least step in which the buffer of a payload grows, in bytes.
const STEP: usize = 4096;

/// The most bytes that become one frame, in which they are hardly more.
const CUT: usize = 1 << 20;

/// Whether a stream begins with these two bytes: deflate with the largest window, which all writers use, no dictionary, and a
/// sum that is a multiple of 31.
pub(crate) fn begins(first: u8, second: u8) -> bool {
    first == 0x78 && second & 0x20 == 0 && u16::from_be_bytes([first, second]).is_multiple_of(31)
}

/// What was compressed as a whole, if it is at most `limit` bytes. The buffer grows with what comes out.
///
/// # Errors
/// `data` is no zlib stream, does not end, or is larger than `limit` in the end.
pub(crate) fn inflate(data: &[u8], limit: usize) -> Result<Vec<u8>, MessageError> {
    let mut stream = Decompress::new(true);
    let mut out = Vec::new();
    loop {
        if out.len() > limit {
            let too_large = DecodeErrorKind::MessageTooLarge { limit };
            return Err(DecodeError::new(too_large, limit).into());
        }
        // One byte more than the limit tells that there is more.
        if out.len() == out.capacity() {
            out.reserve_exact(out.len().max(data.len()).max(STEP).min((limit - out.len()).saturating_add(1)));
        }
        let before = (stream.total_in(), stream.total_out());
        let rest = data.get(before.0 as usize..).unwrap_or_default();
        match stream.decompress_vec(rest, &mut out, FlushDecompress::None) {
            Ok(Status::StreamEnd) if out.len() <= limit => return Ok(out),
            Ok(_) if out.len() == out.capacity() || (stream.total_in(), stream.total_out()) != before => {}
            // Else the data ended early.
            _ => return Err(MessageError::Zlib),
        }
    }
}

/// Appends `data` compressed as a whole.
pub(crate) fn deflate(data: &[u8], out: &mut Vec<u8>) -> Result<(), MessageError> {
    compress(&mut Compress::new(Compression::fast(), true), data, FlushCompress::Finish, out)
}

/// Reads a stream.
#[derive(Debug)]
pub(crate) struct Inflater {
    stream: Decompress,
    frame: Option<Frame>,
}

/// A frame of a stream.
#[derive(Debug)]
struct Frame {
    /// How many of its bytes have not been read.
    left: usize,
    /// The longest that is allowed.
    limit: usize,
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Self { stream: Decompress::new(true), frame: None }
    }

    /// Reads a stream in frames of at most so many bytes.
    pub(crate) fn in_frames(limit: usize) -> Self {
        Self { frame: Some(Frame { left: 0, limit }), ..Self::new() }
    }

    /// Inflates from the start of `input` to the start of `out`, as much as there is, or fits. Returns how many bytes of each
    /// were used. When `out` was filled there may be more to come, even without more input.
    ///
    /// # Errors
    /// The input is no zlib stream, goes on after its end, or is in a frame over the limit. The stream cannot be read on.
    pub(crate) fn inflate(&mut self, input: &[u8], out: &mut [u8]) -> Result<(usize, usize), MessageError> {
        let (mut read, mut written) = (0, 0);
        loop {
            let step = self.step(input.get(read..).unwrap_or_default(), out.get_mut(written..).unwrap_or_default());
            match step {
                Ok((0, 0)) => return Ok((read, written)),
                Ok((taken, given)) => {
                    read += taken;
                    written += given;
                }
                // What came before is handed out, and then the error, which stays.
                Err(_) if written > 0 => return Ok((read, written)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Passes over the length of a frame, or inflates what is in it.
    fn step(&mut self, mut input: &[u8], out: &mut [u8]) -> Result<(usize, usize), MessageError> {
        if let Some(frame) = &mut self.frame {
            if frame.left == 0
                && let Some(length) = framed::length(input, frame.limit)?
            {
                frame.left = length;
                return Ok((framed::PREFIX, 0));
            }
            input = input.get(..frame.left).unwrap_or(input);
        }
        let before = (self.stream.total_in(), self.stream.total_out());
        let status = self.stream.decompress(input, out, FlushDecompress::Sync);
        let taken = (self.stream.total_in() - before.0) as usize;
        let given = (self.stream.total_out() - before.1) as usize;
        if let Some(frame) = &mut self.frame {
            frame.left = frame.left.saturating_sub(taken);
        }
        match status {
            Err(_) if given == 0 => Err(MessageError::Zlib),
            Ok(Status::StreamEnd) if (taken, given) == (0, 0) && !input.is_empty() => Err(MessageError::Zlib),
            _ => Ok((taken, given)),
        }
    }
}

/// Writes a stream.
#[derive(Debug)]
pub(crate) struct Deflater {
    stream: Compress,
    in_frames: bool,
}

impl Deflater {
    /// Writes a stream, in frames if the peer's is.
    pub(crate) fn new(in_frames: bool) -> Self {
        Self { stream: Compress::new(Compression::fast(), true), in_frames }
    }

    /// Appends `data` compressed, so that the peer can read all of it.
    ///
    /// # Errors
    /// None that is known: the library's are passed on.
    pub(crate) fn deflate(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), MessageError> {
        if !self.in_frames {
            return compress(&mut self.stream, data, FlushCompress::Sync, out);
        }
        for data in data.chunks(CUT) {
            let start = out.len();
            out.extend_from_slice(&[0; framed::PREFIX]);
            compress(&mut self.stream, data, FlushCompress::Sync, out)?;
            framed::patch(out, start, 0, framed::MAX)?;
        }
        Ok(())
    }
}

/// Appends `data` compressed and all that the stream holds back.
fn compress(stream: &mut Compress, data: &[u8], flush: FlushCompress, out: &mut Vec<u8>) -> Result<(), MessageError> {
    let start = stream.total_in();
    loop {
        let rest = data.get((stream.total_in() - start) as usize..).unwrap_or_default();
        // Most messages are small and come out in one step.
        out.reserve((rest.len() / 2).max(256));
        let status = stream.compress_vec(rest, out, flush).map_err(|_| MessageError::Zlib)?;
        // Room that is left says that nothing is held back.
        let all = out.len() < out.capacity() && stream.total_in() - start == data.len() as u64;
        if status == Status::StreamEnd || all && matches!(flush, FlushCompress::Sync) {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two calls through `TZlibTransport` of Apache's Python library, version 0.25.
    const PYTHON: &[u8] = b"\x78\xda\x6a\x60\x64\x60\x64\x60\x60\x60\x29\xc8\xcc\x4b\x07\xd2\x8c\x0c\0\0\0\0\xff\xff\
        \x6a\x40\x15\x60\x62\0\0\0\0\xff\xff";
    const PYTHON_FRAMED: &[u8] = b"\0\0\0\x18\x78\xda\x6a\x60\x64\x60\x64\x60\x60\x60\x29\xc8\xcc\x4b\x07\xd2\x8c\x0c\
        \0\0\0\0\xff\xff\0\0\0\x0b\x6a\x40\x15\x60\x62\0\0\0\0\xff\xff";
    const PINGS: &[u8] = b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x01\0\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x02\0";

    /// Inflates what comes in pieces of so many bytes, a piece at a time, so many bytes at a time.
    fn inflated(mut inflater: Inflater, stream: &[u8], piece: usize, step: usize) -> Result<Vec<u8>, MessageError> {
        let (mut input, mut out, mut room) = (Vec::new(), Vec::new(), vec![0; step]);
        for piece in stream.chunks(piece) {
            input.extend_from_slice(piece);
            loop {
                let (read, written) = inflater.inflate(&input, &mut room)?;
                input.drain(..read);
                out.extend_from_slice(&room[..written]);
                if written == 0 {
                    break;
                }
            }
        }
        assert!(input.is_empty(), "{} bytes are left", input.len());
        Ok(out)
    }

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|at| ((at * at) >> 9) as u8).collect()
    }

    #[test]
    fn streams_of_python_are_read_however_they_are_cut() {
        for piece in 1..PYTHON_FRAMED.len() {
            for step in [1, 7, 100] {
                assert_eq!(inflated(Inflater::new(), PYTHON, piece, step).unwrap(), PINGS);
                assert_eq!(inflated(Inflater::in_frames(24), PYTHON_FRAMED, piece, step).unwrap(), PINGS);
            }
        }
        let too_large = MessageError::FrameTooLarge { length: 24, limit: 23 };
        assert_eq!(inflated(Inflater::in_frames(23), PYTHON_FRAMED, 100, 100), Err(too_large));
    }

    #[test]
    fn each_message_can_be_read_once_it_is_written() {
        for in_frames in [false, true] {
            let mut deflater = Deflater::new(in_frames);
            let mut inflater = if in_frames { Inflater::in_frames(2 * CUT) } else { Inflater::new() };
            for length in [0, 1, 100, 5000, 300_000, 3 * CUT, 10] {
                let (message, mut stream, mut room) = (text(length), Vec::new(), vec![0; length + 1]);
                deflater.deflate(&message, &mut stream).unwrap();
                let used = inflater.inflate(&stream, &mut room).unwrap();
                assert_eq!(used, (stream.len(), length));
                assert!(room[..length] == message);
            }
        }
    }

    #[test]
    fn damaged_streams_and_what_follows_their_end_are_errors() {
        for stream in [&b"GET / HTTP/1.1"[..], b"\x78\xda\xff\xff\xff", b"\x79\xda"] {
            assert_eq!(inflated(Inflater::new(), stream, 100, 100), Err(MessageError::Zlib));
        }
        // Not before what can be read has been.
        let (mut inflater, mut room) = (Inflater::new(), [0; 100]);
        let damaged = [PYTHON, b"\xff\xff\xff\xff"].concat();
        let (read, written) = inflater.inflate(&damaged, &mut room).unwrap();
        assert_eq!(&room[..written], PINGS);
        assert_eq!(inflater.inflate(&damaged[read..], &mut room), Err(MessageError::Zlib));
        let mut whole = Vec::new();
        deflate(PINGS, &mut whole).unwrap();
        assert_eq!(inflated(Inflater::new(), &whole, 1, 100).unwrap(), PINGS);
        whole.push(0);
        assert_eq!(inflated(Inflater::new(), &whole, 1, 100), Err(MessageError::Zlib));
    }

    #[test]
    fn payloads_are_inflated_up_to_the_limit() {
        for length in [0, 1, STEP - 1, STEP, 10 * STEP, 1_000_000] {
            let (message, mut data) = (text(length), Vec::new());
            deflate(&message, &mut data).unwrap();
            assert!(inflate(&data, length).unwrap() == message);
            assert!(inflate(&data, usize::MAX).unwrap() == message);
            for end in [0, 1, data.len() / 2, data.len() - 1] {
                assert_eq!(inflate(&data[..end], usize::MAX), Err(MessageError::Zlib), "{end} of {length} bytes");
            }
            if let Some(limit) = length.checked_sub(1) {
                let too_large = DecodeError::new(DecodeErrorKind::MessageTooLarge { limit }, limit);
                assert_eq!(inflate(&data, limit), Err(too_large.into()));
            }
        }
    }

    #[test]
    fn streams_are_told_from_others_by_two_bytes() {
        for second in [0x01, 0x5e, 0x9c, 0xda] {
            assert!(begins(0x78, second));
        }
        for (first, second) in [(0x78, 0x9d), (0x78, 0xbb), (0x80, 0x01), (0x79, 0x9c)] {
            assert!(!begins(first, second), "{first:x} {second:x}");
        }
    }
}
