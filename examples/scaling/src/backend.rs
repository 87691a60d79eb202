//! A server as a process of its own, from within and from without.

use crate::generated::hasher::{Hashed, Hasher, HasherServer};
use crate::{Error, PATIENCE};
use std::process::Stdio;
use std::time::Duration;
use thrift_runtime::Server;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, stdin};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// What the service makes of a text: FNV-1a.
pub(crate) fn hash(text: &str) -> i64 {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step).cast_signed()
}

/// Serves at the address, and prints it, until standard input ends. Then it answers the calls that have come.
pub(crate) async fn serve(address: &str) -> Result<(), Error> {
    let server = Server::bind(address).await?;
    println!("{}", server.local_addr()?);
    let end = async {
        // Whatever comes, and an error too, is the end.
        let _ = stdin().read(&mut [0]).await;
    };
    Ok(server.serve_with_shutdown(HasherServer::new(Handler), end).await?)
}

struct Handler;

impl Hasher for Handler {
    async fn hash(&self, text: String) -> Result<Hashed, thrift_runtime::Error> {
        // So long that some calls are on their way whenever the server is killed.
        sleep(Duration::from_millis(5)).await;
        Ok(Hashed { hash: hash(&text), process: std::process::id().cast_signed() })
    }
}

/// A server that can be killed and restarted.
pub(crate) struct Backend {
    address: String,
    child: Child,
    processes: Vec<i32>,
}

impl Backend {
    /// Starts a server on a free port.
    pub(crate) async fn start() -> Result<Self, Error> {
        let (child, address) = spawn("127.0.0.1:0").await?;
        let processes = child.id().map(u32::cast_signed).into_iter().collect();
        Ok(Self { address, child, processes })
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The processes that there were, the present one last.
    pub(crate) fn processes(&self) -> &[i32] {
        &self.processes
    }

    pub(crate) fn process(&self) -> i32 {
        self.processes.last().copied().unwrap_or_default()
    }

    /// Ends it by SIGKILL: it can do nothing about that, nor for the calls that it has.
    pub(crate) async fn kill(&mut self) -> Result<(), Error> {
        Ok(self.child.kill().await?)
    }

    /// Ends it in order.
    pub(crate) async fn stop(&mut self) -> Result<(), Error> {
        drop(self.child.stdin.take());
        let status = timeout(PATIENCE, self.child.wait()).await??;
        if status.success() { Ok(()) } else { Err(format!("a server ended with {status}").into()) }
    }

    /// Starts it anew on the same port.
    pub(crate) async fn restart(&mut self) -> Result<(), Error> {
        (self.child, _) = spawn(&self.address).await?;
        self.processes.extend(self.child.id().map(u32::cast_signed));
        Ok(())
    }
}

/// Starts a server, and waits until it says where it listens.
async fn spawn(address: &str) -> Result<(Child, String), Error> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["backend", address]).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let stdout = child.stdout.take().ok_or("no standard output")?;
    let line = timeout(PATIENCE, BufReader::new(stdout).lines().next_line()).await??;
    Ok((child, line.ok_or("a server did not start")?))
}
