//! TLS: who is trusted, and what becomes of peers that do not speak it well.

use super::calls::check;
use super::certificates::{Authority, Identity};
use super::generated::store::blocking::StoreClient;
use super::raw::{ONEWAY, REPLY, framed, message, ping};
use super::wire::{Wire, counting_proxy, play};
use super::{LONG, Running, WAYS, Way, eventually, start, start_with};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection};
use socket2::SockRef;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};
use thrift_runtime::blocking::{Client, Connection, Server};
use thrift_runtime::{ClientTls, Error, Protocol, ServerTls, Timeout, Transport};

const SHORT: Duration = Duration::from_millis(150);

const FRAMED: Way = Way(Transport::Framed, Protocol::Binary);
const HTTP: Way = Way(Transport::Http, Protocol::Binary);

fn start_tls(tls: ServerTls) -> Running {
    start_with(|server| server.tls(tls).unwrap())
}

fn connect(way: Way, server: &Running, tls: ClientTls) -> Result<StoreClient<Connection>, Error> {
    way.builder().tls(tls).connect(way.secured_url(server.address)).map(StoreClient::new)
}

#[test]
fn everything_goes_inside_of_tls() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server());
    for way in WAYS.into_iter().filter(|way| way.1 == Protocol::Binary) {
        println!("{way:?}");
        check(&connect(way, &server, authority.client()).unwrap(), &server.handler);
    }
}

#[test]
fn many_requests_at_a_time_are_answered_in_order() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server());
    let (mut session, mut socket) = raw_client(&authority, &server);
    let (requests, replies): (Vec<_>, Vec<_>) =
        (0..3_000).map(|id| (framed(&ping(id)), framed(&super::raw::pong(id)))).unzip();
    session.set_buffer_limit(None);
    session.writer().write_all(&requests.concat()).unwrap();
    let mut found = vec![0; replies.concat().len()];
    rustls::Stream::new(&mut session, &mut socket).read_exact(&mut found).unwrap();
    assert!(found == replies.concat());
}

#[test]
fn what_came_before_a_reset_is_done() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server());
    // Who is first, the server with its tickets or the client with its reset, is not the same each time.
    for id in 1..=50_u8 {
        let (mut session, mut socket) = fresh_client(&authority, &server);
        while session.is_handshaking() {
            while session.wants_write() {
                session.write_tls(&mut socket).unwrap();
            }
            session.read_tls(&mut socket).unwrap();
            session.process_new_packets().unwrap();
        }
        session
            .writer()
            .write_all(&framed(&message(ONEWAY, "forget", 1, &[&b"\x0a\0\x01\0\0\0\0\0\0\0"[..], &[id, 0]].concat())))
            .unwrap();
        let mut last = Vec::new();
        while session.wants_write() {
            session.write_tls(&mut last).unwrap();
        }
        socket.write_all(&last).unwrap();
        // Apache's C++ client ends its connections so.
        SockRef::from(&socket).set_linger(Some(Duration::ZERO)).unwrap();
        drop(socket);
        eventually(|| server.handler.forgotten.load(Ordering::SeqCst) == i64::from(id));
    }
}

/// A client that has shaken hands.
fn raw_client(authority: &Authority, server: &Running) -> (ClientConnection, TcpStream) {
    let (mut session, mut socket) = fresh_client(authority, server);
    while session.is_handshaking() {
        session.complete_io(&mut socket).unwrap();
    }
    (session, socket)
}

/// One that has yet to.
fn fresh_client(authority: &Authority, server: &Running) -> (ClientConnection, TcpStream) {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let session = ClientConnection::new(config, ServerName::try_from("localhost").unwrap()).unwrap();
    let socket = TcpStream::connect(server.address).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    (session, socket)
}

#[test]
fn a_connection_is_kept_though_tls_says_something_of_its_own() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server());
    for way in [FRAMED, HTTP] {
        let (proxy, connections) = counting_proxy(server.address);
        let url = way.secured_url(proxy);
        let client = StoreClient::new(way.builder().tls(authority.client()).connect(url).unwrap());
        for _ in 0..5 {
            // Tickets for further sessions come behind the handshake.
            thread::sleep(Duration::from_millis(20));
            client.ping().unwrap();
        }
        // Over HTTP the first one is not kept.
        let expected = if way.0 == Transport::Http { 2 } else { 1 };
        assert_eq!(connections.load(Ordering::SeqCst), expected, "{way:?}");
    }
}

/// What came with the reply is not on the socket any more, but inside of TLS.
#[test]
fn what_comes_unasked_behind_a_reply_closes_the_connection() {
    let authority = Authority::new();
    let identity = authority.issue(&["localhost"]);
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let chain = vec![CertificateDer::from_pem_slice(identity.chain.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let config = Arc::new(config.with_single_cert(chain, key).unwrap());
    let (address, server) = play(2, move |number, wire| {
        let mut session = rustls::StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), wire.0);
        let mut call = vec![0; framed(&ping(0)).len()];
        session.read_exact(&mut call).unwrap();
        let id = i32::from_be_bytes(call[16..20].try_into().unwrap());
        if number > 0 {
            return session.write_all(&framed(&super::raw::pong(id))).unwrap();
        }
        // As long as what a client reads at first, so that nothing more is read out of TLS with it.
        let reply = framed(&message(REPLY, "ping", id, &padding(8 * 1024 - 20)));
        assert_eq!(reply.len(), 8 * 1024);
        // In one record, which comes as a whole.
        session.write_all(&[reply, framed(&super::raw::pong(id + 1))].concat()).unwrap();
        assert_eq!(session.read(&mut call).unwrap(), 0, "the client closes");
    });
    let client =
        StoreClient::new(FRAMED.builder().tls(authority.client()).connect(FRAMED.secured_url(address)).unwrap());
    client.ping().unwrap();
    client.ping().unwrap();
    drop(client);
    server.join().unwrap();
}

/// A struct of so many bytes, in which there is only a field that nobody knows.
fn padding(length: usize) -> Vec<u8> {
    let text = vec![b' '; length - 8];
    [b"\x0b\0\x63", &framed(&text)[..], b"\0"].concat()
}

#[test]
fn a_connection_that_the_server_has_closed_is_not_used() {
    let authority = Authority::new();
    let tls = authority.issue(&["localhost"]).server();
    let server = start_with(|server| server.idle_timeout(SHORT).tls(tls).unwrap());
    for way in [FRAMED, HTTP] {
        let client = connect(way, &server, authority.client()).unwrap();
        for _ in 0..3 {
            client.ping().unwrap();
            thread::sleep(3 * SHORT);
        }
    }
}

#[test]
fn a_server_has_to_be_trusted_and_the_one_that_was_meant() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let good = start_tls(authority.issue(&["localhost"]).server());
    let other = start_tls(authority.issue(&["example.com"]).server());
    let expired = start_tls(authority.issue_expired(&["localhost"]).server());
    for way in [FRAMED, HTTP] {
        for (server, tls, words) in [
            (&other, authority.client(), "not valid for name"),
            (&expired, authority.client(), "expired"),
            (&good, stranger.client(), "UnknownIssuer"),
        ] {
            match connect(way, server, tls).map(drop) {
                Err(Error::Tls(error)) => assert!(error.contains(words) && error.contains("localhost"), "{error}"),
                outcome => panic!("{words}: {outcome:?}"),
            }
        }
        // What the certificate is for may be said otherwise.
        connect(way, &other, authority.client().server_name("example.com").unwrap()).unwrap().ping().unwrap();
    }
}

#[test]
fn clients_show_certificates() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let identity = authority.issue(&["localhost"]);
    let required = start_tls(identity.server().require_clients_of(&authority.pem).unwrap());
    let optional = start_tls(identity.server().allow_clients_of(&authority.pem).unwrap());
    let with = |identity: &Identity| authority.client().identity(&identity.chain, &identity.key).unwrap();
    let (member, outsider) = (authority.issue(&["a client"]), stranger.issue(&["an outsider"]));
    let shown = CertificateDer::from_pem_slice(member.chain.as_bytes()).unwrap();
    for way in [FRAMED, HTTP] {
        for (server, tls, expected) in [
            (&required, with(&member), Some(Some(&*shown))),
            (&required, authority.client(), None),
            (&required, with(&outsider), None),
            (&optional, with(&member), Some(Some(&*shown))),
            (&optional, authority.client(), Some(None)),
            (&optional, with(&outsider), None),
        ] {
            let called = connect(way, server, tls).map_err(|error| error.to_string());
            match called.and_then(|client| client.find(1, "certificates").map_err(|error| format!("{error:?}"))) {
                Ok(item) => assert_eq!(Some(item.blob.as_deref()), expected),
                Err(text) => assert!(expected.is_none() && text.to_lowercase().contains("alert"), "{text}"),
            }
        }
    }
}

#[test]
fn a_handshake_that_does_not_go_on_is_given_up() {
    let tls = Authority::new().issue(&["localhost"]).server();
    let server = start_with(|server| server.message_timeout(SHORT).tls(tls).unwrap());
    for opening in [&b""[..], b"\x16", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03half"] {
        let mut client = Wire::connect(server.address);
        client.send(opening);
        client.rest();
    }
    let mut client = Wire::connect(server.address);
    let start = Instant::now();
    while client.0.write_all(b"\x16").is_ok() {
        assert!(start.elapsed() < LONG, "a drip is given up, too");
        thread::sleep(SHORT / 4);
    }
}

#[test]
fn a_server_that_does_not_shake_hands_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = FRAMED.secured_url(listener.local_addr().unwrap());
    let error = Client::builder().tls(Authority::new().client()).connect_timeout(SHORT).connect(url).unwrap_err();
    assert!(matches!(error, Error::Timeout(Timeout::Connect)), "{error:?}");
}

/// TLS hands on no byte of a record that is not all there.
#[test]
fn a_client_that_drips_inside_of_tls_is_cut_off() {
    let authority = Authority::new();
    let tls = authority.issue(&["localhost"]).server();
    let server = start_with(|server| server.message_timeout(SHORT).idle_timeout(2 * SHORT).tls(tls).unwrap());
    for begun in [&b""[..], &framed(&ping(1))[..9]] {
        let (mut session, mut socket) = raw_client(&authority, &server);
        session.writer().write_all(begun).unwrap();
        session.complete_io(&mut socket).unwrap();
        socket.write_all(b"\x17\x03\x03\x40\0").unwrap();
        let start = Instant::now();
        while socket.write_all(b"x").is_ok() {
            assert!(start.elapsed() < LONG);
            thread::sleep(SHORT / 4);
        }
    }
}

#[test]
fn a_client_that_takes_no_replies_is_cut_off() {
    let authority = Authority::new();
    let tls = authority.issue(&["localhost"]).server();
    let server = start_with(|server| server.write_timeout(SHORT).tls(tls).unwrap());
    let (mut session, mut socket) = raw_client(&authority, &server);
    session.set_buffer_limit(None);
    for id in 0..100 {
        session.writer().write_all(&framed(&super::raw::find(id, 1_000_000, "size"))).unwrap();
    }
    while session.wants_write() {
        session.write_tls(&mut socket).unwrap();
    }
    socket.set_write_timeout(Some(SHORT)).unwrap();
    // What is not closed takes these bytes, or has the client wait.
    eventually(|| matches!(socket.write_all(&[0; 1000]), Err(error) if error.kind() != ErrorKind::WouldBlock));
    assert!(server.handler.begun.load(Ordering::SeqCst) < 100);
}

#[test]
fn shutting_down_does_not_wait_for_handshakes_and_idle_clients() {
    let authority = Authority::new();
    let mut server = start_tls(authority.issue(&["localhost"]).server());
    let mut client = Wire::connect(server.address);
    client.send(b"\x16\x03\x01");
    let idle = connect(FRAMED, &server, authority.client()).unwrap();
    idle.ping().unwrap();
    let start = Instant::now();
    server.handle.shutdown();
    server.join();
    assert!(start.elapsed() < Duration::from_secs(10), "the message timeout is 30 s");
    assert!(idle.ping().is_err());
}

#[test]
fn who_speaks_no_tls_is_told_so() {
    let authority = Authority::new();
    let server = start_tls(authority.issue(&["localhost"]).server());
    match HTTP.connect(server.address).ping() {
        Err(Error::Http { status: 400, text }) => assert_eq!(text, "this port speaks TLS: use https"),
        other => panic!("{other:?}"),
    }
    for bytes in [framed(&ping(1)), b"\x16\x03\x01\0\x05hello".to_vec()] {
        let mut client = Wire::connect(server.address);
        client.send(&bytes);
        client.finish();
        assert!(client.rest().len() < 10, "an alert at most");
    }
    let plain = start();
    match connect(FRAMED, &plain, authority.client()).map(drop) {
        Err(Error::Connect(error)) => assert!(error.to_string().contains("no TLS with localhost"), "{error}"),
        outcome => panic!("{outcome:?}"),
    }
    for url in ["tcp://localhost:1", "http://localhost:1", "unix:///nowhere"] {
        let error = Client::builder().tls(ClientTls::new()).connect(url).unwrap_err();
        assert!(error.to_string().contains("without TLS"), "{error}");
    }
}

#[test]
fn settings_that_cannot_be_used_are_errors() {
    let authority = Authority::new();
    let (one, other) = (authority.issue(&["localhost"]), authority.issue(&["localhost"]));
    let server = Server::bind("127.0.0.1:0").unwrap();
    assert!(matches!(server.tls(ServerTls::new(&one.chain, &other.key).unwrap()), Err(Error::Tls(_))));
    let mixed = authority.client().identity(&one.chain, &other.key).unwrap();
    assert!(matches!(Client::builder().tls(mixed).connect("tls://localhost:1"), Err(Error::Tls(_))));
}
