//! Handlers of one connection run at a time, within bounds.

use super::raw::{Raw, find, found, framed, ping, pong};
use super::{Running, SLOWLY, soon, start, start_with};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{sleep, timeout};

async fn until(done: impl Fn() -> bool) {
    soon(async {
        while !done() {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

fn begun(server: &Running) -> Vec<i64> {
    server.handler.begun.lock().unwrap().clone()
}

#[tokio::test]
async fn handlers_run_at_a_time_and_replies_leave_in_order() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    client.send(&[framed(&find(1, 400, "slow")), framed(&find(2, 1, "slow")), framed(&ping(3))].concat()).await;
    // The later ones are done long before the first.
    until(|| begun(&server) == [400, 1] && server.handler.pings.load(Ordering::SeqCst) == 1).await;
    let slow = |sequence_id, id| {
        let item = super::store::Item { id, name: Some("slow".to_owned()), ..Default::default() };
        let result = [b"\x0c\0\0", &thrift_runtime::binary::to_vec(&item).unwrap()[..], b"\0"].concat();
        framed(&super::raw::message(super::raw::REPLY, "find", sequence_id, &result))
    };
    client.expect(&[slow(1, 400), slow(2, 1), framed(&pong(3))].concat()).await;
}

#[tokio::test]
async fn replies_may_overtake_where_that_is_wanted() {
    let server = start_with(|server| server.out_of_order(true)).await;
    let mut client = Raw::connect(server.address).await;
    client.send(&[framed(&find(1, 0, "never")), framed(&ping(2))].concat()).await;
    client.expect(&framed(&pong(2))).await;
    for id in 0..1000 {
        client.send(&framed(&ping(id))).await;
        client.expect(&framed(&pong(id))).await;
    }
}

#[tokio::test]
async fn a_connection_has_only_so_many_requests_in_flight() {
    for (most, expected) in [(1, &[1_i64][..]), (3, &[1, 2, 3])] {
        for out_of_order in [false, true] {
            let server = start_with(|server| server.requests_per_connection(most).out_of_order(out_of_order)).await;
            let mut client = Raw::connect(server.address).await;
            for id in 1..10 {
                client.send(&framed(&find(id as i32, id, "never"))).await;
            }
            until(|| begun(&server).len() >= most).await;
            sleep(Duration::from_millis(50)).await;
            assert_eq!(begun(&server), expected);
        }
    }
}

#[tokio::test]
async fn one_after_the_other_is_answered_to_the_end() {
    let server = start_with(|server| server.requests_per_connection(1)).await;
    let mut client = Raw::connect(server.address).await;
    let (mut requests, mut replies) = (Vec::new(), Vec::new());
    for id in 0..200 {
        let slow = id % 20 == 7;
        requests.extend(framed(&if slow { find(id, 0, "request") } else { ping(id) }));
        if !slow {
            replies.push(framed(&pong(id)));
        }
    }
    client.send(&requests).await;
    let rest = async {
        tokio::io::AsyncWriteExt::shutdown(&mut client.0).await.unwrap();
        client.rest().await
    };
    let rest = soon(rest).await;
    let mut at = 0;
    for reply in replies {
        let found = rest[at..].windows(reply.len()).position(|window| window == reply).expect("in order");
        at += found + reply.len();
    }
}

#[tokio::test]
async fn all_connections_together_have_only_so_many() {
    let server = start_with(|server| server.max_requests(2)).await;
    let mut clients = Vec::new();
    for id in 1..=4 {
        let mut client = Raw::connect(server.address).await;
        client.send(&framed(&find(1, id, "never"))).await;
        clients.push(client);
    }
    until(|| begun(&server).len() >= 2).await;
    sleep(Duration::from_millis(50)).await;
    assert_eq!(begun(&server).len(), 2);
    // HTTP waits as well.
    let http = super::Way::Http(thrift_runtime::Protocol::Binary).connect(server.address).await;
    assert!(timeout(Duration::from_millis(100), http.ping()).await.is_err());
    // A client that breaks its connection off gives its place to the next.
    let first = begun(&server)[0];
    let stream = clients.remove(first as usize - 1).0;
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
    until(|| begun(&server).len() == 3).await;
}

#[tokio::test]
async fn what_was_asked_before_a_fault_is_answered() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    client.send(&[framed(&find(1, 50, "request")), framed(&ping(2)), framed(b"\x80\x01\0\x09nonsense")].concat()).await;
    let rest = client.rest().await;
    assert!(rest.ends_with(&framed(&pong(2))), "{}", rest.escape_ascii());
    assert!(rest.len() > framed(&found(1, 50)).len());
}

#[tokio::test]
async fn a_client_that_takes_no_replies_is_not_read_and_then_closed() {
    let server = start_with(|server| server.write_timeout(Duration::from_millis(400))).await;
    let mut client = Raw::connect(server.address).await;
    let request = framed(&find(1, 60_000, "size"));
    let sent = async {
        let mut sent = 0;
        // A server that read on would keep a reply of 60 kB for each of these.
        while tokio::io::AsyncWriteExt::write_all(&mut client.0, &request).await.is_ok() {
            sent += 1;
        }
        sent
    };
    let sent = soon(sent).await;
    assert!(begun(&server).len() < 400, "{} of {sent}", begun(&server).len());
}

#[tokio::test]
async fn a_connection_that_is_full_leaves_its_place_to_others() {
    let server = start_with(|server| server.max_requests(1)).await;
    let mut first = Raw::connect(server.address).await;
    // A reply that is not taken. The request behind it waits for its place, which comes free together with that reply.
    first.send(&[framed(&find(1, 15_000_000, "blob later")), framed(&ping(2))].concat()).await;
    until(|| !begun(&server).is_empty()).await;
    let mut second = Raw::connect(server.address).await;
    second.send(&framed(&ping(1))).await;
    second.expect(&framed(&pong(1))).await;
}

#[tokio::test]
async fn a_stop_is_not_held_up_by_a_client_that_goes_on_asking() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    client.send(&framed(&ping(1))).await;
    client.expect(&framed(&pong(1))).await;
    let (mut read, mut write) = client.0.into_split();
    let asking = tokio::spawn(async move {
        let (request, mut at) = (framed(&ping(1)), 0);
        // There is always a message that has begun.
        while tokio::io::AsyncWriteExt::write_all(&mut write, &[request[at]]).await.is_ok() {
            at = (at + 1) % request.len();
            tokio::task::yield_now().await;
        }
    });
    let reading = tokio::spawn(async move { tokio::io::copy(&mut read, &mut tokio::io::sink()).await });
    sleep(Duration::from_millis(50)).await;
    let start = std::time::Instant::now();
    server.stop.send(()).unwrap();
    soon(server.task).await.unwrap().unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "the drain timeout is 30 s");
    let _ = (asking.await, reading.await);
}

#[tokio::test]
async fn a_oneway_request_ends_though_its_client_has_left() {
    let server = start().await;
    let forget = super::raw::message(
        super::raw::ONEWAY,
        "forget",
        1,
        &[&b"\x0a\0\x01"[..], &SLOWLY.to_be_bytes(), b"\0"].concat(),
    );
    let mut client = Raw::connect(server.address).await;
    client.send(&[framed(&forget), framed(&ping(2))].concat()).await;
    client.expect(&framed(&pong(2))).await;
    socket2::SockRef::from(&client.0).set_linger(Some(Duration::ZERO)).unwrap();
    drop(client);
    until(|| server.handler.forgotten.load(Ordering::SeqCst) == SLOWLY).await;
}
