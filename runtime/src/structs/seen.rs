//! Which fields of a struct have been read.

/// Which of a struct's tracked fields have been read: one bit for each.
pub trait Seen: Copy {
    /// None of them.
    const EMPTY: Self;
    /// Sets a bit.
    fn insert(&mut self, bit: u32);
    /// Whether a bit is set.
    fn contains(&self, bit: u32) -> bool;
    /// The lowest of the first `count` bits that is not set.
    fn first_missing(&self, count: u32) -> Option<u32>;
}

impl Seen for u64 {
    const EMPTY: Self = 0;
    #[inline(always)]
    fn insert(&mut self, bit: u32) {
        *self |= 1u64.checked_shl(bit).unwrap_or(0);
    }
    #[inline(always)]
    fn contains(&self, bit: u32) -> bool {
        *self & 1u64.checked_shl(bit).unwrap_or(0) != 0
    }
    #[inline(always)]
    fn first_missing(&self, count: u32) -> Option<u32> {
        let expected = u64::MAX.checked_shr(64u32.saturating_sub(count)).unwrap_or(0);
        let missing = expected & !*self;
        (missing != 0).then(|| missing.trailing_zeros())
    }
}

impl<const N: usize> Seen for [u64; N] {
    const EMPTY: Self = [0; N];
    #[inline(always)]
    fn insert(&mut self, bit: u32) {
        if let Some(word) = self.get_mut(bit as usize / 64) {
            word.insert(bit % 64);
        }
    }
    #[inline(always)]
    fn contains(&self, bit: u32) -> bool {
        self.get(bit as usize / 64).is_some_and(|word| word.contains(bit % 64))
    }
    #[inline(always)]
    fn first_missing(&self, count: u32) -> Option<u32> {
        (0..)
            .step_by(64)
            .zip(self)
            .take_while(|(base, _)| *base < count)
            .find_map(|(base, word)| word.first_missing(count - base).map(|bit| base + bit))
    }
}

/// The fields that were read, after the end of the struct.
#[derive(Clone, Copy, Debug)]
pub struct SeenFields<S>(pub(super) S);

impl<S: Seen> SeenFields<S> {
    /// Whether the field with this bit was read.
    #[inline(always)]
    pub fn contains(&self, bit: u32) -> bool {
        self.0.contains(bit)
    }
}
