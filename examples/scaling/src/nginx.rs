//! nginx in front of the servers, with all of its files in a folder of its own.

use crate::Error;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// A running nginx. Dropping it ends it, and removes the folder.
pub(crate) struct Nginx {
    child: Child,
    folder: PathBuf,
    address: SocketAddr,
}

impl Nginx {
    /// Starts nginx on a free port before the servers at the addresses.
    pub(crate) async fn start(backends: &[&str]) -> Result<Self, Error> {
        let folder = std::env::temp_dir().join(format!("scaling-{}", std::process::id()));
        fs::create_dir(&folder)?;
        // nginx cannot choose a port and say which.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        fs::write(folder.join("nginx.conf"), configuration(address, backends))?;
        // The shell ends nginx when its own standard input ends. Debian has nginx where only root's path leads.
        let script = r#"
            PATH=$PATH:/usr/sbin
            command -v nginx >/dev/null || exit
            nginx -p "$0" -e error.log -c nginx.conf &
            read -r _
            kill $!
            wait $!
        "#;
        let child = Command::new("sh").args(["-c", script]).arg(&folder).stdin(Stdio::piped()).spawn()?;
        let mut nginx = Self { child, folder, address };
        for _ in 0..500 {
            if TcpStream::connect(address).await.is_ok() {
                return Ok(nginx);
            }
            if nginx.child.try_wait()?.is_some() {
                return Err("nginx is not there: on Debian and Ubuntu it is in the package nginx-light".into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Err(format!("nginx did not start: {}", nginx.errors()).into())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends nginx. Returns how often it has repeated a call at another server.
    pub(crate) fn stop(mut self) -> Result<usize, Error> {
        self.end();
        // A line for each call has the servers that it was sent to, with commas between.
        Ok(fs::read_to_string(self.folder.join("access.log"))?.matches(',').count())
    }

    fn end(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }

    fn errors(&self) -> String {
        fs::read_to_string(self.folder.join("error.log")).unwrap_or_default()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.end();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Relative paths are below the folder.
fn configuration(address: SocketAddr, backends: &[&str]) -> String {
    let servers: String =
        backends.iter().map(|backend| format!("        server {backend} max_fails=1 fail_timeout=1s;\n")).collect();
    include_str!("nginx.conf").replace("ADDRESS", &address.to_string()).replace("        SERVERS\n", &servers)
}
