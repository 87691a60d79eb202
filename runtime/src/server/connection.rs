//! One connection of a server: what the client speaks, and the loop that answers binary messages.
//!
//! All messages that have come are answered before the replies are written, in one write. A handler is polled in place;
//! while it waits, the replies before it are written and nothing more is read. Replies leave in the order of the
//! requests.

use super::ticker::{Elapsed, Ticker};
use super::{SHARE_FROM, Settings};
use crate::answer::internal_error;
use crate::context::{Metadata, Peer};
use crate::error::Error;
use crate::log::log;
use crate::message::{MessageError, Protocol};
use crate::processor::Processor;
use crate::reply::ReplyFuture;
use crate::request::Request;
use crate::transport::detect::{Detected, detect};
use crate::transport::{Framing, framed, read};
use bytes::{Buf, Bytes, BytesMut};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

/// Replies are written at the latest when they are so many bytes together.
const FLUSH_AT: usize = 64 * 1024;

/// A buffer for replies that is larger than this was grown by one large reply, and is not kept.
const KEEP: usize = 2 * FLUSH_AT;

/// Serves one client until it closes, misbehaves or the server shuts down.
pub(super) async fn serve<S, P>(stream: S, peer: Peer, processor: &Arc<P>, settings: &Settings, stop: Stop)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    let ticker = Ticker::new(settings.shortest_timeout());
    let (input, output) = (BytesMut::new(), Vec::new());
    let mut client = Client { stream, input, output, since: 0, ticker, settings, stop };
    let ended = match client.detect().await {
        Ok(None) => Ok(()),
        Ok(Some(version @ (Detected::Http | Detected::Http2))) => {
            let Client { stream, input, stop, .. } = client;
            super::http::serve(version, stream, input.freeze(), peer, processor, settings, stop).await
        }
        Ok(Some(Detected::Framed)) => Answering::new(client, Framing::framed, peer, &**processor).run().await,
        Ok(Some(Detected::Unframed)) => Answering::new(client, Framing::unframed, peer, &**processor).run().await,
        Ok(Some(Detected::Stranger(what))) => {
            log!(WARN, "closing the connection from {peer}: it speaks {what}");
            Ok(())
        }
        Err(ended) => Err(ended),
    };
    if let Err(reason) = ended {
        reason.log(peer);
    }
}

/// Why a connection ended, other than that the client closed it between two messages.
#[derive(Debug)]
pub(super) enum Ended {
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
    /// Hyper says so.
    Http(hyper::Error),
}

impl Ended {
    fn log(&self, peer: Peer) {
        match self {
            Self::Invalid(error) => log!(WARN, "closing the connection from {peer}: {error}"),
            Self::Io(error) => log!(DEBUG, "the connection from {peer} broke: {error}"),
            Self::Cut => log!(DEBUG, "{peer} closed its connection in the middle of a message"),
            Self::Idle => log!(DEBUG, "closing the connection from {peer}: it was idle"),
            Self::Slow => log!(WARN, "closing the connection from {peer}: it was too slow"),
            Self::Processor(error) => log!(WARN, "closing the connection from {peer}: {error}"),
            Self::Http(error) => log!(DEBUG, "the HTTP connection from {peer} ended: {error}"),
        }
    }
}

impl From<MessageError> for Ended {
    fn from(error: MessageError) -> Self {
        Self::Invalid(error)
    }
}

/// Tells a connection that the server shuts down.
#[derive(Clone, Debug)]
pub(super) struct Stop(pub(super) watch::Receiver<bool>);

impl Stop {
    fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    pub(super) async fn wait(&mut self) {
        // An error means that the server is gone, which is a stop too.
        let _ = self.0.wait_for(|&stop| stop).await;
    }
}

/// The bytes that come from a client, and go to it.
struct Client<'s, S> {
    stream: S,
    input: BytesMut,
    /// Replies that are not written yet.
    output: Vec<u8>,
    /// The tick at which the message in `input` began, or else the last one was answered.
    since: u64,
    ticker: Ticker,
    settings: &'s Settings,
    stop: Stop,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<'_, S> {
    /// `None`: the client has closed, or the server shuts down, before anything came.
    async fn detect(&mut self) -> Result<Option<Detected>, Ended> {
        loop {
            if let Some(detected) = detect(&self.input) {
                return Ok(Some(detected));
            }
            if !self.fill(0).await? {
                return Ok(None);
            }
        }
    }

    /// Waits for more bytes, of which `missing` are known to be wanted. False: the connection ends between messages.
    async fn fill(&mut self, missing: usize) -> Result<bool, Ended> {
        let idle = self.input.is_empty();
        let timeout = if idle { self.settings.idle_timeout } else { self.settings.message_timeout };
        let deadline = self.since.saturating_add(self.ticker.span(timeout));
        let quiet = self.ticker.now().saturating_add(1);
        let mut read = self.read_until(deadline.min(quiet), missing).await;
        if read.is_err() && quiet < deadline {
            self.release();
            read = self.read_until(deadline, missing).await;
        }
        match read {
            Ok(Ok(0)) if idle => Ok(false),
            Ok(Ok(0)) => Err(Ended::Cut),
            Ok(Ok(_)) => {
                if idle {
                    self.since = self.ticker.now();
                }
                Ok(true)
            }
            Ok(Err(error)) => Err(Ended::Io(error)),
            Err(Elapsed) if idle => Err(Ended::Idle),
            Err(Elapsed) => Err(Ended::Slow),
        }
    }

    /// 0: the client has closed, or the server shuts down and nothing has come of the next message.
    async fn read_until(&mut self, tick: u64, missing: usize) -> Result<io::Result<usize>, Elapsed> {
        let idle = self.input.is_empty();
        let read = async {
            tokio::select! {
                biased;
                count = read::read(&mut self.stream, &mut self.input, missing) => count,
                () = self.stop.wait(), if idle => Ok(0),
            }
        };
        self.ticker.until(tick, read).await
    }

    /// Lets go of the buffers of a client that says nothing, so that many of them cost little.
    fn release(&mut self) {
        if self.input.is_empty() {
            self.input = BytesMut::new();
        }
        self.output = Vec::new();
    }

    /// Writes the replies in `output`, and then `last`.
    async fn write(&mut self, last: &[u8]) -> Result<(), Ended> {
        let mut rest = self.output.as_slice().chain(last);
        while rest.has_remaining() {
            let deadline = self.ticker.now().saturating_add(self.ticker.span(self.settings.write_timeout));
            match self.ticker.until(deadline, self.stream.write_buf(&mut rest)).await {
                Ok(Ok(0)) => return Err(Ended::Io(io::ErrorKind::WriteZero.into())),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(Ended::Io(error)),
                Err(Elapsed) => return Err(Ended::Slow),
            }
        }
        if !self.output.is_empty() || !last.is_empty() {
            // The client may have taken its time, and has as much from here on for what it sends next.
            self.since = self.ticker.now();
        }
        self.output.clear();
        self.output.shrink_to(KEEP);
        Ok(())
    }
}

/// The loop that answers binary messages.
struct Answering<'s, S, P> {
    client: Client<'s, S>,
    framing: Framing,
    processor: &'s P,
    metadata: Metadata,
}

impl<'s, S: AsyncRead + AsyncWrite + Unpin, P: Processor> Answering<'s, S, P> {
    fn new(client: Client<'s, S>, framing: fn(&crate::Limits) -> Framing, peer: Peer, processor: &'s P) -> Self {
        let framing = framing(&client.settings.limits);
        Self { client, framing, processor, metadata: Metadata::of_peer(peer) }
    }

    async fn run(mut self) -> Result<(), Ended> {
        loop {
            if let Err(ended) = self.answer_all().await {
                // What came before the fault was asked in good order, and is answered.
                self.client.write(&[]).await?;
                return Err(ended);
            }
            self.client.write(&[]).await?;
            if self.client.input.is_empty() && self.client.stop.is_set() {
                return Ok(());
            }
            let missing = self.framing.least_length(&self.client.input).saturating_sub(self.client.input.len());
            if !self.client.fill(missing).await? {
                return Ok(());
            }
        }
    }

    /// Answers all messages that have come as a whole.
    async fn answer_all(&mut self) -> Result<(), Ended> {
        while let Some(message) = self.framing.next(&self.client.input)? {
            let reply = self.process(message.start, message.end)?;
            self.answer(reply).await?;
            self.client.since = self.client.ticker.now();
            if self.client.output.len() >= FLUSH_AT {
                self.client.write(&[]).await?;
            }
        }
        Ok(())
    }

    /// Takes a message out of the input and has it processed.
    fn process(&mut self, start: usize, end: usize) -> Result<ReplyFuture<'s>, MessageError> {
        let Settings { limits, handler_timeout, .. } = *self.client.settings;
        if end - start >= SHARE_FROM {
            let mut message = read::take(&mut self.client.input, end);
            message.advance(start);
            let request = Request::read(&message, limits, &self.metadata)?.sharing(&message);
            return Ok(self.processor.process(request.within(handler_timeout)));
        }
        let message = self.client.input.get(start..end).ok_or(MessageError::Truncated)?;
        let request = Request::read(message, limits, &self.metadata)?;
        let reply = self.processor.process(request.within(handler_timeout));
        self.client.input.advance(end);
        Ok(reply)
    }

    /// Appends the reply to the output, once it is there.
    async fn answer(&mut self, mut reply: ReplyFuture<'s>) -> Result<(), Ended> {
        let reply = match poll_fn(|cx| Poll::Ready(Pin::new(&mut reply).poll(cx))).await {
            Poll::Ready(reply) => reply,
            Poll::Pending => {
                self.client.write(&[]).await?;
                reply.await
            }
        };
        let reply = reply.map_err(Ended::Processor)?;
        let Some(mut message) = reply.into_message() else { return Ok(()) };
        if let Framing::Framed { limit } = self.framing {
            if message.len() > limit {
                message = over_limit(&message, limit)?;
            }
            let prefix = framed::prefix(message.len())
                .ok_or(MessageError::FrameTooLarge { length: message.len(), limit: framed::MAX })?;
            self.client.output.extend_from_slice(&prefix);
        }
        if message.len() >= FLUSH_AT {
            return self.client.write(&message).await;
        }
        self.client.output.extend_from_slice(&message);
        Ok(())
    }
}

/// What is sent in place of a reply for which the largest frame is too small.
#[cold]
fn over_limit(reply: &[u8], limit: usize) -> Result<Bytes, Ended> {
    let protocol = Protocol::of(reply)?;
    let (header, _) = protocol.read_header(reply)?;
    log!(ERROR, "the reply of {:?} has {} bytes; the largest frame has {limit}", header.name, reply.len());
    internal_error(protocol, header).map_err(|error| Ended::Processor(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::AsyncReadExt;
    use tokio::time::{sleep, timeout};

    #[tokio::test]
    async fn a_silent_client_keeps_no_buffers() {
        let settings = Settings { message_timeout: Duration::from_millis(200), ..Settings::default() };
        let (stop, stopped) = watch::channel(false);
        let (stream, mut peer) = tokio::io::duplex(100);
        let ticker = Ticker::new(settings.shortest_timeout());
        let (input, output) = (BytesMut::with_capacity(10_000), Vec::with_capacity(10_000));
        let mut client = Client { stream, input, output, since: 0, ticker, settings: &settings, stop: Stop(stopped) };

        peer.write_all(b"next").await.unwrap();
        assert!(client.fill(0).await.unwrap());
        assert!(client.input == "next" && client.output.capacity() == 10_000, "a busy one does");

        client.input.clear();
        assert!(timeout(Duration::from_millis(300), client.fill(0)).await.is_err(), "nothing comes");
        assert_eq!((client.input.capacity(), client.output.capacity()), (0, 0));

        peer.write_all(b"last").await.unwrap();
        assert!(client.fill(0).await.unwrap());
        assert_eq!(client.input, "last");
        client.input.clear();
        stop.send_replace(true);
        assert!(!client.fill(0).await.unwrap());
    }

    #[tokio::test]
    async fn a_client_that_takes_its_replies_slowly_is_not_idle() {
        let settings = Settings { idle_timeout: Duration::from_millis(200), ..Settings::default() };
        let (_stop, stopped) = watch::channel(false);
        let (stream, mut peer) = tokio::io::duplex(100);
        let ticker = Ticker::new(settings.shortest_timeout());
        let (input, output) = (BytesMut::new(), vec![7; 1000]);
        let mut client = Client { stream, input, output, since: 0, ticker, settings: &settings, stop: Stop(stopped) };
        let served = async {
            client.write(&[]).await.unwrap();
            client.fill(0).await.unwrap()
        };
        let slow = async {
            sleep(Duration::from_millis(500)).await;
            peer.read_exact(&mut [0; 1000]).await.unwrap();
            sleep(Duration::from_millis(100)).await;
            peer.write_all(b"next").await.unwrap();
        };
        assert!(tokio::join!(served, slow).0);
    }
}
