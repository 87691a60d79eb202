//! What stands in for TLS where the feature `tls` is off.

use super::Stream;
use crate::error::Error;
use std::io;

#[derive(Clone, Debug, Default)]
pub(crate) struct ClientTls(());

impl ClientTls {
    pub(crate) fn connector(&self, _host: &str, _protocols: &[&[u8]]) -> Result<Connector, Error> {
        Err(Error::Tls("TLS takes the feature `tls` of thrift-runtime".to_owned()))
    }
}

/// There is none.
#[derive(Clone, Debug)]
pub(crate) enum Connector {}

impl Connector {
    pub(crate) async fn connect(&self, _stream: Stream) -> io::Result<Stream> {
        match *self {}
    }
}

/// There is none.
#[derive(Clone, Debug)]
pub(crate) enum Acceptor {}

impl Acceptor {
    pub(crate) async fn accept(&self, _stream: Stream) -> io::Result<Stream> {
        match *self {}
    }
}
