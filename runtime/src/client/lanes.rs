//! The connections of a client that many calls share.

use super::Settings;
use super::endpoint::Endpoint;
use super::fault::Fault;
#[cfg(feature = "http2")]
use super::fault::{Failed, name_peer};
#[cfg(feature = "http2")]
use super::http::multiplexed::Http2;
use super::multiplexed::Multiplexed;
use super::outgoing::Outgoing;
use super::socket::{Socket, connect, runtime};
use super::wrapping::Wrapping;
use crate::error::Error;
use crate::failures::Attempt;
use bytes::Bytes;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::runtime::Id;
use tokio::sync::OnceCell;

#[derive(Debug)]
pub(super) struct Lanes {
    lanes: Mutex<Vec<Arc<Lane>>>,
    /// How many connections there may be.
    most: usize,
    /// How many calls may be on one.
    calls_each: usize,
}

/// A connection, or the place of one that the next call makes.
#[derive(Debug)]
struct Lane {
    connection: OnceCell<Shared>,
    /// How it was connected.
    attempt: OnceLock<Attempt>,
    /// There was an answer on it.
    is_tried: AtomicBool,
    /// Where the connection is driven. Elsewhere a call on it could hang, or fail when that runtime is gone.
    runtime: Option<Id>,
}

/// A connection that many calls share.
#[derive(Debug)]
pub(super) enum Shared {
    Stream(Multiplexed),
    #[cfg(feature = "http2")]
    Http2(Box<Http2>),
}

/// The place of one call on a connection: as many hold a lane, beside the list of lanes, as have a seat.
#[derive(Debug)]
pub(super) struct Seat(Arc<Lane>);

impl Lanes {
    pub(super) fn new(most: usize, calls_each: usize) -> Self {
        Self { lanes: Mutex::default(), most, calls_each }
    }

    /// A seat on the first connection that has one. There is one as long as no more calls ask than fit in all, unless servers
    /// take fewer than that: then they wait on the emptiest connection, where the server sees them in their turn.
    pub(super) fn seat(&self) -> Seat {
        let runtime = runtime();
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let near = lanes.iter().filter(|lane| lane.runtime == runtime && lane.is_usable());
        let free = near.clone().find(|lane| seats(lane) < lane.room().min(self.calls_each));
        let is_full = || lanes.iter().filter(|lane| seats(lane) > 0 && lane.is_usable()).count() >= self.most;
        let found = free.or_else(|| if is_full() { near.min_by_key(|lane| seats(lane)) } else { None });
        let lane = match found {
            Some(lane) => Arc::clone(lane),
            None => {
                make_room(&mut lanes, self.most);
                add(&mut lanes, OnceCell::new())
            }
        };
        Seat(lane)
    }

    /// Takes a connection of this runtime that no call waits for, unless there are enough; then it is closed.
    pub(super) fn adopt(&self, connection: Shared) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut lanes, self.most);
        if lanes.iter().filter(|lane| lane.is_usable()).count() < self.most {
            add(&mut lanes, OnceCell::new_with(Some(connection)));
        }
    }
}

fn add(lanes: &mut Vec<Arc<Lane>>, connection: OnceCell<Shared>) -> Arc<Lane> {
    let (attempt, is_tried) = (OnceLock::new(), AtomicBool::new(false));
    let lane = Arc::new(Lane { connection, attempt, is_tried, runtime: runtime() });
    lanes.push(Arc::clone(&lane));
    lane
}

/// Forgets connections that are over, and sees to it that there are not too many. Those that take no more calls but have some
/// are not counted, so that a call that took too long does no harm to others; but if there are as many of them as may be of
/// all, the oldest is closed.
fn make_room(lanes: &mut Vec<Arc<Lane>>, most: usize) {
    lanes.retain(|lane| lane.is_usable() || seats(lane) > 0);
    let usable = lanes.iter().filter(|lane| lane.is_usable()).count();
    let surplus = if usable >= most {
        // Another runtime has left it unused: the calls of this one have turns for all others.
        lanes.iter().position(|lane| seats(lane) == 0)
    } else if lanes.len() - usable > most {
        lanes.iter().position(|lane| !lane.is_usable())
    } else {
        None
    };
    if let Some(at) = surplus
        && let Some(connection) = lanes.remove(at).connection.get()
    {
        connection.end();
    }
}

impl Lane {
    fn is_usable(&self) -> bool {
        self.connection.get().is_none_or(Shared::is_usable)
    }

    /// How many calls the server takes at a time, as far as is known.
    fn room(&self) -> usize {
        match self.connection.get() {
            #[cfg(feature = "http2")]
            Some(Shared::Http2(connection)) => connection.room(),
            _ => usize::MAX,
        }
    }
}

/// How many calls have a seat on a lane of the list.
fn seats(lane: &Arc<Lane>) -> usize {
    Arc::strong_count(lane).saturating_sub(1)
}

impl Shared {
    /// Connects. `Err`: the server has chosen to speak HTTP/1.1, which carries one call at a time.
    pub(super) async fn connect(endpoint: &Endpoint, settings: &Settings) -> Result<Result<Self, Socket>, Error> {
        let stream = connect(endpoint, settings).await?;
        #[cfg(feature = "http2")]
        if let Some(target) = &endpoint.http {
            return Ok(if settings.http2.unwrap_or_else(|| stream.has_chosen_http2()) {
                let connection = Http2::handshake(stream, target, settings).await;
                Ok(Self::Http2(Box::new(connection.map_err(|error| name_peer(error, endpoint))?)))
            } else {
                Err(Socket::on(stream, endpoint, settings).await?)
            });
        }
        let wrapping = Wrapping::new(settings);
        let stream = wrapping.stream(stream, settings.transport);
        let transforms = stream.transforms();
        Ok(Ok(Self::Stream(Multiplexed::spawn(stream, transforms, wrapping, settings.idle_timeout))))
    }

    /// Sends a request to that peer and awaits the reply, if there is one.
    pub(super) async fn exchange(&self, call: &Outgoing, peer: &impl ToString) -> Result<Option<Bytes>, Error> {
        match self {
            Self::Stream(connection) => {
                connection.exchange(call).await.map_err(|failed| failed.into_error(&peer.to_string()))
            }
            #[cfg(feature = "http2")]
            Self::Http2(connection) => Box::pin(connection.exchange(call)).await.map_err(|error| match error {
                Error::Io(_) if connection.is_given_up() => {
                    Failed { fault: Fault::Unanswered, unsent: false }.into_error(&peer.to_string())
                }
                error => name_peer(error, peer),
            }),
        }
    }

    fn is_usable(&self) -> bool {
        match self {
            Self::Stream(connection) => connection.is_usable(),
            #[cfg(feature = "http2")]
            Self::Http2(connection) => connection.is_usable(),
        }
    }

    fn end(&self) {
        match self {
            Self::Stream(connection) => connection.end(Fault::Unanswered),
            #[cfg(feature = "http2")]
            Self::Http2(connection) => connection.give_up(),
        }
    }
}

impl Seat {
    /// Where the connection is, once it is made.
    pub(super) fn connection(&self) -> &OnceCell<Shared> {
        &self.0.connection
    }

    /// Whether the server takes fewer calls at a time than have a seat here. They took it before that was known. One may stay
    /// in any case, where it may wait.
    pub(super) fn is_crowded(&self) -> bool {
        seats(&self.0) > self.0.room().max(1)
    }

    /// Notes how the connection was made.
    pub(super) fn made_by(&self, attempt: Attempt) {
        // There is one connection.
        let _ = self.0.attempt.set(attempt);
    }

    /// How the connection was made, until there was an answer on it.
    pub(super) fn untried(&self) -> Option<Attempt> {
        if self.0.is_tried.load(Ordering::Relaxed) { None } else { self.0.attempt.get().copied() }
    }

    /// There was an answer.
    pub(super) fn tried(&self) {
        self.0.is_tried.store(true, Ordering::Relaxed);
    }
}
