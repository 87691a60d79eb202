//! How long each of many things took, in memory of a fixed size.

use std::time::Duration;

/// Each power of two is divided into so many parts: a quantile is off by 3 % at most.
const PARTS: u64 = 32;
const BUCKETS: usize = (64 * PARTS) as usize;

/// Counts of durations, in nanoseconds.
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self { counts: vec![0; BUCKETS], total: 0 }
    }

    pub(crate) fn record(&mut self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket(nanos)] += 1;
        self.total += 1;
    }

    /// The shortest time that this share of all took at most; no time at all without any.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        let wanted = (self.total as f64 * share).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_nanos(longest(bucket));
            }
        }
        Duration::ZERO
    }
}

/// Small numbers have a bucket each; of larger ones, the first bits tell.
fn bucket(nanos: u64) -> usize {
    let shift = (u64::BITS - nanos.leading_zeros()).saturating_sub(PARTS.ilog2() + 1);
    (u64::from(shift) * PARTS + (nanos >> shift)) as usize
}

fn longest(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let shift = (bucket / PARTS).saturating_sub(1);
    let first = bucket - shift * PARTS;
    (((first + 1) as u128) << shift).saturating_sub(1).try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_what_falls_into_it() {
        let mut last = None;
        for nanos in (0..100_000).chain([1 << 40, u64::MAX / 2, u64::MAX - 1, u64::MAX]) {
            let longest = longest(bucket(nanos));
            assert!(longest >= nanos && (longest - nanos) as f64 <= nanos as f64 / 32.0, "{nanos} counts as {longest}");
            assert!(last <= Some(bucket(nanos)), "{nanos}");
            last = Some(bucket(nanos));
        }
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_times() {
        let mut histogram = Histogram::new();
        assert_eq!(histogram.quantile(0.5), Duration::ZERO);
        (1..=1000).for_each(|micros| histogram.record(Duration::from_micros(micros)));
        for (share, micros) in [(0.0, 1.0), (0.5, 500.0), (0.99, 990.0), (1.0, 1000.0)] {
            let ratio = histogram.quantile(share).as_secs_f64() * 1e6 / micros;
            assert!((1.0..1.035).contains(&ratio), "{share}: {ratio}");
        }
    }
}
