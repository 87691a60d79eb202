//! Coarse timeouts without reading the clock for each request.
//!
//! A connection has one timer, which fires a few times per timeout and counts. What waits compares counts; the timer
//! itself is set anew only when it has fired. A timeout is up to a quarter late, never early.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep};

pub(crate) struct Ticker {
    sleep: Pin<Box<Sleep>>,
    period: Duration,
    ticks: u64,
    /// Who the timer wakes.
    waker: Option<Waker>,
}

impl Ticker {
    /// A ticker that is fine enough for timeouts from `shortest` on.
    pub(crate) fn new(shortest: Duration) -> Self {
        let period = (shortest / 4).clamp(Duration::from_millis(1), Duration::from_secs(60));
        Self { sleep: Box::pin(sleep(period)), period, ticks: 0, waker: None }
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

    /// Ready with each tick.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let is_set = self.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        // To look at a timer costs less than to poll it, and connections do it with all that comes and goes.
        if is_set && !self.sleep.is_elapsed() {
            return Poll::Pending;
        }
        self.waker = Some(cx.waker().clone());
        // Without tokio's budget, which may be spent: the timer would not be set then, and the waker never woken.
        ready!(pin!(unconstrained(self.sleep.as_mut())).poll(cx));
        self.waker = None;
        self.ticks += 1;
        self.sleep.as_mut().reset(Instant::now() + self.period);
        Poll::Ready(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::future::poll_fn;

    #[tokio::test]
    async fn a_timeout_is_never_early() {
        let timeout = Duration::from_millis(80);
        let mut ticker = Ticker::new(timeout);
        for _ in 0..3 {
            let start = Instant::now();
            let tick = ticker.now() + ticker.span(timeout);
            while ticker.now() < tick {
                poll_fn(|cx| ticker.poll(cx)).await;
            }
            assert!(start.elapsed() >= timeout, "{:?}", start.elapsed());
        }
    }

    #[tokio::test]
    async fn it_ticks_in_a_task_whose_budget_is_spent() {
        let mut ticker = Ticker::new(Duration::from_millis(40));
        let ticks = async move {
            for _ in 0..3 {
                spend_budget().await;
                poll_fn(|cx| ticker.poll(cx)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), tokio::spawn(ticks)).await.expect("no tick").unwrap();
    }

    /// Has tokio take the task for one that should let others run.
    pub(crate) async fn spend_budget() {
        while tokio::task::coop::has_budget_remaining() {
            let mut one = pin!(tokio::task::coop::consume_budget());
            let _ = poll_fn(|cx| Poll::Ready(one.as_mut().poll(cx))).await;
        }
    }
}
