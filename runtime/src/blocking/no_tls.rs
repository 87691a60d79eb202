//! What stands in for TLS where its feature is off.

use super::stream::{Deadline, Stream, Timed};
use crate::error::Error;
use bytes::Bytes;
use std::io::{self, IoSlice};
use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub(super) struct ClientTls(());

impl ClientTls {
    pub(super) fn blocking_connector(&self, _host: &str, _http: bool) -> Result<Connector, Error> {
        Err(Error::Tls("TLS takes the feature `blocking-tls` of thrift-runtime".to_owned()))
    }
}

/// There is none.
#[derive(Clone, Debug)]
pub(super) enum Connector {}

impl Connector {
    pub(super) fn connect(&self, _timed: &mut Timed, _deadline: Deadline) -> io::Result<Session> {
        match *self {}
    }
}

/// There is none.
#[derive(Clone, Debug)]
pub(super) enum Acceptor {}

impl Acceptor {
    pub(super) fn accept(&self, _first: &[u8], _timed: &mut Timed, _deadline: Deadline) -> io::Result<Session> {
        match *self {}
    }
}

/// There is none.
#[derive(Debug)]
pub(super) enum Session {}

impl Session {
    pub(super) fn read(&mut self, _timed: &mut Timed, _buffer: &mut [u8], _within: Duration) -> io::Result<usize> {
        match *self {}
    }

    pub(super) fn write(
        &mut self,
        _timed: &mut Timed,
        _pieces: &[IoSlice<'_>],
        _within: impl Fn() -> Duration,
    ) -> io::Result<usize> {
        match *self {}
    }

    pub(super) fn is_quiet(&mut self, _stream: &Stream) -> bool {
        match *self {}
    }

    pub(super) fn certificates(&self) -> Vec<Bytes> {
        match *self {}
    }

    pub(super) fn say_goodbye(&mut self, _stream: &Stream) {
        match *self {}
    }
}
