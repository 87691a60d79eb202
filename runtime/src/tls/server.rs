//! How a server speaks TLS.

use super::{Identity, provider, roots, unusable};
use crate::error::Error;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::sync::Arc;

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

    /// How TLS is spoken to clients, of which those who ask before they speak can choose between these protocols (ALPN).
    pub(crate) fn config(self, protocols: &[&[u8]]) -> Result<Arc<ServerConfig>, Error> {
        match self.0 {
            Config::Ready(config) => Ok(config),
            Config::Made { identity, clients } => {
                let mut config = config(&identity, clients)?;
                config.alpn_protocols = protocols.iter().map(|&protocol| protocol.to_owned()).collect();
                Ok(Arc::new(config))
            }
        }
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
    config.map_err(unusable)
}
