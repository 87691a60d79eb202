//! The connections of a client to one server, and the way of a call to one of them.
//!
//! A call either has a socket of its own while it runs, which goes back only after the call's own reply has come; or it shares a
//! connection with others and is known by its sequence id. So no reply reaches another call.

use super::backoff::Backoff;
use super::endpoint::Endpoint;
use super::fault::name_peer;
use super::idle::Idle;
use super::lanes::{Lanes, Seat, Shared};
use super::outgoing::Outgoing;
use super::queue::{Queue, Turn};
use super::socket::Socket;
use super::{Settings, latest};
use crate::call::check_reply;
use crate::error::{Error, Timeout};
use crate::failures::Attempt;
use crate::pieces::Message;
use crate::reply::{Reply, ReplyFuture};
use bytes::Bytes;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::Instant;
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
        let deadline = latest(Instant::now(), self.settings.connect_timeout);
        if let Some(shared) = &self.shared {
            let seat = shared.lanes.seat();
            return match seat.connection().get_or_try_init(|| self.connect_seat(shared, &seat, deadline)).await {
                Ok(_) | Err(NotShared::Alone(_)) => Ok(()),
                Err(NotShared::Failed(error)) => Err(error),
            };
        }
        let socket = self.connect_socket(deadline).await?;
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
                // Over HTTP, what the server speaks comes first.
                let mut turn = if self.endpoint.http.is_none() { shared.queue.turn_at_once() } else { None };
                if turn.is_some()
                    && let Some(reply) = self.call_at_once(shared, &call).await
                {
                    return reply;
                }
                Ok(Reply::received(Box::pin(self.call_either(shared, &mut call, &mut turn)).await?))
            }),
        }
    }

    /// On a stream that has a seat now, as there usually is one. `None`: there is none, or it ended before the call was sent.
    async fn call_at_once(&self, shared: &Shares, call: &Outgoing) -> Option<Result<Reply, Error>> {
        let seat = shared.lanes.seat();
        let Some(Shared::Stream(connection)) = seat.connection().get() else { return None };
        let outcome = connection.exchange(call).await;
        let outcome = outcome.map_err(|failed| failed.into_error(&self.endpoint.to_string()));
        self.learn(&seat, &outcome);
        match outcome {
            Err(Error::Unsent(_)) => None,
            outcome => Some(outcome.map(|reply| Reply::received(reply.map(Message::Shared)))),
        }
    }

    /// Learns from the first answer on a connection.
    fn learn(&self, seat: &Seat, outcome: &Result<Option<Bytes>, Error>) {
        if let Some(attempt) = seat.untried() {
            self.backoff.learn(attempt, outcome);
            if let Ok(Some(_)) = outcome {
                seat.tried();
            }
        }
    }

    /// As the server has chosen. The call may have a turn on a connection that others share: it keeps it, so as not to stand
    /// behind calls that came later.
    async fn call_either<'p>(
        &self,
        shared: &'p Shares,
        call: &mut Outgoing,
        turn: &mut Option<Turn<'p>>,
    ) -> Result<Option<Message>, Error> {
        loop {
            if !shared.are_refused.load(Ordering::Relaxed) {
                match self.call_shared(shared, call, turn.take()).await {
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
            NotAlone::Failed(error) => error,
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
                    idle.make_room(queue.taken());
                    Box::pin(self.connect_alone(call.deadline)).await?
                }
            };
            let outcome = match socket.exchange(call).await {
                // The server has closed it since it was last looked at.
                Err(Error::Unsent(_)) if was_kept => continue,
                outcome => outcome.map_err(|error| name_peer(error, &self.endpoint)),
            };
            if let Some(attempt) = socket.untried {
                self.backoff.learn(attempt, &outcome);
            }
            let reply = outcome?;
            socket.untried = socket.untried.filter(|_| reply.is_none());
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
    async fn call_shared(
        &self,
        shared: &Shares,
        call: &Outgoing,
        turn: Option<Turn<'_>>,
    ) -> Result<Option<Bytes>, NotShared> {
        let _turn = match turn {
            Some(turn) => turn,
            None => shared.queue.turn(call.deadline).await.map_err(NotShared::Failed)?,
        };
        loop {
            let seat = shared.lanes.seat();
            let made = seat.connection().get();
            let connection = match made {
                Some(connection) => connection,
                None => {
                    let connect = || self.connect_seat(shared, &seat, call.deadline);
                    let connect = seat.connection().get_or_try_init(connect);
                    let connected = timeout_at(call.deadline.into(), Box::pin(connect)).await;
                    let connection = connected.unwrap_or(Err(NotShared::Failed(Error::Timeout(Timeout::Connect))))?;
                    if seat.is_crowded() {
                        continue;
                    }
                    connection
                }
            };
            let outcome = connection.exchange(call, &self.endpoint).await;
            self.learn(&seat, &outcome);
            match outcome {
                // It has ended since the call has taken its seat.
                Err(Error::Unsent(_)) if made.is_some() => continue,
                reply => return reply.map_err(NotShared::Failed),
            }
        }
    }

    async fn connect_socket(&self, deadline: Instant) -> Result<Socket, Error> {
        let connect = Socket::connect(&self.endpoint, &self.settings);
        let (mut socket, attempt) = self.backoff.attempt(deadline, connect).await?;
        socket.untried = Some(attempt);
        Ok(socket)
    }

    async fn connect_alone(&self, deadline: Instant) -> Result<Socket, NotAlone> {
        let Some(shared) = &self.shared else { return Ok(self.connect_socket(deadline).await?) };
        match self.connect_shared(shared, deadline).await {
            Err(NotShared::Alone(socket)) => Ok(socket),
            Err(NotShared::Failed(error)) => Err(error.into()),
            Ok((connection, _)) => {
                shared.lanes.adopt(connection);
                shared.are_refused.store(false, Ordering::Relaxed);
                Err(NotAlone::Shared)
            }
        }
    }

    async fn connect_seat(&self, shared: &Shares, seat: &Seat, deadline: Instant) -> Result<Shared, NotShared> {
        let (connection, attempt) = self.connect_shared(shared, deadline).await?;
        seat.made_by(attempt);
        Ok(connection)
    }

    async fn connect_shared(&self, shared: &Shares, deadline: Instant) -> Result<(Shared, Attempt), NotShared> {
        match self.backoff.attempt(deadline, Shared::connect(&self.endpoint, &self.settings)).await {
            Ok((Ok(connection), attempt)) => Ok((connection, attempt)),
            Ok((Err(mut socket), attempt)) => {
                socket.untried = Some(attempt);
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
