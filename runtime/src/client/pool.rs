//! The connections of a client to one server, and the way of a call to one of them.
//!
//! A call either has a socket of its own while it runs, which goes back only after the call's own reply has come; or it shares a
//! connection with others and is known by its sequence id. So no reply reaches another call.

use super::Settings;
use super::backoff::Backoff;
use super::endpoint::Endpoint;
use super::fault::name_peer;
use super::idle::Idle;
use super::lanes::{Lanes, Shared};
use super::outgoing::Outgoing;
use super::queue::Queue;
use super::socket::Socket;
use crate::call::check_reply;
use crate::error::{Error, Timeout};
use crate::pieces::Message;
use crate::reply::{Reply, ReplyFuture};
use bytes::Bytes;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use tokio::time::timeout_at;

pub(super) struct Pool {
    pub(super) endpoint: Endpoint,
    pub(super) settings: Settings,
    pub(super) sequence_id: AtomicI32,
    backoff: Backoff,
    alone: Alone,
    /// `None`: each connection carries one call.
    shared: Option<Shares>,
}

/// The connections that carry one call at a time.
struct Alone {
    queue: Queue,
    idle: Idle,
}

/// The connections that carry many calls.
struct Shares {
    queue: Queue,
    lanes: Lanes,
    /// The server has chosen HTTP/1.1 last, so that calls go alone until it chooses HTTP/2.
    are_refused: AtomicBool,
}

/// Why a call is not made on a socket of its own.
enum NotAlone {
    Failed(Error),
    /// The server has chosen HTTP/2 this time, as one that was upgraded does, or another one behind the same address.
    Shared,
}

/// Why there is no connection that carries many calls.
enum NotShared {
    Failed(Error),
    /// The server carries one at a time, on this.
    Alone(Socket),
}

impl Pool {
    pub(super) fn new(endpoint: Endpoint, settings: Settings) -> Self {
        let Settings { max_connections: most, max_waiting, .. } = settings;
        let calls_each = calls_each(&endpoint, &settings);
        Self {
            backoff: Backoff::new(settings.reconnect_pause),
            alone: Alone { queue: Queue::new(most, max_waiting), idle: Idle::new(settings.idle_timeout, most) },
            shared: (calls_each > 1).then(|| Shares {
                queue: Queue::new(most.saturating_mul(calls_each), max_waiting),
                lanes: Lanes::new(most, calls_each),
                are_refused: AtomicBool::new(false),
            }),
            sequence_id: AtomicI32::new(1),
            endpoint,
            settings,
        }
    }

    /// Makes a first connection, to know that the server can be reached.
    pub(super) async fn connect(&self) -> Result<(), Error> {
        if let Some(shared) = &self.shared {
            let seat = shared.lanes.seat();
            return match seat.connection().get_or_try_init(|| self.connect_shared(shared)).await {
                Ok(_) | Err(NotShared::Alone(_)) => Ok(()),
                Err(NotShared::Failed(error)) => Err(error),
            };
        }
        let socket = self.backoff.attempt(Socket::connect(&self.endpoint, &self.settings)).await?;
        // An HTTP server that handles one connection at a time, as Python's do, would wait for a request on this one and
        // serve nobody else. That it can be reached is known now.
        if self.endpoint.http.is_none() {
            self.alone.idle.put(socket);
        }
        Ok(())
    }

    /// Sends a request and awaits the reply, if there is one.
    pub(super) fn call(&self, mut call: Outgoing) -> ReplyFuture<'_> {
        // Each future is moved for each call: what seldom happens in one is in a box of its own.
        match &self.shared {
            None => ReplyFuture::new(async move {
                let reply = self.call_alone(&mut call).await.map_err(|error| self.named(error))?;
                Ok(Reply::received(reply))
            }),
            Some(shared) => ReplyFuture::new(async move {
                let reply = match self.call_at_once(shared, &call).await {
                    Some(reply) => reply?,
                    None => Box::pin(self.call_either(shared, &mut call)).await?,
                };
                Ok(Reply::received(reply))
            }),
        }
    }

    /// On a stream that has a seat now, as there usually is one. `None`: there is none, or it ended before the call was sent.
    async fn call_at_once(&self, shared: &Shares, call: &Outgoing) -> Option<Result<Option<Message>, Error>> {
        let _turn = shared.queue.turn_at_once()?;
        let seat = shared.lanes.seat();
        let Some(Shared::Stream(connection)) = seat.connection().get() else { return None };
        match connection.exchange(call).await {
            Ok(reply) => Some(Ok(reply.map(Message::Shared))),
            Err(failed) => match failed.into_error(&self.endpoint.to_string()) {
                Error::Unsent(_) => None,
                error => Some(Err(error)),
            },
        }
    }

    /// As the server has chosen.
    async fn call_either(&self, shared: &Shares, call: &mut Outgoing) -> Result<Option<Message>, Error> {
        loop {
            if !shared.are_refused.load(Ordering::Relaxed) {
                match self.call_shared(shared, call).await {
                    Err(NotShared::Alone(socket)) => self.alone.idle.put(socket),
                    Err(NotShared::Failed(error)) => return Err(error),
                    Ok(reply) => return Ok(reply.map(Message::Shared)),
                }
            }
            match Box::pin(self.call_alone(call)).await {
                Err(NotAlone::Shared) => {}
                Err(error) => return Err(self.named(error)),
                Ok(reply) => return Ok(reply),
            }
        }
    }

    fn named(&self, error: NotAlone) -> Error {
        match error {
            NotAlone::Failed(error) => name_peer(error, &self.endpoint),
            // Only where connections are shared is one made that is.
            NotAlone::Shared => Error::Closed { peer: self.endpoint.to_string() },
        }
    }

    /// On a socket of its own.
    async fn call_alone(&self, call: &mut Outgoing) -> Result<Option<Message>, NotAlone> {
        let Alone { queue, idle } = &self.alone;
        let _turn = match queue.turn_at_once() {
            Some(turn) => turn,
            None => Box::pin(queue.turn(call.deadline)).await?,
        };
        loop {
            let kept = idle.take(call.begun);
            let was_kept = kept.is_some();
            let mut socket = match kept {
                Some(socket) => socket,
                None => {
                    let connected = timeout_at(call.deadline.into(), Box::pin(self.connect_alone())).await;
                    connected.unwrap_or(Err(Error::Timeout(Timeout::Connect).into()))?
                }
            };
            let reply = match socket.exchange(call).await {
                // The server has closed it since it was last looked at.
                Err(Error::Unsent(_)) if was_kept => continue,
                reply => reply?,
            };
            if let Some(reply) = &reply {
                check_reply(reply.beginning(), call.protocol, &call.method, call.sequence_id)?;
            }
            if socket.is_reusable() {
                idle.put(socket);
            }
            return Ok(reply);
        }
    }

    /// On a connection that others share.
    async fn call_shared(&self, shared: &Shares, call: &Outgoing) -> Result<Option<Bytes>, NotShared> {
        let _turn = shared.queue.turn(call.deadline).await.map_err(NotShared::Failed)?;
        loop {
            let seat = shared.lanes.seat();
            let made = seat.connection().get();
            let connection = match made {
                Some(connection) => connection,
                None => {
                    let connect = seat.connection().get_or_try_init(|| self.connect_shared(shared));
                    let connected = timeout_at(call.deadline.into(), Box::pin(connect)).await;
                    let connection = connected.unwrap_or(Err(NotShared::Failed(Error::Timeout(Timeout::Connect))))?;
                    if seat.is_crowded() {
                        continue;
                    }
                    connection
                }
            };
            match connection.exchange(call, &self.endpoint).await {
                // It has ended since the call has taken its seat.
                Err(Error::Unsent(_)) if made.is_some() => continue,
                reply => return reply.map_err(NotShared::Failed),
            }
        }
    }

    async fn connect_alone(&self) -> Result<Socket, NotAlone> {
        let Some(shared) = &self.shared else {
            return Ok(self.backoff.attempt(Socket::connect(&self.endpoint, &self.settings)).await?);
        };
        match self.connect_shared(shared).await {
            Err(NotShared::Alone(socket)) => Ok(socket),
            Err(NotShared::Failed(error)) => Err(error.into()),
            Ok(connection) => {
                shared.lanes.adopt(connection);
                shared.are_refused.store(false, Ordering::Relaxed);
                Err(NotAlone::Shared)
            }
        }
    }

    async fn connect_shared(&self, shared: &Shares) -> Result<Shared, NotShared> {
        match self.backoff.attempt(Shared::connect(&self.endpoint, &self.settings)).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(socket)) => {
                shared.are_refused.store(true, Ordering::Relaxed);
                Err(NotShared::Alone(socket))
            }
            Err(error) => Err(NotShared::Failed(error)),
        }
    }
}

/// How many calls are on one connection at a time.
fn calls_each(endpoint: &Endpoint, settings: &Settings) -> usize {
    let default = match endpoint.http {
        None => 1,
        // What most servers allow. Were it 1, the connections would be those of HTTP/1.1.
        Some(_) if endpoint.may_speak_http2(settings) => 100,
        Some(_) => return 1,
    };
    settings.calls_per_connection.unwrap_or(default)
}

impl From<Error> for NotAlone {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
