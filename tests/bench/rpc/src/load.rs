//! The load generator: one thread that sends the same request over many connections, as lean as it can be.
//!
//! It keeps a number of requests in flight on each connection: for each reply it sends the next request, and what has
//! become ready at a time goes out in one write. It measures itself when the time has come, and prints a [`Sample`] of the
//! server or, for the clients to be compared with, of itself.

mod connection;
mod reply;
mod stream;

use std::io::Write;
use std::net::SocketAddr;
use std::process;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::fd::OwnedFd;

use crate::Result;
use crate::arguments::Arguments;
use crate::histogram::Histogram;
use crate::sample::Sample;
use crate::usage;
use crate::wire::Wire;
use connection::Connection;
use reply::Reply;
use stream::Stream;

/// A server that says nothing for so long has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// What comes at a time is read into so much.
const BUFFER: usize = 256 << 10;

/// Sends and measures.
pub(crate) fn run(args: &Arguments) -> Result<()> {
    let plan = Plan::from_args(args)?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", plan.run()?)?;
    Ok(out.flush()?)
}

/// What to send, and what to measure.
struct Plan {
    address: SocketAddr,
    is_tls: bool,
    request: Vec<u8>,
    /// What has to be in a reply.
    payload: Vec<u8>,
    connections: usize,
    in_flight: usize,
    /// Connections that have one call and are then held.
    idle: usize,
    warm_up: Duration,
    time: Duration,
    /// The process whose CPU time and memory count.
    pid: u32,
}

impl Plan {
    fn from_args(args: &Arguments) -> Result<Self> {
        let payload = vec![b'x'; args.get("--payload")?];
        let wire: Wire = args.get("--wire")?;
        let request = wire.request(&args.get::<String>("--method")?, &payload);
        Ok(Self {
            address: args.get("--connect")?,
            is_tls: wire == Wire::FramedTls,
            request,
            payload,
            connections: args.get("--connections")?,
            in_flight: args.get("--in-flight")?,
            idle: args.get("--idle")?,
            warm_up: Duration::from_millis(args.get("--warm-up")?),
            time: Duration::from_millis(args.get("--time")?),
            pid: match args.get::<String>("--watch")?.as_str() {
                "self" => process::id(),
                pid => pid.parse()?,
            },
        })
    }

    fn run(&self) -> Result<Sample> {
        let reply = reply::learn(|| self.connect(), &self.request, &self.payload)?;
        if reply.is_last && self.in_flight > 1 {
            return Err("the server answers one request on each connection".into());
        }
        let before = usage::resident_memory(self.pid)?;
        let idle = (0..self.idle).map(|_| self.idle(&reply)).collect::<Result<Vec<_>>>()?;
        let idle_bytes = match idle.len() as u64 {
            0 => 0,
            count => usage::resident_memory(self.pid)?.saturating_sub(before) / count,
        };
        let sample = self.exchange(&reply)?;
        Ok(Sample { peak_bytes: usage::peak_memory(self.pid)?, idle_bytes, ..sample })
    }

    fn connect(&self) -> Result<Stream> {
        Stream::connect(&self.address, self.is_tls)
    }

    fn idle(&self, reply: &Reply) -> Result<Stream> {
        let mut stream = self.connect()?;
        reply.expect(&mut stream, &self.request)?;
        Ok(stream)
    }

    fn open(&self, epoll: &OwnedFd, index: usize) -> Result<Connection> {
        let connection = Connection::new(self.connect()?, index)?;
        connection.register(epoll)?;
        Ok(connection)
    }

    /// Keeps all connections busy until the time is over.
    fn exchange(&self, reply: &Reply) -> Result<Sample> {
        let requests = connection::Requests::new(&self.request, self.in_flight);
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut connections = Vec::with_capacity(self.connections);
        for index in 0..self.connections {
            let mut connection = self.open(&epoll, index)?;
            connection.send(&epoll, &requests, self.in_flight, Instant::now())?;
            connections.push(connection);
        }
        let mut buffer = vec![0; BUFFER];
        let mut events = Vec::with_capacity(256);
        let mut window = Window::new(self);
        let timeout = Timespec::try_from(PATIENCE)?;
        while !window.is_over() {
            epoll::wait(&epoll, spare_capacity(&mut events), Some(&timeout))?;
            if events.is_empty() {
                return Err(format!("no reply for {} s", PATIENCE.as_secs()).into());
            }
            for event in events.drain(..) {
                let connection = &mut connections[event.data.u64() as usize];
                let (flags, now) = (event.flags, Instant::now());
                if flags.intersects(epoll::EventFlags::IN | epoll::EventFlags::HUP | epoll::EventFlags::ERR) {
                    let replies = connection.receive(&mut buffer, reply)?;
                    for sent_at in connection.answered(replies) {
                        window.record(now.saturating_duration_since(sent_at));
                    }
                    if reply.is_last && replies > 0 {
                        *connection = self.open(&epoll, event.data.u64() as usize)?;
                    }
                    connection.send(&epoll, &requests, replies, now)?;
                }
                if flags.contains(epoll::EventFlags::OUT) {
                    connection.flush(&epoll, &requests)?;
                }
                window.at(now)?;
            }
        }
        Ok(window.sample())
    }
}

/// The time that is measured, after a while to warm up.
struct Window<'a> {
    plan: &'a Plan,
    opens: Instant,
    state: State,
    replies: u64,
    times: Histogram,
}

enum State {
    WarmingUp,
    Open { at: Instant, cpu_nanos: u64 },
    Over(Sample),
}

impl<'a> Window<'a> {
    fn new(plan: &'a Plan) -> Self {
        let opens = Instant::now() + plan.warm_up;
        Self { plan, opens, state: State::WarmingUp, replies: 0, times: Histogram::new() }
    }

    fn record(&mut self, time: Duration) {
        self.replies += 1;
        self.times.record(time);
    }

    /// Opens and closes the window when it is time.
    fn at(&mut self, now: Instant) -> Result<()> {
        match self.state {
            State::WarmingUp if now >= self.opens => {
                (self.replies, self.times) = (0, Histogram::new());
                self.state = State::Open { cpu_nanos: usage::cpu_nanos(self.plan.pid)?, at: Instant::now() };
            }
            State::Open { at, cpu_nanos } if now >= at + self.plan.time => {
                let nanos = |time: Duration| time.as_nanos() as u64;
                self.state = State::Over(Sample {
                    requests: self.replies,
                    nanos: nanos(at.elapsed()),
                    cpu_nanos: usage::cpu_nanos(self.plan.pid)? - cpu_nanos,
                    p50_nanos: nanos(self.times.quantile(0.5)),
                    p99_nanos: nanos(self.times.quantile(0.99)),
                    ..Sample::default()
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        matches!(self.state, State::Over(_))
    }

    fn sample(self) -> Sample {
        match self.state {
            State::Over(sample) => sample,
            State::WarmingUp | State::Open { .. } => Sample::default(),
        }
    }
}
