//! Numbers and words that look random (SplitMix64).

pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// Of exactly this many bits, of both signs.
    pub(crate) fn i64(&mut self, bits: usize) -> i64 {
        let magnitude = (self.next() >> (64 - bits) | 1 << (bits - 1)) as i64;
        if self.below(2) == 0 { magnitude } else { -magnitude }
    }

    pub(crate) fn i32(&mut self, bits: usize) -> i32 {
        self.i64(bits) as i32
    }

    pub(crate) fn double(&mut self) -> f64 {
        (self.next() >> 11) as f64 / 1e6
    }

    /// Small letters, of a length between these two.
    pub(crate) fn word(&mut self, least: usize, most: usize) -> String {
        let length = least + self.below(most - least + 1);
        (0..length).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }

    /// Words of this length together.
    pub(crate) fn text(&mut self, length: usize) -> String {
        let mut text = self.word(2, 9);
        while text.len() < length {
            text.push(' ');
            text += &self.word(2, 9);
        }
        text.truncate(length);
        text
    }
}
