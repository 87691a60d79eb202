//! Integers of variable length: seven bits in a byte, the lowest first, the eighth says that more follow (ULEB128); and
//! zigzag, which makes small negative numbers small.
//!
//! Up to 56 bits are spread to bytes, and gathered, in a few steps on one word instead of a loop over its bytes.

use core::slice;

/// The most bytes that 64 bits take.
pub(crate) const MAX_LEN: usize = 10;

const MORE: u64 = 0x8080_8080_8080_8080;

/// The most bytes that are read for so many bits: for 16, too, as many as for 32, as Apache's libraries do.
const fn max_len(bits: u32) -> usize {
    if bits <= 32 { 5 } else { MAX_LEN }
}

/// The highest value of so many bits.
const fn max(bits: u32) -> u64 {
    u64::MAX >> (64 - bits)
}

/// A bit for each byte of a word that may end a value of so many bits, and does.
#[inline(always)]
const fn ends<const BITS: u32>(word: u64) -> u64 {
    !word & if max_len(BITS) < 8 { MORE >> (64 - 8 * max_len(BITS)) } else { MORE }
}

#[inline(always)]
pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The zigzag form of 32 bits, which has 32 bits.
#[inline(always)]
pub(super) fn zigzag32(value: i32) -> u64 {
    u64::from(((value << 1) ^ (value >> 31)) as u32)
}

#[inline(always)]
pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[inline(always)]
pub(crate) fn unzigzag32(value: u32) -> i32 {
    (value >> 1) as i32 ^ -((value & 1) as i32)
}

/// The bytes of a value of at most 56 bits, little endian, and how many they are. `None`: it has more bits.
#[inline(always)]
pub(super) fn spread(value: u64) -> Option<(u64, usize)> {
    if value >> 56 != 0 {
        return None;
    }
    let len = (63 - (value | 1).leading_zeros() as usize) / 7 + 1;
    // Halves, quarters, eighths: each step makes room for one more bit before the next byte.
    let x = (value & 0x0000_0000_0fff_ffff) | (value & 0x00ff_ffff_f000_0000) << 4;
    let x = (x & 0x0000_3fff_0000_3fff) | (x & 0x0fff_c000_0fff_c000) << 2;
    let x = (x & 0x007f_007f_007f_007f) | (x & 0x3f80_3f80_3f80_3f80) << 1;
    let more = MORE & ((1 << (8 * (len - 1))) - 1);
    Some((x | more, len))
}

/// The bytes of any value, and how many they are.
pub(crate) fn unsigned(mut value: u64) -> ([u8; MAX_LEN], usize) {
    let mut bytes = [0; MAX_LEN];
    let mut len = 0;
    for byte in &mut bytes {
        len += 1;
        *byte = value as u8 & 0x7f;
        value >>= 7;
        if value == 0 {
            break;
        }
        *byte |= 0x80;
    }
    (bytes, len)
}

/// The value of so many bits at the start of these eight bytes, and how many it takes. `None`: it goes on behind them, or is
/// too long or too large.
#[inline(always)]
pub(super) fn gather<const BITS: u32>(bytes: [u8; 8]) -> Option<(u64, usize)> {
    let word = u64::from_le_bytes(bytes);
    if word & 0x80 == 0 {
        return Some((word & 0x7f, 1));
    }
    // The lowest bit is that of ours.
    let ends = ends::<BITS>(word);
    if ends == 0 {
        return None;
    }
    let value = squeezed(word & (ends ^ (ends - 1)));
    (value <= max(BITS)).then_some((value, ends.trailing_zeros() as usize / 8 + 1))
}

/// The value that begins with the lowest byte of a word. `None`: it goes on behind it, or is too long.
#[inline(always)]
fn first_of<const BITS: u32>(word: u64) -> Option<u64> {
    let ends = ends::<BITS>(word);
    (ends != 0).then(|| squeezed(word & (ends ^ (ends - 1))))
}

/// The value at the start of these bytes, if it takes nine or ten, and how many it takes.
#[inline(always)]
fn long(bytes: &[u8]) -> Option<(u64, usize)> {
    let ([low @ .., eighth, ninth], _) = bytes.split_first_chunk::<MAX_LEN>()?;
    let word = u64::from_le_bytes(*low);
    if word & MORE != MORE {
        return None;
    }
    let value = squeezed(word) | u64::from(eighth & 0x7f) << 56;
    match (eighth, ninth) {
        (..0x80, _) => Some((value, 9)),
        (_, 0 | 1) => Some((value | u64::from(*ninth) << 63, MAX_LEN)),
        _ => None,
    }
}

/// The lower seven bits of each byte, side by side.
#[inline(always)]
fn squeezed(word: u64) -> u64 {
    let x = (word & 0x007f_007f_007f_007f) | (word & 0x7f00_7f00_7f00_7f00) >> 1;
    let x = (x & 0x0000_3fff_0000_3fff) | (x & 0x3fff_0000_3fff_0000) >> 2;
    (x & 0x0000_0000_0fff_ffff) | (x & 0x0fff_ffff_0000_0000) >> 4
}

/// Fills slots with the values that stand at the start of `bytes` one after the other, as long as each is well
/// formed and of at most so many bits, there are slots, and the end is not near. Returns the number of bytes that the values take.
///
/// Where the values of sixteen bytes begin is known at once from the bytes that end one, so that reading one value need not
/// wait for the length of that before.
#[inline(always)]
pub(super) fn gather_all<const BITS: u32, T>(
    bytes: &[u8],
    slots: &mut slice::IterMut<'_, T>,
    convert: impl Fn(u64) -> T,
) -> usize {
    let mut rest = bytes;
    while let Some((window, _)) = rest.split_first_chunk::<40>() {
        let mut ends = ends_of_32(window);
        let mut start = 0;
        while ends != 0 {
            let end = ends.trailing_zeros() as usize;
            ends &= ends - 1;
            let Some(word) = window.get(start..).and_then(<[u8]>::first_chunk) else { break };
            let value = match first_of::<BITS>(u64::from_le_bytes(*word)) {
                None if max_len(BITS) > 8 => window.get(start..).and_then(long).map(|(value, _)| value),
                value => value,
            };
            let Some(value) = value.filter(|value| *value <= max(BITS)) else {
                return bytes.len() - rest.len() + start;
            };
            let Some(slot) = slots.next() else { return bytes.len() - rest.len() + start };
            *slot = convert(value);
            start = end + 1;
        }
        if start == 0 {
            break;
        }
        rest = rest.get(start..).unwrap_or_default();
    }
    bytes.len() - rest.len()
}

/// A bit for each of the first 32 bytes that ends a value.
#[inline(always)]
fn ends_of_32(window: &[u8; 40]) -> u32 {
    let ends_of_8 = |at: usize| {
        let word = window.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u64::from_le_bytes(*bytes));
        // The product has the highest bit of byte i at 56 + i.
        (((!word & MORE) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
    };
    ends_of_8(0) | ends_of_8(8) << 8 | ends_of_8(16) << 16 | ends_of_8(24) << 24
}

/// Why no value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    /// The bytes end before it does.
    End,
    /// It has too many bytes or bits.
    TooLong,
}

/// The value of so many bits at the start of these bytes, and how many it takes.
#[inline]
pub(crate) fn read<const BITS: u32>(bytes: &[u8]) -> Result<(u64, usize), Bad> {
    if max_len(BITS) > 8
        && let Some(found) = long(bytes)
    {
        return Ok(found);
    }
    let mut value = 0;
    for (place, byte) in bytes.iter().take(max_len(BITS)).enumerate() {
        if place == MAX_LEN - 1 && *byte > 1 {
            return Err(Bad::TooLong);
        }
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return if value <= max(BITS) { Ok((value, place + 1)) } else { Err(Bad::TooLong) };
        }
    }
    Err(if bytes.len() < max_len(BITS) { Bad::End } else { Bad::TooLong })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every length, with all bits at its ends and patterns between.
    fn values() -> impl Iterator<Item = u64> {
        (0..64).flat_map(|bit| {
            let power = 1u64 << bit;
            [power - 1, power, power | 1, power | 0x0123_4567_89ab_cdef & (power - 1), u64::MAX >> bit]
        })
    }

    #[test]
    fn words_and_loops_agree() {
        for value in values() {
            let (bytes, len) = unsigned(value);
            assert_eq!(read::<64>(&bytes[..len]), Ok((value, len)), "{value:#x}");
            let mut word = [0xff; 8];
            word[..len.min(8)].copy_from_slice(&bytes[..len.min(8)]);
            assert_eq!(gather::<64>(word), (len <= 8).then_some((value, len)), "{value:#x}");
            let mut more = [0xff; 12];
            more[..len].copy_from_slice(&bytes[..len]);
            assert_eq!(read::<64>(&more), Ok((value, len)), "{value:#x}");
            assert_eq!(long(&more), (len > 8).then_some((value, len)), "{value:#x}");
            match spread(value) {
                Some((word, n)) => assert_eq!((&word.to_le_bytes()[..n], n), (&bytes[..len], len), "{value:#x}"),
                None => assert!(value >> 56 != 0),
            }
        }
    }

    /// In every place of a window, before and behind values of every length.
    #[test]
    fn lists_are_gathered_as_one_by_one() {
        let values: Vec<u64> = values().chain(values().map(|value| value >> 9)).chain(values().step_by(3)).collect();
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        for value in &values {
            let (more, len) = unsigned(*value);
            bytes.extend_from_slice(&more[..len]);
            ends.push(bytes.len());
        }
        for first in 0..values.len() {
            let start = first.checked_sub(1).map_or(0, |last| ends[last]);
            let mut found = vec![0; values.len() - first];
            let mut slots = found.iter_mut();
            let passed = gather_all::<64, _>(&bytes[start..], &mut slots, |value| value);
            let count = values.len() - first - slots.len();
            assert!(bytes.len() - start - passed < 40 + MAX_LEN, "it stops only near the end");
            assert_eq!(found[..count], values[first..first + count]);
            assert_eq!(start + passed, if count == 0 { start } else { ends[first + count - 1] });
        }
    }

    #[test]
    fn a_list_is_gathered_up_to_what_is_wrong() {
        let mut bytes = [1; 80];
        bytes[50..62].fill(0xff);
        fn passed<const BITS: u32>(bytes: &[u8], count: usize) -> (usize, usize) {
            let mut found = vec![7; count];
            let mut slots = found.iter_mut();
            let passed = gather_all::<BITS, _>(bytes, &mut slots, |value| value);
            (passed, slots.len())
        }
        assert_eq!(passed::<64>(&bytes, 60), (50, 10), "too long");
        assert_eq!(passed::<64>(&bytes, 3), (3, 0), "no more slots");
        bytes[20..25].copy_from_slice(&[0xff, 0xff, 0xff, 0xff, 0x1f]);
        assert_eq!(passed::<64>(&bytes, 20), (20, 0));
        assert_eq!(passed::<32>(&bytes, 60), (20, 40), "too large");
        bytes[20..26].copy_from_slice(&[0x81, 0x80, 0x80, 0x80, 0x80, 0]);
        assert_eq!(passed::<64>(&bytes, 60), (50, 15));
        assert_eq!(passed::<32>(&bytes, 60), (20, 40), "too long for 32 bits");
    }

    #[test]
    fn zigzag_alternates_between_the_signs() {
        for (value, expected) in [(0, 0), (-1, 1), (1, 2), (-2, 3), (i64::MAX, u64::MAX - 1), (i64::MIN, u64::MAX)] {
            assert_eq!(zigzag(value), expected);
            assert_eq!(unzigzag(expected), value);
        }
        for (value, expected) in [(0, 0), (-1, 1), (i32::MAX, u32::MAX - 1), (i32::MIN, u32::MAX)] {
            assert_eq!(zigzag32(value), u64::from(expected));
            assert_eq!(unzigzag32(expected), value);
        }
    }

    #[test]
    fn longer_than_need_be_is_read_and_too_long_is_not() {
        assert_eq!(read::<64>(&[0x82, 0x80, 0]), Ok((2, 3)));
        assert_eq!(gather::<64>([0x82, 0x80, 0, 0xff, 0xff, 0xff, 0xff, 0xff]), Some((2, 3)));
        assert_eq!(read::<64>(&[0x80; 9]), Err(Bad::End));
        assert_eq!(read::<64>(&[0x80; 11]), Err(Bad::TooLong));
        assert_eq!(read::<64>(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]), Err(Bad::TooLong));
        assert_eq!(read::<64>(&[]), Err(Bad::End));
        for bytes in [[0x82, 0x80, 0x80, 0x80, 0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0]] {
            assert!(read::<32>(&bytes).is_ok());
            assert_eq!(gather::<32>(bytes), read::<32>(&bytes).ok());
        }
        for bytes in [[0x82, 0x80, 0x80, 0x80, 0x80, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0x1f, 0, 0, 0]] {
            assert!(gather::<64>(bytes).is_some());
            assert_eq!(gather::<32>(bytes), None);
            assert_eq!(read::<32>(&bytes), Err(Bad::TooLong));
        }
        assert_eq!(gather::<16>([0xff, 0xff, 0x03, 0, 0, 0, 0, 0]), Some((0xffff, 3)));
        assert_eq!(gather::<16>([0x80, 0x80, 0x04, 0, 0, 0, 0, 0]), None);
        assert_eq!(read::<32>(&[0x80; 4]), Err(Bad::End));
        assert_eq!(read::<32>(&[0x80; 5]), Err(Bad::TooLong));
    }
}
