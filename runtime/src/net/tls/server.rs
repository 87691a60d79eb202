//! How a server speaks TLS.

use super::{Identity, Secured, Stream, provider, roots, unusable};
use crate::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// What can be spoken inside of TLS, for those who ask before they speak (ALPN).
const PROTOCOLS: &[&[u8]] = if cfg!(feature = "http2") { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };

/// How a server speaks TLS: who it is, and whom it lets in.
///
/// ```no_run
/// # async fn run() -> Result<(), thrift_runtime::Error> {
/// use thrift_runtime::{Client, ClientTls, Server, ServerTls};
///
/// let tls = ServerTls::new(std::fs::read("server.pem")?, std::fs::read("server.key")?)?
///     .require_clients_of(std::fs::read("ca.pem")?)?; // without this, everybody is let in
/// let server = Server::bind("0.0.0.0:9090").await?.tls(tls)?;
///
/// let tls = ClientTls::new()
///     .roots(std::fs::read("ca.pem")?)? // without this, the machine's
///     .identity(std::fs::read("client.pem")?, std::fs::read("client.key")?)?; // without this, no certificate is shown
/// let connection = Client::builder().tls(tls).connect("tls://example.com:9090").await?;
/// # Ok(()) }
/// ```
///
/// What this does not offer, such as certificates that change while the server runs, a ready
/// [`rustls::ServerConfig`](ServerConfig) does: `ServerTls::from(config)`. It is used as it is, ALPN included.
#[derive(Clone, Debug)]
pub struct ServerTls(Config);

#[derive(Clone, Debug)]
enum Config {
    Made { identity: Arc<Identity>, clients: Clients },
    Ready(Arc<ServerConfig>),
}

/// Which certificates are asked for.
#[derive(Clone, Debug)]
enum Clients {
    None,
    Optional(Arc<RootCertStore>),
    Required(Arc<RootCertStore>),
}

impl ServerTls {
    /// `chain` is PEM text of the server's certificate and those that vouch for it, in this order; `key` is its private
    /// key (PKCS #8, PKCS #1 or SEC 1).
    ///
    /// # Errors
    /// [`Error::Tls`] when one of them cannot be read.
    pub fn new(chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, Error> {
        let identity = Arc::new(Identity::from_pem(chain.as_ref(), key.as_ref())?);
        Ok(Self(Config::Made { identity, clients: Clients::None }))
    }

    /// Serves those clients only who show a certificate for which one of the authorities in this PEM text vouches. A
    /// handler finds it in [`Metadata::certificates`](crate::Metadata::certificates).
    ///
    /// # Errors
    /// [`Error::Tls`] when there is no certificate in it, or one that cannot be read, and for a ready configuration.
    pub fn require_clients_of(self, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        let roots = Arc::new(roots(pem.as_ref())?);
        self.with(Clients::Required(roots))
    }

    /// The same, but clients may also show none.
    ///
    /// # Errors
    /// As for [`require_clients_of`](Self::require_clients_of).
    pub fn allow_clients_of(self, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        let roots = Arc::new(roots(pem.as_ref())?);
        self.with(Clients::Optional(roots))
    }

    fn with(self, clients: Clients) -> Result<Self, Error> {
        match self.0 {
            Config::Made { identity, .. } => Ok(Self(Config::Made { identity, clients })),
            Config::Ready(_) => Err(Error::Tls("a ready configuration says itself whom it lets in".to_owned())),
        }
    }

    /// What speaks TLS to clients.
    pub(crate) fn acceptor(self) -> Result<Acceptor, Error> {
        let config = match self.0 {
            Config::Ready(config) => config,
            Config::Made { identity, clients } => Arc::new(config(&identity, clients)?),
        };
        Ok(Acceptor(config))
    }
}

impl From<Arc<ServerConfig>> for ServerTls {
    fn from(config: Arc<ServerConfig>) -> Self {
        Self(Config::Ready(config))
    }
}

impl From<ServerConfig> for ServerTls {
    fn from(config: ServerConfig) -> Self {
        Self::from(Arc::new(config))
    }
}

fn config(identity: &Identity, clients: Clients) -> Result<ServerConfig, Error> {
    let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(unusable)?;
    let verifier = |roots| WebPkiClientVerifier::builder_with_provider(roots, provider());
    let verifier = match clients {
        Clients::None => None,
        Clients::Optional(roots) => Some(verifier(roots).allow_unauthenticated()),
        Clients::Required(roots) => Some(verifier(roots)),
    };
    let builder = match verifier {
        None => builder.with_no_client_auth(),
        Some(verifier) => {
            let verifier = verifier.build();
            let verifier = verifier.map_err(|error| Error::Tls(format!("clients cannot be verified: {error}")))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let config = builder.with_single_cert(identity.chain.clone(), identity.key.clone_key());
    let mut config = config.map_err(unusable)?;
    config.alpn_protocols = PROTOCOLS.iter().map(|&protocol| protocol.to_owned()).collect();
    Ok(config)
}

/// Speaks TLS to clients.
#[derive(Clone, Debug)]
pub(crate) struct Acceptor(Arc<ServerConfig>);

impl Acceptor {
    /// Shakes hands, however long it takes. A client without TLS is told so if it can be.
    pub(crate) async fn accept(&self, mut stream: Stream) -> io::Result<Stream> {
        /// The type of the record that opens a handshake.
        const HANDSHAKE: u8 = 0x16;
        let mut first = [HANDSHAKE];
        // Only TCP's can be peeked at.
        if let Stream::Tcp(stream) = &stream
            && stream.peek(&mut first).await? == 0
        {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let error = match first[0] {
            HANDSHAKE => match TlsAcceptor::from(Arc::clone(&self.0)).accept(stream).into_fallible().await {
                Ok(secured) => return Ok(Stream::Tls(Secured::new(secured))),
                Err((error, failed)) => {
                    stream = failed;
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
}

/// How long a client may take to read why there is no TLS with it.
const LINGER: Duration = Duration::from_secs(1);

const USE_HTTPS: &str = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 32\r\n\
                         connection: close\r\n\r\nthis port speaks TLS: use https\n";

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
