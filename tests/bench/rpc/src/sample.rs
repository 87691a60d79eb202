//! What one run has measured, as a line of text between the processes, and the medians of several runs.

use std::fmt;
use std::str::FromStr;

/// What was measured between two moments.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sample {
    /// Requests answered.
    pub(crate) requests: u64,
    /// Time on the clock.
    pub(crate) nanos: u64,
    /// CPU time of the process that is measured.
    pub(crate) cpu_nanos: u64,
    /// Half of the requests took at most that long; 0 where that was not measured.
    pub(crate) p50_nanos: u64,
    /// 99 of 100 did.
    pub(crate) p99_nanos: u64,
    /// The most memory that the process had in use.
    pub(crate) peak_bytes: u64,
    /// What each idle connection beside the others takes of that.
    pub(crate) idle_bytes: u64,
}

impl Sample {
    /// CPU time of each request, in microseconds.
    pub(crate) fn cpu_micros(&self) -> f64 {
        self.cpu_nanos as f64 / self.requests as f64 / 1e3
    }

    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        self.requests as f64 / self.nanos as f64 * 1e9
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, nanos, cpu_nanos, p50_nanos, p99_nanos, peak_bytes, idle_bytes } = self;
        write!(f, "{requests} {nanos} {cpu_nanos} {p50_nanos} {p99_nanos} {peak_bytes} {idle_bytes}")
    }
}

impl FromStr for Sample {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let numbers: Vec<u64> = line.split(' ').map_while(|word| word.parse().ok()).collect();
        let Ok([requests, nanos, cpu_nanos, p50_nanos, p99_nanos, peak_bytes, idle_bytes]) =
            <[u64; 7]>::try_from(numbers)
        else {
            return Err(format!("no measurement: `{line}`"));
        };
        Ok(Self { requests, nanos, cpu_nanos, p50_nanos, p99_nanos, peak_bytes, idle_bytes })
    }
}

/// The middle of some figures, the mean of the two in the middle of an even count. `None` without any.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = figures.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let (below, above) = (sorted.len().checked_sub(1)? / 2, sorted.len() / 2);
    Some((sorted[below] + sorted[above]) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_comes_back_from_its_line() {
        let sample = Sample {
            requests: 1,
            nanos: 2,
            cpu_nanos: 3,
            p50_nanos: 4,
            p99_nanos: 5,
            peak_bytes: 6,
            idle_bytes: u64::MAX,
        };
        assert_eq!(sample.to_string().parse(), Ok(sample));
        for line in ["", "1 2 3 4 5 6", "1 2 3 4 5 6 7 8", "1 2 3 4 5 6 x"] {
            assert!(line.parse::<Sample>().is_err(), "{line}");
        }
    }

    #[test]
    fn figures_are_per_request() {
        let sample = Sample { requests: 1000, nanos: 500_000_000, cpu_nanos: 7_000_000, ..Sample::default() };
        assert_eq!((sample.cpu_micros(), sample.rate()), (7.0, 2000.0));
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median([]), None);
        assert_eq!(median([3.0]), Some(3.0));
        assert_eq!(median([9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 9.0]), Some(3.0));
    }
}
