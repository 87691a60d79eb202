//! The body of a response over HTTP/1.1: a reply whose buffer is used again when hyper has written it.

use crate::pieces::Message;
use bytes::Buf;
use hyper::body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::io::IoSlice;
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

/// What hyper has not written yet, of a message that stands together from `start` on.
pub(super) struct Piece {
    message: Option<Message>,
    start: usize,
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        match &self.message {
            Some(Message::Pieces(pieces)) => pieces.remaining(),
            _ => self.chunk().len(),
        }
    }

    fn chunk(&self) -> &[u8] {
        match &self.message {
            Some(Message::Pieces(pieces)) => pieces.chunk(),
            Some(message) => message.beginning().get(self.start..).unwrap_or_default(),
            None => &[],
        }
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        match (&self.message, slices) {
            (Some(Message::Pieces(pieces)), slices) => pieces.chunks_vectored(slices),
            (_, [first, ..]) if self.has_remaining() => {
                *first = IoSlice::new(self.chunk());
                1
            }
            _ => 0,
        }
    }

    fn advance(&mut self, count: usize) {
        match &mut self.message {
            Some(Message::Pieces(pieces)) => pieces.advance(count),
            _ => self.start += count,
        }
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        if let Some(mut message) = self.message.take() {
            message.recycle();
        }
    }
}
