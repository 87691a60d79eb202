//! The body of a response over HTTP/1.1: a reply whose buffer is used again when hyper has written it.

use crate::reply::Message;
use bytes::Buf;
use hyper::body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// `None` once hyper has got it.
pub(super) struct Written(pub(super) Option<Message>);

impl Written {
    fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |message| message.len())
    }
}

impl Body for Written {
    type Data = Piece;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Piece>, Infallible>>> {
        let message = self.0.take();
        Poll::Ready(message.map(|message| Ok(Frame::data(Piece { message: Some(message), start: 0 }))))
    }

    fn is_end_stream(&self) -> bool {
        self.len() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.len() as u64)
    }
}

/// What hyper has not written yet, from `start` on.
pub(super) struct Piece {
    message: Option<Message>,
    start: usize,
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        self.chunk().len()
    }

    fn chunk(&self) -> &[u8] {
        self.message.as_ref().and_then(|message| message.get(self.start..)).unwrap_or_default()
    }

    fn advance(&mut self, count: usize) {
        self.start += count;
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        if let Some(mut message) = self.message.take() {
            message.recycle();
        }
    }
}
