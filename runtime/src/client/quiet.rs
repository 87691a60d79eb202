//! Finds out that a connection has had no calls for a while, without looking at the clock for each.

use std::time::Duration;

/// How many quarters in a row have to be quiet. In the first, a call may have ended late.
const ENOUGH: u32 = 5;

#[derive(Debug)]
pub(super) struct Quiet {
    quarter: Duration,
    /// How many calls there had been when it was looked last.
    calls: u64,
    /// How many quarters in a row were without calls.
    quarters: u32,
}

impl Quiet {
    pub(super) fn new(timeout: Duration) -> Self {
        let quarter = (timeout / 4).clamp(Duration::from_millis(1), Duration::from_secs(86_400 * 365));
        Self { quarter, calls: 0, quarters: 0 }
    }

    /// How often to ask.
    pub(super) fn quarter(&self) -> Duration {
        self.quarter
    }

    /// Whether it has been quiet for the timeout, when there have been so many calls in all, and so many go on. To be asked
    /// once in a quarter of the timeout; so it takes up to a quarter more.
    pub(super) fn is_over(&mut self, calls: u64, going_on: usize) -> bool {
        self.quarters = if going_on == 0 && calls == self.calls { self.quarters + 1 } else { 0 };
        self.calls = calls;
        self.quarters >= ENOUGH
    }

    /// Whether it was quiet when it was asked last.
    pub(super) fn has_begun(&self) -> bool {
        self.quarters > 0
    }
}
