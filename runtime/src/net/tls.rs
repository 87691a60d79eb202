//! TLS by rustls: a stream that speaks it.

mod acceptor;
mod beneath;

pub(crate) use crate::tls::{ClientTls, ServerTls};
pub(crate) use acceptor::Acceptor;

use super::Stream;
use crate::error::Error;
use beneath::Beneath;
use bytes::Bytes;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ConnectionCommon};
use std::io::{self, IoSlice};
use std::ops::DerefMut;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::{TlsConnector, TlsStream};

/// A stream inside of TLS. When it is dropped, the peer is told that this is the end on purpose.
#[derive(Debug)]
pub(crate) struct Secured(Box<TlsStream<Beneath>>);

impl Secured {
    /// Of one that has shaken hands.
    fn new(stream: impl Into<TlsStream<Beneath>>) -> Self {
        let mut stream = stream.into();
        stream.get_mut().0.shakes_hands = false;
        Self(Box::new(stream))
    }

    /// See [`Stream::is_quiet`]. What has come may be an affair of TLS alone, such as tickets for further sessions, which
    /// a server sends behind its handshake.
    pub(super) fn is_quiet(&mut self) -> bool {
        match &mut *self.0 {
            TlsStream::Client(stream) => {
                let (beneath, session) = stream.get_mut();
                is_quiet(beneath, session)
            }
            TlsStream::Server(stream) => {
                let (beneath, session) = stream.get_mut();
                is_quiet(beneath, session)
            }
        }
    }

    /// What both sides have agreed to speak inside (ALPN).
    #[cfg(feature = "http2")]
    pub(super) fn protocol(&self) -> Option<&[u8]> {
        self.0.get_ref().1.alpn_protocol()
    }

    /// See [`Stream::certificates`].
    pub(super) fn certificates(&self) -> Vec<Bytes> {
        let certificates = self.0.get_ref().1.peer_certificates().unwrap_or_default();
        certificates.iter().map(|certificate| Bytes::copy_from_slice(certificate)).collect()
    }

    /// What TLS is spoken on.
    pub(super) fn inner(&self) -> &Stream {
        &self.0.get_ref().0.stream
    }
}

impl Drop for Secured {
    fn drop(&mut self) {
        match &mut *self.0 {
            TlsStream::Client(stream) => {
                let (beneath, session) = stream.get_mut();
                say_goodbye(beneath, session);
            }
            TlsStream::Server(stream) => {
                let (beneath, session) = stream.get_mut();
                say_goodbye(beneath, session);
            }
        }
    }
}

fn is_quiet<S>(beneath: &Beneath, session: &mut impl DerefMut<Target = ConnectionCommon<S>>) -> bool {
    /// More than any server sends of its own accord.
    const READS: usize = 16;
    for _ in 0..READS {
        // At first this is about what came with the last reply.
        match session.process_new_packets() {
            Ok(state) if state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed() => {}
            _ => return false,
        }
        match session.read_tls(&mut &*beneath.stream.socket()) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
        }
    }
    false
}

/// Tries to send what TLS has to send last. What the socket does not take at once is not worth a wait.
fn say_goodbye<S>(beneath: &Beneath, session: &mut impl DerefMut<Target = ConnectionCommon<S>>) {
    session.send_close_notify();
    while session.wants_write() {
        if !matches!(session.write_tls(&mut &*beneath.stream.socket()), Ok(1..)) {
            return;
        }
    }
}

impl AsyncRead for Secured {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(match ready!(Pin::new(&mut *self.0).poll_read(cx, buffer)) {
            // Many peers close the socket and say no word of TLS. Messages show by themselves whether they are whole.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            read => read,
        })
    }
}

impl AsyncWrite for Secured {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(cx)
    }
}

/// Speaks TLS to one host.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl ClientTls {
    /// What speaks TLS to that host, and offers these protocols in it (ALPN).
    pub(crate) fn connector(&self, host: &str, protocols: &[&[u8]]) -> Result<Connector, Error> {
        let (config, name) = self.config(host, protocols)?;
        Ok(Connector { config, name })
    }
}

impl Connector {
    pub(crate) async fn connect(&self, stream: Stream) -> io::Result<Stream> {
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let secured = connector.connect(self.name.clone(), Beneath::of_client(stream)).await?;
        Ok(Stream::Tls(Secured::new(secured)))
    }
}
