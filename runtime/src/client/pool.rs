//! The connections of a client to one server, and the way of a call to one of them.
//!
//! A call either has a socket of its own while it runs, which goes back only after the call's own reply has come; or it shares a
//! connection with others and is known by its sequence id. So no reply reaches another call.

use super::Settings;
use super::backoff::Backoff;
use super::fault::{Failed, Fault};
use super::idle::Idle;
use super::lanes::Lanes;
use super::multiplexed::{Multiplexed, Outgoing};
use super::queue::Queue;
use super::socket::Socket;
use super::url::Endpoint;
use crate::call::check_reply;
use crate::error::{Error, Timeout};
use bytes::Bytes;
use std::sync::atomic::AtomicI32;
use std::time::Instant;
use tokio::time::timeout_at;

pub(super) struct Pool {
    pub(super) endpoint: Endpoint,
    pub(super) settings: Settings,
    pub(super) sequence_id: AtomicI32,
    queue: Queue,
    backoff: Backoff,
    idle: Idle,
    /// The connections that carry many calls. `None`: each carries one.
    lanes: Option<Lanes>,
}

impl Pool {
    pub(super) fn new(endpoint: Endpoint, settings: Settings) -> Self {
        let Settings { max_connections: most, calls_per_connection: calls_each, .. } = settings;
        let calls_each = if endpoint.http.is_none() { calls_each } else { 1 };
        Self {
            queue: Queue::new(most.saturating_mul(calls_each), settings.max_waiting),
            backoff: Backoff::new(settings.reconnect_pause),
            idle: Idle::new(settings.idle_timeout, most),
            lanes: (calls_each > 1).then(|| Lanes::new(most, calls_each)),
            sequence_id: AtomicI32::new(1),
            endpoint,
            settings,
        }
    }

    /// Makes a first connection, to know that the server can be reached.
    pub(super) async fn connect(&self) -> Result<(), Error> {
        if let Some(lanes) = &self.lanes {
            lanes.seat().connection().get_or_try_init(|| self.connect_shared()).await?;
            return Ok(());
        }
        let socket = self.connect_socket().await?;
        // An HTTP server that handles one connection at a time, as Python's do, would wait for a request on this one and
        // serve nobody else. That it can be reached is known now.
        if self.endpoint.http.is_none() {
            self.idle.put(socket);
        }
        Ok(())
    }

    /// Sends a request and awaits the reply, if there is one.
    pub(super) async fn call(&self, request: &Outgoing) -> Result<Option<Bytes>, Error> {
        let _turn = self.queue.turn(request.deadline).await?;
        match &self.lanes {
            Some(lanes) => self.call_shared(lanes, request).await,
            None => self.call_alone(request).await,
        }
    }

    /// On a socket of its own.
    async fn call_alone(&self, request: &Outgoing) -> Result<Option<Bytes>, Error> {
        loop {
            let kept = self.idle.take();
            let was_kept = kept.is_some();
            let mut socket = match kept {
                Some(socket) => socket,
                None => until(request.deadline, Timeout::Connect, self.connect_socket()).await?,
            };
            let exchange = socket.exchange(&request.message, request.oneway, &self.settings.limits);
            let reply = match until(request.deadline, Timeout::Call, exchange).await {
                // The server has closed it since it was last looked at.
                Err(Error::Unsent(_)) if was_kept => continue,
                Err(Error::Io(error)) => return Err(self.failed(Fault::broken(&error), false)),
                Err(error) => return Err(error),
                Ok(reply) => reply,
            };
            if let Some(reply) = &reply {
                check_reply(reply, request.protocol, &request.method, request.sequence_id)?;
            }
            if socket.is_reusable() {
                self.idle.put(socket);
            }
            return Ok(reply);
        }
    }

    /// On a connection that others share.
    async fn call_shared(&self, lanes: &Lanes, request: &Outgoing) -> Result<Option<Bytes>, Error> {
        loop {
            let seat = lanes.seat();
            let (connection, is_new) = match seat.connection().get() {
                Some(connection) => (connection, false),
                None => {
                    let connect = seat.connection().get_or_try_init(|| self.connect_shared());
                    (until(request.deadline, Timeout::Connect, connect).await?, true)
                }
            };
            return match connection.exchange(request).await {
                // It has ended since the call has taken its seat.
                Err(Failed { fault: Fault::Closed | Fault::Broken(..), unsent: true }) if !is_new => continue,
                Err(Failed { fault, unsent }) => Err(self.failed(fault, unsent)),
                Ok(reply) => Ok(reply),
            };
        }
    }

    async fn connect_socket(&self) -> Result<Socket, Error> {
        self.backoff.attempt(Socket::connect(&self.endpoint, &self.settings)).await
    }

    async fn connect_shared(&self) -> Result<Multiplexed, Error> {
        let connect = Socket::connect_stream(&self.endpoint, &self.settings);
        let (stream, framing) = self.backoff.attempt(connect).await?;
        Ok(Multiplexed::spawn(stream, framing, self.settings.idle_timeout))
    }

    fn failed(&self, fault: Fault, unsent: bool) -> Error {
        Failed { fault, unsent }.into_error(&self.endpoint.to_string())
    }
}

/// Runs the future, but not beyond the deadline.
async fn until<T>(
    deadline: Instant,
    what: Timeout,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    timeout_at(deadline.into(), future).await.unwrap_or(Err(Error::Timeout(what)))
}
