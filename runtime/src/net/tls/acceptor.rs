//! The server's side of TLS, from the first byte of a connection to the end of the handshake.

use super::{Beneath, Secured, Stream};
use crate::error::Error;
use crate::tls::{HANDSHAKE, ServerTls, USE_HTTPS};
use rustls::ServerConfig;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::{Accept, TlsAcceptor};

/// What can be spoken inside of TLS, for those who ask before they speak (ALPN).
const PROTOCOLS: &[&[u8]] = if cfg!(feature = "http2") { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };

/// How long a client may take to read why there is no TLS with it.
const LINGER: Duration = Duration::from_secs(1);

/// Speaks TLS to clients.
#[derive(Clone, Debug)]
pub(crate) struct Acceptor(Arc<ServerConfig>);

impl ServerTls {
    /// What speaks TLS to clients.
    pub(crate) fn acceptor(self) -> Result<Acceptor, Error> {
        Ok(Acceptor(self.config(PROTOCOLS)?))
    }
}

impl Acceptor {
    /// Shakes hands, however long it takes. A client without TLS is told so if it can be.
    pub(crate) async fn accept(&self, mut stream: Stream) -> io::Result<Stream> {
        let mut first = [HANDSHAKE];
        // Only TCP's can be peeked at.
        if let Stream::Tcp(stream) = &stream
            && stream.peek(&mut first).await? == 0
        {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let error = match first[0] {
            HANDSHAKE => match self.shake_hands(Beneath::of_server(stream)).into_fallible().await {
                Ok(secured) => return Ok(Stream::Tls(Secured::new(secured))),
                Err((error, failed)) => {
                    stream = failed.stream;
                    error
                }
            },
            b'A'..=b'Z' => {
                stream.write_all(USE_HTTPS.as_bytes()).await?;
                io::Error::new(io::ErrorKind::InvalidData, "it speaks HTTP without TLS")
            }
            _ => io::Error::new(io::ErrorKind::InvalidData, "it does not speak TLS"),
        };
        // Closing with bytes unread could reset the connection before the client has read why.
        let _ = timeout(LINGER, discard(stream)).await;
        Err(error)
    }

    fn shake_hands(&self, beneath: Beneath) -> Accept<Beneath> {
        TlsAcceptor::from(Arc::clone(&self.0)).accept(beneath)
    }
}

/// Ends this side, and reads on for a while what nobody wants.
async fn discard(mut stream: Stream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    stream.shutdown().await?;
    for _ in 0..1024 {
        if stream.read(&mut buffer).await? == 0 {
            break;
        }
    }
    Ok(())
}
