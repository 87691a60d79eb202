//! What a client is connected to, by its URL and its settings.

use super::Settings;
use super::connect::connect;
use crate::blocking::stream::Deadline;
use crate::blocking::tls::Connector;
use crate::blocking::wire::Wire;
use crate::error::{Error, Timeout};
use crate::url::{Address, HttpTarget, Url};
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;

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
    pub(super) fn parse(url: &str, settings: &Settings) -> Result<Self, Error> {
        let Url { address, is_secured, http } = Url::parse(url)?;
        if settings.has_tls && !is_secured {
            return Err(Error::Url(format!("the URL `{url}` is without TLS, for which there are settings")));
        }
        let tls = match &address {
            Address::Tcp { host, .. } if is_secured => Some(settings.tls.blocking_connector(host, http.is_some())?),
            _ => None,
        };
        Ok(Self { address, tls, http })
    }

    /// Connects.
    pub(super) fn connect(&self, deadline: Deadline) -> Result<Wire, Error> {
        let stream = connect(&self.address, deadline).map_err(|error| self.failed("cannot connect to", &error))?;
        let mut wire = Wire::new(Arc::new(stream));
        if let Some(tls) = &self.tls {
            let secured = wire.secure(|timed| tls.connect(timed, deadline));
            secured.map_err(|error| self.failed("no TLS with", &error))?;
        }
        Ok(wire)
    }

    fn failed(&self, what: &str, error: &io::Error) -> Error {
        let words = || format!("{what} {self}: {error}");
        match error.kind() {
            ErrorKind::TimedOut => Error::Timeout(Timeout::Connect),
            ErrorKind::InvalidData => Error::Tls(words()),
            kind => Error::Connect(Arc::new(io::Error::new(kind, words()))),
        }
    }
}

/// The address.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}
