//! What a client is connected to, by its URL and its settings.

use super::Settings;
use crate::error::Error;
use crate::net::Stream;
use crate::net::tls::Connector;
use crate::url::{Address, HttpTarget, Url};
use std::{fmt, io};

/// What is spoken inside of TLS over HTTP, for a server that asks before (ALPN).
const EITHER: &[&[u8]] = &[b"h2", b"http/1.1"];
const HTTP2: &[&[u8]] = &[b"h2"];
const HTTP1: &[&[u8]] = &[b"http/1.1"];

/// A server's address, and how it is spoken to.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    address: Address,
    /// `None`: no TLS.
    tls: Option<Connector>,
    /// `None`: a stream of messages.
    pub(super) http: Option<HttpTarget>,
}

impl Endpoint {
    pub(super) fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    pub(super) fn parse(url: &str, settings: &Settings) -> Result<Self, Error> {
        let Url { address, is_secured, http } = Url::parse(url)?;
        let protocols = match http {
            None => &[],
            Some(_) => match settings.http2 {
                None if cfg!(feature = "http2") => EITHER,
                Some(true) => HTTP2,
                _ => HTTP1,
            },
        };
        let tls = match &address {
            Address::Tcp { host, .. } if is_secured => Some(settings.tls.connector(host, protocols)?),
            _ => None,
        };
        Ok(Self { address, tls, http })
    }

    /// Whether HTTP/2 may be what is spoken: it was asked for, or the server is going to say.
    pub(super) fn may_speak_http2(&self, settings: &Settings) -> bool {
        cfg!(feature = "http2") && self.http.is_some() && settings.http2.unwrap_or(self.tls.is_some())
    }

    /// Connects, however long it takes.
    pub(super) async fn connect(&self) -> Result<Stream, Error> {
        let stream = self.address.connect().await;
        let stream =
            stream.map_err(|error| io::Error::new(error.kind(), format!("cannot connect to {self}: {error}")))?;
        let Some(tls) = &self.tls else { return Ok(stream) };
        tls.connect(stream).await.map_err(|error| {
            let words = format!("no TLS with {self}: {error}");
            match error.kind() {
                io::ErrorKind::InvalidData => Error::Tls(words),
                kind => Error::Io(io::Error::new(kind, words)),
            }
        })
    }
}

/// The address.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}
