//! Echoes that know nothing of messages: what comes goes back.

use std::io::{Read, Write};
use std::net;
use std::thread;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::listen;
use crate::Result;

/// More than a request of 64 KiB, so that one read can take it.
const BUFFER: usize = 128 << 10;

/// A task for each connection.
pub(super) async fn serve() -> Result<()> {
    let listener = listen().await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(echo(stream));
    }
}

pub(super) async fn echo(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut buffer = vec![0; BUFFER];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// A thread for each connection.
pub(super) fn serve_with_threads() -> Result<()> {
    let listener = net::TcpListener::bind("127.0.0.1:0")?;
    rpc_peer::listening(listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        thread::spawn(move || echo_blocking(stream));
    }
}

fn echo_blocking(mut stream: net::TcpStream) {
    let mut buffer = vec![0; BUFFER];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        if stream.write_all(&buffer[..count]).is_err() {
            return;
        }
    }
}
