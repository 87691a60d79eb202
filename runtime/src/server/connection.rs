//! One connection of a server: what the client speaks, and the bytes that come and go.

use super::answering::Answering;
use super::buffered::{NoRoom, Share};
use super::output::Output;
use super::ticker::Ticker;
use super::{Settings, Shared};
use crate::context::{Metadata, Peer};
use crate::error::Error;
use crate::log::log;
use crate::message::MessageError;
use crate::processor::Processor;
use crate::transport::compressed::Compressed;
use crate::transport::detect::{Detected, detect};
use crate::transport::read::{self, Expected};
use crate::transport::{Framing, Transport};
use bytes::BytesMut;
use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::task::unconstrained;
use tokio::time::timeout;

/// Serves one client until it closes, misbehaves or the server shuts down.
pub(super) async fn serve<S, P>(
    stream: S,
    peer: Peer,
    metadata: Metadata,
    processor: &Arc<P>,
    shared: &Shared,
    mut stop: Stop,
) where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    let mut client = Client::new(Compressed::not(stream), &shared.settings, shared.buffered.share());
    let detected = client.detect(&mut stop).await;
    #[cfg(feature = "zlib")]
    let detected = match detected {
        Ok(Some(Detected::Zlib { in_frames })) => client.detect_inflated(in_frames, &mut stop).await,
        other => other,
    };
    let ended = match detected {
        Ok(None) => Ok(()),
        Ok(Some(detected)) => speak(detected, client, metadata, processor, shared, stop).await,
        Err(ended) => Err(ended),
    };
    if let Err(reason) = ended {
        reason.log(peer);
    }
}

/// Serves a client of which is known what it speaks.
async fn speak<S, P>(
    detected: Detected,
    mut client: Client<'_, Compressed<S>>,
    metadata: Metadata,
    processor: &Arc<P>,
    shared: &Shared,
    stop: Stop,
) -> Result<(), Ended>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    let allowed = &shared.settings.allowed;
    let framing = match detected {
        Detected::Http | Detected::Http2 if allowed.has_transport(Transport::Http) => {
            return super::http::serve(detected, client, metadata, processor, shared, stop).await;
        }
        // With headers or without, each frame tells.
        Detected::Framed if allowed.has_frames() => Framing::framed(&shared.settings.limits),
        Detected::Unframed if allowed.has_transport(Transport::Buffered) => Framing::unframed(&shared.settings.limits),
        #[cfg(feature = "zlib")]
        Detected::Zlib { .. } => return Err(Ended::Stranger("zlib".to_owned())),
        Detected::Stranger(what) => return Err(Ended::Stranger(what.to_owned())),
        Detected::Http | Detected::Http2 => {
            client.turn_away().await;
            return Err(Ended::Stranger(format!("{}, which this port is not for", Transport::Http)));
        }
        Detected::Framed => return Err(Ended::Stranger(format!("{}, which this port is not for", Transport::Framed))),
        Detected::Unframed => {
            return Err(Ended::Stranger(format!("{}, which this port is not for", Transport::Buffered)));
        }
    };
    Answering::new(client, framing, &metadata, &**processor, shared).run(stop).await
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
    /// The client took too long to send a message.
    Slow,
    /// The client took too long to take replies.
    Stuck,
    /// It would keep more than all connections may.
    NoRoom,
    /// The processor says so.
    Processor(Error),
    /// Hyper says so.
    Http(hyper::Error),
}

impl Ended {
    fn log(&self, peer: Peer) {
        match self {
            Self::Stranger(what) => log!(WARN, "closing the connection from {peer}: it speaks {what}"),
            Self::Invalid(error) => log!(WARN, "closing the connection from {peer}: {error}"),
            Self::Io(error) => log!(DEBUG, "the connection from {peer} broke: {error}"),
            Self::Cut => log!(DEBUG, "{peer} closed its connection in the middle of a message"),
            Self::Idle => log!(DEBUG, "closing the connection from {peer}: it was idle"),
            Self::Slow => log!(WARN, "closing the connection from {peer}: its message took too long"),
            Self::Stuck => log!(WARN, "closing the connection from {peer}: it takes no replies"),
            Self::NoRoom => log!(
                WARN,
                "closing the connection from {peer}: there is no room for its messages beside those of others"
            ),
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

impl From<NoRoom> for Ended {
    fn from(NoRoom: NoRoom) -> Self {
        Self::NoRoom
    }
}

type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells a connection that the server shuts down.
pub(super) struct Stop {
    receiver: watch::Receiver<bool>,
    /// The wait of which the task that drives the connection is told, by this waker.
    waiting: Option<(Waker, Wait)>,
}

impl Stop {
    /// `true` is sent once, for good.
    pub(super) fn new(receiver: watch::Receiver<bool>) -> Self {
        Self { receiver, waiting: None }
    }

    pub(super) async fn wait(&mut self) {
        poll_fn(|cx| self.poll(cx)).await;
    }

    /// Ready when the server shuts down. The task is put on the list of those that wait only once: a connection is polled
    /// for each message, and the list is one for all.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // An error means that the server is gone, which is a stop too.
        if self.receiver.has_changed().unwrap_or(true) {
            return Poll::Ready(());
        }
        match &mut self.waiting {
            Some((waker, _)) if waker.will_wake(cx.waker()) => Poll::Pending,
            waiting => {
                let mut receiver = self.receiver.clone();
                let (_, wait) = waiting.insert((
                    cx.waker().clone(),
                    // Without tokio's budget, which may be spent: then it would not get onto the list.
                    Box::pin(unconstrained(async move {
                        let _ = receiver.changed().await;
                    })),
                ));
                wait.as_mut().poll(cx)
            }
        }
    }
}

#[cfg(feature = "zlib")]
impl<S: AsyncRead + AsyncWrite + Unpin> Client<'_, Compressed<S>> {
    /// Takes everything for a zlib stream, and finds out what is in it.
    async fn detect_inflated(&mut self, in_frames: bool, stop: &mut Stop) -> Result<Option<Detected>, Ended> {
        let Settings { limits, zlib, .. } = *self.settings;
        if !zlib {
            return Ok(Some(Detected::Stranger("zlib, which this port is not for")));
        }
        let input = mem::take(&mut self.input);
        self.stream.inflate(input.into(), in_frames.then(|| Framing::frame_limit(&limits)));
        Ok(match self.detect(stop).await? {
            Some(Detected::Http | Detected::Http2 | Detected::Zlib { .. }) => {
                Some(Detected::Stranger("HTTP or zlib in a zlib stream"))
            }
            other => other,
        })
    }
}

/// What is said to a client that sends HTTP to a port that is not for it.
const NO_HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 55\r\n\
    Connection: close\r\n\r\nthis port speaks Thrift without HTTP: use a tcp:// URL\n";

/// How long a client has to listen to the last that is said to it.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How much a client may send meanwhile.
const LINGER: usize = 4 << 20;

/// A client has to take so many bytes of what waits for it, or all, in the time for writing.
const TAKEN: usize = 64 * 1024;

/// The bytes that come from a client, and go to it.
pub(super) struct Client<'s, S> {
    stream: S,
    pub(super) input: BytesMut,
    /// The input is in the thread's buffer: see [`read::poll_lend`].
    is_lent: bool,
    pub(super) expected: Expected,
    pub(super) output: Output,
    /// What it keeps of both.
    pub(super) share: Share,
    /// The tick at which the message in `input` began, or else the client last did anything.
    since: u64,
    /// The tick at which the output began to wait for the client, and how many bytes it took since.
    stalled: Option<(u64, usize)>,
    /// Nothing has come or gone since the last tick.
    is_quiet: bool,
    ticker: Ticker,
    pub(super) settings: &'s Settings,
}

impl<S> Client<'_, S> {
    /// The same under other settings.
    pub(super) fn under(self, settings: &Settings) -> Client<'_, S> {
        Client { settings, ..self }
    }

    /// The stream, and what was read from it.
    pub(super) fn into_parts(self) -> (S, BytesMut) {
        (self.stream, self.input)
    }
}

impl<'s, S: AsyncRead + AsyncWrite + Unpin> Client<'s, S> {
    fn new(stream: S, settings: &'s Settings, share: Share) -> Self {
        let ticker = Ticker::new(settings.shortest_timeout());
        let (input, output) = (BytesMut::new(), Output::default());
        Self {
            stream,
            input,
            is_lent: false,
            expected: Expected::default(),
            output,
            share,
            since: 0,
            stalled: None,
            is_quiet: false,
            ticker,
            settings,
        }
    }

    /// `None`: the client has closed, or the server shuts down, before anything came.
    async fn detect(&mut self, stop: &mut Stop) -> Result<Option<Detected>, Ended> {
        loop {
            if let Some(detected) = detect(&self.input) {
                return Ok(Some(detected));
            }
            let is_idle = self.input.is_empty();
            let count = tokio::select! {
                biased;
                count = poll_fn(|cx| self.poll_fill(cx)) => count?,
                () = stop.wait(), if is_idle => 0,
            };
            match count {
                0 if is_idle => return Ok(None),
                0 => return Err(Ended::Cut),
                _ => {}
            }
        }
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Ended>> {
        loop {
            if let Poll::Ready(count) = self.poll_read(0, cx) {
                return Poll::Ready(count);
            }
            ready!(self.poll_tick(cx));
            if let Some(ended) = self.overdue(true, true) {
                return Poll::Ready(Err(ended));
            }
        }
    }

    /// Says that HTTP is not for this port, as far as the client listens.
    async fn turn_away(&mut self) {
        self.output.append(|out| out.extend_from_slice(NO_HTTP));
        let _ = timeout(LAST_WORDS, poll_fn(|cx| self.poll_write(false, cx))).await;
        self.close(true).await;
    }

    /// Reads what has come, of which `missing` bytes are known to be wanted. 0: the client has closed.
    pub(super) fn poll_read(&mut self, missing: usize, cx: &mut Context<'_>) -> Poll<Result<usize, Ended>> {
        let was_empty = self.input.is_empty();
        // What a slow client does not take may be a part of its request, and keeps alive what was read with that. Others often
        // have not taken all yet, either, when they send more.
        if self.stalled.is_some_and(|(since, _)| self.ticker.now() > since) {
            self.expected.one();
        }
        let count = self.expected.poll_read(&mut self.stream, cx, &mut self.input, missing);
        let count = ready!(count).map_err(Ended::Io)?;
        if was_empty {
            self.begins_anew();
        }
        self.is_quiet = false;
        Poll::Ready(Ok(count))
    }

    /// The same where the time of what comes is that of waiting for it, and goes on.
    pub(super) fn poll_read_on(&mut self, missing: usize, cx: &mut Context<'_>) -> Poll<Result<usize, Ended>> {
        let since = self.since;
        let read = self.poll_read(missing, cx);
        self.since = since;
        read
    }

    /// The same for input that is looked at before anything else happens, and then [settled](Self::settle): it is not copied.
    pub(super) fn poll_read_lent(&mut self, missing: usize, cx: &mut Context<'_>) -> Poll<Result<usize, Ended>> {
        if !self.input.is_empty() || self.expected.is_large() {
            return self.poll_read(missing, cx);
        }
        self.expected.release(&mut self.input);
        let count = ready!(read::poll_lend(&mut self.stream, cx, &mut self.input)).map_err(Ended::Io)?;
        self.is_lent = count > 0;
        self.begins_anew();
        self.is_quiet = false;
        Poll::Ready(Ok(count))
    }

    /// Keeps what was not taken of the input.
    pub(super) fn settle(&mut self, mut input: BytesMut) {
        // What was taken as a large message is no buffer of the thread any more.
        if mem::take(&mut self.is_lent) && !self.expected.is_large() {
            read::give_back(&mut input);
        }
        self.input = input;
    }

    /// Writes what the client takes. Pending, too, when there is nothing to write.
    pub(super) fn poll_write(&mut self, is_awaited: bool, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        if self.output.is_empty() {
            return Poll::Pending;
        }
        let before = self.output.len();
        match self.output.poll_write(&mut self.stream, cx) {
            Poll::Ready(Ok(_)) => {
                self.stalled = match self.stalled {
                    Some((since, taken)) if !self.output.is_empty() => {
                        let taken = taken + (before - self.output.len());
                        (taken < TAKEN).then_some((since, taken))
                    }
                    _ => None,
                };
                self.is_quiet = false;
                // The client may have taken its time, and has as much from here on for what it sends next; but what it has
                // begun to send goes on to count while it is read.
                if self.input.is_empty() || !is_awaited {
                    self.begins_anew();
                }
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(Ended::Io(error))),
            Poll::Pending => {
                self.stalled.get_or_insert((self.ticker.now(), 0));
                Poll::Pending
            }
        }
    }

    /// Tells the client that nothing more comes. What it still sends may be read and thrown away for a moment: a socket that is
    /// closed with bytes unread could reset the connection before the client has read the last replies.
    pub(super) async fn close(&mut self, lingers: bool) {
        let mut left = if lingers { LINGER } else { 0 };
        let close = async {
            let _ = self.stream.shutdown().await;
            while left > 0 {
                self.input.clear();
                match read::read(&mut self.stream, &mut self.input, 0).await {
                    Ok(count) if count > 0 => left = left.saturating_sub(count),
                    _ => return,
                }
            }
        };
        let _ = timeout(LAST_WORDS, close).await;
    }

    /// The time of what comes next counts from here on.
    pub(super) fn begins_anew(&mut self) {
        self.since = self.ticker.now();
    }

    /// Ready with each tick of the clock. Lets go of the buffers of a client that says nothing, so that many of them cost
    /// little.
    pub(super) fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.ticker.poll(cx));
        if mem::replace(&mut self.is_quiet, true) {
            self.output.release();
            self.expected.release(&mut self.input);
        }
        Poll::Ready(())
    }

    /// Why the connection has to end at this tick. A client is awaited to send more or not; it is idle when it is owed
    /// nothing.
    pub(super) fn overdue(&self, is_awaited: bool, is_idle: bool) -> Option<Ended> {
        let is_over = |since: u64, timeout| self.ticker.now() >= since.saturating_add(self.ticker.span(timeout));
        let Settings { idle_timeout, message_timeout, write_timeout, .. } = *self.settings;
        if self.stalled.is_some_and(|(since, _)| is_over(since, write_timeout)) {
            return Some(Ended::Stuck);
        }
        match self.input.is_empty() {
            false if is_awaited && is_over(self.since, message_timeout) => Some(Ended::Slow),
            true if is_awaited && is_idle && is_over(self.since, idle_timeout) => Some(Ended::Idle),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::buffered::Buffered;
    use crate::server::ticker::tests::spend_budget;
    use tokio::io::{AsyncReadExt, DuplexStream};
    use tokio::time::sleep;

    /// What waiting for the next message comes to.
    async fn fill(client: &mut Client<'_, DuplexStream>) -> Result<usize, Ended> {
        poll_fn(|cx| client.poll_fill(cx)).await
    }

    #[tokio::test]
    async fn a_silent_client_keeps_no_buffers() {
        let settings = Settings { message_timeout: Duration::from_millis(200), ..Settings::default() };
        let (stream, mut peer) = tokio::io::duplex(10_000);
        let mut client = Client::new(stream, &settings, Buffered::new(0).share());
        client.input = BytesMut::with_capacity(10_000);
        client.output.append(|out| out.extend_from_slice(&[7; 1000]));
        poll_fn(|cx| client.poll_write(true, cx)).await.unwrap();

        peer.write_all(b"next").await.unwrap();
        fill(&mut client).await.unwrap();
        assert!(client.input == "next" && client.output.capacity() >= 1000, "a busy one does");

        client.input.clear();
        assert!(timeout(Duration::from_millis(400), fill(&mut client)).await.is_err(), "nothing comes");
        assert_eq!((client.input.capacity(), client.output.capacity()), (0, 0));

        peer.write_all(b"last").await.unwrap();
        fill(&mut client).await.unwrap();
        assert_eq!(client.input, "last");
    }

    #[tokio::test]
    async fn a_client_that_takes_its_replies_slowly_is_not_idle() {
        let settings = Settings { idle_timeout: Duration::from_millis(200), ..Settings::default() };
        let (stream, mut peer) = tokio::io::duplex(100);
        let mut client = Client::new(stream, &settings, Buffered::new(0).share());
        client.output.append(|out| out.extend_from_slice(&[7; 1000]));
        let served = async {
            while !client.output.is_empty() {
                poll_fn(|cx| client.poll_write(true, cx)).await.unwrap();
            }
            fill(&mut client).await.unwrap()
        };
        let slow = async {
            sleep(Duration::from_millis(500)).await;
            peer.read_exact(&mut [0; 1000]).await.unwrap();
            sleep(Duration::from_millis(100)).await;
            peer.write_all(b"next").await.unwrap();
        };
        assert_eq!(tokio::join!(served, slow).0, 4);
    }

    #[tokio::test]
    async fn a_stop_reaches_a_task_whose_budget_is_spent() {
        let (send, receive) = watch::channel(false);
        let (mut stop, (waits, waiting)) = (Stop::new(receive), tokio::sync::oneshot::channel());
        let task = tokio::spawn(async move {
            spend_budget().await;
            assert!(poll_fn(|cx| Poll::Ready(stop.poll(cx).is_pending())).await);
            waits.send(()).unwrap();
            stop.wait().await;
        });
        waiting.await.unwrap();
        send.send_replace(true);
        timeout(Duration::from_secs(20), task).await.expect("no stop").unwrap();
    }
}
