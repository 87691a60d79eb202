//! IPv6, and both versions on one socket.

use super::store::StoreClient;
use super::{BINARY, Server, run, soon};
use std::net::SocketAddr;

#[tokio::test]
async fn a_client_calls_over_ipv6() {
    let server = run(Server::bind("[::1]:0").await.unwrap());
    for way in BINARY {
        let client = way.connect(server.address).await;
        assert_eq!(soon(client.find(6, "request")).await.unwrap().name.unwrap().split(' ').next(), Some("Some(::1)"));
    }
    // The loopback interface is the first there is.
    let zoned = format!("tcp://[::1%251]:{}", server.address.port());
    soon(StoreClient::connect(zoned).await.unwrap().ping()).await.unwrap();
}

#[tokio::test]
async fn a_name_leads_to_whichever_address_is_listened_on() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let server = run(Server::bind(address).await.unwrap());
        // Both are `localhost`, if the machine has both.
        let url = format!("tcp://localhost:{}", server.address.port());
        match StoreClient::connect(&url).await {
            Ok(client) => soon(client.ping()).await.unwrap(),
            Err(error) => assert!(server.address.is_ipv6(), "{error}"),
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_address_of_ipv4_is_one_to_a_handler_though_it_came_on_a_socket_of_ipv6() {
    let server = run(Server::bind("[::]:0").await.unwrap());
    let client = StoreClient::connect(format!("tcp://127.0.0.1:{}", server.address.port())).await.unwrap();
    soon(client.find(1, "")).await.unwrap();
    let peers: Vec<Option<SocketAddr>> = server.handler.peers.lock().unwrap().clone();
    assert!(peers.iter().all(|peer| peer.unwrap().ip().to_string() == "127.0.0.1"), "{peers:?}");
}
