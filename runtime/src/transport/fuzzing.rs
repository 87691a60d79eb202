//! What holds for any bytes that a peer sends: checks for the fuzz targets of the repository, which panic when it does not.

use super::http_head::{Found, PlainHead};
use super::unframed::Scanner;
use super::unframed::decoder::skip;
use super::zlib::{self, Deflater, Inflater};
use super::{framed, header, ttheader};
use crate::limits::Limits;
use crate::message::{MessageHeader, MessageKind, Protocol};
use http::header::{CONTENT_LENGTH, HeaderMap};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

/// Small, so that the limits are met.
const LIMITS: Limits = Limits { message_bytes: 4096, frame_bytes: 4096, memory_bytes: 1 << 20, depth: 64 };

/// The scanner finds the end of a message where its decoder finds it, however the stream is cut: of these bytes, and of
/// messages of each protocol whose bodies they are.
pub fn unframed(bytes: &[u8]) {
    scan(bytes);
    for protocol in [Protocol::Binary, Protocol::Compact, Protocol::Json] {
        let mut message = Vec::new();
        protocol.write_header(MessageHeader { name: "m", kind: MessageKind::Call, sequence_id: 1 }, &mut message);
        message.extend_from_slice(bytes);
        protocol.write_end(&mut message);
        scan(&message);
    }
}

fn scan(stream: &[u8]) {
    let whole = Scanner::new(LIMITS).scan(stream);
    let mut scanner = Scanner::new(LIMITS);
    for end in 0..=stream.len() {
        let found = scanner.scan(&stream[..end]);
        assert!(scanner.least_length() <= LIMITS.message_bytes);
        // What is wrong may be seen before the end that is beyond a limit.
        if found.is_err() {
            assert!(whole.is_err());
        }
        match found {
            Ok(None) => {}
            Ok(Some(found)) => {
                assert_eq!(found.end, end);
                assert_eq!(whole, Ok(Some(found)));
                break;
            }
            Err(_) => break,
        }
        assert!(end < stream.len() || whole == Ok(None));
    }
    let Ok((_, body)) = MessageHeader::read(stream) else { return };
    let Ok(protocol) = Protocol::of(stream) else { return };
    let decoded = skip(protocol, stream, body.start, &LIMITS);
    match whole {
        // In JSON, what is between the brackets is not looked at.
        Ok(Some(found)) if protocol == Protocol::Json => assert!(!matches!(decoded, Ok(Some(end)) if end != found.end)),
        Ok(Some(found)) => assert_eq!(decoded, Ok(Some(found.end))),
        Ok(None) => assert!(!matches!(decoded, Ok(Some(_)))),
        Err(_) => assert!(!matches!(decoded, Ok(Some(end)) if end <= LIMITS.message_bytes)),
    }
}

/// A frame of THeader or TTHeader is an error, or is written, read and found the same.
pub fn frames(frame: &[u8]) {
    if let Ok(found) = header::Frame::read(frame)
        && let Ok(message) = found.message(&LIMITS)
    {
        assert!(message.len() <= LIMITS.message_bytes.max(frame.len()));
        let header::Frame { sequence_id, protocol, headers, .. } = &found;
        let zlib = found.is_compressed();
        let head = header::Head { sequence_id: *sequence_id, protocol: *protocol, headers, zlib };
        let mut written = Vec::new();
        if head.write(&message, header::MAX, &mut written).is_ok() {
            assert_eq!(framed::length(&written, header::MAX), Ok(Some(written.len() - framed::PREFIX)));
            let again = header::Frame::read(&written[framed::PREFIX..]).expect("what was written");
            assert_eq!((again.sequence_id, again.protocol), (found.sequence_id, found.protocol));
            assert_eq!(again.headers, found.headers);
            assert_eq!(again.message(&LIMITS).expect("the same message"), message);
        }
    }
    if let Ok(found) = ttheader::Frame::read(frame) {
        let ttheader::Frame { sequence_id, protocol, headers, numbered, is_framed, message } = &found;
        let (sequence_id, protocol, is_framed) = (*sequence_id, *protocol, *is_framed);
        let head = ttheader::Head { sequence_id, protocol, headers, numbered, is_framed };
        let mut written = Vec::new();
        if head.write(message, framed::MAX, &mut written).is_ok() {
            let again = ttheader::Frame::read(&written[framed::PREFIX..]).expect("what was written");
            assert_eq!((again.sequence_id, again.protocol), (sequence_id, protocol));
            assert_eq!((again.headers, again.numbered), (found.headers, found.numbered));
            assert_eq!((again.is_framed, again.message), (is_framed, found.message));
        }
    }
}

/// A compressed stream is an error, or the same however it is cut; and what is compressed is inflated to the same.
pub fn compressed(bytes: &[u8]) {
    if let Ok(message) = zlib::inflate(bytes, LIMITS.message_bytes) {
        assert!(message.len() <= LIMITS.message_bytes);
    }
    for in_frames in [false, true] {
        let inflater = || if in_frames { Inflater::in_frames(LIMITS.frame_bytes) } else { Inflater::new() };
        let limit = LIMITS.message_bytes;
        match [bytes.len().max(1), 1].map(|piece| inflate(inflater(), bytes, piece, limit)) {
            [Some(whole), Some(cut)] => assert!(whole == cut),
            // The error may come before or after the limit.
            [Some(out), None] | [None, Some(out)] => assert_eq!(out.len(), limit),
            [None, None] => {}
        }
        let mut stream = Vec::new();
        let mut deflater = Deflater::new(in_frames);
        let (first, second) = bytes.split_at(bytes.len() / 2);
        deflater.deflate(first, &mut stream).expect("compressing cannot fail");
        deflater.deflate(second, &mut stream).expect("compressing cannot fail");
        let inflater = if in_frames { Inflater::in_frames(framed::MAX) } else { Inflater::new() };
        assert!(inflate(inflater, &stream, stream.len().max(1), usize::MAX).expect("what was compressed") == bytes);
    }
    let mut data = Vec::new();
    zlib::deflate(bytes, &mut data).expect("compressing cannot fail");
    assert!(zlib::inflate(&data, bytes.len()).expect("what was compressed") == bytes);
}

/// Plain requests over HTTP/1.1 are what hyper takes them for, and what it refuses is none: between two readers that
/// disagree, one request could hide in another.
pub fn plain_http(stream: &[u8]) {
    let ours = plain_requests(stream);
    let by_hyper = requests_by_hyper(stream);
    assert!(by_hyper.starts_with(&ours), "{ours:?} are {by_hyper:?}");
}

/// Path, headers and body.
type HttpRequest = (String, HeaderMap, Vec<u8>);

fn plain_requests(mut stream: &[u8]) -> Vec<HttpRequest> {
    let mut requests: Vec<HttpRequest> = Vec::new();
    let mut last: Option<PlainHead> = None;
    loop {
        let known = last.as_ref().and_then(|last| last.find(stream));
        let Found::Plain((head, parts)) = PlainHead::read(stream) else {
            assert_eq!(known, None);
            return requests;
        };
        let extent = head.extent();
        for end in 0..extent.head {
            assert!(matches!(PlainHead::read(&stream[..end]), Found::Partial), "the first {end} bytes of a plain head");
        }
        let Some(body) = stream.get(extent.head..extent.head + extent.body) else { return requests };
        if let Some(known) = known {
            assert_eq!(known, extent);
            let (path, mut headers, _) = requests.last().expect("one before").clone();
            headers.insert(CONTENT_LENGTH, parts.headers[CONTENT_LENGTH].clone());
            assert_eq!((path.as_str(), &headers), (parts.uri.path(), &parts.headers));
        }
        requests.push((parts.uri.path().to_owned(), parts.headers, body.to_vec()));
        stream = &stream[extent.head + extent.body..];
        last = Some(head);
    }
}

fn requests_by_hyper(stream: &[u8]) -> Vec<HttpRequest> {
    let requests = RefCell::new(Vec::new());
    let answer = service_fn(|request: hyper::Request<Incoming>| async {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes().to_vec();
        requests.borrow_mut().push((head.uri.path().to_owned(), head.headers, body));
        Ok::<_, hyper::Error>(hyper::Response::new(String::new()))
    });
    let socket = TokioIo::new(tokio::io::join(stream, Vec::new()));
    {
        let mut connection = pin!(http1::Builder::new().half_close(true).serve_connection(socket, answer));
        // It pauses now and then, though nothing here has to be waited for.
        let mut cx = Context::from_waker(Waker::noop());
        while connection.as_mut().poll(&mut cx).is_pending() {}
    }
    requests.into_inner()
}

/// What comes of a stream in pieces of so many bytes, up to a limit. `None`: an error.
fn inflate(mut inflater: Inflater, stream: &[u8], piece: usize, limit: usize) -> Option<Vec<u8>> {
    let (mut input, mut out, mut room) = (Vec::new(), Vec::new(), [0; 256]);
    for piece in stream.chunks(piece) {
        input.extend_from_slice(piece);
        loop {
            let (read, written) = inflater.inflate(&input, &mut room).ok()?;
            input.drain(..read);
            out.extend_from_slice(&room[..written]);
            if out.len() >= limit {
                out.truncate(limit);
                return Some(out);
            }
            if written == 0 {
                break;
            }
        }
    }
    Some(out)
}
