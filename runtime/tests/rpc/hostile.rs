//! Clients that send frames, headers and compressed data made to do harm.

use super::headers::binary;
use super::raw::{Raw, framed, ping, pong};
use super::{Running, start, start_with};
use thrift_runtime::Limits;

const THEADER: &[u8] = b"\x0f\xff\0\0\0\0\0\x01";
const TTHEADER: &[u8] = b"\x10\0\0\0\0\0\0\x01";

/// A frame that begins so, with this header, whose size is what it takes, and this payload.
fn frame(start: &[u8], header: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut header = header.to_vec();
    header.resize(header.len().next_multiple_of(4), 0);
    let words = (header.len() / 4) as u16;
    framed(&[start, &words.to_be_bytes(), &header, payload].concat())
}

/// The server answers a request, then ends the connection because of what follows; and goes on with others.
async fn is_closed(server: &Running, bad: &[u8]) {
    println!("{}", bad[..bad.len().min(100)].escape_ascii());
    let mut client = Raw::connect(server.address).await;
    client.send(&[&framed(&ping(1)), bad].concat()).await;
    assert_eq!(client.rest().await, framed(&pong(1)));
    let mut other = Raw::connect(server.address).await;
    other.send(&framed(&ping(2))).await;
    other.expect(&framed(&pong(2))).await;
}

#[tokio::test]
async fn forged_headers_close_the_connection() {
    let server = start().await;
    let ping = ping(1);
    for bad in [
        // The size of the header, and what is cut short in it.
        framed(THEADER),
        framed(&[THEADER, b"\xff\xff\0\0\0\0"].concat()),
        framed(&[THEADER, b"\0\0", &ping].concat()),
        framed(&[TTHEADER, b"\xff\xff\0\0\0\0"].concat()),
        framed(&[TTHEADER, b"\0\0", &ping].concat()),
        // Counts and lengths of two billion and more.
        frame(THEADER, b"\0\xff\xff\xff\xff\x07", &ping),
        frame(THEADER, b"\0\0\x01\xff\xff\xff\xff\x07", &ping),
        frame(THEADER, b"\0\0\x01\x01\xff\xff\xff\xff\x0f", &ping),
        frame(THEADER, b"\0\0\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", &ping),
        frame(TTHEADER, b"\0\xff", &ping),
        frame(TTHEADER, b"\0\0\x01\xff\xff", &ping),
        frame(TTHEADER, b"\0\0\x01\0\x01\xff\xff", &ping),
        frame(TTHEADER, b"\0\0\x11\xff\xff", &ping),
        // Protocols that nobody speaks, and a message of none.
        frame(THEADER, b"\x07\0", &ping),
        frame(TTHEADER, b"\x04\0", &ping),
        frame(THEADER, b"\0\0", b"GET / HTTP/1.1\r\n"),
        // Frames in frames.
        binary(&binary(&ping)),
        frame(TTHEADER, b"\0\0", &framed(&framed(&ping))),
    ] {
        is_closed(&server, &bad).await;
    }
}

#[tokio::test]
async fn tens_of_thousands_of_headers_are_refused() {
    let server = start().await;
    let pairs = vec![0; 65_000];
    for (count, header) in [(2000, &b"\0\0\x01\xd0\x0f"[..]), (30_000, b"\0\0\x01\xb0\xea\x01")] {
        is_closed(&server, &frame(THEADER, &[header, &pairs[..2 * count]].concat(), &ping(1))).await;
    }
    is_closed(&server, &frame(TTHEADER, &[b"\0\0\x01\x3e\x80", &pairs[..64_000]].concat(), &ping(1))).await;
    // As many blocks with an entry each.
    is_closed(&server, &frame(THEADER, &[&b"\0\0"[..], &b"\x01\x01\0\0".repeat(15_000)].concat(), &ping(1))).await;
    // So many are fine, and what they are is not kept.
    let some = [b"\0\0\x01\xe8\x07", &pairs[..2000]].concat();
    let mut client = Raw::connect(server.address).await;
    client.send(&frame(THEADER, &some, &ping(1))).await;
    assert_eq!(super::headers::read(&mut client).await, pong(1));
}

#[cfg(feature = "zlib")]
mod compressed {
    use super::*;
    use crate::soon;
    use flate2::{Compress, Compression, FlushCompress};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// What is more than the server allows, in bytes.
    const BOMB: usize = 8 << 20;

    /// A zlib stream, which ends or goes on.
    fn deflated(data: &[u8], flush: FlushCompress) -> Vec<u8> {
        let mut out = Vec::with_capacity(data.len() + 100);
        Compress::new(Compression::best(), true).compress_vec(data, &mut out, flush).unwrap();
        out
    }

    /// A THeader frame with so many zlib transforms.
    fn zlib_frame(transforms: u8, payload: &[u8]) -> Vec<u8> {
        frame(THEADER, &[&[0, transforms][..], &vec![1; transforms.into()]].concat(), payload)
    }

    #[tokio::test]
    async fn damaged_and_exploding_payloads_close_the_connection() {
        let server = start_with(|server| server.limits(Limits::default().frame_bytes(1 << 18))).await;
        let whole = deflated(&ping(1), FlushCompress::Finish);
        let mut damaged = whole.clone();
        damaged[5] ^= 0x55;
        let bomb = deflated(&vec![0; BOMB], FlushCompress::Finish);
        assert!(bomb.len() < 1 << 17);
        let mut nested = ping(1);
        (0..5).for_each(|_| nested = deflated(&nested, FlushCompress::Finish));
        for bad in [
            zlib_frame(1, b""),
            zlib_frame(1, &ping(1)),
            zlib_frame(1, &whole[..whole.len() - 1]),
            zlib_frame(1, &damaged),
            zlib_frame(2, &whole),
            zlib_frame(1, &bomb),
            // A bomb in a bomb.
            zlib_frame(2, &deflated(&bomb, FlushCompress::Finish)),
            // Each would be undone in vain.
            zlib_frame(5, &nested),
            zlib_frame(200, &nested),
        ] {
            is_closed(&server, &bad).await;
        }
    }

    /// What a server sends back on a zlib stream.
    async fn answer(server: &Running, stream: &[u8]) -> Vec<u8> {
        let mut client = Raw::connect(server.address).await;
        client.send(stream).await;
        client.rest().await
    }

    fn inflated(stream: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(1000);
        flate2::Decompress::new(true).decompress_vec(stream, &mut out, flate2::FlushDecompress::Sync).unwrap();
        out
    }

    #[tokio::test]
    async fn a_stream_ends_at_the_first_fault_and_after_the_replies_before_it() {
        let server = start().await;
        let good = deflated(&ping(1), FlushCompress::Sync);
        for bad in [&b"\xff\xff\xff\xff"[..], b"GET / HTTP/1.1\r\n"] {
            let rest = answer(&server, &[&good, bad].concat()).await;
            assert_eq!(inflated(&rest), pong(1));
        }
        // What is compressed is no message, or one over a limit.
        for bad in [&b"GET / HTTP/1.1\r\n"[..], b"\x80\x01\0\x01\x7f\xff\xff\xff", b"\x16\x03\x01\0\0\0"] {
            let rest = answer(&server, &deflated(&[&ping(1), bad].concat(), FlushCompress::Sync)).await;
            assert_eq!(inflated(&rest), pong(1));
        }
        // Frames whose lengths are forged, around what is compressed.
        for bad in [&b"\x7f\xff\xff\xff"[..], b"\xff\xff\xff\xff"] {
            let rest = answer(&server, &[&framed(&good), bad].concat()).await;
            assert_eq!(inflated(&rest[4..]), pong(1));
        }
    }

    #[tokio::test]
    async fn a_bomb_in_a_stream_ends_at_the_limit() {
        let limits = Limits::default().message_bytes(1 << 18).frame_bytes(1 << 18);
        let server = start_with(|server| server.limits(limits)).await;
        // A string of 8 MiB of zeros, in a message and in a frame that announce it, and white space without end.
        let head = [&ping(1)[..16], b"\x0b\0\x01\0\x80\0\0"].concat();
        for start in [head.clone(), [b"\0\x80\0\0", &head[..]].concat()] {
            let bomb = deflated(&[&start[..], &vec![0; BOMB]].concat(), FlushCompress::Sync);
            assert_eq!(inflated_or_nothing(&answer(&server, &bomb).await), b"");
        }
        let white = [&b"[1,\"ping\",1,1,{"[..], &vec![b' '; BOMB]].concat();
        assert_eq!(inflated_or_nothing(&answer(&server, &deflated(&white, FlushCompress::Sync)).await), b"");
    }

    #[tokio::test]
    async fn a_stream_in_a_stream_is_no_message() {
        let server = start().await;
        let inner = deflated(&ping(1), FlushCompress::Sync);
        for stream in [inner.clone(), framed(&inner)] {
            assert_eq!(inflated_or_nothing(&answer(&server, &deflated(&stream, FlushCompress::Sync)).await), b"");
        }
    }

    fn inflated_or_nothing(stream: &[u8]) -> Vec<u8> {
        if stream.is_empty() { Vec::new() } else { inflated(stream) }
    }

    /// One byte of output for each of input would be no bomb, and many small messages are none either.
    #[tokio::test]
    async fn many_messages_in_few_bytes_are_all_answered() {
        let server = start().await;
        let (mut client, count) = (Raw::connect(server.address).await, 20_000);
        let stream = deflated(&ping(1).repeat(count), FlushCompress::Sync);
        assert!(stream.len() < 5000, "{}", stream.len());
        client.send(&stream).await;
        client.0.shutdown().await.unwrap();
        let mut replies = Vec::new();
        soon(client.0.read_to_end(&mut replies)).await.unwrap();
        let mut out = Vec::with_capacity(17 * count + 1);
        let mut stream = flate2::Decompress::new(true);
        while (stream.total_in() as usize) < replies.len() {
            let rest = &replies[stream.total_in() as usize..];
            stream.decompress_vec(rest, &mut out, flate2::FlushDecompress::Sync).unwrap();
        }
        assert!(out == pong(1).repeat(count));
    }
}
