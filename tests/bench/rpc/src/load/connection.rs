//! A connection of the load generator: what it has yet to send, and what it waits for.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::time::Instant;

use rustix::event::epoll;
use rustix::fd::OwnedFd;

use super::reply::Reply;
use super::stream::Stream;
use crate::Result;

/// Writes are of so many bytes at most, or of one request.
const LARGEST_WRITE: usize = 1 << 20;

/// The same request many times: what is to be sent is a part of this.
pub(super) struct Requests {
    bytes: Vec<u8>,
    each: usize,
}

impl Requests {
    pub(super) fn new(request: &[u8], in_flight: usize) -> Self {
        // One more: a write may begin within a request.
        let count = in_flight.min(LARGEST_WRITE / request.len()).max(1) + 1;
        Self { bytes: request.repeat(count), each: request.len() }
    }
}

pub(super) struct Connection {
    stream: Stream,
    index: usize,
    /// Bytes to send.
    unsent: usize,
    /// How much of a request is sent.
    request_position: usize,
    /// How much of a reply has come.
    reply_position: usize,
    /// When the requests were sent that wait for a reply.
    sent_at: VecDeque<Instant>,
    waits_to_write: bool,
}

impl Connection {
    pub(super) fn new(stream: Stream, index: usize) -> Result<Self> {
        stream.socket().set_nonblocking(true)?;
        let (unsent, request_position, reply_position, waits_to_write) = (0, 0, 0, false);
        Ok(Self { stream, index, unsent, request_position, reply_position, sent_at: VecDeque::new(), waits_to_write })
    }

    pub(super) fn register(&self, epoll: &OwnedFd) -> Result<()> {
        Ok(epoll::add(epoll, self.stream.socket(), self.data(), epoll::EventFlags::IN)?)
    }

    /// Sends so many more requests, as far as the socket takes them.
    pub(super) fn send(&mut self, epoll: &OwnedFd, requests: &Requests, count: usize, now: Instant) -> Result<()> {
        self.sent_at.extend(std::iter::repeat_n(now, count));
        self.unsent += count * requests.each;
        self.flush(epoll, requests)
    }

    /// Sends what waits, as far as the socket takes it.
    pub(super) fn flush(&mut self, epoll: &OwnedFd, requests: &Requests) -> Result<()> {
        while self.unsent > 0 {
            let rest = &requests.bytes[self.request_position..];
            match self.stream.write(&rest[..rest.len().min(self.unsent)]) {
                Ok(count) => {
                    self.unsent -= count;
                    self.request_position = (self.request_position + count) % requests.each;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        let waits = self.unsent > 0 || self.stream.holds_back()?;
        self.wait_to_write(epoll, waits)
    }

    /// Reads what has come, and returns how many replies have ended.
    pub(super) fn receive(&mut self, buffer: &mut [u8], reply: &Reply) -> Result<usize> {
        match self.stream.read(buffer) {
            Ok(0) => Err("the server closed a connection".into()),
            Ok(count) => {
                let (ended, position) = reply.check(self.reply_position, &buffer[..count])?;
                self.reply_position = position;
                if ended > self.sent_at.len() {
                    return Err("more replies than requests".into());
                }
                Ok(ended)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// When the requests were sent whose replies have ended now.
    pub(super) fn answered(&mut self, replies: usize) -> impl Iterator<Item = Instant> {
        self.sent_at.drain(..replies)
    }

    fn wait_to_write(&mut self, epoll: &OwnedFd, waits: bool) -> Result<()> {
        if waits != self.waits_to_write {
            let flags = if waits { epoll::EventFlags::IN | epoll::EventFlags::OUT } else { epoll::EventFlags::IN };
            epoll::modify(epoll, self.stream.socket(), self.data(), flags)?;
            self.waits_to_write = waits;
        }
        Ok(())
    }

    fn data(&self) -> epoll::EventData {
        epoll::EventData::new_u64(self.index as u64)
    }
}
