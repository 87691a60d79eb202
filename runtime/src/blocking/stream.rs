//! Sockets that block, each read and write for so long at most.

use socket2::SockRef;
use std::ffi::c_int;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::{Shutdown, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A connected socket of any kind.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Stream {
    /// Has waits of other threads on the socket end, and those to come.
    pub(super) fn shutdown(&self, how: Shutdown) {
        // An error means that it is not connected any more.
        let _ = self.raw().shutdown(how);
    }

    pub(super) fn raw(&self) -> SockRef<'_> {
        match self {
            Self::Tcp(stream) => SockRef::from(stream),
            #[cfg(unix)]
            Self::Unix(stream) => SockRef::from(stream),
        }
    }

    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => (&mut &*stream).read(buffer),
            #[cfg(unix)]
            Self::Unix(stream) => (&mut &*stream).read(buffer),
        }
    }

    fn write(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        match (self, pieces) {
            (Self::Tcp(stream), [piece]) => (&mut &*stream).write(piece),
            (Self::Tcp(stream), pieces) => (&mut &*stream).write_vectored(pieces),
            #[cfg(unix)]
            (Self::Unix(stream), pieces) => (&mut &*stream).write_vectored(pieces),
        }
    }
}

/// A socket that remembers how long its reads and writes wait. What is the same as before takes no system call.
#[derive(Debug)]
pub(super) struct Timed {
    stream: Arc<Stream>,
    read: Duration,
    write: Duration,
}

impl Timed {
    pub(super) fn new(stream: Arc<Stream>) -> Self {
        Self { stream, read: Duration::MAX, write: Duration::MAX }
    }

    /// Reads what has come, or waits for it so long. 0: the peer has closed.
    pub(super) fn read(&mut self, buffer: &mut [u8], within: Duration) -> io::Result<usize> {
        arm(&mut self.read, within, |timeout| self.stream.raw().set_read_timeout(timeout))?;
        waited(|| self.stream.read(buffer))
    }

    /// Writes some of the pieces, once the peer takes some within that time.
    pub(super) fn write(&mut self, pieces: &[IoSlice<'_>], within: Duration) -> io::Result<usize> {
        arm(&mut self.write, within, |timeout| self.stream.raw().set_write_timeout(timeout))?;
        match waited(|| self.stream.write(pieces)) {
            Ok(0) => Err(ErrorKind::WriteZero.into()),
            written => written,
        }
    }

    /// Whether an idle socket can carry a call: the peer has neither closed it nor sent anything that nobody asked for.
    pub(super) fn is_quiet(&self) -> bool {
        let socket = self.stream.raw();
        let mut byte = [MaybeUninit::uninit()];
        let peeked = match PEEK_AT_ONCE {
            Some(flags) => socket.recv_with_flags(&mut byte, flags),
            None => socket.set_nonblocking(true).and_then(|()| {
                let peeked = socket.peek(&mut byte);
                socket.set_nonblocking(false)?;
                peeked
            }),
        };
        matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// What is spoken on.
    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }
}

/// `MSG_PEEK | MSG_DONTWAIT`, where both are there: one system call in the place of three.
const PEEK_AT_ONCE: Option<c_int> = if cfg!(any(target_os = "linux", target_os = "android")) {
    Some(0x02 | 0x40)
} else if cfg!(any(target_vendor = "apple", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd")) {
    Some(0x02 | 0x80)
} else {
    None
};

/// The shortest time that the operating system can be told. To it, none at all means for ever.
const SHORTEST: Duration = if cfg!(windows) { Duration::from_millis(1) } else { Duration::from_micros(1) };

/// Sets a timeout unless it is set. It may be longer than wanted by a 64th: so what is left of a deadline, which is always a
/// little less than the last time, need not be set for each call.
fn arm(armed: &mut Duration, wanted: Duration, set: impl FnOnce(Option<Duration>) -> io::Result<()>) -> io::Result<()> {
    if wanted.is_zero() {
        return Err(ErrorKind::TimedOut.into());
    }
    if armed.checked_sub(wanted).is_none_or(|excess| excess > wanted / 64) {
        set((wanted < Duration::MAX).then_some(wanted.max(SHORTEST)))?;
        *armed = wanted;
    }
    Ok(())
}

fn waited(mut operation: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match operation() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Unix says so of a timeout.
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Err(ErrorKind::TimedOut.into()),
            done => return done,
        }
    }
}

/// When something has to be done. `None`: whenever.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    pub(super) fn after(timeout: Duration) -> Self {
        Self(Instant::now().checked_add(timeout))
    }

    /// The earlier one.
    pub(super) fn or(self, other: impl Into<Self>) -> Self {
        match (self.0, other.into().0) {
            (Some(a), Some(b)) => Self(Some(a.min(b))),
            (a, b) => Self(a.or(b)),
        }
    }

    /// How long it is until then; zero once it has passed.
    pub(super) fn left(self) -> Duration {
        self.0.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

impl From<Option<Instant>> for Deadline {
    fn from(deadline: Option<Instant>) -> Self {
        Self(deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn next_to_no_time_is_not_for_ever() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut timed = Timed::new(Arc::new(Stream::Tcp(socket)));
        let error = timed.read(&mut [0], Duration::from_nanos(1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }
}
