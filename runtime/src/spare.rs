//! Buffers that small messages are written to, used again so that a short call allocates none.

use std::cell::{Cell, RefCell};

/// So many buffers are kept for a thread, beside the last.
const MOST: usize = 32;

/// A buffer that has grown beyond this many bytes is not kept.
const LARGEST: usize = 16 * 1024;

thread_local! {
    /// The buffer that was given last, to be had quickly: most calls take one, and give it back.
    static LAST: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer, perhaps with room.
#[inline]
pub(crate) fn take() -> Vec<u8> {
    let last = LAST.try_with(Cell::take).unwrap_or_default();
    if last.capacity() > 0 { last } else { take_another() }
}

#[cold]
#[inline(never)]
fn take_another() -> Vec<u8> {
    SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten().unwrap_or_default()
}

/// Takes a buffer back whose bytes are not needed any more. It may have come from elsewhere.
#[inline]
pub(crate) fn give(mut buffer: Vec<u8>) {
    if !(1..=LARGEST).contains(&buffer.capacity()) {
        return;
    }
    buffer.clear();
    // While a thread ends, nothing is kept.
    let before = LAST.try_with(|last| last.replace(buffer)).unwrap_or_default();
    if before.capacity() > 0 {
        keep(before);
    }
}

#[cold]
#[inline(never)]
fn keep(buffer: Vec<u8>) {
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < MOST {
            spare.push(buffer);
        }
    });
}

/// Lets go of those that are kept for this thread, which waits.
#[cfg(feature = "blocking")]
pub(crate) fn release() {
    let _ = LAST.try_with(Cell::take);
    let _ = SPARE.try_with(|spare| std::mem::take(&mut *spare.borrow_mut()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_buffers_come_back_and_large_ones_are_freed() {
        give(Vec::with_capacity(LARGEST + 1));
        give(Vec::new());
        assert_eq!(take().capacity(), 0);
        give(b"message".to_vec());
        let buffer = take();
        assert!(buffer.is_empty() && buffer.capacity() > 0);
        assert_eq!(take().capacity(), 0, "each is given once");
        for _ in 0..2 * MOST {
            give(vec![1]);
        }
        assert_eq!((0..2 * MOST).filter(|_| take().capacity() > 0).count(), MOST + 1);
    }
}
