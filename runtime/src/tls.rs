//! The settings of TLS, by rustls, of both sides; what speaks it stands beside the sockets.

mod client;
mod server;

pub use client::ClientTls;
pub use server::ServerTls;

use crate::error::Error;
use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;

/// The type of the record that opens a handshake, and so the first byte of a client that speaks TLS.
pub(crate) const HANDSHAKE: u8 = 0x16;

/// What a client of HTTP is told that does not.
pub(crate) const USE_HTTPS: &str = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 32\r\n\
                         connection: close\r\n\r\nthis port speaks TLS: use https\n";

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
