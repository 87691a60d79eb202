//! The bytes of one connection: on a socket that blocks, inside of TLS or not.

use super::stream::{Stream, Timed};
use super::tls::Session;
use bytes::{Buf, Bytes};
use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

/// The most pieces that are written at once.
const SLICES: usize = 8;

#[derive(Debug)]
pub(super) struct Wire {
    timed: Timed,
    /// `None`: TLS is not spoken, or not yet.
    tls: Option<Session>,
}

impl Wire {
    pub(super) fn new(stream: Arc<Stream>) -> Self {
        Self { timed: Timed::new(stream), tls: None }
    }

    /// Has TLS be spoken from here on, once `shake_hands` has begun it.
    pub(super) fn secure(&mut self, shake_hands: impl FnOnce(&mut Timed) -> io::Result<Session>) -> io::Result<()> {
        self.tls = Some(shake_hands(&mut self.timed)?);
        Ok(())
    }

    /// Reads what has come, or waits for it so long. 0: the peer has closed.
    pub(super) fn read(&mut self, buffer: &mut [u8], within: Duration) -> io::Result<usize> {
        match &mut self.tls {
            None => self.timed.read(buffer, within),
            Some(tls) => tls.read(&mut self.timed, buffer, within),
        }
    }

    /// Writes all that is left of `rest`, each part of it that the peer takes at once `within` such a time.
    pub(super) fn write(&mut self, mut rest: impl Buf, within: impl Fn() -> Duration) -> io::Result<()> {
        while rest.has_remaining() {
            let mut pieces = [IoSlice::new(&[]); SLICES];
            let count = rest.chunks_vectored(&mut pieces);
            let pieces = pieces.get(..count).unwrap_or_default();
            let written = match &mut self.tls {
                None => self.timed.write(pieces, within())?,
                Some(tls) => tls.write(&mut self.timed, pieces, &within)?,
            };
            rest.advance(written);
        }
        Ok(())
    }

    /// Whether an idle connection can carry a call: the peer has neither closed it nor sent anything that nobody asked for.
    pub(super) fn is_quiet(&mut self) -> bool {
        match &mut self.tls {
            None => self.timed.is_quiet(),
            Some(tls) => tls.is_quiet(self.timed.stream()),
        }
    }

    /// The certificates that the peer has shown, in DER.
    pub(super) fn certificates(&self) -> Vec<Bytes> {
        self.tls.as_ref().map(Session::certificates).unwrap_or_default()
    }

    /// Tells the peer that nothing more comes.
    pub(super) fn finish(&mut self) {
        if let Some(tls) = &mut self.tls {
            tls.say_goodbye(self.timed.stream());
        }
        self.timed.stream().shutdown(Shutdown::Write);
    }
}

/// A peer in TLS is told that this is the end on purpose.
impl Drop for Wire {
    fn drop(&mut self) {
        if let Some(tls) = &mut self.tls {
            tls.say_goodbye(self.timed.stream());
        }
    }
}
