//! What a client makes of each fault of a server, in each way of speaking: the call fails, in time and with an error that
//! says why, and the next one gets its own answer.

use super::raw::{REPLY, found, framed, message};
use super::store::{StoreClient, StoreFindError};
use super::{BINARY, Way, soon};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use thrift_runtime::message::MessageHeader;
use thrift_runtime::{Error, InvalidReply, Limits, Protocol};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// What a server does with the first request on its first connection. It answers all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    ClosesAtOnce,
    ClosesInTheReply,
    ClosesItsHalf,
    Drips,
    /// Drips for longer than the call may take.
    DripsForever,
    AnswersAnotherCall,
    AnswersAnotherMethod,
    AnswersInAnotherProtocol,
    SendsGarbage,
    SendsAHugeLength,
    SendsWithoutEnd,
    Never,
}

const FAULTS: [Fault; 12] = [
    Fault::ClosesAtOnce,
    Fault::ClosesInTheReply,
    Fault::ClosesItsHalf,
    Fault::Drips,
    Fault::DripsForever,
    Fault::AnswersAnotherCall,
    Fault::AnswersAnotherMethod,
    Fault::AnswersInAnotherProtocol,
    Fault::SendsGarbage,
    Fault::SendsAHugeLength,
    Fault::SendsWithoutEnd,
    Fault::Never,
];

#[tokio::test]
async fn a_fault_of_the_server_fails_the_call_in_time_and_nothing_after_it() {
    // HTTP/2 in bytes is another matter; its own tests have it.
    for way in BINARY.into_iter().filter(|way| !matches!(way, Way::Http2(_))) {
        for fault in FAULTS {
            let case = format!("{way:?} {fault:?}");
            let (address, connections) = serve(way, fault).await;
            let builder = way.builder().limits(Limits::default().message_bytes(100_000)).max_connections(2);
            let builder = builder.call_timeout(Duration::from_secs(1));
            let client = StoreClient::new(builder.connect(way.url(address)).await.unwrap());
            let outcome = soon(client.find(1, "x")).await;
            match (fault, outcome) {
                (Fault::Drips, Ok(item)) => assert_eq!(item.id, 1, "{case}"),
                (_, Err(StoreFindError::Other(error))) => assert!(is_expected(fault, &error), "{case}: {error:?}"),
                (_, outcome) => panic!("{case}: {outcome:?}"),
            }
            for id in 2..6 {
                match soon(client.find(id, "x")).await {
                    Ok(item) => assert_eq!(item.id, id, "{case}"),
                    Err(error) => panic!("{case}, then call {id}: {error:?}"),
                }
            }
            let kept = usize::from(!way.is_http());
            let connections = connections.load(Ordering::SeqCst);
            // Over HTTP, connecting leaves no connection.
            assert_eq!(connections, if fault == Fault::Drips { 2 - kept } else { 3 - kept }, "{case}");
        }
    }
}

fn is_expected(fault: Fault, error: &Error) -> bool {
    let reply = |reply: fn(&InvalidReply) -> bool| matches!(error, Error::InvalidReply(error) if reply(error));
    !error.is_unsent()
        && match fault {
            Fault::Drips => false,
            Fault::ClosesAtOnce | Fault::ClosesInTheReply | Fault::ClosesItsHalf => {
                matches!(error, Error::Closed { .. })
            }
            Fault::DripsForever | Fault::Never => matches!(error, Error::Timeout(_)),
            Fault::AnswersAnotherCall => {
                reply(|reply| matches!(reply, InvalidReply::SequenceId { .. } | InvalidReply::Unasked(_)))
            }
            Fault::AnswersAnotherMethod => reply(|reply| matches!(reply, InvalidReply::Method { .. })),
            Fault::AnswersInAnotherProtocol => matches!(error, Error::Message(_)),
            Fault::SendsGarbage => matches!(error, Error::Message(_) | Error::InvalidHttp(_)),
            Fault::SendsAHugeLength | Fault::SendsWithoutEnd => {
                matches!(error, Error::Message(_)) && error.to_string().contains("100000")
            }
        }
}

async fn serve(way: Way, fault: Fault) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        let mut faults = Some(fault);
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            // Over HTTP, the first connection carries nothing.
            let is_first = count.load(Ordering::SeqCst) == 1 && way.is_http();
            let mut fault = if is_first { None } else { faults.take() };
            tokio::spawn(async move {
                while let Some((sequence_id, id)) = read(&mut stream, way).await {
                    match fault.take() {
                        None => stream.write_all(&wrap(way, &found(sequence_id, id))).await.unwrap(),
                        Some(fault) => {
                            commit(fault, &mut stream, way, sequence_id, id).await;
                            if fault != Fault::Drips {
                                return;
                            }
                        }
                    }
                }
            });
        }
    });
    (address, connections)
}

/// Reads a request: its sequence id, and the id that it asks for.
async fn read(stream: &mut TcpStream, way: Way) -> Option<(i32, i64)> {
    let mut input = Vec::new();
    loop {
        let message = match way {
            Way::Http(_) => {
                let head = input.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
                &input[head.unwrap_or(input.len())..]
            }
            Way::Buffered(_) => &input[..],
            _ => input.get(4..).unwrap_or_default(),
        };
        // The shortest name makes the longest message that this server reads: 16 + 11 + 8 + 1 bytes.
        if message.len() >= 36 {
            let (header, body) = MessageHeader::read(message).unwrap();
            return Some((header.sequence_id, i64::from_be_bytes(message[body.start + 3..][..8].try_into().unwrap())));
        }
        if stream.read_buf(&mut input).await.ok()? == 0 {
            return None;
        }
    }
}

fn wrap(way: Way, message: &[u8]) -> Vec<u8> {
    match way {
        Way::Http(_) => {
            [format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", message.len()).as_bytes(), message].concat()
        }
        Way::Buffered(_) => message.to_vec(),
        _ => framed(message),
    }
}

async fn commit(fault: Fault, stream: &mut TcpStream, way: Way, sequence_id: i32, id: i64) {
    let good = wrap(way, &found(sequence_id, id));
    // A client that has gone is none of this server's business.
    let sent = match fault {
        Fault::ClosesAtOnce => Ok(()),
        Fault::ClosesInTheReply => stream.write_all(&good[..good.len() / 2]).await,
        Fault::ClosesItsHalf => {
            stream.shutdown().await.unwrap();
            wait(stream).await
        }
        Fault::Drips => {
            for byte in good {
                stream.write_all(&[byte]).await.unwrap();
                tokio::task::yield_now().await;
            }
            Ok(())
        }
        Fault::DripsForever => {
            for byte in &good[..good.len() - 1] {
                if stream.write_all(&[*byte]).await.is_err() {
                    return;
                }
                sleep(Duration::from_millis(100)).await;
            }
            wait(stream).await
        }
        Fault::AnswersAnotherCall => stream.write_all(&wrap(way, &found(sequence_id + 7, id))).await,
        Fault::AnswersAnotherMethod => stream.write_all(&wrap(way, &message(REPLY, "other", sequence_id, b"\0"))).await,
        Fault::AnswersInAnotherProtocol => {
            let mut reply = Vec::new();
            let header = MessageHeader { name: "find", kind: thrift_runtime::message::MessageKind::Reply, sequence_id };
            Protocol::Compact.write_header(header, &mut reply);
            reply.push(0);
            stream.write_all(&wrap(way, &reply)).await
        }
        Fault::SendsGarbage => stream.write_all(&[0xa5; 1000]).await,
        Fault::SendsAHugeLength => {
            // As a frame, as a string in a message, and as a body.
            let bytes = match way {
                Way::Http(_) => b"HTTP/1.1 200 OK\r\nContent-Length: 2147483647\r\n\r\n".to_vec(),
                Way::Buffered(_) => message(REPLY, "find", sequence_id, b"\x0b\0\x01\x7f\xff\xff\xff"),
                _ => b"\x7f\xff\xff\xff".to_vec(),
            };
            stream.write_all(&bytes).await.unwrap();
            wait(stream).await
        }
        Fault::SendsWithoutEnd => {
            let begin = match way {
                Way::Http(_) => b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
                // A list of structs that goes on and on.
                Way::Buffered(_) => message(REPLY, "find", sequence_id, b"\x0f\0\x01\x0c\x00\x01\x86\xa0"),
                _ => b"\x00\x01\x86\xa1".to_vec(),
            };
            stream.write_all(&begin).await.unwrap();
            while stream.write_all(&[0; 1000]).await.is_ok() {
                tokio::task::yield_now().await;
            }
            Ok(())
        }
        Fault::Never => wait(stream).await,
    };
    let _ = sent;
}

/// Waits for the client to close.
async fn wait(stream: &mut TcpStream) -> std::io::Result<()> {
    while stream.read(&mut [0; 1000]).await? > 0 {}
    Ok(())
}
