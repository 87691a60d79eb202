//! TLS: who is trusted, and what becomes of peers that do not speak it well.

use super::certificates::{Authority, Identity};
use super::http::post;
use super::log::Log;
use super::raw::{ONEWAY, Raw, find, framed, message, ping, pong};
use super::store::StoreClient;
#[cfg(unix)]
use super::unix::Folder;
use super::{BINARY, Client, ClientBuilder, Error, Running, Server, Way, run, soon, start, start_with};
use socket2::SockRef;
use std::io::Write;
#[cfg(target_os = "linux")]
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use thrift_runtime::{ClientTls, Connection, Listener, Protocol, ServerTls, Timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig};

async fn start_tls(tls: impl Into<ServerTls>) -> Running {
    start_with(|server| server.tls(tls).unwrap()).await
}

fn url(way: Way, host: &str, server: &Running) -> String {
    let port = server.address.port();
    match way {
        Way::Http(_) | Way::Http2(_) => format!("https://{host}:{port}/store"),
        Way::Framed(_) | Way::Buffered(_) | Way::Shared(_) => format!("tls://{host}:{port}"),
    }
}

async fn connect(way: Way, host: &str, server: &Running, tls: ClientTls) -> Result<StoreClient<Connection>, Error> {
    way.builder().tls(tls).connect(url(way, host, server)).await.map(StoreClient::new)
}

const FRAMED: Way = Way::Framed(Protocol::Binary);

#[tokio::test]
async fn every_transport_goes_inside_of_tls() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server()).await;
    for way in BINARY {
        let multiplexed: fn(ClientBuilder) -> ClientBuilder = |builder| builder.calls_per_connection(10);
        for tuned in [|builder| builder, multiplexed] {
            let builder = tuned(way.builder()).tls(authority.client());
            let client = StoreClient::new(builder.connect(url(way, "localhost", &server)).await.unwrap());
            let calls = [1, 100, 100_000, 3_000_000].map(|size| (size, tokio::spawn(client.find(size, "size"))));
            for (size, call) in calls {
                assert_eq!(soon(call).await.unwrap().unwrap().name.unwrap().len() as i64, size, "{way:?}");
            }
            soon(client.forget(7)).await.unwrap();
            soon(client.ping()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_connection_is_kept_though_tls_says_something_of_its_own() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server()).await;
    let (proxy, connections) = counting_proxy(&server).await;
    for way in [FRAMED, Way::Http(Protocol::Binary)] {
        connections.store(0, Ordering::SeqCst);
        let url = url(way, "localhost", &server).replace(&server.address.port().to_string(), &proxy.to_string());
        let client = StoreClient::new(way.builder().tls(authority.client()).connect(url).await.unwrap());
        for _ in 0..5 {
            // Tickets for further sessions come behind the handshake.
            tokio::time::sleep(Duration::from_millis(20)).await;
            soon(client.ping()).await.unwrap();
        }
        // Over HTTP the first one is not kept.
        let expected = if matches!(way, Way::Http(_)) { 2 } else { 1 };
        assert_eq!(connections.load(Ordering::SeqCst), expected, "{way:?}");
    }
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_is_not_used() {
    let authority = Authority::new();
    for way in BINARY {
        let identity = authority.issue(&["localhost"]).server();
        let server = start_with(|server| server.idle_timeout(Duration::from_millis(100)).tls(identity).unwrap()).await;
        let client = connect(way, "localhost", &server, authority.client()).await.unwrap();
        for _ in 0..3 {
            soon(client.ping()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}

/// Leads on to the server. Returns its port, and how many connections there have been.
async fn counting_proxy(server: &Running) -> (u16, Arc<AtomicUsize>) {
    let (listener, address) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), server.address);
    let (port, connections) = (listener.local_addr().unwrap().port(), Arc::<AtomicUsize>::default());
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut far = TcpStream::connect(address).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut near, &mut far).await });
        }
    });
    (port, connections)
}

#[tokio::test]
async fn a_server_has_to_be_trusted_and_the_one_that_was_meant() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let trusted = authority.client();
    let good = start_tls(authority.issue(&["localhost", "127.0.0.1"]).server()).await;
    let other = start_tls(authority.issue(&["example.com"]).server()).await;
    let expired = start_tls(authority.issue_expired(&["localhost"]).server()).await;
    for way in BINARY {
        for host in ["localhost", "127.0.0.1"] {
            soon(connect(way, host, &good, trusted.clone()).await.unwrap().ping()).await.unwrap();
        }
        for (server, tls, words) in [
            (&other, &trusted, "not valid for name"),
            (&expired, &trusted, "expired"),
            (&good, &stranger.client(), "UnknownIssuer"),
        ] {
            match connect(way, "localhost", server, tls.clone()).await.map(drop) {
                Err(Error::Tls(error)) => {
                    assert!(error.contains(words) && error.contains("localhost"), "{words}: {error}");
                }
                outcome => panic!("{words}: {outcome:?}"),
            }
        }
        // What the certificate is for may be said otherwise.
        let renamed = trusted.clone().server_name("example.com").unwrap();
        soon(connect(way, "localhost", &other, renamed).await.unwrap().ping()).await.unwrap();
    }
}

/// Set in a process of its own, in which others are trusted: they are read once.
const URL: &str = "THRIFT_RUNTIME_TLS_URL";

#[cfg(target_os = "linux")]
#[tokio::test]
async fn by_default_those_are_trusted_whom_the_machine_trusts() {
    if let Ok(url) = std::env::var(URL) {
        match StoreClient::connect(url).await {
            Ok(client) => return client.ping().await.unwrap(),
            Err(error) => panic!("{error:?}"),
        }
    }
    let folder = Folder::new("roots");
    let (authority, stranger) = (Authority::new(), Authority::new());
    let server = start_tls(authority.issue(&["localhost"]).server()).await;
    for (trusted, words) in [(&authority, "1 passed"), (&stranger, "UnknownIssuer")] {
        let roots = folder.0.join("roots.pem");
        std::fs::write(&roots, &trusted.pem).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "tls::by_default_those_are_trusted_whom_the_machine_trusts", "--nocapture"]);
        child.env("SSL_CERT_FILE", roots).env(URL, url(FRAMED, "localhost", &server));
        let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_may_speak_tls_too() {
    let (folder, authority) = (Folder::new("tls"), Authority::new());
    let socket = folder.0.join("socket");
    let listener = Listener::bind_unix(&socket).await.unwrap();
    let listener = listener.tls(authority.issue(&["localhost"]).server()).unwrap();
    let _server = run(Server::from_listener(listener));
    let connector = TlsConnector::from(Arc::new(ready_config(&authority, &[])));
    let stream = UnixStream::connect(&socket).await.unwrap();
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    for number in 1..4 {
        stream.write_all(&framed(&ping(number))).await.unwrap();
        let mut reply = framed(&pong(number));
        reply.fill(0);
        soon(stream.read_exact(&mut reply)).await.unwrap();
        assert_eq!(reply, framed(&pong(number)));
    }
}

#[tokio::test]
async fn clients_show_certificates() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let identity = authority.issue(&["localhost"]);
    let required = start_tls(identity.server().require_clients_of(&authority.pem).unwrap()).await;
    let optional = start_tls(identity.server().allow_clients_of(&authority.pem).unwrap()).await;
    let with = |Identity { chain, key }: Identity| authority.client().identity(chain, key).unwrap();
    let (nobody, member) = (authority.client(), with(authority.issue(&["a client"])));
    let (late, outsider) = (with(authority.issue_expired(&["late"])), with(stranger.issue(&["an outsider"])));
    for way in BINARY {
        for (server, tls, enters) in [
            (&required, &member, true),
            (&required, &nobody, false),
            (&required, &outsider, false),
            (&required, &late, false),
            (&optional, &member, true),
            (&optional, &nobody, true),
            (&optional, &outsider, false),
        ] {
            let called = match connect(way, "localhost", server, tls.clone()).await {
                Ok(client) => soon(client.ping()).await,
                Err(error) => Err(error),
            };
            match called {
                Ok(()) => assert!(enters),
                Err(error) => {
                    assert!(!enters, "{error}");
                    let text = error.to_string();
                    assert!(text.contains("alert"), "the server says why: {text}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_handler_sees_who_has_shown_a_certificate() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server().allow_clients_of(&authority.pem).unwrap()).await;
    let Identity { chain, key } = authority.issue(&["a client"]);
    let shown = CertificateDer::from_pem_slice(chain.as_bytes()).unwrap();
    let member = authority.client().identity(chain, key).unwrap();
    for way in BINARY {
        let client = connect(way, "localhost", &server, member.clone()).await.unwrap();
        assert_eq!(soon(client.find(1, "certificates")).await.unwrap().blob.as_deref(), Some(&*shown), "{way:?}");
        let client = connect(way, "localhost", &server, authority.client()).await.unwrap();
        assert_eq!(soon(client.find(1, "certificates")).await.unwrap().blob, None, "{way:?}");
    }
}

#[tokio::test]
async fn a_handshake_that_does_not_go_on_is_given_up() {
    let log = Log::start();
    let identity = Authority::new().issue(&["localhost"]).server();
    let server = start_with(|server| server.message_timeout(Duration::from_millis(200)).tls(identity).unwrap()).await;
    for opening in [&b""[..], b"\x16", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03half"] {
        let mut client = Raw::connect(server.address).await;
        client.send(opening).await;
        client.rest().await;
        log.expect("too slow to begin TLS").await;
    }
    // Who leaves is let go, and who is at it does not hold up the end.
    drop(Raw::connect(server.address).await);
    log.expect("broke while TLS began").await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_over_http_is_given_up() {
    let log = Log::start();
    let authority = Authority::new();
    let listener = TcpSocket::new_v4().unwrap();
    listener.set_send_buffer_size(20_000).unwrap();
    listener.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let server = Server::from_listener(listener.listen(10).unwrap()).write_timeout(Duration::from_millis(200));
    let server = run(server.tls(authority.issue(&["localhost"]).server()).unwrap());
    let connector = TlsConnector::from(Arc::new(ready_config(&authority, &[])));
    // TLS itself takes the last 64 KiB of a reply, so that it is written and not sent.
    for size in [60_000, 80_000, 100_000, 300_000] {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(server.address).await.unwrap();
        let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
        stream.write_all(&super::http::post(&find(1, size, "size"), "")).await.unwrap();
        stream.flush().await.unwrap();
        log.expect("it takes no replies").await;
    }
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_handshakes() {
    let server = start_tls(Authority::new().issue(&["localhost"]).server()).await;
    let mut client = Raw::connect(server.address).await;
    client.send(b"\x16\x03\x01").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let start = Instant::now();
    server.stop.send(()).unwrap();
    soon(server.task).await.unwrap().unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "the message timeout is 30 s");
}

#[tokio::test]
async fn who_speaks_no_tls_is_told_so() {
    let log = Log::start();
    let server = start_tls(Authority::new().issue(&["localhost"]).server()).await;
    match StoreClient::connect(format!("http://{}", server.address)).await.unwrap().ping().await {
        Err(Error::Http { status: 400, text }) => assert_eq!(text, "this port speaks TLS: use https"),
        other => panic!("{other:?}"),
    }
    log.expect("it speaks HTTP without TLS").await;
    let mut client = Raw::connect(server.address).await;
    client.send(&framed(&ping(1))).await;
    assert_eq!(client.rest().await, b"");
    log.expect("it does not speak TLS").await;
    let mut client = Raw::connect(server.address).await;
    client.send(b"\x16\x03\x01\0\x05hello").await;
    client.rest().await;
    log.expect("no TLS with it").await;
}

#[tokio::test]
async fn a_server_that_takes_longer_than_the_calls_is_not_asked_at_each() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tls://localhost:{}", listener.local_addr().unwrap().port());
    let client = StoreClient::new(Client::builder().connect_lazy(url).unwrap().with_timeout(Duration::from_millis(10)));
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    let server = tokio::spawn(async move {
        let mut held = Vec::new();
        loop {
            held.push(listener.accept().await.unwrap());
            count.store(held.len(), Ordering::SeqCst);
        }
    });
    for _ in 0..200 {
        let error = soon(client.ping()).await.unwrap_err();
        assert!(matches!(error, Error::Timeout(Timeout::Connect)), "{error:?}");
    }
    let connections = connections.load(Ordering::SeqCst);
    assert!((1..20).contains(&connections), "{connections}");
    server.abort();
}

#[tokio::test]
async fn tls_on_a_plain_port_is_named() {
    let log = Log::start();
    let server = start().await;
    for way in BINARY {
        match connect(way, "localhost", &server, Authority::new().client()).await.map(drop) {
            Err(Error::Connect(error)) => assert!(error.to_string().contains("no TLS with localhost"), "{error}"),
            outcome => panic!("{outcome:?}"),
        }
        log.expect("a TLS hello").await;
    }
}

#[tokio::test]
async fn one_server_listens_with_and_without_tls() {
    let authority = Authority::new();
    let plain = Listener::bind("127.0.0.1:0").await.unwrap();
    let address = plain.local_addr().unwrap();
    let identity = authority.issue(&["localhost"]).server();
    let server = start_with(|server| server.tls(identity).unwrap().also_listen(plain)).await;
    for way in BINARY {
        soon(connect(way, "localhost", &server, authority.client()).await.unwrap().ping()).await.unwrap();
        soon(way.connect(address).await.ping()).await.unwrap();
    }
}

#[tokio::test]
async fn the_end_is_announced() {
    let authority = Authority::new();
    let identity = authority.issue(&["localhost"]).server();
    let server = start_with(|server| server.idle_timeout(Duration::from_millis(100)).tls(identity).unwrap()).await;
    let connector = TlsConnector::from(Arc::new(ready_config(&authority, &[])));
    let stream = TcpStream::connect(server.address).await.unwrap();
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    // It would be an error if the server only closed its socket.
    assert_eq!(soon(stream.read(&mut [0])).await.unwrap(), 0);
}

fn ready_config(authority: &Authority, protocols: &[&[u8]]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|&protocol| protocol.to_owned()).collect();
    config
}

#[tokio::test]
async fn what_came_before_a_reset_is_done() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server()).await;
    let message = message(ONEWAY, "forget", 1, b"\x0a\0\x01\0\0\0\0\0\0\0\x07\0");
    for request in [framed(&message), post(&message, "")] {
        server.handler.forgotten.store(0, Ordering::SeqCst);
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let mut session = almost_shaken_hands(&authority, &mut stream).await;
        session.writer().write_all(&request).unwrap();
        let mut last = Vec::new();
        while session.wants_write() {
            session.write_tls(&mut last).unwrap();
        }
        // Apache's C++ client ends its connections so. The server runs on this thread: it cannot send its tickets in between.
        assert_eq!(stream.try_write(&last).unwrap(), last.len());
        SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        drop(stream);
        soon(async {
            while server.handler.forgotten.load(Ordering::SeqCst) != 7 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
    }
}

/// A client that has yet to send its end of the handshake.
async fn almost_shaken_hands(authority: &Authority, stream: &mut TcpStream) -> ClientConnection {
    let name = ServerName::try_from("localhost").unwrap();
    let mut session = ClientConnection::new(Arc::new(ready_config(authority, &[])), name).unwrap();
    while session.is_handshaking() {
        let mut bytes = Vec::new();
        while session.wants_write() {
            session.write_tls(&mut bytes).unwrap();
        }
        stream.write_all(&bytes).await.unwrap();
        let mut came = vec![0; 1 << 14];
        let count = soon(stream.read(&mut came)).await.unwrap();
        session.read_tls(&mut &came[..count]).unwrap();
        session.process_new_packets().unwrap();
    }
    session
}

#[tokio::test]
async fn a_ready_configuration_is_used_as_it_is() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server()).await;
    let ready = ClientTls::from(ready_config(&authority, &[]));
    for way in BINARY {
        soon(connect(way, "localhost", &server, ready.clone()).await.unwrap().ping()).await.unwrap();
    }
    assert!(matches!(ready.roots(&authority.pem), Err(Error::Tls(_))));
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn the_server_says_by_alpn_that_it_speaks_http() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server()).await;
    for (offered, chosen) in
        [(&[b"h2", &b"http/1.1"[..]][..], Some(&b"h2"[..])), (&[b"http/1.1"], Some(b"http/1.1")), (&[], None)]
    {
        let connector = TlsConnector::from(Arc::new(ready_config(&authority, offered)));
        let stream = TcpStream::connect(server.address).await.unwrap();
        let stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), chosen);
    }
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn the_server_chooses_between_the_versions_of_http() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server()).await;
    let slow = async |builder: ClientBuilder, tls: ClientTls| {
        server.handler.peers.lock().unwrap().clear();
        let connection =
            builder.tls(tls).connect(url(Way::Http(Protocol::Binary), "localhost", &server)).await.unwrap();
        let client = StoreClient::new(connection);
        let calls: Vec<_> = (0..3).map(|_| tokio::spawn(client.find(100, "slow"))).collect();
        for call in calls {
            soon(call).await.unwrap().unwrap();
        }
        let peers = server.handler.peers.lock().unwrap();
        peers.iter().collect::<std::collections::HashSet<_>>().len()
    };
    assert_eq!(slow(Client::builder(), authority.client()).await, 1, "HTTP/2, if both know it");
    assert_eq!(slow(Client::builder().http2(true), authority.client()).await, 1);
    assert_eq!(slow(Client::builder().http2(false), authority.client()).await, 3, "one call on each connection");
    // One that offers no more is answered in no other.
    let old = ClientTls::from(ready_config(&authority, &[b"http/1.1"]));
    assert_eq!(slow(Client::builder(), old.clone()).await, 3);
    let connection = Client::builder().tls(old).max_connections(2).connect(url(FRAMED, "localhost", &server)).await;
    soon(StoreClient::new(connection.unwrap()).ping()).await.unwrap();
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn a_client_notices_that_servers_were_upgraded_to_http_2() {
    let authority = Authority::new();
    let identity = authority.issue(&["localhost"]);
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let chain = CertificateDer::pem_slice_iter(identity.chain.as_bytes()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let mut config = config.with_single_cert(chain, key).unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let (old, new) = (start_tls(config).await, start_tls(identity.server()).await);
    let balancer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = balancer.local_addr().unwrap().port();
    // The first connection leads to the old server, and the fourth, in the midst of those to the new one.
    let servers = [&old, &new, &new, &old].map(|server| server.address);
    tokio::spawn(async move {
        for server in servers.into_iter().chain(std::iter::repeat(servers[1])) {
            let (mut near, _) = balancer.accept().await.unwrap();
            let mut far = TcpStream::connect(server).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut near, &mut far).await });
        }
    });
    let builder = Client::builder().tls(authority.client()).calls_per_connection(2);
    let client = StoreClient::new(builder.connect(format!("https://localhost:{port}/store")).await.unwrap());
    for _ in 0..3 {
        let calls: Vec<_> = (0..8).map(|_| tokio::spawn(client.find(100, "slow"))).collect();
        for call in calls {
            soon(call).await.unwrap().unwrap();
        }
    }
    let peers = new.handler.peers.lock().unwrap();
    let most = peers.iter().map(|peer| peers.iter().filter(|other| *other == peer).count()).max();
    assert!(most > Some(3), "calls share connections again: {peers:?}");
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_errors() {
    let authority = Authority::new();
    let (one, other) = (authority.issue(&["localhost"]), authority.issue(&["localhost"]));
    let tls = |error: Error| match error {
        Error::Tls(words) => words,
        other => panic!("{other:?}"),
    };
    assert!(tls(ServerTls::new("", &one.key).unwrap_err()).contains("no certificate"));
    assert!(tls(ServerTls::new(&one.chain, "").unwrap_err()).contains("private key"));
    assert!(tls(ServerTls::new(&one.chain, &one.chain).unwrap_err()).contains("private key"));
    assert!(tls(ClientTls::new().roots("nothing").unwrap_err()).contains("no certificate"));
    assert!(tls(ClientTls::new().server_name("no name").unwrap_err()).contains("`no name`"));
    let listener = Listener::bind("127.0.0.1:0").await.unwrap();
    tls(listener.tls(ServerTls::new(&one.chain, &other.key).unwrap()).unwrap_err());
    let mixed = authority.client().identity(&one.chain, &other.key).unwrap();
    tls(Client::builder().tls(mixed).connect_lazy("tls://localhost:1").unwrap_err());
    let shown = format!("{:?}", Client::builder().tls(authority.client().identity(&one.chain, &one.key).unwrap()));
    let secret: String = one.key.lines().filter(|line| !line.starts_with('-')).collect();
    assert!(!shown.contains(&secret[..20]), "the key is not shown");
}

#[tokio::test]
async fn settings_of_tls_are_not_ignored_for_a_url_without_it() {
    for url in ["tcp://localhost:1", "http://localhost:1", "unix:///nowhere"] {
        let error =
            thrift_runtime::Client::builder().tls(thrift_runtime::ClientTls::new()).connect(url).await.unwrap_err();
        assert!(error.to_string().contains("without TLS"), "{error}");
    }
}
