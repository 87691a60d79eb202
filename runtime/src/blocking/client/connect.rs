//! The way to a server, by a deadline.

use crate::blocking::stream::{Deadline, Stream};
use crate::url::{Address, in_turn};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
#[cfg(unix)]
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Connects. An error of the kind `TimedOut` means that it took too long.
pub(super) fn connect(address: &Address, deadline: Deadline) -> io::Result<Stream> {
    match address {
        Address::Tcp { host, port } => {
            let addresses: Vec<_> = in_turn(look_up(host, *port, deadline)?.into_iter()).collect();
            let stream = connect_to_any(&addresses, deadline)?;
            // A request is written whole; waiting for more of it would only cost time.
            stream.set_nodelay(true)?;
            Ok(Stream::Tcp(stream))
        }
        #[cfg(unix)]
        Address::Unix(path) => connect_to_path(path, deadline),
        #[cfg(not(unix))]
        Address::Unix(_) => Err(io::Error::new(ErrorKind::Unsupported, "this system has no Unix sockets")),
    }
}

/// Tries one address after the other, each for its share of the time: one that does not answer leaves some for the others.
fn connect_to_any(addresses: &[SocketAddr], deadline: Deadline) -> io::Result<TcpStream> {
    let mut failed = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for (index, address) in addresses.iter().enumerate() {
        let share = deadline.left() / u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        // Zero is no timeout that can be set.
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// The addresses of a host. A name is looked up in a thread of its own, since the system cannot be told when to give up.
fn look_up(host: &str, port: u16, deadline: Deadline) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (found, finding) = mpsc::channel();
    let host = host.to_owned();
    thread::Builder::new().name("thrift look-up".to_owned()).spawn(move || {
        let addresses = (host.as_str(), port).to_socket_addrs();
        // Nobody may wait any longer.
        let _ = found.send(addresses.map(Iterator::collect));
    })?;
    finding.recv_timeout(deadline.left()).unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}

/// A server that accepts nobody keeps a client waiting, for as long as a write may take.
#[cfg(unix)]
fn connect_to_path(path: &Path, deadline: Deadline) -> io::Result<Stream> {
    use socket2::{Domain, SockAddr, Socket, Type};
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    let left = deadline.left();
    socket.set_write_timeout((left < Duration::MAX).then_some(left.max(Duration::from_millis(1))))?;
    socket.connect(&SockAddr::unix(path)?).map_err(|error| match error.kind() {
        ErrorKind::WouldBlock => ErrorKind::TimedOut.into(),
        _ => error,
    })?;
    socket.set_write_timeout(None)?;
    Ok(Stream::Unix(std::os::fd::OwnedFd::from(socket).into()))
}
