//! Thrift over HTTP: one message is the body of a request, its reply the body of the response.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;
use hyper::header::HeaderValue;

/// The media type of both bodies, whatever the protocol.
pub(crate) const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-thrift");

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum BodyError<E> {
    TooLarge,
    Http(E),
}

/// Reads a whole body of at most `limit` bytes.
pub(crate) async fn collect<B: Body + Unpin>(mut body: B, limit: usize) -> Result<Bytes, BodyError<B::Error>> {
    if body.size_hint().lower() > limit as u64 {
        return Err(BodyError::TooLarge);
    }
    // Most bodies come in one piece, which needs no copy.
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(mut data) = frame.map_err(BodyError::Http)?.into_data() else { continue };
        if data.remaining() > limit - first.len() - whole.len() {
            return Err(BodyError::TooLarge);
        }
        if first.is_empty() && whole.is_empty() {
            first = data.copy_to_bytes(data.remaining());
        } else {
            whole.extend_from_slice(&std::mem::take(&mut first));
            whole.put(data);
        }
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}
