//! Unix sockets.

use super::store::StoreClient;
use super::{Client, Error, Server, run, soon};
use std::path::{Path, PathBuf};
use thrift_runtime::{Listener, Peer};
use tokio::net::UnixListener;

/// A folder that is removed with what is in it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
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

fn urls(socket: &Path) -> [String; 2] {
    let socket = socket.display().to_string();
    [format!("unix://{socket}"), format!("http+unix://{}/store", socket.replace('/', "%2F"))]
}

#[tokio::test]
async fn a_client_calls_over_a_unix_socket() {
    let folder = Folder::new("calls");
    let socket = folder.0.join("a socket");
    let _server = run(Server::bind_unix(&socket).await.unwrap());
    for url in urls(&socket) {
        let client = StoreClient::connect(&url).await.unwrap();
        let calls = [(); 5].map(|()| tokio::spawn(client.find(7, "")));
        for call in calls {
            assert_eq!(soon(call).await.unwrap().unwrap().id, 7, "{url}");
        }
        let connection = Client::builder().calls_per_connection(10).connect(&url).await.unwrap();
        let client = StoreClient::new(connection);
        assert_eq!(soon(client.find(100_000, "size")).await.unwrap().name.unwrap().len(), 100_000);
        let seen = soon(client.find(1, "peer")).await.unwrap().name.unwrap();
        assert_eq!(seen, format!("{:?}", Some(Peer::Unix)));
    }
}

#[tokio::test]
async fn the_file_goes_with_the_server() {
    let folder = Folder::new("file");
    let socket = folder.0.join("socket");
    let server = run(Server::bind_unix(&socket).await.unwrap());
    let taken = Server::bind_unix(&socket).await.unwrap_err().to_string();
    assert!(taken.contains(socket.to_str().unwrap()) && taken.contains("in use"), "{taken}");
    server.stop.send(()).unwrap();
    soon(server.task).await.unwrap().unwrap();
    assert!(!socket.exists());

    // One that a server left behind when it was killed is replaced; and what is no socket is left alone.
    drop(UnixListener::bind(&socket).unwrap());
    let server = Server::bind_unix(&socket).await.unwrap();
    // As a server does that does not ask first.
    std::fs::remove_file(&socket).unwrap();
    let other = UnixListener::bind(&socket).unwrap();
    drop(server);
    assert!(socket.exists(), "it is another's");
    drop(other);
    std::fs::remove_file(&socket).unwrap();
    std::fs::write(&socket, "precious").unwrap();
    assert!(Server::bind_unix(&socket).await.is_err());
    assert_eq!(std::fs::read(&socket).unwrap(), b"precious");
}

#[tokio::test]
async fn a_server_listens_on_several_sockets() {
    let folder = Folder::new("several");
    let (first, second) = (folder.0.join("1"), folder.0.join("2"));
    let server = Server::bind_unix(&first).await.unwrap();
    assert!(matches!(server.local_addr(), Err(Error::Io(_))));
    let server = server.also_listen(UnixListener::bind(&second).unwrap());
    let server = run(server.also_listen(Listener::bind("127.0.0.1:0").await.unwrap()));
    let tcp = format!("tcp://{}", server.address);
    let clients = [&urls(&first)[0], &urls(&second)[1], &tcp];
    for url in clients.into_iter().cycle().take(9) {
        soon(StoreClient::connect(url).await.unwrap().ping()).await.unwrap();
    }
    server.stop.send(()).unwrap();
    soon(server.task).await.unwrap().unwrap();
    assert!(!first.exists());
    assert!(second.exists(), "who made it cares for it");
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
                Err(Error::Connect(error)) => {
                    assert!(error.to_string().contains(socket.to_str().unwrap()), "{error}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
