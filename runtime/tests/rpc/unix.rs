//! Unix sockets.

use super::store::StoreClient;
use super::{Handler, Running, soon, start};
use std::path::{Path, PathBuf};
use thrift_runtime::{Client, Error};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpStream, UnixListener};

/// A folder that is removed with what is in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("thrift-runtime-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Has connections to the socket led on to the server.
fn lead_on(socket: &Path, server: &Running) {
    let (listener, address) = (UnixListener::bind(socket).unwrap(), server.address);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut far = TcpStream::connect(address).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut near, &mut far).await });
        }
    });
}

fn urls(socket: &Path) -> [String; 2] {
    let socket = socket.display().to_string();
    [format!("unix://{socket}"), format!("http+unix://{}/store", socket.replace('/', "%2F"))]
}

#[tokio::test]
async fn a_client_calls_over_a_unix_socket() {
    let (folder, server) = (Folder::new("calls"), start().await);
    let socket = folder.0.join("a socket");
    lead_on(&socket, &server);
    for url in urls(&socket) {
        let client = StoreClient::connect(&url).await.unwrap();
        let calls = [(); 5].map(|()| tokio::spawn(client.find(7, "")));
        for call in calls {
            assert_eq!(soon(call).await.unwrap().unwrap().id, 7, "{url}");
        }
    }
    let Handler { begun, .. } = server.handler;
    assert_eq!(begun.lock().unwrap().len(), 10);
}

#[tokio::test]
async fn a_socket_that_nobody_listens_on_is_named() {
    let folder = Folder::new("nobody");
    let socket = folder.0.join("socket");
    for exists in [false, true] {
        if exists {
            drop(UnixListener::bind(&socket).unwrap());
        }
        for url in urls(&socket) {
            match Client::connect(&url).await {
                Err(Error::Connect(error)) => assert!(error.to_string().contains(socket.to_str().unwrap()), "{error}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
