//! Bounds what all connections keep together: messages of which a part has come, and replies that their clients do not take.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// It is counted in steps of so many bytes. Most messages are shorter, and cost nothing.
const STEP: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Buffered {
    /// Bytes in whole steps.
    kept: AtomicUsize,
    most: usize,
}

/// What one connection, or one request, keeps.
#[derive(Debug)]
pub(super) struct Share {
    of: Arc<Buffered>,
    counted: usize,
}

/// All keep as much as they may.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoRoom;

impl Buffered {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { kept: AtomicUsize::new(0), most })
    }

    /// A share without anything in it.
    pub(super) fn share(self: &Arc<Self>) -> Share {
        Share { of: Arc::clone(self), counted: 0 }
    }
}

impl Share {
    /// Keeps so many bytes from now on, in place of those of before.
    ///
    /// # Errors
    /// There is no room for more than before, which goes on to count.
    #[inline]
    pub(super) fn keep(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let steps = bytes - bytes % STEP;
        if steps == self.counted { Ok(()) } else { self.count(steps) }
    }

    fn count(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let Buffered { kept, most } = &*self.of;
        match bytes.checked_sub(self.counted) {
            Some(more) => {
                let add = |kept: usize| kept.checked_add(more).filter(|all| all <= most);
                kept.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).map_err(|_| NoRoom)?;
            }
            None => _ = kept.fetch_sub(self.counted - bytes, Ordering::Relaxed),
        }
        self.counted = bytes;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // Nothing is less than before, for which there is room.
        let _ = self.keep(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_room_together_and_give_it_back() {
        let all = Buffered::new(3 * STEP);
        let (mut one, mut other) = (all.share(), all.share());
        assert_eq!(one.keep(2 * STEP + 5), Ok(()));
        assert_eq!(other.keep(2 * STEP), Err(NoRoom));
        assert_eq!(other.keep(2 * STEP - 1), Ok(()), "the rest of a step is not counted");
        assert_eq!(one.keep(3 * STEP), Err(NoRoom));
        assert_eq!(one.keep(STEP - 1), Ok(()));
        assert_eq!(all.kept.load(Ordering::Relaxed), STEP);
        assert_eq!(other.keep(usize::MAX), Err(NoRoom));
        drop(other);
        assert_eq!(one.keep(3 * STEP), Ok(()));
        drop(one);
        assert_eq!(all.kept.load(Ordering::Relaxed), 0);
    }
}
