//! TLS: a raw echo inside of it, and ours. Both are `localhost`, with the certificate in `tls/`.

use std::sync::Arc;

use thrift_runtime::ServerTls;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{listen, raw};
use crate::Result;

/// What the server shows.
pub(crate) const CERTIFICATE: &[u8] = include_bytes!("../../tls/certificate.pem");
const KEY: &[u8] = include_bytes!("../../tls/key.pem");

/// A task for each connection.
pub(super) async fn serve() -> Result<()> {
    let chain = CertificateDer::pem_slice_iter(CERTIFICATE).collect::<Result<Vec<_>, _>>()?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(KEY)?)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = listen().await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let secured = acceptor.accept(stream);
        tokio::spawn(async {
            if let Ok(stream) = secured.await {
                raw::echo(stream).await;
            }
        });
    }
}

/// Our settings.
pub(super) fn ours() -> Result<ServerTls> {
    Ok(ServerTls::new(CERTIFICATE, KEY)?)
}
