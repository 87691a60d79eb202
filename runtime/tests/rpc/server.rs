//! The server's life: shutting down, and clients that are slow, idle or many.

use super::raw::{CALL, Raw, find, framed, message, ping, pong};
use super::store::StoreFindError;
use super::{BINARY, Running, SLOWLY, soon, start, start_with};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use thrift_runtime::{ApplicationErrorKind, Error};
use tokio::net::TcpSocket;
use tokio::time::sleep;

#[tokio::test]
async fn shutting_down_answers_what_has_begun() {
    for way in BINARY {
        println!("{way:?}");
        let server = start().await;
        let idle = way.connect(server.address).await;
        idle.ping().await.unwrap();
        let client = way.connect(server.address).await;
        let call = tokio::spawn(client.find(300, "slow"));
        begun(&server).await;
        let start = Instant::now();
        server.stop.send(()).unwrap();
        soon(server.task).await.unwrap().unwrap();
        assert!(start.elapsed() < Duration::from_secs(5), "idle connections are closed at once");
        assert_eq!(call.await.unwrap().unwrap().id, 300);
        // Nobody listens any more.
        assert!(idle.ping().await.is_err());
        assert!(client.ping().await.is_err());
    }
}

#[tokio::test]
async fn shutting_down_lets_a_message_come_to_its_end() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    let request = framed(&ping(1));
    client.send(&request[..10]).await;
    sleep(Duration::from_millis(50)).await;
    server.stop.send(()).unwrap();
    sleep(Duration::from_millis(50)).await;
    client.send(&request[10..]).await;
    assert_eq!(client.rest().await, framed(&pong(1)));
    soon(server.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_ever() {
    for way in BINARY {
        let server = start_with(|server| server.drain_timeout(Duration::from_millis(50))).await;
        let client = way.connect(server.address).await;
        let call = tokio::spawn(client.find(1, "never"));
        begun(&server).await;
        server.stop.send(()).unwrap();
        soon(server.task).await.unwrap().unwrap();
        assert!(matches!(soon(call).await.unwrap(), Err(StoreFindError::Other(_))));
    }
}

#[tokio::test]
async fn dropping_the_server_closes_its_connections() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    client.send(&ping(1)).await;
    client.expect(&pong(1)).await;
    server.task.abort();
    assert_eq!(client.rest().await, b"");
}

#[tokio::test]
async fn a_client_that_drips_is_cut_off() {
    let server = start_with(|server| server.message_timeout(Duration::from_millis(200))).await;
    for first in [framed(&ping(1)), ping(1)] {
        let mut client = Raw::connect(server.address).await;
        // A whole message first, so that the drip is not the detection's business alone.
        client.send(&first).await;
        sleep(Duration::from_millis(20)).await;
        let start = Instant::now();
        let dripped = soon(async {
            let mut dripped = 0;
            for byte in first.iter().cycle().take(first.len() - 1) {
                if tokio::io::AsyncWriteExt::write_all(&mut client.0, &[*byte]).await.is_err() {
                    break;
                }
                dripped += 1;
                sleep(Duration::from_millis(50)).await;
            }
            dripped
        })
        .await;
        assert!(dripped < first.len() - 1, "{dripped} bytes in {:?}", start.elapsed());
    }
    // And one that says nothing of use from the start.
    let mut client = Raw::connect(server.address).await;
    client.send(b"\0\0").await;
    assert_eq!(client.rest().await, b"");
}

#[tokio::test]
async fn a_client_is_not_slow_whose_next_message_always_has_begun() {
    let server = start_with(|server| server.message_timeout(Duration::from_millis(500))).await;
    let mut client = Raw::connect(server.address).await;
    client.send(&ping(1)[..9]).await;
    for _ in 0..60 {
        sleep(Duration::from_millis(20)).await;
        client.send(&[&ping(1)[9..], &ping(1)[..9]].concat()).await;
        client.expect(&pong(1)).await;
    }
}

#[tokio::test]
async fn an_idle_client_is_let_go() {
    let server = start_with(|server| server.idle_timeout(Duration::from_millis(500))).await;
    let mut silent = Raw::connect(server.address).await;
    let mut client = Raw::connect(server.address).await;
    for _ in 0..6 {
        sleep(Duration::from_millis(200)).await;
        client.send(&ping(1)).await;
        client.expect(&pong(1)).await;
    }
    let start = Instant::now();
    assert_eq!(client.rest().await, b"");
    assert!(start.elapsed() >= Duration::from_millis(450), "{:?}", start.elapsed());
    assert_eq!(silent.rest().await, b"");
}

#[tokio::test]
async fn a_client_that_takes_no_replies_is_let_go() {
    for http in [false, true] {
        let server = start_with(|server| server.write_timeout(Duration::from_millis(100))).await;
        // With a small buffer at this end, the reply is too large for the system to take it off the server's hands.
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(64 * 1024).unwrap();
        let mut client = Raw(socket.connect(server.address).await.unwrap());
        let mut request = find(1, 32 << 20, "size");
        if http {
            let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", request.len());
            request = [head.as_bytes(), &request].concat();
        }
        client.send(&request).await;
        begun(&server).await;
        // Draining would take longer than the test, were it not for the timeout.
        server.stop.send(()).unwrap();
        soon(server.task).await.unwrap().unwrap();
        assert!(client.rest().await.len() < 32 << 20);
    }
}

/// Waits for a call to have reached the handler.
async fn begun(server: &Running) {
    soon(async {
        while server.handler.begun.lock().unwrap().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn no_more_clients_than_allowed_are_served_at_a_time() {
    let server = start_with(|server| server.max_connections(1)).await;
    let mut first = Raw::connect(server.address).await;
    first.send(&ping(1)).await;
    first.expect(&pong(1)).await;
    let mut second = Raw::connect(server.address).await;
    second.send(&ping(2)).await;
    let mut byte = [0];
    let wait = Duration::from_millis(100);
    let early = tokio::time::timeout(wait, tokio::io::AsyncReadExt::read(&mut second.0, &mut byte)).await;
    assert!(early.is_err(), "served beside the first");
    drop(first);
    second.expect(&pong(2)).await;
}

#[tokio::test]
async fn timeouts_may_be_as_long_as_one_likes() {
    let for_ever = Duration::MAX;
    let server = start_with(|server| {
        let server = server.message_timeout(for_ever).idle_timeout(for_ever);
        server.write_timeout(for_ever).drain_timeout(for_ever)
    })
    .await;
    for way in BINARY {
        let builder = way.builder().call_timeout(for_ever).connect_timeout(for_ever);
        let client = super::StoreClient::new(builder.connect(way.url(server.address)).await.unwrap());
        soon(client.ping()).await.unwrap();
    }
    server.stop.send(()).unwrap();
    soon(server.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_handler_that_never_ends_is_given_up() {
    let server = start_with(|server| server.handler_timeout(Duration::from_millis(50))).await;
    for way in BINARY {
        let client = way.connect(server.address).await;
        match soon(client.find(1, "never")).await {
            Err(StoreFindError::Other(Error::Application(error))) => {
                assert_eq!((error.kind, &*error.message), (ApplicationErrorKind::INTERNAL_ERROR, "Internal error"));
            }
            other => panic!("{way:?}: {other:?}"),
        }
        assert_eq!(client.find(1, "slow").await.unwrap().id, 1);
    }
    // A oneway method is not answered, not even when it comes as a call.
    let mut client = Raw::connect(server.address).await;
    let forget = message(CALL, "forget", 1, &[b"\x0a\0\x01", &SLOWLY.to_be_bytes()[..], b"\0"].concat());
    client.send(&[framed(&forget), framed(&ping(2))].concat()).await;
    client.expect(&framed(&pong(2))).await;
    sleep(Duration::from_millis(150)).await;
    assert_eq!(server.handler.forgotten.load(Ordering::SeqCst), 0, "it was dropped");
}

#[tokio::test]
async fn clients_that_left_do_not_keep_others_out_for_ever() {
    let server = start_with(|server| server.max_connections(1).handler_timeout(Some(Duration::from_millis(50)))).await;
    for way in BINARY {
        let client = way.connect(server.address).await;
        let call = tokio::spawn(client.find(1, "never"));
        begun(&server).await;
        call.abort();
        server.handler.begun.lock().unwrap().clear();
        drop(client);
    }
    let mut client = Raw::connect(server.address).await;
    client.send(&ping(1)).await;
    client.expect(&pong(1)).await;
}
