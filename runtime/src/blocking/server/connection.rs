//! One connection of a blocking server: what the client speaks, and the bytes that come and go.

use super::Settings;
use super::answering::{Answering, FLUSH_AT};
use super::registry::Entry;
use crate::blocking::buffer::Buffer;
use crate::blocking::compressed::Compressed;
use crate::blocking::processor::Processor;
use crate::blocking::stream::Deadline;
use crate::blocking::tls::Acceptor;
use crate::blocking::wire::Wire;
use crate::context::{Metadata, Peer};
use crate::error::Error;
use crate::log::log;
use crate::message::MessageError;
use crate::pieces::Pieces;
use crate::spare;
use crate::transport::detect::{Detected, detect};
use crate::transport::{Framing, Transport};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

/// A buffer for replies that is larger than this was grown by one large reply, and is not kept.
const KEEP: usize = 2 * FLUSH_AT;

/// Serves one client until it closes, misbehaves or the server stops.
pub(super) fn serve<P: Processor>(entry: &Entry, peer: Peer, processor: &P, settings: &Settings) {
    let mut client = Client::new(entry, settings);
    if let Some(tls) = &settings.tls
        && let Err(error) = client.secure(tls)
    {
        return client.part_without_tls(peer, &error);
    }
    let metadata = Metadata::of_peer(peer).with_certificates(client.stream.inner().certificates());
    let detected = client.detect();
    #[cfg(feature = "zlib")]
    let detected = match detected {
        Ok(Some(Detected::Zlib { in_frames })) => client.detect_inflated(in_frames),
        other => other,
    };
    let ended = match detected {
        Ok(None) => Ok(()),
        Ok(Some(detected)) => speak(detected, client, metadata, processor),
        Err(ended) => Err(ended),
    };
    if let Err(reason) = ended {
        reason.log(peer);
    }
}

/// Serves a client of which is known what it speaks.
fn speak<P: Processor>(detected: Detected, client: Client<'_>, metadata: Metadata, processor: &P) -> Result<(), Ended> {
    let Settings { allowed, limits, .. } = client.settings;
    let (framing, transport) = match detected {
        // With headers or without, each frame tells.
        Detected::Framed => (allowed.has_frames().then(|| Framing::framed(limits)), Transport::Framed),
        Detected::Unframed => {
            (allowed.has_transport(Transport::Buffered).then(|| Framing::unframed(limits)), Transport::Buffered)
        }
        Detected::Http if allowed.has_transport(Transport::Http) => {
            return super::http::serve(client, metadata, processor);
        }
        Detected::Http2 if allowed.has_transport(Transport::Http) => {
            return Err(Ended::Stranger("HTTP/2, which this server does not".to_owned()));
        }
        Detected::Http | Detected::Http2 => (None, Transport::Http),
        #[cfg(feature = "zlib")]
        Detected::Zlib { .. } => return Err(Ended::Stranger("zlib".to_owned())),
        Detected::Stranger(what) => return Err(Ended::Stranger(what.to_owned())),
    };
    match framing {
        Some(framing) => Answering::new(client, framing, metadata, processor).run(),
        None => Err(Ended::Stranger(format!("{transport}, which this port is not for"))),
    }
}

/// Why a connection ended, other than that the client closed it between two messages.
#[derive(Debug)]
pub(super) enum Ended {
    /// The client speaks something that this port does not.
    Stranger(String),
    /// The client sent something that is no request.
    Invalid(MessageError),
    /// Reading or writing failed.
    Io(io::Error),
    /// The client closed in the middle of a message.
    Cut,
    /// The client sent nothing for a while.
    Idle,
    /// The client took too long to send a message or to take replies.
    Slow,
    /// The processor says so.
    Processor(Error),
}

impl Ended {
    fn log(&self, peer: Peer) {
        match self {
            Self::Stranger(what) => log!(WARN, "closing the connection from {peer}: it speaks {what}"),
            Self::Invalid(error) => log!(WARN, "closing the connection from {peer}: {error}"),
            Self::Io(error) => log!(DEBUG, "the connection from {peer} broke: {error}"),
            Self::Cut => log!(DEBUG, "{peer} closed its connection in the middle of a message"),
            Self::Idle => log!(DEBUG, "closing the connection from {peer}: it was idle"),
            Self::Slow => log!(WARN, "closing the connection from {peer}: it was too slow"),
            Self::Processor(error) => log!(WARN, "closing the connection from {peer}: {error}"),
        }
    }
}

impl From<MessageError> for Ended {
    fn from(error: MessageError) -> Self {
        Self::Invalid(error)
    }
}

/// Of a message that has begun, or of replies that wait.
impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::TimedOut { Self::Slow } else { Self::Io(error) }
    }
}

/// The bytes that come from a client, and go to it.
pub(super) struct Client<'s> {
    entry: &'s Entry,
    pub(super) stream: Compressed,
    pub(super) input: Buffer,
    /// Replies that are not written yet.
    pub(super) output: Pieces,
    pub(super) settings: &'s Settings,
    /// When the message has to be there that is partly in `input`.
    deadline: Option<Deadline>,
}

impl<'s> Client<'s> {
    fn new(entry: &'s Entry, settings: &'s Settings) -> Self {
        let stream = Compressed::not(Wire::new(Arc::clone(entry.stream())));
        Self { entry, stream, input: Buffer::default(), output: Pieces::default(), settings, deadline: None }
    }

    /// Has TLS begin, as fast as a message has to come. A server that stops does not wait for it.
    fn secure(&mut self, tls: &Acceptor) -> io::Result<()> {
        let deadline = Deadline::after(self.settings.message_timeout);
        let Self { entry, stream, input, .. } = self;
        entry.set_idle(true);
        if entry.is_stopping() || input.fill(0, |room| stream.read(room, deadline.left()))? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        stream.inner().secure(|timed| tls.accept(input.as_slice(), timed, deadline))?;
        input.advance(usize::MAX);
        entry.set_idle(false);
        Ok(())
    }

    fn part_without_tls(&mut self, peer: Peer, error: &io::Error) {
        match error.kind() {
            ErrorKind::InvalidData => {
                log!(WARN, "closing the connection from {peer}: no TLS with it: {error}");
                self.part();
            }
            ErrorKind::TimedOut => log!(WARN, "closing the connection from {peer}: it was too slow to begin TLS"),
            _ => log!(DEBUG, "the connection from {peer} broke while TLS began: {error}"),
        }
    }

    /// `None`: the client has closed, or the server stops, before anything came.
    fn detect(&mut self) -> Result<Option<Detected>, Ended> {
        loop {
            if let Some(detected) = detect(self.input.as_slice()) {
                return Ok(Some(detected));
            }
            if !self.fill(0)? {
                return Ok(None);
            }
        }
    }

    /// Takes everything for a zlib stream, and finds out what is in it.
    #[cfg(feature = "zlib")]
    fn detect_inflated(&mut self, in_frames: bool) -> Result<Option<Detected>, Ended> {
        let Settings { limits, zlib, .. } = self.settings;
        if !zlib {
            return Ok(Some(Detected::Stranger("zlib, which this port is not for")));
        }
        let input = self.input.as_slice().to_vec();
        self.input.advance(input.len());
        self.stream.inflate(input, in_frames.then(|| Framing::frame_limit(limits)));
        Ok(match self.detect()? {
            Some(Detected::Http | Detected::Http2 | Detected::Zlib { .. }) => {
                Some(Detected::Stranger("HTTP or zlib in a zlib stream"))
            }
            other => other,
        })
    }

    /// Waits for more bytes, of which `missing` are known to be wanted. False: the connection ends between messages.
    pub(super) fn fill(&mut self, missing: usize) -> Result<bool, Ended> {
        if self.input.is_empty() {
            self.deadline = None;
            return self.wait();
        }
        let deadline = *self.deadline.get_or_insert_with(|| Deadline::after(self.settings.message_timeout));
        match self.input.fill(missing, |room| self.stream.read(room, deadline.left()))? {
            0 => Err(Ended::Cut),
            _ => Ok(true),
        }
    }

    /// Waits for a message to begin. False: there is none.
    ///
    /// The time is not looked at, and is told to the operating system only once, as a fraction of what a client may be silent:
    /// so a busy connection costs no more system calls than a read and a write, also when messages come in pieces, as the time
    /// for one is no less. After the first such fraction the buffers go.
    fn wait(&mut self) -> Result<bool, Ended> {
        let Settings { idle_timeout, message_timeout, .. } = *self.settings;
        let step = (idle_timeout / 4).min(message_timeout).clamp(Duration::from_millis(1), Duration::from_secs(60));
        let mut waited = Duration::ZERO;
        while waited < idle_timeout {
            self.entry.set_idle(true);
            if self.entry.is_stopping() {
                return Ok(false);
            }
            let read = self.input.fill(0, |room| self.stream.read(room, step));
            self.entry.set_idle(false);
            match read {
                Ok(count) => return Ok(count > 0),
                Err(error) if error.kind() == ErrorKind::TimedOut => {
                    waited += step;
                    self.input.release();
                    self.output = Pieces::default();
                    spare::release();
                }
                Err(error) => return Err(Ended::Io(error)),
            }
        }
        Err(Ended::Idle)
    }

    /// No message has begun to come.
    pub(super) fn begins_anew(&mut self) {
        self.deadline = None;
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.entry.is_stopping()
    }

    /// Ends a connection on which there are bytes that nobody wants: closing with them unread could reset it before the client
    /// has read the answer.
    pub(super) fn part(&mut self) {
        self.stream.inner().finish();
        let deadline = Deadline::after(self.settings.message_timeout);
        let mut left = self.settings.limits.message_bytes;
        loop {
            let held = self.input.as_slice().len();
            self.input.advance(held);
            match self.input.fill(0, |room| self.stream.read(room, deadline.left())) {
                Ok(count @ 1..) if count <= left => left -= count,
                _ => return,
            }
        }
    }

    /// Writes the replies in `output`. After an error some of it may be written, and is not written again.
    pub(super) fn write(&mut self) -> Result<(), Ended> {
        let written = self.stream.write(&mut self.output, || self.settings.write_timeout);
        if written.is_err() {
            self.output = Pieces::default();
        }
        self.output.compact(KEEP);
        Ok(written?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::registry::Registry;
    use super::*;
    use crate::blocking::stream::Stream;
    use bytes::Buf;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn what_was_partly_written_is_not_written_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let _silent = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        let entry = Arc::new(Registry::default()).enter(Stream::Tcp(socket));
        let settings = Settings { write_timeout: Duration::from_millis(50), ..Settings::default() };
        let mut client = Client::new(&entry, &settings);
        // More than any system takes that nobody reads.
        client.output.own().resize(64 << 20, 7);
        assert!(matches!(client.write(), Err(Ended::Slow)));
        assert!(!client.output.has_remaining());
        client.write().unwrap();
    }
}
