//! Echoes that answer a message only when something else is done, as handlers do that await: a timer, or another task.
//!
//! The raw ones know where a frame ends, have the frames of a connection wait beside one another, and send what is ready at a time
//! in one write, in the order of the requests.

use std::future::Future;
use std::time::Duration;

use futures_util::future::FutureExt;
use futures_util::stream::{FuturesOrdered, StreamExt};
use thrift_runtime::{Bytes, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::select;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::answer::{BUFFER, whole_frames};
use super::{listen, ours};
use crate::Result;
use crate::generated::echo;

/// What a handler waits for.
pub(super) trait Wait: Clone + Send + Sync + 'static {
    /// Returns what it is given, later.
    fn wait(&self, value: Bytes) -> impl Future<Output = Bytes> + Send;
}

/// A millisecond.
#[derive(Clone)]
pub(super) struct Timer;

impl Wait for Timer {
    async fn wait(&self, value: Bytes) -> Bytes {
        sleep(Duration::from_millis(1)).await;
        value
    }
}

/// A task that all handlers ask.
#[derive(Clone)]
pub(super) struct Channel(mpsc::UnboundedSender<(Bytes, oneshot::Sender<Bytes>)>);

impl Channel {
    /// Starts the task.
    pub(super) fn start() -> Self {
        let (sender, mut questions) = mpsc::unbounded_channel::<(Bytes, oneshot::Sender<Bytes>)>();
        tokio::spawn(async move {
            while let Some((value, answer)) = questions.recv().await {
                let _ = answer.send(value);
            }
        });
        Self(sender)
    }
}

impl Wait for Channel {
    async fn wait(&self, value: Bytes) -> Bytes {
        let (sender, answer) = oneshot::channel();
        let _ = self.0.send((value, sender));
        answer.await.unwrap_or_default()
    }
}

/// Our server, whose handler waits.
pub(super) async fn serve_ours(wait: impl Wait) -> Result<()> {
    ours::serve_on(ours::bind().await?, Handler(wait)).await
}

struct Handler<W>(W);

impl<W: Wait> echo::Echo for Handler<W> {
    async fn echo(&self, message: String) -> Result<String, Error> {
        String::from_utf8(self.0.wait(message.into()).await.into()).map_err(Error::internal)
    }

    async fn echo_binary(&self, data: Bytes) -> Result<Bytes, Error> {
        Ok(self.0.wait(data).await)
    }
}

/// The raw one.
pub(super) async fn serve(wait: impl Wait) -> Result<()> {
    let listener = listen().await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(echo(stream, wait.clone()));
    }
}

/// Ends with an error of the connection, or when it is closed.
async fn echo(mut stream: TcpStream, wait: impl Wait) -> std::io::Result<()> {
    let (mut reader, mut writer) = stream.split();
    let (mut buffer, mut end, mut output) = (vec![0; BUFFER], 0, Vec::new());
    let mut waiting = FuturesOrdered::new();
    loop {
        select! {
            Some(frame) = waiting.next() => {
                let mut ready: Option<Bytes> = Some(frame);
                while let Some(frame) = ready {
                    output.extend_from_slice(&frame);
                    ready = waiting.next().now_or_never().flatten();
                }
                writer.write_all(&output).await?;
                output.clear();
            }
            count = reader.read(&mut buffer[end..]) => {
                let count = count?;
                if count == 0 {
                    return Ok(());
                }
                end += count;
                let whole = whole_frames(&mut buffer[..end], |frame| {
                    let (wait, frame) = (wait.clone(), Bytes::copy_from_slice(frame));
                    waiting.push_back(async move { wait.wait(frame).await });
                });
                buffer.copy_within(whole..end, 0);
                end -= whole;
            }
        }
    }
}
