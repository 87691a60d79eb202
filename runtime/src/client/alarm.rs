//! Ends the calls of a connection that take too long, with one timer for all of them.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use tokio::task::unconstrained;
use tokio::time::{Sleep, sleep_until};

/// A timer that stays set from one call to the next. Nearly all calls are over long before their deadlines; so the timer of
/// the first one stands for many, and is set anew only when it goes off.
#[derive(Debug, Default)]
pub(super) struct Alarm {
    timer: Option<Pin<Box<Sleep>>>,
    /// What it wakes when it goes off.
    waker: Option<Waker>,
}

impl Alarm {
    /// What comes of the future; `None`: nothing before the deadline. To be called in one runtime only.
    pub(super) async fn before<F: Future>(&mut self, deadline: Instant, mut future: Pin<&mut F>) -> Option<F::Output> {
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => self.poll(cx, deadline).map(|()| None),
        })
        .await
    }

    /// Ready once the deadline has passed.
    fn poll(&mut self, cx: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        let deadline = deadline.into();
        let Self { timer, waker } = self;
        let sleep = timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() > deadline {
            sleep.as_mut().reset(deadline);
            *waker = None;
        }
        // Nearly always the task is the same as that of the last call.
        if !sleep.is_elapsed() && waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        loop {
            // Also when the call has used up all that its task may do in one turn: it may do so in each.
            if Pin::new(&mut unconstrained(sleep.as_mut())).poll(cx).is_pending() {
                *waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            if sleep.deadline() >= deadline {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::pin::pin;
    use std::time::Duration;
    use tokio::task::consume_budget;
    use tokio::time::{sleep, timeout};

    #[tokio::test]
    async fn each_call_has_its_own_deadline() {
        let (mut alarm, begin) = (Alarm::default(), Instant::now());
        let ms = Duration::from_millis;
        // The timer is set here, and has gone off before it is looked at again.
        assert_eq!(alarm.before(begin + ms(20), pin!(sleep(ms(1)))).await, Some(()));
        sleep(ms(40)).await;
        for (after, later) in [(100, false), (50, true), (20, false), (20, false), (0, true)] {
            let now = Instant::now();
            // A later deadline in between changes nothing.
            if later {
                assert_eq!(alarm.before(now + Duration::from_secs(60), pin!(sleep(ms(1)))).await, Some(()));
            }
            assert_eq!(alarm.before(now + ms(after), pin!(pending::<()>())).await, None);
            assert!(now.elapsed() >= ms(after), "{after} ms");
            assert!(now.elapsed() < Duration::from_secs(30), "{after} ms");
        }
    }
    #[tokio::test]
    async fn what_is_always_busy_ends_at_its_deadline() {
        let busy = pin!(async {
            loop {
                consume_budget().await;
            }
        });
        let (mut alarm, begin) = (Alarm::default(), Instant::now());
        let outcome: Option<()> =
            timeout(Duration::from_secs(30), alarm.before(begin + Duration::from_millis(20), busy)).await.unwrap();
        assert!(outcome.is_none());
    }
}
