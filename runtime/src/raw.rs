//! Stores into a growing buffer with one capacity check for many of them: the only module with `unsafe`.
//!
//! A struct's fields of fixed size are known in advance, so their space is reserved once ([`Writer::reserve`]) and a
//! [`Reserved`] counts it down in a local that the optimiser folds away. It borrows the writer exclusively and its count
//! is private to this module, so the count can neither outlive the capacity it stands for nor meet another writer.

use crate::error::EncodeError;
use crate::limits::Limits;
use crate::pieces::Pieces;
use core::marker::PhantomData;
use core::ptr;

/// The most bytes that are reserved ahead for one struct: the count is only a hint and must not cost memory.
const MAX_ROOM: usize = 1024;

/// What is reserved when the room was too small a hint.
const MORE_ROOM: usize = 64;

/// Writes values in the protocol `S` to the end of a buffer.
///
/// Writing never stops at an error: the first one is kept, and [`finish`](Self::finish) returns it.
#[derive(Debug)]
pub struct Writer<S> {
    pub(crate) bytes: Vec<u8>,
    /// Where the message starts in `bytes`.
    pub(crate) start: usize,
    /// How many more levels may nest.
    pub(crate) depth: u32,
    pub(crate) limits: Limits,
    /// Binaries of so many bytes and more are shared.
    pub(crate) share_from: usize,
    pub(crate) seldom: Option<Box<Seldom>>,
    protocol: PhantomData<S>,
}

/// What few messages have.
#[derive(Debug, Default)]
pub(crate) struct Seldom {
    /// The first error.
    pub(crate) error: Option<EncodeError>,
    /// What is shared, and is not in the buffer.
    pub(crate) shared: Pieces,
}

impl<S> Writer<S> {
    #[inline]
    pub(crate) fn in_protocol(bytes: Vec<u8>, limits: &Limits) -> Self {
        let start = bytes.len();
        let (depth, seldom) = Self::first_level(limits);
        Self { bytes, start, depth, limits: *limits, share_from: usize::MAX, seldom, protocol: PhantomData }
    }

    /// The buffer: what was in it before, and what has been written.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        // Sound: no `Reserved` counts on the capacity while the writer itself can be named.
        &mut self.bytes
    }

    /// The size of the message so far.
    pub(crate) fn message_bytes(&self) -> usize {
        let shared = self.seldom.as_ref().map_or(0, |seldom| seldom.shared.shared_bytes());
        self.bytes.len().saturating_sub(self.start) + shared
    }

    /// Reserves space for a struct's fields of fixed size; `room` is a hint.
    #[inline(always)]
    pub(crate) fn reserve(&mut self, room: usize) -> Reserved<'_, S> {
        let room = room.min(MAX_ROOM);
        let Span { cursor, end } = self.span(room);
        Reserved { writer: self, cursor, end, room }
    }

    /// Appends `bytes`.
    #[inline(always)]
    pub(crate) fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.put_prefix(bytes, N);
    }

    /// Appends the first `keep` of `bytes`: a store of constant size is faster than a copy of the exact one.
    #[inline(always)]
    pub(crate) fn put_prefix<const N: usize>(&mut self, bytes: [u8; N], keep: usize) {
        let mut reserved = self.reserve(N);
        reserved.put(bytes, keep);
        reserved.done();
    }

    /// Appends the first `keep` of `head`, then `tail`.
    #[inline(always)]
    pub(crate) fn put_with<const N: usize>(&mut self, head: [u8; N], keep: usize, tail: &[u8]) {
        let mut reserved = self.reserve(0);
        reserved.put_with(head, keep, tail);
        reserved.done();
    }

    /// Appends `convert` of each item.
    #[inline(always)]
    pub(crate) fn put_all<T: Copy, const N: usize>(&mut self, items: &[T], convert: impl Fn(T) -> [u8; N]) {
        // Items of T are in memory, and no type here is wider on the wire than in memory: no overflow, but be sure of it.
        let Some(size) = items.len().checked_mul(N) else { return };
        let Span { cursor, .. } = self.span(size);
        let len = self.bytes.len();
        // SAFETY: `span` made room for `size` = items.len() * N bytes at `cursor`, which is `len` bytes into the buffer;
        // chunk i < items.len() lies at [i * N, i * N + N) of them, so all are written exactly once before `set_len` counts
        // them. `convert` may panic: then `set_len` has not run. `[u8; N]` has alignment 1.
        unsafe {
            with_wide_vectors(|| {
                let chunks = cursor.cast::<[u8; N]>();
                for (i, item) in items.iter().enumerate() {
                    chunks.add(i).write(convert(*item));
                }
            });
            self.bytes.set_len(len + size);
        }
    }

    /// The capacity behind what is written: at least `n` bytes.
    #[inline(always)]
    fn span(&mut self, n: usize) -> Span {
        if self.bytes.capacity() - self.bytes.len() < n {
            return self.grow(n);
        }
        let spare = self.bytes.spare_capacity_mut().as_mut_ptr_range();
        Span { cursor: spare.start.cast(), end: spare.end.cast() }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, n: usize) -> Span {
        self.bytes.reserve(n.max(64));
        let spare = self.bytes.spare_capacity_mut().as_mut_ptr_range();
        Span { cursor: spare.start.cast(), end: spare.end.cast() }
    }

    /// Counts what was written up to `cursor`, and makes room for `n` bytes more.
    ///
    /// # Safety
    /// As for [`count`](Self::count).
    #[cold]
    #[inline(never)]
    unsafe fn grow_behind(&mut self, cursor: *mut u8, n: usize) -> Span {
        // SAFETY: that of the caller.
        unsafe { self.count(cursor) };
        self.grow(n)
    }

    /// Counts what was written up to `cursor`. Nothing was if it is null.
    ///
    /// # Safety
    /// `cursor` is null; or it points into the spare capacity of the buffer or to the end of that, all bytes up to it have
    /// been written, and the buffer has not been touched since [`span`](Self::span) gave its start.
    #[inline(always)]
    unsafe fn count(&mut self, cursor: *mut u8) {
        if !cursor.is_null() {
            let len = cursor.addr().wrapping_sub(self.bytes.as_ptr().addr());
            // SAFETY: the caller guarantees that these many bytes are initialised and within the capacity.
            unsafe { self.bytes.set_len(len) };
        }
    }
}

/// Where there is capacity to write to.
struct Span {
    cursor: *mut u8,
    end: *mut u8,
}

/// A writer with capacity set aside for the fields of one struct.
///
/// It has a cursor of its own, which the optimiser keeps in a register, and tells the writer of what it has written when it
/// is `done`, or when others write.
///
/// Invariant: `cursor` is null, `end` is too and `room` is 0; or the buffer's capacity between `cursor` and `end` is spare
/// and at least `room` bytes, and everything before `cursor` has been written.
#[derive(Debug)]
pub struct Reserved<'a, S> {
    writer: &'a mut Writer<S>,
    cursor: *mut u8,
    end: *mut u8,
    room: usize,
}

impl<S> Reserved<'_, S> {
    /// Appends the first `keep` (at most N) of `bytes`, and uses up N bytes of the room.
    #[inline(always)]
    pub(crate) fn put<const N: usize>(&mut self, bytes: [u8; N], keep: usize) {
        self.take(N);
        // SAFETY: `take` has made sure of N bytes, and the cursor moves on by at most as many.
        unsafe { self.store(bytes, keep) }
    }

    /// Appends the first `keep` (at most N) of `head`, then the first `keep_tail` (at most M) of `tail`, which overwrites
    /// what was not kept. Uses up N + M bytes of the room.
    #[inline(always)]
    pub(crate) fn put_pair<const N: usize, const M: usize>(
        &mut self,
        head: [u8; N],
        keep: usize,
        tail: [u8; M],
        keep_tail: usize,
    ) {
        self.take(N + M);
        // SAFETY: `take` has made sure of N + M bytes. The first store moves the cursor on by at most N of them.
        unsafe {
            self.store(head, keep);
            self.store(tail, keep_tail);
        }
    }

    /// Takes `n` bytes from the room. They, and the room that is left, are spare: by the invariant, or by `ensure`.
    #[inline(always)]
    fn take(&mut self, n: usize) {
        if self.room < n {
            self.room = MORE_ROOM.max(n);
            self.ensure(self.room);
        }
        self.room -= n;
    }

    /// Appends the first `keep` (at most N) of `head`, then `tail`: one check for both. Uses up N bytes of the room.
    #[inline(always)]
    pub(crate) fn put_with<const N: usize>(&mut self, head: [u8; N], keep: usize, tail: &[u8]) {
        // No overflow: a slice has at most isize::MAX bytes, room and N are small.
        self.pass(N);
        self.ensure(N + tail.len() + self.room);
        // SAFETY: N + tail.len() bytes are spare and, beyond them, `room`: the invariant holds after it.
        unsafe {
            self.store(head, keep);
            self.copy(tail);
        }
    }

    /// Uses up N bytes of the room without writing. Where a field may be missing, this leaves the same room either way, and
    /// the optimiser sees that the next field needs no check.
    #[inline(always)]
    pub(crate) fn pass(&mut self, n: usize) {
        self.room = self.room.saturating_sub(n);
    }

    /// Lends the writer out, for a value of unknown size, and makes sure of the room again afterwards.
    #[inline(always)]
    pub(crate) fn lend(&mut self, write: impl FnOnce(&mut Writer<S>)) {
        // SAFETY: by the invariant; nobody else could touch the buffer since.
        unsafe { self.writer.count(self.cursor) };
        // The invariant holds whatever `write` does to the buffer, even when it panics.
        let room = self.room;
        (self.cursor, self.end, self.room) = (ptr::null_mut(), ptr::null_mut(), 0);
        write(self.writer);
        let Span { cursor, end } = self.writer.span(room);
        (self.cursor, self.end, self.room) = (cursor, end, room);
    }

    /// Ends it: all that was written counts.
    #[inline(always)]
    pub(crate) fn done(self) {
        // SAFETY: by the invariant.
        unsafe { self.writer.count(self.cursor) };
    }

    /// After this, at least `n` bytes are spare.
    #[inline(always)]
    fn ensure(&mut self, n: usize) {
        if self.end.addr() - self.cursor.addr() < n {
            // By value: a reference to `self` would keep the cursor in memory.
            // SAFETY: by the invariant.
            let Span { cursor, end } = unsafe { self.writer.grow_behind(self.cursor, n) };
            (self.cursor, self.end) = (cursor, end);
        }
    }

    /// Appends the first `keep` (at most N) of `bytes`.
    ///
    /// # Safety
    /// N bytes are spare.
    #[inline(always)]
    unsafe fn store<const N: usize>(&mut self, bytes: [u8; N], keep: usize) {
        debug_assert!(keep <= N);
        // SAFETY: the caller guarantees N bytes at the cursor; they are all initialised by the write, and the cursor moves
        // over at most N of them. `[u8; N]` has alignment 1.
        unsafe {
            self.cursor.cast::<[u8; N]>().write(bytes);
            self.cursor = self.cursor.add(keep.min(N));
        }
    }

    /// Appends `bytes`. Up to 32 bytes are a few loads and stores that overlap: strings are mostly short, and a call of
    /// `memcpy` costs more than that, as does a branch on the length that is not foreseen.
    ///
    /// # Safety
    /// `bytes.len()` bytes are spare.
    #[inline(always)]
    unsafe fn copy(&mut self, bytes: &[u8]) {
        let (from, to, n) = (bytes.as_ptr(), self.cursor, bytes.len());
        // SAFETY: the caller guarantees n bytes at the cursor, and each store stays within [0, n) of them: the last W bytes
        // begin at n - W >= 0. Together the stores cover all n bytes before the cursor moves over them: from 4 to 15 bytes
        // `inner` is 0 or 4, which is at most n - 4, and no gap is left between 0, inner, n - 4 - inner and n - 4; below,
        // they are the first, the middle and the last. `bytes` cannot overlap the buffer, which is borrowed mutably.
        unsafe {
            if n > 32 {
                to.copy_from_nonoverlapping(from, n);
            } else if let Some((first, last)) = ends::<16>(bytes) {
                to.cast::<[u8; 16]>().write(*first);
                to.add(n - 16).cast::<[u8; 16]>().write(*last);
            } else if n >= 4 {
                let inner = n / 8 * 4;
                for at in [0, inner, n - 4 - inner, n - 4] {
                    to.add(at).cast::<[u8; 4]>().write(from.add(at).cast::<[u8; 4]>().read());
                }
            } else if n > 0 {
                to.write(*from);
                to.add(n / 2).write(*from.add(n / 2));
                to.add(n - 1).write(*from.add(n - 1));
            }
            self.cursor = to.add(n);
        }
    }
}

/// Does this compiled for the wider vectors of most CPUs, where there are any.
#[inline(always)]
fn with_wide_vectors<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn wide<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the CPU has the feature, which is all that `wide` needs.
            return unsafe { wide(work) };
        }
    }
    work()
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

/// To look for ASCII alone first takes a third of the time that validation does, and where there is other text it ends there.
#[inline(never)]
fn validated(bytes: &[u8]) -> Option<&str> {
    if bytes.is_ascii() {
        // SAFETY: all bytes are ASCII, and ASCII is UTF-8.
        return Some(unsafe { core::str::from_utf8_unchecked(bytes) });
    }
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
