//! TLS by rustls: a stream that speaks it, and the settings of both sides.

mod client;
mod server;

pub use client::ClientTls;
pub(crate) use client::Connector;
pub(crate) use server::Acceptor;
pub use server::ServerTls;

use super::Stream;
use crate::error::Error;
use bytes::Bytes;
use std::io::{self, IoSlice};
use std::ops::DerefMut;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsStream;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ConnectionCommon, RootCertStore};

/// A stream inside of TLS. When it is dropped, the peer is told that this is the end on purpose.
#[derive(Debug)]
pub(crate) struct Secured(Box<TlsStream<Stream>>);

impl Secured {
    fn new(stream: impl Into<TlsStream<Stream>>) -> Self {
        Self(Box::new(stream.into()))
    }

    /// See [`Stream::is_quiet`]. What has come may be an affair of TLS alone, such as tickets for further sessions, which
    /// a server sends behind its handshake.
    pub(super) fn is_quiet(&mut self) -> bool {
        match &mut *self.0 {
            TlsStream::Client(stream) => {
                let (stream, session) = stream.get_mut();
                is_quiet(stream, session)
            }
            TlsStream::Server(stream) => {
                let (stream, session) = stream.get_mut();
                is_quiet(stream, session)
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
        self.0.get_ref().0
    }
}

impl Drop for Secured {
    fn drop(&mut self) {
        match &mut *self.0 {
            TlsStream::Client(stream) => {
                let (stream, session) = stream.get_mut();
                say_goodbye(stream, session);
            }
            TlsStream::Server(stream) => {
                let (stream, session) = stream.get_mut();
                say_goodbye(stream, session);
            }
        }
    }
}

fn is_quiet<S>(stream: &Stream, session: &mut impl DerefMut<Target = ConnectionCommon<S>>) -> bool {
    /// More than any server sends of its own accord.
    const READS: usize = 16;
    for _ in 0..READS {
        match session.read_tls(&mut &*stream.socket()) {
            Ok(0) => return false,
            Ok(_) => match session.process_new_packets() {
                Ok(state) if state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed() => {}
                _ => return false,
            },
            Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
        }
    }
    false
}

/// Tries to send what TLS has to send last. What the socket does not take at once is not worth a wait.
fn say_goodbye<S>(stream: &Stream, session: &mut impl DerefMut<Target = ConnectionCommon<S>>) {
    session.send_close_notify();
    while session.wants_write() {
        if !matches!(session.write_tls(&mut &*stream.socket()), Ok(1..)) {
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

/// Ring, whatever else the program has made rustls's default.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// A certificate, those that vouch for it, and its key.
#[derive(Debug)]
struct Identity {
    chain: Vec<CertificateDer<'static>>,
    /// Its `Debug` shows nothing.
    key: PrivateKeyDer<'static>,
}

impl Identity {
    fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, Error> {
        let key = PrivateKeyDer::from_pem_slice(key);
        let key = key.map_err(|error| Error::Tls(format!("the private key cannot be read: {}", words(error))))?;
        Ok(Self { chain: certificates(chain)?, key })
    }
}

/// Those who may vouch for a peer.
fn roots(pem: &[u8]) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        roots.add(certificate).map_err(unusable)?;
    }
    Ok(roots)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(found) if found.is_empty() => Err(Error::Tls("there is no certificate in the PEM text".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(Error::Tls(format!("the certificates cannot be read: {}", words(error)))),
    }
}

fn words(error: pem::Error) -> String {
    match error {
        pem::Error::NoItemsFound => "there is none in the PEM text".to_owned(),
        other => other.to_string(),
    }
}

fn unusable(error: rustls::Error) -> Error {
    Error::Tls(format!("the TLS settings cannot be used: {error}"))
}
