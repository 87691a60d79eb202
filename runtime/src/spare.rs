//! Buffers that small messages are written to, used again so that a short call allocates none.

use std::cell::RefCell;

/// So many buffers are kept for a thread.
const MOST: usize = 32;

/// A buffer that has grown beyond this many bytes is not kept.
const LARGEST: usize = 16 * 1024;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer, perhaps with room.
pub(crate) fn take() -> Vec<u8> {
    SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten().unwrap_or_default()
}

/// Takes a buffer back whose bytes are not needed any more. It may have come from elsewhere.
pub(crate) fn give(mut buffer: Vec<u8>) {
    if !(1..=LARGEST).contains(&buffer.capacity()) {
        return;
    }
    buffer.clear();
    // While a thread ends, nothing is kept.
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
        assert_eq!((0..2 * MOST).filter(|_| take().capacity() > 0).count(), MOST);
    }
}
