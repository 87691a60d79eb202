//! Stores into a growing buffer with one capacity check for many of them: the only module with `unsafe`.
//!
//! A struct's fields of fixed size are known in advance, so their space is reserved once ([`Writer::reserve`]) and a
//! [`Reserved`] counts it down in a local that the optimiser folds away. It borrows the writer exclusively and its count
//! is private to this module, so the count can neither outlive the capacity it stands for nor meet another writer.

use crate::error::EncodeError;
use crate::limits::Limits;
use core::marker::PhantomData;

/// The most bytes that are reserved ahead for one struct: the count is only a hint and must not cost memory.
const MAX_ROOM: usize = 1024;

/// Writes values in the protocol `S` to the end of a buffer.
///
/// Writing never stops at an error: the first one is kept, and [`finish`](Self::finish) returns it.
#[derive(Debug)]
pub struct Writer<S> {
    bytes: Vec<u8>,
    /// Where the message starts in `bytes`.
    pub(crate) start: usize,
    /// How many more levels may nest.
    pub(crate) depth: u32,
    pub(crate) limits: Limits,
    /// The first error.
    pub(crate) error: Option<EncodeError>,
    protocol: PhantomData<S>,
}

impl<S> Writer<S> {
    pub(crate) fn in_protocol(bytes: Vec<u8>, limits: &Limits) -> Self {
        let start = bytes.len();
        let (depth, error) = Self::first_level(limits);
        Self { bytes, start, depth, limits: *limits, error, protocol: PhantomData }
    }

    /// The buffer: what was in it before, and what has been written.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        // Sound: no `Reserved` counts on the capacity while the writer itself can be named.
        &mut self.bytes
    }

    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.bytes
    }

    /// Reserves space for a struct's fields of fixed size; `room` is a hint.
    #[inline(always)]
    pub(crate) fn reserve(&mut self, room: usize) -> Reserved<'_, S> {
        let room = room.min(MAX_ROOM);
        self.ensure(room);
        Reserved { writer: self, room }
    }

    /// Appends `bytes`.
    #[inline(always)]
    pub(crate) fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.put_prefix(bytes, N);
    }

    /// Appends the first `keep` of `bytes`: a store of constant size is faster than a copy of the exact one.
    #[inline(always)]
    pub(crate) fn put_prefix<const N: usize>(&mut self, bytes: [u8; N], keep: usize) {
        self.ensure(N);
        // SAFETY: `ensure` made room for N bytes.
        unsafe { self.store(bytes, keep) }
    }

    /// Appends the first `keep` of `head`, then `tail`.
    #[inline(always)]
    pub(crate) fn put_with<const N: usize>(&mut self, head: [u8; N], keep: usize, tail: &[u8]) {
        self.ensure(N + tail.len());
        // SAFETY: `ensure` made room for N + tail.len() bytes, and `store` takes at most N of it.
        unsafe {
            self.store(head, keep);
            self.copy(tail);
        }
    }

    /// Appends `convert` of each item.
    #[inline(always)]
    pub(crate) fn put_all<T: Copy, const N: usize>(&mut self, items: &[T], convert: impl Fn(T) -> [u8; N]) {
        // Items of T are in memory, and no type here is wider on the wire than in memory: no overflow, but be sure of it.
        let Some(size) = items.len().checked_mul(N) else { return };
        self.ensure(size);
        let len = self.bytes.len();
        // SAFETY: `ensure` made room for `size` = items.len() * N bytes after `len`; chunk i < items.len() lies at
        // [i * N, i * N + N) of them, so all are written exactly once before `set_len` counts them. `convert` may panic:
        // then `set_len` has not run. `[u8; N]` has alignment 1.
        unsafe {
            let chunks = self.bytes.as_mut_ptr().add(len).cast::<[u8; N]>();
            for (i, item) in items.iter().enumerate() {
                chunks.add(i).write(convert(*item));
            }
            self.bytes.set_len(len + size);
        }
    }

    /// After this, at least `n` bytes can be stored.
    #[inline(always)]
    fn ensure(&mut self, n: usize) {
        if self.bytes.capacity() - self.bytes.len() < n {
            self.grow(n);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, n: usize) {
        self.bytes.reserve(n.max(64));
    }

    /// Appends the first `keep` (at most N) of `bytes`.
    ///
    /// # Safety
    /// `capacity - len >= N`.
    #[inline(always)]
    unsafe fn store<const N: usize>(&mut self, bytes: [u8; N], keep: usize) {
        debug_assert!(keep <= N);
        let len = self.bytes.len();
        // SAFETY: the caller guarantees N bytes of capacity after `len`; they are all initialised by the write, and the
        // new length counts at most N of them. `[u8; N]` has alignment 1.
        unsafe {
            self.bytes.as_mut_ptr().add(len).cast::<[u8; N]>().write(bytes);
            self.bytes.set_len(len + keep.min(N));
        }
    }

    /// Appends `bytes`. Up to 16 bytes are two loads and stores that overlap: strings are mostly short, and a call of
    /// `memcpy` costs more than that.
    ///
    /// # Safety
    /// `capacity - len >= bytes.len()`.
    #[inline(always)]
    unsafe fn copy(&mut self, bytes: &[u8]) {
        let (len, n) = (self.bytes.len(), bytes.len());
        // SAFETY: the caller guarantees n bytes of capacity after `len`, and each store stays within [0, n) of them: the
        // last W bytes begin at n - W >= 0. Together the stores cover all n bytes before `set_len` counts them (n of 1 to
        // 3: first, middle and last). `bytes` cannot overlap the buffer, which is borrowed mutably.
        unsafe {
            let to = self.bytes.as_mut_ptr().add(len);
            if n > 16 {
                to.copy_from_nonoverlapping(bytes.as_ptr(), n);
            } else if let Some((first, last)) = ends::<8>(bytes) {
                to.cast::<[u8; 8]>().write(*first);
                to.add(n - 8).cast::<[u8; 8]>().write(*last);
            } else if let Some((first, last)) = ends::<4>(bytes) {
                to.cast::<[u8; 4]>().write(*first);
                to.add(n - 4).cast::<[u8; 4]>().write(*last);
            } else if n > 0 {
                let from = bytes.as_ptr();
                to.write(*from);
                to.add(n / 2).write(*from.add(n / 2));
                to.add(n - 1).write(*from.add(n - 1));
            }
            self.bytes.set_len(len + n);
        }
    }
}

/// A writer with capacity set aside for the fields of one struct.
///
/// Invariant: `room <= capacity - len` of the writer's buffer.
#[derive(Debug)]
pub struct Reserved<'a, S> {
    writer: &'a mut Writer<S>,
    room: usize,
}

impl<S> Reserved<'_, S> {
    /// Appends the first `keep` (at most N) of `bytes`, and uses up N bytes of the room.
    #[inline(always)]
    pub(crate) fn put<const N: usize>(&mut self, bytes: [u8; N], keep: usize) {
        if self.room < N {
            self.writer.ensure(N);
            self.room = N;
        }
        self.room -= N;
        // SAFETY: by the invariant, or by `ensure`, `capacity - len >= room` held for a room of at least N. The length
        // grows by at most the N that the room falls by, so the invariant holds again.
        unsafe { self.writer.store(bytes, keep) }
    }

    /// Appends the first `keep` (at most N) of `head`, then `tail`: one check for both.
    #[inline(always)]
    pub(crate) fn put_with<const N: usize>(&mut self, head: [u8; N], keep: usize, tail: &[u8]) {
        // No overflow: a slice has at most isize::MAX bytes, room and N are small.
        self.room = self.room.saturating_sub(N);
        self.writer.ensure(N + tail.len() + self.room);
        // SAFETY: there is capacity for N + tail.len() bytes and, beyond them, for `room`: the invariant holds after it.
        unsafe {
            self.writer.store(head, keep);
            self.writer.copy(tail);
        }
    }

    /// Lends the writer out, for a value of unknown size, and makes sure of the room again afterwards.
    #[inline(always)]
    pub(crate) fn lend(&mut self, write: impl FnOnce(&mut Writer<S>)) {
        // With no room the invariant holds whatever `write` does to the buffer, even when it panics.
        let room = core::mem::take(&mut self.room);
        write(self.writer);
        self.writer.ensure(room);
        self.room = room;
    }
}

/// Assigns to a slot whose value owns nothing, so that it need not be dropped: code for that is saved, and the new value can
/// be made where it is to stay.
#[inline(always)]
pub(crate) fn overwrite<T>(slot: &mut T, value: T) {
    // SAFETY: a reference is valid for writes and aligned. The old value is forgotten, which is always sound.
    unsafe { core::ptr::from_mut(slot).write(value) }
}

/// Appends what `make` makes, which can be made where it is to stay: room is found before.
#[inline(always)]
pub(crate) fn push_with<T>(items: &mut Vec<T>, make: impl FnOnce() -> T) -> &mut T {
    if items.len() == items.capacity() {
        items.reserve(1);
    }
    let len = items.len();
    // SAFETY: there is capacity for an item at `len`, so the place is valid for writes and aligned. `make` may panic: then
    // `set_len` has not run. Afterwards the item at `len` is initialised and borrowed with the vector.
    unsafe {
        let place = items.as_mut_ptr().add(len);
        place.write(make());
        items.set_len(len + 1);
        &mut *place
    }
}

/// `bytes` as text. Short ASCII, the usual case, is checked without the call that the standard library's validation takes.
#[inline(always)]
pub(crate) fn utf8(bytes: &[u8]) -> Option<&str> {
    if is_short_ascii(bytes) {
        // SAFETY: all bytes are ASCII, and ASCII is UTF-8.
        return Some(unsafe { core::str::from_utf8_unchecked(bytes) });
    }
    validated(bytes)
}

#[inline(never)]
fn validated(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}

/// Whether these are at most 32 bytes, all of them ASCII.
#[inline(always)]
fn is_short_ascii(bytes: &[u8]) -> bool {
    const HIGH_BITS: u128 = u128::from_ne_bytes([0x80; 16]);
    let bits = if bytes.len() > 32 {
        return false;
    } else if let Some((first, last)) = ends::<16>(bytes) {
        u128::from_ne_bytes(*first) | u128::from_ne_bytes(*last)
    } else if let Some((first, last)) = ends::<8>(bytes) {
        (u64::from_ne_bytes(*first) | u64::from_ne_bytes(*last)).into()
    } else if let Some((first, last)) = ends::<4>(bytes) {
        (u32::from_ne_bytes(*first) | u32::from_ne_bytes(*last)).into()
    } else {
        bytes.iter().fold(0, |bits, byte| bits | byte).into()
    };
    bits & HIGH_BITS == 0
}

/// The first and the last N bytes, which may overlap: together all, if there are N to 2 N.
#[inline(always)]
fn ends<const N: usize>(bytes: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    Some((bytes.first_chunk()?, bytes.last_chunk()?))
}
