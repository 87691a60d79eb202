//! TLS by rustls on a socket that blocks.

pub(super) use crate::tls::ClientTls;

use super::stream::{Deadline, Stream, Timed};
use crate::error::Error;
use crate::tls::{HANDSHAKE, ServerTls, USE_HTTPS};
use bytes::Bytes;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, Connection, ServerConfig, ServerConnection};
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::sync::Arc;
use std::time::Duration;

/// What can be spoken inside of TLS, for those who ask before they speak (ALPN).
const HTTP1: &[&[u8]] = &[b"http/1.1"];

/// Speaks TLS to one host.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl ClientTls {
    /// What speaks TLS to that host, and HTTP in it or not.
    pub(super) fn blocking_connector(&self, host: &str, http: bool) -> Result<Connector, Error> {
        let (config, name) = self.config(host, if http { HTTP1 } else { &[] })?;
        Ok(Connector { config, name })
    }
}

impl Connector {
    /// Shakes hands. What the server does wrong is an error of the kind `InvalidData`.
    pub(super) fn connect(&self, timed: &mut Timed, deadline: Deadline) -> io::Result<Session> {
        let connection = ClientConnection::new(Arc::clone(&self.config), self.name.clone());
        let mut session = Session(Box::new(connection.map_err(invalid)?.into()));
        session.shake_hands(timed, deadline)?;
        Ok(session)
    }
}

/// Speaks TLS to clients.
#[derive(Clone, Debug)]
pub(super) struct Acceptor(Arc<ServerConfig>);

impl ServerTls {
    /// What speaks TLS to clients.
    pub(super) fn blocking_acceptor(self) -> Result<Acceptor, Error> {
        Ok(Acceptor(self.config(HTTP1)?))
    }
}

impl Acceptor {
    /// Shakes hands with a client of which some bytes have come, if it speaks TLS; one without is told so if it can be. What the
    /// client does wrong is an error of the kind `InvalidData`.
    pub(super) fn accept(&self, first: &[u8], timed: &mut Timed, deadline: Deadline) -> io::Result<Session> {
        match first.first() {
            Some(&HANDSHAKE) => {}
            Some(b'A'..=b'Z') => {
                timed.write(&[IoSlice::new(USE_HTTPS.as_bytes())], deadline.left())?;
                return Err(io::Error::new(ErrorKind::InvalidData, "it speaks HTTP without TLS"));
            }
            _ => return Err(io::Error::new(ErrorKind::InvalidData, "it does not speak TLS")),
        }
        let connection = ServerConnection::new(Arc::clone(&self.0)).map_err(invalid)?;
        let mut session = Session(Box::new(connection.into()));
        let mut first = first;
        while !first.is_empty() {
            session.0.read_tls(&mut first)?;
            session.take_in(timed, deadline)?;
        }
        session.shake_hands(timed, deadline)?;
        Ok(session)
    }
}

/// One connection's state.
#[derive(Debug)]
pub(super) struct Session(Box<Connection>);

impl Session {
    fn shake_hands(&mut self, timed: &mut Timed, deadline: Deadline) -> io::Result<()> {
        loop {
            let flushed = self.flush(timed, || deadline.left());
            if !self.0.is_handshaking() {
                return self.unless_gone(flushed);
            }
            flushed?;
            if self.0.read_tls(&mut Until { timed: &mut *timed, deadline })? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.take_in(timed, deadline)?;
        }
    }

    /// A client that has no use for replies may be gone right behind its first request, which came with its end of the handshake,
    /// before it has taken the server's tickets for further sessions. What it has sent can be read all the same.
    fn unless_gone(&self, flushed: io::Result<()>) -> io::Result<()> {
        let is_gone = |error: &io::Error| matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset);
        match (&*self.0, flushed) {
            (Connection::Server(_), Err(error)) if is_gone(&error) => Ok(()),
            (_, flushed) => flushed,
        }
    }

    /// Decrypts what was read. After an error the peer is told why, if it listens.
    fn take_in(&mut self, timed: &mut Timed, deadline: Deadline) -> io::Result<()> {
        if let Err(error) = self.0.process_new_packets() {
            let _ = self.flush(timed, || deadline.left());
            return Err(invalid(error));
        }
        Ok(())
    }

    /// As [`Timed::read`]. However the peer divides what it sends, all of it takes no longer.
    pub(super) fn read(&mut self, timed: &mut Timed, buffer: &mut [u8], within: Duration) -> io::Result<usize> {
        let deadline = Deadline::after(within);
        loop {
            match self.0.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // Many peers close the socket and say no word of TLS. Messages show by themselves whether they are whole.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                read => return read,
            }
            self.0.read_tls(&mut Until { timed: &mut *timed, deadline })?;
            self.take_in(timed, deadline)?;
            // TLS may have something to answer of its own.
            let flushed = self.flush(timed, || deadline.left());
            self.unless_gone(flushed)?;
        }
    }

    /// As [`Timed::write`], but that all is written which is taken, each part of it `within` such a time.
    pub(super) fn write(
        &mut self,
        timed: &mut Timed,
        pieces: &[IoSlice<'_>],
        within: impl Fn() -> Duration,
    ) -> io::Result<usize> {
        let taken = self.0.writer().write_vectored(pieces)?;
        self.flush(timed, within)?;
        if taken == 0 { Err(ErrorKind::WriteZero.into()) } else { Ok(taken) }
    }

    fn flush(&mut self, timed: &mut Timed, within: impl Fn() -> Duration) -> io::Result<()> {
        while self.0.wants_write() {
            self.0.write_tls(&mut Until { timed: &mut *timed, deadline: Deadline::after(within()) })?;
        }
        Ok(())
    }

    /// See [`Wire::is_quiet`](super::wire::Wire::is_quiet). What has come may be an affair of TLS alone, such as tickets for
    /// further sessions, which a server sends behind its handshake.
    pub(super) fn is_quiet(&mut self, stream: &Stream) -> bool {
        /// More than any server sends of its own accord.
        const READS: usize = 16;
        let mut look = || {
            for _ in 0..READS {
                // At first this is about what came with the last reply.
                match self.0.process_new_packets() {
                    Ok(state) if state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed() => {}
                    _ => return false,
                }
                match self.0.read_tls(&mut &*stream.raw()) {
                    Ok(1..) => {}
                    Ok(_) => return false,
                    Err(error) => return error.kind() == ErrorKind::WouldBlock,
                }
            }
            false
        };
        at_once(stream, &mut look).unwrap_or(false)
    }

    pub(super) fn certificates(&self) -> Vec<Bytes> {
        let certificates = self.0.peer_certificates().unwrap_or_default();
        certificates.iter().map(|certificate| Bytes::copy_from_slice(certificate)).collect()
    }

    /// Tries to send what TLS has to send last. What the socket does not take at once is not worth a wait.
    pub(super) fn say_goodbye(&mut self, stream: &Stream) {
        self.0.send_close_notify();
        // An error means that the socket is of no more use to anybody.
        let _ =
            at_once(
                stream,
                || {
                    while self.0.wants_write() && matches!(self.0.write_tls(&mut &*stream.raw()), Ok(1..)) {}
                },
            );
    }
}

/// Does something for which the socket does not wait.
fn at_once<T>(stream: &Stream, act: impl FnOnce() -> T) -> io::Result<T> {
    stream.raw().set_nonblocking(true)?;
    let done = act();
    stream.raw().set_nonblocking(false)?;
    Ok(done)
}

fn invalid(error: rustls::Error) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error)
}

/// A socket until a deadline.
struct Until<'t> {
    timed: &'t mut Timed,
    deadline: Deadline,
}

impl Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.timed.read(buffer, self.deadline.left())
    }
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.timed.write(pieces, self.deadline.left())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
