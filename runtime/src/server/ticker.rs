//! Coarse timeouts without reading the clock for each request.
//!
//! A connection has one timer, which fires a few times per timeout and counts. What waits compares counts; the timer
//! itself is set anew only when it has fired. A timeout is up to a quarter late, never early.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

pub(crate) struct Ticker {
    sleep: Pin<Box<Sleep>>,
    period: Duration,
    ticks: u64,
}

/// The wait was over before the future was.
#[derive(Debug)]
pub(crate) struct Elapsed;

impl Ticker {
    /// A ticker that is fine enough for timeouts from `shortest` on.
    pub(crate) fn new(shortest: Duration) -> Self {
        let period = (shortest / 4).clamp(Duration::from_millis(1), Duration::from_secs(60));
        Self { sleep: Box::pin(sleep(period)), period, ticks: 0 }
    }

    /// How many ticks it takes until `timeout` has passed for sure.
    pub(crate) fn span(&self, timeout: Duration) -> u64 {
        let whole = timeout.as_nanos().div_ceil(self.period.as_nanos());
        // One more, because the present tick has partly passed.
        u64::try_from(whole).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// The present tick.
    pub(crate) fn now(&self) -> u64 {
        self.ticks
    }

    /// Runs the future until that tick.
    pub(crate) async fn until<F: Future>(&mut self, tick: u64, future: F) -> Result<F::Output, Elapsed> {
        let mut future = pin!(future);
        loop {
            tokio::select! {
                biased;
                output = &mut future => return Ok(output),
                () = &mut self.sleep => {
                    self.ticks += 1;
                    self.sleep.as_mut().reset(Instant::now() + self.period);
                    if self.ticks >= tick {
                        return Err(Elapsed);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;

    #[tokio::test]
    async fn a_timeout_is_never_early() {
        let timeout = Duration::from_millis(80);
        let mut ticker = Ticker::new(timeout);
        for _ in 0..3 {
            let start = Instant::now();
            let tick = ticker.now() + ticker.span(timeout);
            assert!(ticker.until(tick, pending::<()>()).await.is_err());
            assert!(start.elapsed() >= timeout, "{:?}", start.elapsed());
        }
        let tick = ticker.now() + ticker.span(timeout);
        assert_eq!(ticker.until(tick, async { 7 }).await.ok(), Some(7));
    }
}
