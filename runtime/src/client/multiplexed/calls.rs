//! The calls of one connection by sequence id: whose reply is awaited, and which replies nobody awaits any more.

use crate::call::check_reply;
use crate::client::fault::{Failed, Fault, Outcome};
use crate::error::InvalidReply;
use crate::message::Protocol;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Instant;

#[derive(Debug, Default)]
pub(super) struct Calls {
    slots: HashMap<i32, Slot>,
    /// How many wait.
    waiting: usize,
    /// How many were given up, and may be answered yet.
    given_up: usize,
    /// The earliest deadline of a call that waits, or one that has been.
    earliest: Option<Instant>,
    /// Where the search for an id that nobody uses begins.
    unused: i32,
}

#[derive(Debug)]
struct Slot {
    /// Tells apart the calls that have the same id one after another.
    ticket: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Waiting(Waiting),
    /// The caller has to learn how its call ended. Nothing more comes for it.
    Over(Outcome),
    /// The caller has to learn that its call took too long. The reply may still come.
    TimedOut,
    /// Nobody is there any more, but the reply may still come: no other call may have the id before.
    Tombstone,
}

/// A call that waits: for room in the buffer, to be written, for its reply.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) waker: Waker,
    pub(super) deadline: Instant,
    pub(super) protocol: Protocol,
    pub(super) method: Arc<str>,
    /// How many bytes of the connection go before its message. `None`: it waits for room.
    pub(super) start: Option<u64>,
    /// The message, while it waits for room.
    pub(super) message: Option<Bytes>,
    /// There is no reply.
    pub(super) oneway: bool,
    /// How often messages had come when the call began.
    pub(super) heard: u64,
}

/// What came of looking for calls whose time is over.
#[derive(Debug, Default)]
pub(super) struct Expired {
    pub(super) wakers: Vec<Waker>,
    /// No message at all has come since one of them began.
    pub(super) silent: bool,
}

impl Calls {
    /// Enters a call, under the wanted id unless that is in use. Returns its id.
    pub(super) fn enter(&mut self, wanted: i32, ticket: u64, call: Waiting) -> i32 {
        let mut id = wanted;
        while self.slots.contains_key(&id) {
            self.unused = self.unused.wrapping_sub(1);
            id = self.unused;
        }
        self.earliest = Some(self.earliest.map_or(call.deadline, |earliest| earliest.min(call.deadline)));
        self.waiting += 1;
        self.slots.insert(id, Slot { ticket, state: State::Waiting(call) });
        id
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    pub(super) fn given_up(&self) -> usize {
        self.given_up
    }

    pub(super) fn earliest(&self) -> Option<Instant> {
        self.earliest
    }

    /// Notes where the message of a call that waited for room begins. False: nobody waits any more.
    pub(super) fn start(&mut self, id: i32, ticket: u64, at: u64) -> bool {
        match self.state(id, ticket) {
            Some(State::Waiting(call)) => {
                call.start = Some(at);
                true
            }
            _ => false,
        }
    }

    /// Keeps the message of a call until there is room for it.
    pub(super) fn keep(&mut self, id: i32, ticket: u64, message: Bytes) {
        if let Some(State::Waiting(call)) = self.state(id, ticket) {
            call.message = Some(message);
        }
    }

    /// Whether a message is kept.
    pub(super) fn is_kept(&mut self, id: i32, ticket: u64) -> bool {
        matches!(self.state(id, ticket), Some(State::Waiting(Waiting { message: Some(_), .. })))
    }

    /// The message that was kept, unless nobody waits any more.
    pub(super) fn kept(&mut self, id: i32, ticket: u64) -> Option<Bytes> {
        match self.state(id, ticket)? {
            State::Waiting(call) => call.message.take(),
            _ => None,
        }
    }

    /// What has become of a call.
    fn state(&mut self, id: i32, ticket: u64) -> Option<&mut State> {
        self.slots.get_mut(&id).filter(|slot| slot.ticket == ticket).map(|slot| &mut slot.state)
    }

    /// A oneway message was written.
    pub(super) fn written(&mut self, id: i32, ticket: u64) -> Option<Waker> {
        match self.state(id, ticket) {
            Some(State::Waiting(_)) => self.end(id, Ok(None)),
            _ => None,
        }
    }

    /// A reply has come; `written` bytes have been sent so far.
    ///
    /// # Errors
    /// It answers no call. Then the server does not keep its calls apart, and nothing that comes from it can be trusted.
    pub(super) fn answer(&mut self, id: i32, reply: Bytes, written: u64) -> Result<Option<Waker>, Fault> {
        match self.slots.get_mut(&id).map(|slot| &mut slot.state) {
            Some(State::Waiting(call)) if !call.oneway && call.start.is_some_and(|start| start < written) => {
                check_reply(&reply, call.protocol, &call.method, id).map_err(|error| Fault::of(&error))?;
                Ok(self.end(id, Ok(Some(reply))))
            }
            Some(state @ State::TimedOut) => {
                self.given_up -= 1;
                *state = State::Over(Err(Failed { fault: Fault::Timeout, unsent: false }));
                Ok(None)
            }
            Some(State::Tombstone) => {
                self.given_up -= 1;
                self.slots.remove(&id);
                Ok(None)
            }
            Some(State::Waiting(_) | State::Over(_)) | None => Err(Fault::Reply(InvalidReply::Unasked(id))),
        }
    }

    /// How the call ended. Unless it has, it will wake `waker`.
    pub(super) fn poll(&mut self, id: i32, ticket: u64, waker: &Waker) -> Poll<Outcome> {
        // Once it has learnt its end, a call has no place here.
        let gone = Poll::Ready(Err(Failed { fault: Fault::Closed, unsent: false }));
        let Some(state) = self.state(id, ticket) else { return gone };
        match state {
            State::Waiting(call) => {
                call.waker.clone_from(waker);
                Poll::Pending
            }
            State::TimedOut => {
                *state = State::Tombstone;
                Poll::Ready(Err(Failed { fault: Fault::Timeout, unsent: false }))
            }
            State::Over(_) => match self.slots.remove(&id).map(|slot| slot.state) {
                Some(State::Over(outcome)) => Poll::Ready(outcome),
                _ => gone,
            },
            State::Tombstone => gone,
        }
    }

    /// The caller has gone without having learnt how its call ended. Returns how often messages had come when the call
    /// began, if it was written and waited still.
    pub(super) fn abandon(&mut self, id: i32, ticket: u64) -> Option<u64> {
        let state = self.state(id, ticket)?;
        match state {
            State::Waiting(call) if call.is_answered_later() => {
                let heard = call.heard;
                *state = State::Tombstone;
                self.given_up += 1;
                self.waiting -= 1;
                return Some(heard);
            }
            State::Waiting(_) => {
                self.waiting -= 1;
                self.slots.remove(&id);
            }
            State::TimedOut => *state = State::Tombstone,
            State::Over(_) => drop(self.slots.remove(&id)),
            State::Tombstone => {}
        }
        None
    }

    /// Ends the calls whose time is over.
    pub(super) fn expire(&mut self, now: Instant, heard: u64) -> Expired {
        let mut expired = Expired::default();
        self.earliest = None;
        for Slot { state, .. } in self.slots.values_mut() {
            let State::Waiting(call) = state else { continue };
            if call.deadline > now {
                self.earliest = Some(self.earliest.map_or(call.deadline, |earliest| earliest.min(call.deadline)));
                continue;
            }
            expired.wakers.push(call.waker.clone());
            expired.silent |= call.heard == heard;
            self.waiting -= 1;
            *state = if call.is_answered_later() {
                self.given_up += 1;
                State::TimedOut
            } else {
                State::Over(Err(Failed { fault: Fault::Timeout, unsent: call.start.is_none() }))
            };
        }
        expired
    }

    /// Ends all calls: there is no connection any more, after `written` bytes.
    pub(super) fn fail(&mut self, fault: &Fault, written: u64) -> Vec<Waker> {
        let mut wakers = Vec::new();
        for Slot { state, .. } in self.slots.values_mut() {
            if let State::Waiting(call) = state {
                wakers.push(call.waker.clone());
                let unsent = call.start.is_none_or(|start| start >= written);
                *state = State::Over(Err(Failed { fault: fault.clone(), unsent }));
            }
        }
        self.waiting = 0;
        wakers
    }

    fn end(&mut self, id: i32, outcome: Outcome) -> Option<Waker> {
        match std::mem::replace(&mut self.slots.get_mut(&id)?.state, State::Over(outcome)) {
            State::Waiting(call) => {
                self.waiting -= 1;
                Some(call.waker)
            }
            _ => None,
        }
    }
}

impl Waiting {
    /// Whether the server may answer though nobody waits: the message is in the buffer, or gone.
    fn is_answered_later(&self) -> bool {
        !self.oneway && self.start.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{MessageHeader, MessageKind};
    use std::time::Duration;

    fn call(start: Option<u64>) -> Waiting {
        let deadline = Instant::now() + Duration::from_secs(9);
        let (waker, method) = (Waker::noop().clone(), "f".into());
        Waiting { waker, deadline, protocol: Protocol::Binary, method, start, message: None, oneway: false, heard: 0 }
    }

    fn reply(sequence_id: i32, to: &str) -> Bytes {
        let mut reply = Vec::new();
        let header = MessageHeader { name: to, kind: MessageKind::Reply, sequence_id };
        Protocol::Binary.write_header(header, &mut reply);
        reply.into()
    }

    fn poll(calls: &mut Calls, id: i32) -> Poll<Result<Option<Bytes>, (bool, String)>> {
        let outcome = calls.poll(id, 0, Waker::noop());
        outcome.map_err(|failed| (failed.unsent, format!("{:?}", failed.fault)))
    }

    #[test]
    fn a_reply_must_be_to_the_method() {
        let mut calls = Calls::default();
        calls.enter(1, 0, call(Some(0)));
        let fault = calls.answer(1, reply(1, "g"), 1).unwrap_err();
        assert!(matches!(fault, Fault::Reply(InvalidReply::Method { .. })), "{fault:?}");
    }

    #[test]
    fn an_id_that_is_in_use_is_given_to_nobody_else() {
        let mut calls = Calls::default();
        let first = calls.enter(7, 0, call(Some(0)));
        let second = calls.enter(7, 0, call(Some(10)));
        assert!(first == 7 && second != 7);
        assert!(calls.answer(second, reply(second, "f"), 20).unwrap().is_some());
        assert!(calls.answer(first, reply(first, "f"), 20).unwrap().is_some());
        assert_eq!(poll(&mut calls, second), Poll::Ready(Ok(Some(reply(second, "f")))));
        assert_eq!(poll(&mut calls, first), Poll::Ready(Ok(Some(reply(first, "f")))));
        assert_eq!((calls.enter(7, 0, call(None)), calls.waiting()), (7, 1), "free again");
    }

    #[test]
    fn the_id_of_a_call_that_was_given_up_is_blocked_until_its_reply_comes() {
        let mut calls = Calls::default();
        // Once dropped, once timed out and told, once timed out and dropped.
        for way in 0..3 {
            calls.enter(1, 0, call(Some(0)));
            if way > 0 {
                assert!(calls.expire(Instant::now() + Duration::from_secs(10), 0).silent);
            }
            if way == 1 {
                assert!(matches!(poll(&mut calls, 1), Poll::Ready(Err((false, _)))));
            } else {
                calls.abandon(1, 0);
            }
            assert_eq!((calls.waiting(), calls.given_up()), (0, 1));
            let other = calls.enter(1, 0, call(Some(0)));
            assert_ne!(other, 1);
            assert!(calls.answer(1, reply(1, "f"), 1).unwrap().is_none(), "nobody learns of it");
            assert_eq!(calls.given_up(), 0);
            assert!(calls.answer(1, reply(1, "f"), 1).is_err(), "twice is once too often");
            calls.answer(other, reply(other, "f"), 1).unwrap();
            assert_eq!(poll(&mut calls, other), Poll::Ready(Ok(Some(reply(other, "f")))));
        }
    }

    #[test]
    fn a_reply_that_comes_between_the_timeout_and_the_caller_changes_nothing() {
        let mut calls = Calls::default();
        calls.enter(1, 0, call(Some(0)));
        assert_eq!(calls.expire(Instant::now() + Duration::from_secs(10), 5).wakers.len(), 1);
        assert!(calls.answer(1, reply(1, "f"), 1).unwrap().is_none());
        assert_ne!(calls.enter(1, 0, call(Some(0))), 1, "its caller has not been there yet");
        assert!(matches!(poll(&mut calls, 1), Poll::Ready(Err(_))));
        assert_eq!((calls.enter(1, 0, call(Some(0))), calls.given_up()), (1, 0));
    }

    #[test]
    fn what_was_not_written_is_known_to_be_unsent_and_cannot_be_answered() {
        let mut calls = Calls::default();
        for (id, start) in [(1, Some(0)), (2, Some(100)), (3, None)] {
            calls.enter(id, 0, call(start));
        }
        assert!(calls.answer(2, reply(2, "f"), 100).is_err() && calls.answer(3, reply(3, "f"), 100).is_err());
        assert_eq!(calls.fail(&Fault::Closed, 100).len(), 3);
        for (id, unsent) in [(1, false), (2, true), (3, true)] {
            assert_eq!(poll(&mut calls, id), Poll::Ready(Err((unsent, "Closed".to_owned()))));
        }
    }

    #[test]
    fn a_call_without_a_reply_leaves_nothing() {
        let mut calls = Calls::default();
        for dropped in [true, false] {
            calls.enter(1, 0, Waiting { oneway: true, ..call(Some(0)) });
            assert!(calls.answer(1, reply(1, "f"), 1).is_err());
            assert!(calls.written(1, 9).is_none(), "that is another call");
            if dropped {
                calls.abandon(1, 0);
            } else {
                assert!(calls.written(1, 0).is_some());
                assert_eq!(poll(&mut calls, 1), Poll::Ready(Ok(None)));
            }
            assert_eq!((calls.waiting(), calls.given_up(), calls.slots.len()), (0, 0, 0));
        }
        calls.enter(1, 0, call(None));
        calls.abandon(1, 0);
        assert_eq!((calls.waiting(), calls.given_up(), calls.slots.len()), (0, 0, 0));
    }

    #[test]
    fn a_caller_that_leaves_late_does_no_harm_to_the_next_of_its_id() {
        let mut calls = Calls::default();
        calls.enter(7, 1, call(Some(0)));
        calls.answer(7, reply(7, "f"), 1).unwrap();
        assert!(calls.poll(7, 1, Waker::noop()).is_ready());
        calls.enter(7, 2, call(Some(1)));
        assert_eq!(calls.abandon(7, 1), None);
        assert!(matches!(calls.poll(7, 1, Waker::noop()), Poll::Ready(Err(_))), "it has had its reply");
        assert!(calls.poll(7, 2, Waker::noop()).is_pending());
        assert!(calls.answer(7, reply(7, "f"), 2).unwrap().is_some());
    }
}
