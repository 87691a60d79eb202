//! What a server does when its process has no file descriptor left for a connection.

use super::log::Log;
use super::{soon, start, store::StoreClient};
use std::fs::File;
use std::process::Command;
use tokio::net::TcpStream;

/// Set in the process that runs out of them.
const CHILD: &str = "THRIFT_RUNTIME_FEW_DESCRIPTORS";

/// The limit is the process's, so another one runs this test with a low one.
#[tokio::test]
async fn running_out_of_descriptors_passes() {
    if std::env::var_os(CHILD).is_some() {
        return run_out().await;
    }
    let this = std::env::current_exe().unwrap();
    let name = "descriptors::running_out_of_descriptors_passes";
    let mut child = Command::new("sh");
    child.args(["-c", "ulimit -n 100 && exec \"$0\" --exact \"$1\" --nocapture"]).arg(this).arg(name).env(CHILD, "1");
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

async fn run_out() {
    let log = Log::start();
    let server = start().await;
    let before = StoreClient::connect(format!("tcp://{}", server.address)).await.unwrap();
    soon(before.ping()).await.unwrap();
    // All but one, which the client's end of a connection takes; the server's end gets none.
    let mut taken: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    assert!(taken.len() > 10 && taken.len() < 100, "{}", taken.len());
    taken.pop();
    let waiting = TcpStream::connect(server.address).await.unwrap();
    log.expect("no connection can be accepted").await;
    log.expect("no connection can be accepted").await;
    soon(before.ping()).await.unwrap();
    drop(taken);
    // The one that waited is served now, and others too.
    let mut waiting = super::raw::Raw(waiting);
    waiting.send(&super::raw::ping(1)).await;
    waiting.expect(&super::raw::pong(1)).await;
    soon(StoreClient::connect(format!("http://{}", server.address)).await.unwrap().ping()).await.unwrap();
}
