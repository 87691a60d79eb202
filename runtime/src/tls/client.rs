//! How a client speaks TLS.

use super::{Identity, provider, roots, unusable};
use crate::error::Error;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::sync::{Arc, OnceLock};

/// How a client speaks TLS: whom it trusts, and who it is.
///
/// By default it trusts those whom this machine trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others), and shows no
/// certificate. That the server's certificate is valid and for the host in the URL is always verified.
///
/// There is an example at [`ServerTls`](crate::ServerTls). What this does not offer, a ready [`rustls::ClientConfig`](ClientConfig) may: `ClientTls::from(config)`. It is used as
/// it is, ALPN included.
#[derive(Clone, Debug, Default)]
pub struct ClientTls {
    config: Config,
    server_name: Option<ServerName<'static>>,
}

#[derive(Clone, Debug)]
enum Config {
    Made {
        /// `None`: those that this machine trusts.
        roots: Option<Arc<RootCertStore>>,
        identity: Option<Arc<Identity>>,
    },
    Ready(Arc<ClientConfig>),
}

impl Default for Config {
    fn default() -> Self {
        Self::Made { roots: None, identity: None }
    }
}

impl ClientTls {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the certificate authorities in this PEM text, and no others.
    ///
    /// # Errors
    /// [`Error::Tls`] when there is no certificate in it, or one that cannot be read, and for a ready configuration,
    /// which has its own.
    pub fn roots(mut self, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        let trusted = roots(pem.as_ref())?;
        match &mut self.config {
            Config::Made { roots, .. } => *roots = Some(Arc::new(trusted)),
            Config::Ready(_) => return Err(ready()),
        }
        Ok(self)
    }

    /// Shows a certificate to servers that ask for one. `chain` is PEM text of it and those that vouch for it, in this
    /// order; `key` is its private key (PKCS #8, PKCS #1 or SEC 1).
    ///
    /// # Errors
    /// [`Error::Tls`] when one of them cannot be read, and for a ready configuration, which has its own. That they belong
    /// together is found out when the client connects.
    pub fn identity(mut self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, Error> {
        let own = Identity::from_pem(chain.as_ref(), key.as_ref())?;
        match &mut self.config {
            Config::Made { identity, .. } => *identity = Some(Arc::new(own)),
            Config::Ready(_) => return Err(ready()),
        }
        Ok(self)
    }

    /// The name or IP address that the server's certificate has to be for, in place of the URL's host.
    ///
    /// # Errors
    /// [`Error::Tls`] when it is neither.
    pub fn server_name(mut self, name: impl AsRef<str>) -> Result<Self, Error> {
        self.server_name = Some(server_name(name.as_ref())?);
        Ok(self)
    }

    /// How TLS is spoken to that host, where these protocols are offered in it (ALPN), and whom the certificate has to be for.
    pub(crate) fn config(
        &self,
        host: &str,
        protocols: &[&[u8]],
    ) -> Result<(Arc<ClientConfig>, ServerName<'static>), Error> {
        let name = match &self.server_name {
            Some(name) => name.clone(),
            None => server_name(host)?,
        };
        let config = match &self.config {
            Config::Ready(config) => Arc::clone(config),
            Config::Made { roots, identity } => {
                let mut config = config(roots.as_ref(), identity.as_deref())?;
                config.alpn_protocols = protocols.iter().map(|&protocol| protocol.to_owned()).collect();
                Arc::new(config)
            }
        };
        Ok((config, name))
    }
}

impl From<Arc<ClientConfig>> for ClientTls {
    fn from(config: Arc<ClientConfig>) -> Self {
        Self { config: Config::Ready(config), server_name: None }
    }
}

impl From<ClientConfig> for ClientTls {
    fn from(config: ClientConfig) -> Self {
        Self::from(Arc::new(config))
    }
}

fn ready() -> Error {
    Error::Tls("a ready configuration has roots and an identity of its own".to_owned())
}

fn config(roots: Option<&Arc<RootCertStore>>, identity: Option<&Identity>) -> Result<ClientConfig, Error> {
    let roots = match roots {
        Some(roots) => Arc::clone(roots),
        None => roots_of_this_machine()?,
    };
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(unusable)?.with_root_certificates(roots);
    match identity {
        None => Ok(builder.with_no_client_auth()),
        Some(Identity { chain, key }) => {
            let config = builder.with_client_auth_cert(chain.clone(), key.clone_key());
            let mut config = config.map_err(unusable)?;
            // Servers on OpenSSL that ask for certificates and set no session id context, as Apache's in C++, answer a
            // session that is taken up again with a fatal alert.
            config.resumption = Resumption::disabled();
            Ok(config)
        }
    }
}

/// Read once: it takes some milliseconds.
fn roots_of_this_machine() -> Result<Arc<RootCertStore>, Error> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    if let Some(roots) = ROOTS.get() {
        return Ok(Arc::clone(roots));
    }
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // A machine may have some that nobody can read.
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let why: String = found.errors.iter().map(|error| format!("; {error}")).collect();
        return Err(Error::Tls(format!("no trusted certificate authorities are found on this machine{why}")));
    }
    Ok(Arc::clone(ROOTS.get_or_init(|| Arc::new(roots))))
}

fn server_name(name: &str) -> Result<ServerName<'static>, Error> {
    // The zone of an IPv6 address is this machine's affair.
    let name = name.split_once('%').map_or(name, |(address, _)| address);
    let parsed = ServerName::try_from(name.to_owned());
    parsed.map_err(|_| Error::Tls(format!("`{name}` is no name that a certificate could be for")))
}
