//! Many calls on one connection, against servers that misbehave, written out in bytes.

use super::raw::{CALL, EXCEPTION, ONEWAY, Peer, REPLY, Raw, exception, found, framed, message};
use super::store::{Item, StoreClient, StoreFindError, StoreServer};
use super::{Handler, WAYS, Way, soon, start};
use std::time::Duration;
use thrift_runtime::{Client, ClientBuilder, Connection, Error, InvalidReply, Protocol, Server, Timeout};
use tokio::io::AsyncWriteExt;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// A client with many calls on each connection, and the first of them.
async fn shared(configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> (StoreClient<Connection>, Raw, Peer) {
    let peer = Peer::bind().await;
    let builder = configure(Client::builder().calls_per_connection(100));
    let connection = builder.connect(format!("tcp://{}", peer.address())).await.unwrap();
    let raw = peer.accept().await;
    (StoreClient::new(connection), raw, peer)
}

type Find = JoinHandle<Result<Item, StoreFindError>>;

fn find(client: &StoreClient<Connection>, id: i64) -> Find {
    tokio::spawn(client.find(id, "x"))
}

async fn error(call: Find) -> Error {
    match soon(call).await.unwrap() {
        Err(StoreFindError::Other(error)) => error,
        other => panic!("{other:?}"),
    }
}

async fn found_id(call: Find) -> i64 {
    soon(call).await.unwrap().unwrap().id
}

#[tokio::test]
async fn replies_in_any_order_and_in_any_pieces_reach_their_calls() {
    let (client, mut peer, _listener) = shared(|builder| builder).await;
    let calls: Vec<_> = (0..100).map(|id| find(&client, id)).collect();
    let mut asked = peer.requests(100).await;
    assert_eq!(asked.iter().map(|asked| asked.id).collect::<Vec<_>>(), (0..100).collect::<Vec<_>>());
    // No order that a loop would make.
    asked.sort_by_key(|asked| (asked.id * 37) % 101);
    let replies = asked.iter().flat_map(|asked| asked.reply()).collect::<Vec<_>>();
    let mut rest = &replies[..];
    for size in [1, 2, 3, 1000, 7, 500, 4].into_iter().cycle() {
        let (piece, left) = rest.split_at(size.min(rest.len()));
        peer.send(piece).await;
        tokio::task::yield_now().await;
        rest = left;
        if rest.is_empty() {
            break;
        }
    }
    for (id, call) in calls.into_iter().enumerate() {
        assert_eq!(found_id(call).await, id as i64);
    }
}

#[tokio::test]
async fn a_reply_that_drips_is_read() {
    let (client, mut peer, _listener) = shared(|builder| builder).await;
    let call = find(&client, 5);
    let asked = peer.request().await;
    for byte in asked.reply() {
        peer.send(&[byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(found_id(call).await, 5);
}

#[tokio::test]
async fn a_late_reply_reaches_nobody_and_disturbs_nobody() {
    let (client, mut peer, listener) = shared(|builder| builder.call_timeout(Duration::from_millis(300))).await;
    let (late, dropped) = (find(&client, 1), find(&client, 2));
    let (first, second) = (peer.request().await, peer.request().await);
    dropped.abort();
    // Something is heard of the server, so it is not given up.
    let third = find(&client, 3);
    let asked = peer.request().await;
    peer.send(&asked.reply()).await;
    assert_eq!(found_id(third).await, 3);
    assert!(matches!(error(late).await, Error::Timeout(Timeout::Call)));
    let fourth = find(&client, 4);
    let asked = peer.request().await;
    peer.send(&[second.reply(), first.reply(), asked.reply()].concat()).await;
    assert_eq!(found_id(fourth).await, 4);
    assert!(!listener.has_client().await, "the connection is still in use");
}

/// What a server sends in place of a reply, and whether that is the right error.
type Fault = (fn(i32) -> Vec<u8>, fn(&Error) -> bool);

#[tokio::test]
async fn what_is_no_reply_to_a_call_fails_all_calls_and_closes() {
    let faults: [Fault; 11] = [
        (|id| framed(&found(id + 1000, 1)), |error| matches!(error, Error::InvalidReply(InvalidReply::Unasked(_)))),
        (
            |id| framed(&message(REPLY, "other", id, b"\0")),
            |error| matches!(error, Error::InvalidReply(InvalidReply::Method { .. })),
        ),
        (
            |id| framed(&message(CALL, "find", id, b"\0")),
            |error| matches!(error, Error::InvalidReply(InvalidReply::Kind(_))),
        ),
        (
            |id| framed(&exception("find", id - 1000, 6, "not yours")),
            |error| matches!(error, Error::InvalidReply(InvalidReply::Unasked(_))),
        ),
        (|_| framed(b"HTTP/1.1 400"), |error| matches!(error, Error::Message(_))),
        (|_| b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), |error| error.to_string().contains("`http://`")),
        (|_| b"\0\0\0\0".to_vec(), |error| matches!(error, Error::Message(_))),
        // Lengths of 2 GiB, and of one more than that.
        (|_| b"\x7f\xff\xff\xff\x80\x01\0\x02".to_vec(), |error| matches!(error, Error::Message(_))),
        (|_| b"\x80\0\0\0".to_vec(), |error| matches!(error, Error::Message(_))),
        (|id| framed(&found(id, 1))[..9].to_vec(), |error| matches!(error, Error::Closed { .. })),
        (|_| Vec::new(), |error| matches!(error, Error::Closed { .. })),
    ];
    for (n, (bytes, is_right)) in faults.into_iter().enumerate() {
        let (client, mut peer, listener) = shared(|builder| builder).await;
        let calls: Vec<_> = (0..10).map(|id| find(&client, id)).collect();
        let asked = peer.requests(10).await;
        peer.send(&asked[4].reply()).await;
        peer.send(&bytes(asked[7].sequence_id)).await;
        peer.0.shutdown().await.unwrap();
        for (id, call) in calls.into_iter().enumerate() {
            match id {
                4 => assert_eq!(found_id(call).await, 4),
                _ => {
                    let error = error(call).await;
                    assert!(is_right(&error) && !error.is_unsent(), "fault {n}, call {id}: {error:?}");
                }
            }
        }
        assert_eq!(peer.rest().await, b"", "closed");
        let call = find(&client, 11);
        let mut peer = listener.accept().await;
        let asked = peer.request().await;
        peer.send(&asked.reply()).await;
        assert_eq!(found_id(call).await, 11);
    }
}

#[tokio::test]
async fn a_reply_that_comes_twice_closes() {
    let (client, mut peer, _listener) = shared(|builder| builder).await;
    let (first, second) = (find(&client, 1), find(&client, 2));
    let asked = peer.request().await;
    peer.send(&asked.reply()).await;
    assert_eq!(found_id(first).await, 1);
    peer.send(&asked.reply()).await;
    let error = error(second).await;
    assert!(matches!(error, Error::InvalidReply(InvalidReply::Unasked(id)) if id == asked.sequence_id), "{error:?}");
}

#[tokio::test]
async fn exceptions_reach_their_calls() {
    let (client, mut peer, _listener) = shared(|builder| builder).await;
    let (first, second) = (find(&client, 1), find(&client, 2));
    let asked = peer.requests(2).await;
    peer.send(&framed(&exception("find", asked[1].sequence_id, 6, "second"))).await;
    peer.send(&framed(&message(EXCEPTION, "find", asked[0].sequence_id, b"\0"))).await;
    assert!(error(first).await.to_string() != "second");
    assert!(error(second).await.to_string().contains("second"));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left() {
    let (client, mut peer, listener) = shared(|builder| builder.call_timeout(Duration::from_millis(200))).await;
    let calls: Vec<_> = (0..5).map(|id| find(&client, id)).collect();
    peer.requests(5).await;
    for call in calls {
        assert!(matches!(error(call).await, Error::Timeout(Timeout::Call)));
    }
    assert_eq!(peer.rest().await, b"", "closed, though no further call needed it to be");
    let call = find(&client, 6);
    let mut peer = listener.accept().await;
    let asked = peer.request().await;
    peer.send(&asked.reply()).await;
    assert_eq!(found_id(call).await, 6);
}

#[tokio::test]
async fn a_call_that_takes_too_long_does_no_harm_to_a_slower_one() {
    let peer = Peer::bind().await;
    let builder = Client::builder().calls_per_connection(100).max_connections(1);
    let connection = builder.connect(format!("tcp://{}", peer.address())).await.unwrap();
    let [hasty, patient] = [200, 20_000].map(|time| {
        let connection = connection.with_timeout(Duration::from_millis(time));
        StoreClient::new(connection)
    });
    // Each of the first connections is left for its silence, and the oldest of too many is closed.
    let mut left = Vec::new();
    for id in 0..3 {
        let (slow, late) = (find(&patient, id), find(&hasty, 100 + id));
        let mut raw = peer.accept().await;
        let asked = raw.requests(2).await;
        assert!(matches!(error(late).await, Error::Timeout(Timeout::Call)));
        left.push((slow, raw, *asked.iter().find(|asked| asked.id == id).unwrap()));
    }
    let (oldest, _raw, _) = left.remove(0);
    let error = error(oldest).await;
    assert!(error.to_string().contains("unanswered") && !error.is_unsent(), "{error:?}");
    let last = find(&patient, 50);
    let (slow, mut raw, asked) = left.remove(1);
    raw.send(&asked.reply()).await;
    assert_eq!(found_id(slow).await, 2);
    drop((last, left));
}

#[tokio::test]
async fn a_connection_with_too_many_unanswered_calls_is_replaced() {
    let (client, mut peer, listener) = shared(|builder| builder).await;
    let last = find(&client, -1);
    let asked = peer.request().await;
    for id in 0..1000 {
        let call = find(&client, id);
        peer.request().await;
        call.abort();
        let _ = call.await;
        if id % 5 == 0 {
            // The server is there, all the same.
            let good = find(&client, 5000 + id);
            let asked = peer.request().await;
            peer.send(&asked.reply()).await;
            assert_eq!(found_id(good).await, 5000 + id);
        }
    }
    let next = find(&client, 1000);
    let mut second = listener.accept().await;
    let other = second.request().await;
    second.send(&other.reply()).await;
    assert_eq!(found_id(next).await, 1000);
    assert!(!last.is_finished(), "the call that waits goes on");
    peer.send(&asked.reply()).await;
    assert_eq!(found_id(last).await, -1);
    assert_eq!(peer.rest().await, b"", "and then it is closed");
}

#[tokio::test]
async fn connections_are_opened_when_the_others_are_full_and_calls_wait_when_all_are() {
    let (client, mut first, listener) =
        shared(|builder| builder.calls_per_connection(3).max_connections(2).max_waiting(2)).await;
    let calls: Vec<_> = (0..6).map(|id| find(&client, id)).collect();
    let asked = first.requests(3).await;
    let mut second = listener.accept().await;
    second.requests(3).await;
    let waiting: Vec<_> = (6..8).map(|id| find(&client, id)).collect();
    sleep(Duration::from_millis(20)).await;
    let error = error(find(&client, 8)).await;
    assert!(matches!(error, Error::QueueFull { waiting: 2 }) && error.is_unsent(), "{error:?}");
    assert!(!listener.has_client().await);
    // The calls that waited get the places of those that end, in their order.
    first.send(&[asked[0].reply(), asked[1].reply()].concat()).await;
    assert_eq!(first.requests(2).await.iter().map(|asked| asked.id).collect::<Vec<_>>(), [6, 7]);
    drop((calls, waiting));
}

#[tokio::test]
async fn a_call_that_waits_in_vain_for_a_connection_was_not_sent() {
    for calls in [1, 2] {
        let (client, mut peer, _listener) = shared(|builder| {
            builder.calls_per_connection(calls).max_connections(1).call_timeout(Duration::from_millis(200))
        })
        .await;
        let running: Vec<_> = (0..calls).map(|id| find(&client, id as i64)).collect();
        peer.requests(calls).await;
        sleep(Duration::from_millis(50)).await;
        // The others are over before it.
        let connection = peer;
        let error = match soon(client.clone().find(9, "x")).await {
            Err(StoreFindError::Other(error)) => error,
            other => panic!("{other:?}"),
        };
        for call in running {
            assert!(matches!(soon(call).await.unwrap(), Err(StoreFindError::Other(Error::Timeout(Timeout::Call)))));
        }
        assert!(matches!(error, Error::Timeout(_)), "{error:?}");
        drop(connection);
    }
}

#[tokio::test]
async fn oneway_requests_await_only_that_they_are_written() {
    let (client, mut peer, _listener) = shared(|builder| builder).await;
    for id in 0..3 {
        soon(client.forget(id)).await.unwrap();
    }
    let call = find(&client, 3);
    for id in 0..3 {
        let asked = peer.request().await;
        assert_eq!((asked.kind, asked.id), (ONEWAY, id));
    }
    let asked = peer.request().await;
    peer.send(&asked.reply()).await;
    assert_eq!(found_id(call).await, 3);
}

#[tokio::test]
async fn a_server_that_does_not_read_bounds_what_is_sent() {
    let (client, mut peer, _listener) = shared(|builder| builder.call_timeout(Duration::from_secs(3))).await;
    // More than the sockets hold, and than the client's buffer.
    let name = "x".repeat(1 << 20);
    let calls: Vec<_> = (0..60)
        .map(|id| {
            let (client, name) = (client.clone(), name.clone());
            tokio::spawn(async move { client.find(id, &name).await })
        })
        .collect();
    let oneway = tokio::spawn(client.forget(60));
    sleep(Duration::from_millis(200)).await;
    assert!(!oneway.is_finished(), "its bytes are not written");
    for id in 0..30 {
        let asked = peer.request().await;
        assert_eq!(asked.id, id);
        peer.send(&asked.reply()).await;
    }
    let (mut late, mut unsent) = (0, 0);
    for (id, call) in calls.into_iter().enumerate() {
        match soon(call).await.unwrap() {
            Ok(item) => assert!(item.id == id as i64 && id < 30),
            Err(StoreFindError::Other(error @ Error::Timeout(_))) if id >= 30 => match error.is_unsent() {
                true => unsent += 1,
                false => late += 1,
            },
            other => panic!("{id}: {other:?}"),
        }
    }
    assert!(late > 0 && unsent > 0, "{late} had been sent, {unsent} had not");
    assert!(soon(oneway).await.unwrap().is_err());
}

#[tokio::test]
async fn a_connection_that_nobody_holds_is_closed_and_its_task_ends() {
    let server = start().await;
    sleep(Duration::from_millis(50)).await;
    let before = Handle::current().metrics().num_alive_tasks();
    for way in WAYS {
        let client = way.connect(server.address).await;
        soon(client.ping()).await.unwrap();
        drop(client);
        soon(async {
            while Handle::current().metrics().num_alive_tasks() > before {
                sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_connection_without_calls_is_closed_without_a_further_call() {
    for calls in [1, 10] {
        let idle = Duration::from_millis(400);
        let (client, mut peer, _listener) =
            shared(|builder| builder.calls_per_connection(calls).idle_timeout(idle)).await;
        let call = find(&client, 1);
        let asked = peer.request().await;
        let start = Instant::now();
        peer.send(&asked.reply()).await;
        assert_eq!(found_id(call).await, 1);
        assert_eq!(peer.rest().await, b"");
        assert!(start.elapsed() >= idle, "{:?}", start.elapsed());
        drop(client);
    }
}

#[tokio::test]
async fn a_call_is_made_anew_on_another_connection_only_if_it_was_not_sent() {
    let (client, peer, listener) = shared(|builder| builder).await;
    drop(peer);
    sleep(Duration::from_millis(20)).await;
    let call = find(&client, 1);
    let mut peer = listener.accept().await;
    let asked = peer.request().await;
    peer.send(&asked.reply()).await;
    assert_eq!(found_id(call).await, 1);
    // This one was read.
    let call = find(&client, 2);
    peer.request().await;
    drop(peer);
    assert!(!error(call).await.is_unsent());
    assert!(!listener.has_client().await);
}

#[tokio::test]
async fn a_call_that_is_made_anew_keeps_its_place() {
    let configure = |builder: ClientBuilder| builder.max_connections(1).calls_per_connection(2).max_waiting(2);
    let (client, peer, listener) = shared(configure).await;
    // More than the sockets hold, so that the message behind it is not sent, nor are those that wait for a turn.
    let large = "x".repeat(10 << 20);
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.find(0, &large).await }
    });
    sleep(Duration::from_millis(50)).await;
    let mut others = Vec::new();
    for id in 1..4 {
        others.push(find(&client, id));
        sleep(Duration::from_millis(20)).await;
    }
    assert!(matches!(error(find(&client, 4)).await, Error::QueueFull { waiting: 2 }));
    drop(peer);
    error(first).await;
    let mut peer = listener.accept().await;
    for call in others {
        let asked = peer.request().await;
        peer.send(&asked.reply()).await;
        assert_eq!(found_id(call).await, asked.id);
    }
}

#[tokio::test]
async fn requests_with_the_same_ids_share_a_connection_behind_a_proxy() {
    let server = start().await;
    let upstream = Client::builder().calls_per_connection(1000).max_connections(1);
    let upstream = upstream.connect(Way::Shared(Protocol::Binary).url(server.address)).await.unwrap();
    let proxy = Server::bind("127.0.0.1:0").await.unwrap();
    let address = proxy.local_addr().unwrap();
    tokio::spawn(proxy.serve(upstream));
    let mut calls = Vec::new();
    for n in 0..20 {
        // Each counts its calls from 1.
        let client = Way::Framed(Protocol::Binary).connect(address).await;
        calls.push(tokio::spawn(async move {
            for round in 0..20 {
                let name = format!("{n} {round}");
                assert_eq!(soon(client.find(1, &name)).await.unwrap().name, Some(name));
            }
        }));
    }
    for call in calls {
        call.await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_called_later() {
    for way in WAYS {
        let address = Peer::bind().await.address();
        let connection = way.builder().reconnect_pause(Duration::from_millis(100)).connect_lazy(way.url(address));
        let client = StoreClient::new(connection.unwrap());
        for _ in 0..20 {
            let error = soon(client.ping()).await.unwrap_err();
            assert!(matches!(error, Error::Connect(_)) && error.is_unsent(), "{error:?}");
        }
        let server = Server::bind(address).await.unwrap();
        tokio::spawn(server.serve(StoreServer::new(Handler::default())));
        soon(async {
            while client.ping().await.is_err() {
                sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }
    assert!(matches!(Client::builder().connect_lazy("tcp://nowhere"), Err(Error::Url(_))));
}
