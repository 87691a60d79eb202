//! What a client says for single calls: headers and timeouts; and servers that are away.

use super::generated::store::StoreFindError;
use super::generated::store::blocking::{StoreClient, StoreServer};
use super::{Handler, WAYS, Way, eventually, start, start_serving};
use std::thread;
use std::time::{Duration, Instant};
use thrift_runtime::blocking::{Client, Connection, Processor, Server};
use thrift_runtime::{Error, Metadata, Protocol, Reply, Request, Timeout, Transport};

fn has_headers(way: Way) -> bool {
    matches!(way.0, Transport::Http | Transport::Header | Transport::TtHeader)
}

/// What the server knows of the header `x-test`.
fn seen<C: Processor + Clone>(connection: &C) -> String {
    let name = StoreClient::new(connection.clone()).find(1, "request").unwrap().name.unwrap();
    name.split(' ').next_back().unwrap().to_owned()
}

#[test]
fn headers_are_sent_with_the_calls_that_they_are_for() {
    let server = start();
    for way in WAYS {
        let builder = way.builder().header("x-test", "all").header("Authorization", "me");
        let all = builder.connect(way.url(server.address)).unwrap();
        let some = all.with_header("X-Test", "some").unwrap();
        let last = some.with_header("x-test", "last").unwrap().with_header("x-other", "").unwrap();
        for (connection, expected) in [(&all, "all"), (&some, "some"), (&last, "last"), (&all, "all")] {
            let expected = if has_headers(way) { format!("Some(\"{expected}\")") } else { "None".to_owned() };
            assert_eq!(seen(connection), expected, "{way:?}");
        }
    }
}

#[test]
fn headers_that_would_be_more_than_a_header_are_refused() {
    let server = start();
    let connection = Client::connect(format!("http://{}", server.address)).unwrap();
    for (name, value) in
        [("x", "a\r\nb: c"), ("x", "a\0b"), ("x y", "a"), ("", "a"), ("Content-Length", "5"), ("connection", "close")]
    {
        let error = connection.with_header(name, value).unwrap_err();
        assert!(matches!(error, Error::InvalidHttp(_)), "{name:?} {value:?}: {error:?}");
        let built = Client::builder().header(name, value).connect(format!("http://{}", server.address));
        assert!(matches!(built, Err(Error::InvalidHttp(_))), "{name:?} {value:?}");
    }
    assert!(matches!(connection.with_header("Host", "other"), Err(Error::InvalidHttp(_))));
}

/// Sends other metadata, as layers do.
#[derive(Clone)]
struct With(Connection, Metadata);

impl Processor for With {
    fn process(&self, request: Request<'_>) -> Result<Reply, Error> {
        self.0.process(request.with_metadata(&self.1))
    }
    fn dialect(&self) -> thrift_runtime::Dialect<'_> {
        self.0.dialect()
    }
    fn next_sequence_id(&self) -> i32 {
        self.0.next_sequence_id()
    }
}

#[test]
fn layers_add_headers_and_deadlines() {
    let server = start();
    for way in WAYS {
        let connection =
            way.builder().connect(way.url(server.address)).unwrap().with_timeout(Duration::from_secs(3600));
        let soon_over = Metadata::default().with_deadline(Instant::now() + Duration::from_millis(100));
        match StoreClient::new(With(connection.clone(), soon_over)).find(60_000, "gate") {
            Err(StoreFindError::Other(Error::Timeout(Timeout::Call))) => {}
            other => panic!("{way:?}: {other:?}"),
        }
        let expected = if has_headers(way) { "Some(\"layer\")" } else { "None" };
        assert_eq!(seen(&With(connection.clone(), Metadata::default().with_header("x-test", "layer"))), expected);
        let invalid = With(connection, Metadata::default().with_header("x-test", "a\r\nb: c"));
        assert!(matches!(StoreClient::new(invalid).ping(), Err(Error::InvalidHttp(_))), "{way:?}");
    }
}

#[test]
fn a_proxy_sends_its_own_headers_and_not_its_callers() {
    let server = start();
    for way in WAYS.into_iter().filter(|way| way.1 == Protocol::Binary && has_headers(*way)) {
        let behind = way.builder().connect(way.url(server.address)).unwrap();
        let proxy = start_serving(behind.clone());
        let caller = way.builder().header("x-test", "caller").connect(way.url(proxy.address)).unwrap();
        assert_eq!(seen(&caller), "None", "{way:?}");
        let proxy = start_serving(behind.with_header("x-test", "proxy").unwrap());
        let caller = way.builder().header("x-test", "caller").connect(way.url(proxy.address)).unwrap();
        assert_eq!(seen(&caller), "Some(\"proxy\")", "{way:?}");
    }
}

#[test]
fn a_call_may_have_less_time_or_more() {
    let server = start();
    for way in [WAYS[0], WAYS[9]] {
        let builder = way.builder().call_timeout(Duration::from_millis(300));
        let connection = builder.connect(way.url(server.address)).unwrap();
        let [short, long] =
            [100, 20_000].map(|time| StoreClient::new(connection.with_timeout(Duration::from_millis(time))));
        let start = Instant::now();
        for client in [&short, &StoreClient::new(connection)] {
            match client.find(1, "gate") {
                Err(StoreFindError::Other(Error::Timeout(Timeout::Call))) => {}
                other => panic!("{way:?}: {other:?}"),
            }
        }
        assert!(start.elapsed() >= Duration::from_millis(400));
        assert_eq!(long.find(500, "slow").unwrap().id, 500);
    }
}

/// How seldom it is asked meanwhile, tests beside the pauses say.
#[cfg(unix)]
#[test]
fn a_server_may_be_away_for_a_while() {
    let folder = std::env::temp_dir().join(format!("thrift-away-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("server.sock");
    let serve = || {
        let server = Server::bind_unix(&path).unwrap();
        let handle = server.handle();
        (handle, thread::spawn(move || server.serve(StoreServer::new(Handler::default()))))
    };
    let (handle, serving) = serve();
    let builder = Client::builder().reconnect_pause(Duration::from_millis(100));
    let client = StoreClient::new(builder.connect(format!("unix://{}", path.display())).unwrap());
    client.ping().unwrap();
    handle.shutdown();
    serving.join().unwrap().unwrap();
    // The server's last word may come a moment after its end.
    eventually(|| matches!(client.ping(), Err(Error::Connect(_))));
    for _ in 0..5 {
        let error = client.ping().unwrap_err();
        assert!(matches!(&error, Error::Connect(_)) && error.is_unsent(), "{error:?}");
    }
    let (handle, serving) = serve();
    eventually(|| client.ping().is_ok());
    handle.shutdown();
    serving.join().unwrap().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}
