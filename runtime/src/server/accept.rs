//! Accepting connections, up to where the client can be served.

use crate::context::Peer;
use crate::log::log;
use crate::net::{Accepted, Listener, Stream};
use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long to wait before the next try when no connection can be accepted, as when file descriptors run out.
const PAUSE: Duration = Duration::from_millis(100);

/// The next connection on one of the listeners, whatever goes wrong before.
pub(super) async fn accept(listeners: &mut [Listener]) -> Accepted {
    loop {
        let accepted = poll_fn(|cx| {
            let found = listeners.iter().enumerate().find_map(|(at, listener)| match listener.poll_accept(cx) {
                Poll::Ready(accepted) => Some((at, accepted)),
                Poll::Pending => None,
            });
            let Some((at, accepted)) = found else { return Poll::Pending };
            // The others go first next time, so that one with many clients does not keep out those of another.
            listeners.rotate_left(at + 1);
            Poll::Ready(accepted)
        });
        match accepted.await {
            Ok(accepted) => return accepted,
            Err(error) if of_one_client(&error) => log!(DEBUG, "a client was gone before it was accepted: {error}"),
            Err(error) => {
                log!(ERROR, "no connection can be accepted: {error}");
                sleep(PAUSE).await;
            }
        }
    }
}

fn of_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Shakes hands where TLS is spoken. `None`: it failed, and the log says why.
pub(super) async fn secure(accepted: Accepted, at_most: Duration) -> Option<(Stream, Peer)> {
    let Accepted { stream, peer, tls } = accepted;
    let Some(tls) = tls else { return Some((stream, peer)) };
    match timeout(at_most, tls.accept(stream)).await {
        Ok(Ok(stream)) => return Some((stream, peer)),
        Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
            log!(WARN, "closing the connection from {peer}: no TLS with it: {error}");
        }
        Ok(Err(error)) => log!(DEBUG, "the connection from {peer} broke while TLS began: {error}"),
        Err(_) => log!(WARN, "closing the connection from {peer}: it was too slow to begin TLS"),
    }
    None
}
