//! The calls of one connection by sequence id: whose reply is awaited, and which replies nobody awaits any more.

use crate::call::check_reply;
use crate::client::fault::{Failed, Fault, Outcome};
use crate::error::InvalidReply;
use crate::message::Protocol;
use bytes::Bytes;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::task::{Poll, Waker};
use std::time::Instant;

/// A place keeps the memory of a method's name that is no longer than this, for the next.
const SHORT_NAME: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Calls {
    slots: Vec<Slot>,
    /// Which of them are free.
    free: Vec<usize>,
    /// Where the calls are to which something may come.
    by_id: HashMap<i32, usize, BuildHasherDefault<IdHasher>>,
    /// How many calls there have been.
    begun: u64,
    /// How many wait.
    waiting: usize,
    /// How many were given up, and may be answered yet.
    given_up: usize,
    /// The earliest deadline of a call that waits, or one that has been.
    earliest: Option<Instant>,
    /// Where the search for an id that nobody uses begins.
    unused: i32,
}

/// Where a call is found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    slot: usize,
    /// Tells apart the calls that have the same place one after another.
    ticket: u64,
    /// What the call is known by to the server.
    pub(super) id: i32,
}

/// The place of one call after another.
#[derive(Debug, Default)]
struct Slot {
    ticket: u64,
    id: i32,
    /// The name that the reply has.
    method: String,
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Free,
    Waiting(Waiting),
    /// The caller has to learn how its call ended. Nothing more comes for it, and its id may be another's.
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
    /// Enters a call of a method, under the wanted id unless that is in use.
    pub(super) fn enter(&mut self, wanted: i32, method: &str, call: Waiting) -> Entry {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            self.slots.len() - 1
        });
        let mut id = wanted;
        while self.by_id.contains_key(&id) {
            self.unused = self.unused.wrapping_sub(1);
            id = self.unused;
        }
        self.by_id.insert(id, slot);
        self.earliest = Some(self.earliest.map_or(call.deadline, |earliest| earliest.min(call.deadline)));
        self.waiting += 1;
        self.begun += 1;
        let ticket = self.begun;
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.method.push_str(method);
            (slot.ticket, slot.id, slot.state) = (ticket, id, State::Waiting(call));
        }
        Entry { slot, ticket, id }
    }

    /// How many calls there have been.
    pub(super) fn begun(&self) -> u64 {
        self.begun
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

    /// Notes where the message of a call begins. `None`: nobody waits any more.
    pub(super) fn start(&mut self, entry: Entry, at: u64) -> Option<&Waiting> {
        let call = self.waiter(entry)?;
        call.start = Some(at);
        Some(call)
    }

    /// Keeps the message of a call until there is room for it.
    pub(super) fn keep(&mut self, entry: Entry, message: Bytes) {
        if let Some(call) = self.waiter(entry) {
            call.message = Some(message);
        }
    }

    /// Whether a message is kept.
    pub(super) fn is_kept(&mut self, entry: Entry) -> bool {
        self.waiter(entry).is_some_and(|call| call.message.is_some())
    }

    /// The message that was kept, unless nobody waits any more.
    pub(super) fn kept(&mut self, entry: Entry) -> Option<Bytes> {
        self.waiter(entry)?.message.take()
    }

    fn waiter(&mut self, entry: Entry) -> Option<&mut Waiting> {
        match self.slot(entry)?.state {
            State::Waiting(ref mut call) => Some(call),
            _ => None,
        }
    }

    /// What has become of a call.
    fn slot(&mut self, entry: Entry) -> Option<&mut Slot> {
        self.slots.get_mut(entry.slot).filter(|slot| slot.ticket == entry.ticket)
    }

    /// A oneway message was written.
    pub(super) fn written(&mut self, entry: Entry) -> Option<Waker> {
        self.waiter(entry)?;
        self.by_id.remove(&entry.id);
        self.end(entry.slot, Ok(None))
    }

    /// A reply has come; `written` bytes have been sent so far.
    ///
    /// # Errors
    /// It is no message, or answers no call. Then the server does not keep its calls apart, and nothing that comes from it can
    /// be trusted.
    pub(super) fn answer(&mut self, reply: Bytes, written: u64) -> Result<Option<Waker>, Fault> {
        let id = Protocol::of(&reply)?.sequence_id(&reply)?;
        let unasked = || Fault::Reply(InvalidReply::Unasked(id));
        let at = self.by_id.remove(&id).ok_or_else(unasked)?;
        let slot = self.slots.get_mut(at).ok_or_else(unasked)?;
        match &mut slot.state {
            State::Waiting(call) if !call.oneway && call.start.is_some_and(|start| start < written) => {
                check_reply(&reply, call.protocol, &slot.method, id).map_err(|error| Fault::of(&error))?;
                Ok(self.end(at, Ok(Some(reply))))
            }
            state @ State::TimedOut => {
                self.given_up -= 1;
                *state = State::Over(Err(Failed { fault: Fault::Timeout, unsent: false }));
                Ok(None)
            }
            State::Tombstone => {
                self.given_up -= 1;
                self.vacate(at);
                Ok(None)
            }
            State::Waiting(_) | State::Over(_) | State::Free => Err(unasked()),
        }
    }

    /// How the call ended. Unless it has, it will wake `waker`.
    pub(super) fn poll(&mut self, entry: Entry, waker: &Waker) -> Poll<Outcome> {
        // Once it has learnt its end, a call has no place here.
        let gone = Poll::Ready(Err(Failed { fault: Fault::Closed, unsent: false }));
        let Some(slot) = self.slot(entry) else { return gone };
        match &mut slot.state {
            State::Waiting(call) => {
                call.waker.clone_from(waker);
                Poll::Pending
            }
            state @ State::TimedOut => {
                *state = State::Tombstone;
                Poll::Ready(Err(Failed { fault: Fault::Timeout, unsent: false }))
            }
            State::Over(_) => match self.vacate(entry.slot) {
                State::Over(outcome) => Poll::Ready(outcome),
                _ => gone,
            },
            State::Tombstone | State::Free => gone,
        }
    }

    /// The caller has gone without having learnt how its call ended. Returns how often messages had come when the call
    /// began, if it was written and waited still.
    pub(super) fn abandon(&mut self, entry: Entry) -> Option<u64> {
        let slot = self.slot(entry)?;
        match &mut slot.state {
            State::Waiting(call) if call.is_answered_later() => {
                let heard = call.heard;
                slot.state = State::Tombstone;
                self.given_up += 1;
                self.waiting -= 1;
                return Some(heard);
            }
            State::Waiting(_) => {
                self.waiting -= 1;
                self.by_id.remove(&entry.id);
                self.vacate(entry.slot);
            }
            state @ State::TimedOut => *state = State::Tombstone,
            State::Over(_) => drop(self.vacate(entry.slot)),
            State::Tombstone | State::Free => {}
        }
        None
    }

    /// Ends the calls whose time is over.
    pub(super) fn expire(&mut self, now: Instant, heard: u64) -> Expired {
        let mut expired = Expired::default();
        self.earliest = None;
        for Slot { state, id, .. } in &mut self.slots {
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
                self.by_id.remove(id);
                State::Over(Err(Failed { fault: Fault::Timeout, unsent: call.start.is_none() }))
            };
        }
        expired
    }

    /// Ends all calls: there is no connection any more, after `written` bytes.
    pub(super) fn fail(&mut self, fault: &Fault, written: u64) -> Vec<Waker> {
        let mut wakers = Vec::new();
        for Slot { state, .. } in &mut self.slots {
            if let State::Waiting(call) = state {
                wakers.push(call.waker.clone());
                let unsent = call.start.is_none_or(|start| start >= written);
                *state = State::Over(Err(Failed { fault: fault.clone(), unsent }));
            }
        }
        self.waiting = 0;
        wakers
    }

    /// Lets go of the memory, when there are no calls.
    pub(super) fn release(&mut self) {
        if self.free.len() == self.slots.len() {
            (self.slots, self.free, self.by_id) = Default::default();
        }
    }

    fn end(&mut self, at: usize, outcome: Outcome) -> Option<Waker> {
        match std::mem::replace(&mut self.slots.get_mut(at)?.state, State::Over(outcome)) {
            State::Waiting(call) => {
                self.waiting -= 1;
                Some(call.waker)
            }
            _ => None,
        }
    }

    /// Makes a place free. Returns what was there.
    fn vacate(&mut self, at: usize) -> State {
        let Some(slot) = self.slots.get_mut(at) else { return State::Free };
        self.free.push(at);
        slot.method.clear();
        slot.method.shrink_to(SHORT_NAME);
        // What still refers to the call finds no other.
        slot.ticket = 0;
        std::mem::take(&mut slot.state)
    }
}

impl Waiting {
    /// Whether the server may answer though nobody waits: the message is in the buffer, or gone.
    fn is_answered_later(&self) -> bool {
        !self.oneway && self.start.is_some()
    }
}

/// Sequence ids follow one another, and there are few at a time: to spread them is enough.
#[derive(Debug, Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write_i32(&mut self, id: i32) {
        // The golden ratio.
        self.0 = u64::from(id.cast_unsigned()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_i32(i32::from(byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{MessageHeader, MessageKind};
    use std::time::Duration;

    fn call(start: Option<u64>) -> Waiting {
        let deadline = Instant::now() + Duration::from_secs(9);
        let (waker, protocol) = (Waker::noop().clone(), Protocol::Binary);
        Waiting { waker, deadline, protocol, start, message: None, oneway: false, heard: 0 }
    }

    fn reply(sequence_id: i32, to: &str) -> Bytes {
        let mut reply = Vec::new();
        let header = MessageHeader { name: to, kind: MessageKind::Reply, sequence_id };
        Protocol::Binary.write_header(header, &mut reply);
        reply.into()
    }

    fn poll(calls: &mut Calls, entry: Entry) -> Poll<Result<Option<Bytes>, (bool, String)>> {
        let outcome = calls.poll(entry, Waker::noop());
        outcome.map_err(|failed| (failed.unsent, format!("{:?}", failed.fault)))
    }

    /// Whether nothing is left of any call.
    fn is_clear(calls: &Calls) -> bool {
        let is_free = |slot: &Slot| matches!(slot.state, State::Free) && slot.method.is_empty();
        calls.free.len() == calls.slots.len()
            && calls.slots.iter().all(is_free)
            && (calls.by_id.len(), calls.waiting(), calls.given_up()) == (0, 0, 0)
    }

    #[test]
    fn a_reply_must_be_to_the_method() {
        let mut calls = Calls::default();
        calls.enter(1, "f", call(Some(0)));
        let fault = calls.answer(reply(1, "g"), 1).unwrap_err();
        assert!(matches!(fault, Fault::Reply(InvalidReply::Method { .. })), "{fault:?}");
    }

    #[test]
    fn an_id_that_is_in_use_is_given_to_nobody_else() {
        let mut calls = Calls::default();
        let first = calls.enter(7, "f", call(Some(0)));
        let second = calls.enter(7, "f", call(Some(10)));
        assert!(first.id == 7 && second.id != 7);
        assert!(calls.answer(reply(second.id, "f"), 20).unwrap().is_some());
        assert!(calls.answer(reply(first.id, "f"), 20).unwrap().is_some());
        assert_eq!(poll(&mut calls, second), Poll::Ready(Ok(Some(reply(second.id, "f")))));
        assert_eq!(poll(&mut calls, first), Poll::Ready(Ok(Some(reply(first.id, "f")))));
        assert!(is_clear(&calls));
        assert_eq!((calls.enter(7, "f", call(None)).id, calls.waiting()), (7, 1), "free again");
    }

    #[test]
    fn the_id_of_a_call_that_was_given_up_is_blocked_until_its_reply_comes() {
        let mut calls = Calls::default();
        // Once dropped, once timed out and told, once timed out and dropped.
        for way in 0..3 {
            let given_up = calls.enter(1, "f", call(Some(0)));
            if way > 0 {
                assert!(calls.expire(Instant::now() + Duration::from_secs(10), 0).silent);
            }
            if way == 1 {
                assert!(matches!(poll(&mut calls, given_up), Poll::Ready(Err((false, _)))));
            } else {
                calls.abandon(given_up);
            }
            assert_eq!((calls.waiting(), calls.given_up()), (0, 1));
            let other = calls.enter(1, "f", call(Some(0)));
            assert_ne!(other.id, 1);
            assert!(calls.answer(reply(1, "f"), 1).unwrap().is_none(), "nobody learns of it");
            assert_eq!(calls.given_up(), 0);
            assert!(calls.answer(reply(1, "f"), 1).is_err(), "twice is once too often");
            calls.answer(reply(other.id, "f"), 1).unwrap();
            assert_eq!(poll(&mut calls, other), Poll::Ready(Ok(Some(reply(other.id, "f")))));
            assert!(is_clear(&calls));
        }
    }

    #[test]
    fn a_reply_that_comes_between_the_timeout_and_the_caller_changes_nothing() {
        let mut calls = Calls::default();
        let late = calls.enter(1, "f", call(Some(0)));
        assert_eq!(calls.expire(Instant::now() + Duration::from_secs(10), 5).wakers.len(), 1);
        assert!(calls.answer(reply(1, "f"), 1).unwrap().is_none());
        // Nothing more comes under its id.
        let next = calls.enter(1, "f", call(Some(0)));
        assert_eq!(next.id, 1);
        assert!(calls.answer(reply(1, "f"), 1).unwrap().is_some());
        assert!(matches!(poll(&mut calls, late), Poll::Ready(Err(_))));
        assert_eq!(poll(&mut calls, next), Poll::Ready(Ok(Some(reply(1, "f")))));
        assert!(is_clear(&calls));
    }

    #[test]
    fn what_was_not_written_is_known_to_be_unsent_and_cannot_be_answered() {
        let mut calls = Calls::default();
        let entries = [(1, Some(0)), (2, Some(100)), (3, None)].map(|(id, start)| calls.enter(id, "f", call(start)));
        assert!(calls.answer(reply(2, "f"), 100).is_err() && calls.answer(reply(3, "f"), 100).is_err());
        assert_eq!(calls.fail(&Fault::Closed, 100).len(), 3);
        for (entry, unsent) in entries.into_iter().zip([false, true, true]) {
            assert_eq!(poll(&mut calls, entry), Poll::Ready(Err((unsent, "Closed".to_owned()))));
        }
    }

    #[test]
    fn a_call_without_a_reply_leaves_nothing() {
        let mut calls = Calls::default();
        for dropped in [true, false] {
            let entry = calls.enter(1, "f", Waiting { oneway: true, ..call(Some(0)) });
            assert!(calls.written(Entry { ticket: 9, ..entry }).is_none(), "that is another call");
            if dropped {
                calls.abandon(entry);
            } else {
                assert!(calls.written(entry).is_some());
                assert!(calls.answer(reply(1, "f"), 1).is_err());
                assert_eq!(poll(&mut calls, entry), Poll::Ready(Ok(None)));
            }
            assert!(is_clear(&calls));
        }
        calls.enter(1, "f", Waiting { oneway: true, ..call(Some(0)) });
        assert!(calls.answer(reply(1, "f"), 1).is_err());
        let mut calls = Calls::default();
        let entry = calls.enter(1, "f", call(None));
        calls.abandon(entry);
        assert!(is_clear(&calls));
    }

    #[test]
    fn a_call_that_took_too_long_before_it_was_written_leaves_nothing() {
        let mut calls = Calls::default();
        let entry = calls.enter(1, "f", call(None));
        calls.expire(Instant::now() + Duration::from_secs(10), 0);
        assert_eq!(poll(&mut calls, entry), Poll::Ready(Err((true, "Timeout".to_owned()))));
        assert!(is_clear(&calls));
    }

    #[test]
    fn a_caller_that_leaves_late_does_no_harm_to_the_next_in_its_place() {
        let mut calls = Calls::default();
        let first = calls.enter(7, "f", call(Some(0)));
        calls.answer(reply(7, "f"), 1).unwrap();
        assert!(poll(&mut calls, first).is_ready());
        let second = calls.enter(7, "f", call(Some(1)));
        assert_eq!((second.slot, second.id), (first.slot, first.id));
        assert_eq!(calls.abandon(first), None);
        assert!(matches!(poll(&mut calls, first), Poll::Ready(Err(_))), "it has had its reply");
        assert!(poll(&mut calls, second).is_pending());
        assert!(calls.answer(reply(7, "f"), 2).unwrap().is_some());
    }

    #[test]
    fn memory_is_let_go_when_there_are_no_calls() {
        let mut calls = Calls::default();
        let entries: Vec<_> = (0..100).map(|id| calls.enter(id, "f", call(None))).collect();
        calls.release();
        for entry in entries {
            assert!(calls.waiter(entry).is_some(), "it waits");
            calls.abandon(entry);
        }
        calls.release();
        assert_eq!((calls.slots.capacity(), calls.free.capacity(), calls.by_id.capacity()), (0, 0, 0));
    }
}
