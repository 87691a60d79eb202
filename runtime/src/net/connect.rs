//! Where a client's socket leads to, and how it gets there.

use super::Stream;
use crate::url::{Address, in_turn};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How long one address of a name has to itself before the next one is tried beside it (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(250);

impl Address {
    /// Connects, however long it takes.
    pub(crate) async fn connect(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp { host, port } => {
                let stream = connect_to_any(in_turn(lookup_host((host.as_str(), *port)).await?)).await?;
                // A request is written whole; waiting for more of it would only cost time.
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            }
            #[cfg(unix)]
            Self::Unix(path) => Ok(Stream::Unix(tokio::net::UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Self::Unix(_) => Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no Unix sockets")),
        }
    }
}

/// The first connection that comes about. One address that does not answer does not keep the others from being tried.
async fn connect_to_any(addresses: impl Iterator<Item = SocketAddr>) -> io::Result<TcpStream> {
    let mut addresses = addresses.peekable();
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    // Dropping the set ends the attempts that are not over.
    let mut attempts = JoinSet::new();
    loop {
        if let Some(address) = addresses.next() {
            attempts.spawn(TcpStream::connect(address));
        }
        tokio::select! {
            Some(attempt) = attempts.join_next() => match attempt {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => failed = error,
                Err(error) => failed = error.into(),
            },
            () = sleep(HEAD_START), if addresses.peek().is_some() => {}
            else => return Err(failed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::{TcpListener, TcpSocket};
    use tokio::time::timeout;

    const LONG: Duration = Duration::from_secs(20);

    /// An address at which nobody answers, as long as what is returned with it is there.
    async fn dead() -> (SocketAddr, Box<dyn Send>) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        // Once the queue of those that nobody accepts is full, the system drops what else comes.
        let mut queue = Vec::new();
        while let Ok(connected) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
            queue.push(connected.unwrap());
        }
        (address, Box::new((listener, queue)))
    }

    #[tokio::test]
    async fn an_address_that_does_not_answer_does_not_keep_from_the_next() {
        let (dead, _queue) = dead().await;
        let refusing = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let live = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addresses = [dead, refusing, dead, live.local_addr().unwrap(), dead];
        let stream = timeout(LONG, connect_to_any(addresses.into_iter())).await.unwrap().unwrap();
        assert_eq!(stream.peer_addr().unwrap(), live.local_addr().unwrap());
    }

    #[tokio::test]
    async fn what_went_wrong_last_is_said() {
        let refusing = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let failed = timeout(LONG, connect_to_any([refusing, refusing].into_iter())).await.unwrap();
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        let failed = connect_to_any(std::iter::empty()).await.unwrap_err();
        assert_eq!(failed.to_string(), "the name has no address");
    }
}
