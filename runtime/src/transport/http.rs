//! Thrift over HTTP: one message is the body of a request, its reply the body of the response.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;

/// So much memory is taken for a body because its length was announced. What is longer has to come, too.
const MOST_RESERVED: usize = 256 * 1024;

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum BodyError<E> {
    TooLarge,
    /// The whole is not too large, but it may not be kept.
    NoRoom,
    Http(E),
}

/// Reads a whole body of at most `limit` bytes. `may_keep` says whether so many bytes may be in memory meanwhile.
pub(crate) async fn collect<B: Body + Unpin>(
    mut body: B,
    limit: usize,
    mut may_keep: impl FnMut(usize) -> bool,
) -> Result<Bytes, BodyError<B::Error>> {
    if body.size_hint().lower() > limit as u64 {
        return Err(BodyError::TooLarge);
    }
    // Most bodies come in one piece, which needs no copy.
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while !body.is_end_stream()
        && let Some(frame) = body.frame().await
    {
        let Ok(mut data) = frame.map_err(BodyError::Http)?.into_data() else { continue };
        if data.remaining() > limit - first.len() - whole.len() {
            return Err(BodyError::TooLarge);
        }
        if !may_keep(first.len() + whole.len() + data.remaining()) {
            return Err(BodyError::NoRoom);
        }
        if first.is_empty() && whole.is_empty() {
            first = data.copy_to_bytes(data.remaining());
            continue;
        }
        if whole.is_empty() {
            let to_come = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX).min(MOST_RESERVED);
            whole.reserve(first.len() + data.remaining() + to_come);
            whole.extend_from_slice(&std::mem::take(&mut first));
        }
        whole.put(data);
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}
