//! What is measured: groups of programs that do the same work, in shapes of load.

use crate::source::Source;
use crate::wire::Wire;

/// Whose CPU time counts.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Side {
    Servers,
    /// They call a server of this program, which does as little as it can.
    Clients,
}

/// Programs beside one another. The first is the reference, to which the others are compared.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) side: Side,
    pub(crate) subjects: &'static [Subject],
    pub(crate) shapes: &'static [Shape],
    /// Workers of a server's runtime. One is kept on a CPU of its own, more share all CPUs with the load generator.
    pub(crate) threads: usize,
}

/// A program that is measured.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    /// What it is called in tables and on the command line.
    pub(crate) name: &'static str,
    pub(crate) source: Source,
    /// The name that the program knows.
    pub(crate) program: &'static str,
    /// What it reads, or writes. None: it understands its own kind only, so a server is called by the client of its name, and a
    /// client calls the server of its name.
    pub(crate) wire: Option<Wire>,
}

/// What the load is like.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) payload: usize,
    pub(crate) connections: usize,
    /// Requests on each connection at a time.
    pub(crate) in_flight: usize,
    /// Connections beside these without requests.
    pub(crate) idle: usize,
    /// At most so many times the reference's CPU time is what we have set ourselves.
    pub(crate) bound: Option<f64>,
    /// And at most so much memory for each idle connection, in KiB.
    pub(crate) idle_bound: Option<f64>,
}

pub(crate) const GROUPS: &[Group] = &[
    Group {
        name: "framed",
        title: "framed messages, against a raw echo on tokio",
        side: Side::Servers,
        subjects: &[
            own("raw", "raw", Wire::Framed),
            own("ours", "ours", Wire::Framed),
            own("ours-compact", "ours", Wire::FramedCompact),
            own("ours-buffered", "ours", Wire::Buffered),
            own("ours-buffered-compact", "ours", Wire::BufferedCompact),
            volo("volo"),
            volo("volo-multiplex"),
            apache("apache-framed", Wire::Framed),
            apache("apache-buffered", Wire::BufferedCompact),
            peer("thriftpy2-framed", Source::ThriftPy2, Wire::Framed),
            peer("thriftpy2-buffered", Source::ThriftPy2, Wire::Buffered),
            TONIC,
        ],
        shapes: &[
            shape(16, 1, 1),
            shape(16, 16, 1).at_most(1.15),
            shape(16, 128, 1).at_most(1.15),
            shape(1 << 10, 1, 1),
            shape(1 << 10, 16, 1).at_most(1.15),
            shape(1 << 10, 128, 1).at_most(1.15),
            shape(16, 1, 128).at_most(1.4),
            shape(1 << 10, 1, 128).at_most(1.4),
            shape(64 << 10, 16, 1).at_most(1.1),
            shape(64 << 10, 1, 128).at_most(1.1),
        ],
        threads: 1,
    },
    Group {
        name: "http",
        title: "HTTP/1.1, against hyper's bare echo",
        side: Side::Servers,
        subjects: &[
            own("hyper", "hyper", Wire::Http),
            own("ours", "ours", Wire::Http),
            AXUM,
            OURS_IN_AXUM,
            peer("thriftpy2-http", Source::ThriftPy2, Wire::Http),
        ],
        shapes: &[
            shape(16, 16, 1).at_most(1.15),
            shape(16, 128, 1).at_most(1.15),
            shape(1 << 10, 16, 1).at_most(1.15),
            shape(1 << 10, 128, 1).at_most(1.15),
            shape(64 << 10, 16, 1).at_most(1.1),
            shape(16, 16, 1).at_most(1.15).beside_idle(1000, Some(10.0)),
        ],
        threads: 1,
    },
    Group {
        name: "http-pipelined",
        title: "HTTP/1.1, one connection, against hyper's echo with `pipeline_flush`",
        side: Side::Servers,
        subjects: &[
            own("hyper-flush", "hyper-flush", Wire::Http),
            own("hyper", "hyper", Wire::Http),
            own("ours", "ours", Wire::Http),
            AXUM,
            OURS_IN_AXUM,
        ],
        shapes: &[shape(16, 1, 128).at_most(1.3), shape(1 << 10, 1, 128).at_most(1.3)],
        threads: 1,
    },
    Group {
        name: "blocking",
        title: "servers with a thread for each connection, against a raw echo of that kind",
        side: Side::Servers,
        subjects: &[
            own("raw-threads", "raw-threads", Wire::Framed),
            own("ours", "ours-blocking", Wire::Framed),
            apache("apache-framed", Wire::Framed),
        ],
        shapes: &[
            shape(16, 16, 1).at_most(1.15),
            shape(1 << 10, 16, 1).at_most(1.15),
            shape(64 << 10, 16, 1).at_most(1.1),
            shape(16, 1, 128),
            shape(1 << 10, 1, 128),
        ],
        threads: 1,
    },
    Group {
        name: "both-cpus",
        title: "framed messages on all CPUs, two workers",
        side: Side::Servers,
        subjects: &[own("raw", "raw", Wire::Framed), own("ours", "ours", Wire::Framed), volo("volo"), TONIC],
        shapes: &[shape(16, 16, 1).at_most(1.15), shape(1 << 10, 128, 1).at_most(1.15), shape(16, 16, 16).at_most(1.4)],
        threads: 2,
    },
    Group {
        name: "both-cpus-http",
        title: "HTTP/1.1 on all CPUs, two workers",
        side: Side::Servers,
        subjects: &[own("hyper", "hyper", Wire::Http), own("ours", "ours", Wire::Http), AXUM],
        shapes: &[shape(16, 16, 1).at_most(1.15), shape(1 << 10, 128, 1).at_most(1.15)],
        threads: 2,
    },
    Group {
        name: "idle",
        title: "16 busy connections beside 1,000 that are held, each after one call",
        side: Side::Servers,
        subjects: &[own("raw", "raw", Wire::Framed), own("ours", "ours", Wire::Framed), volo("volo")],
        shapes: &[shape(16, 16, 1).at_most(1.15).beside_idle(1000, Some(10.0))],
        threads: 1,
    },
    Group {
        name: "timer",
        title: "handlers that await a timer of 1 ms, against a raw server that does",
        side: Side::Servers,
        subjects: &[own("raw", "raw-timer", Wire::Framed), own("ours", "ours-timer", Wire::Framed)],
        shapes: &[shape(16, 16, 1).at_most(1.15), shape(16, 128, 1).at_most(1.15), shape(16, 1, 128).at_most(1.4)],
        threads: 1,
    },
    Group {
        name: "channel",
        title: "handlers that await the answer of another task, against a raw server that does",
        side: Side::Servers,
        subjects: &[own("raw", "raw-channel", Wire::Framed), own("ours", "ours-channel", Wire::Framed)],
        shapes: &[shape(16, 16, 1).at_most(1.15), shape(16, 128, 1).at_most(1.15), shape(16, 1, 128).at_most(1.4)],
        threads: 1,
    },
    Group {
        name: "tls",
        title: "framed messages inside of TLS, against a raw echo on tokio-rustls",
        side: Side::Servers,
        subjects: &[own("raw", "raw-tls", Wire::FramedTls), own("ours", "ours-tls", Wire::FramedTls)],
        shapes: &[
            shape(16, 16, 1).at_most(1.15),
            shape(1 << 10, 128, 1).at_most(1.15),
            shape(16, 1, 128).at_most(1.4),
            shape(1 << 10, 1, 128).at_most(1.4),
            shape(64 << 10, 16, 1).at_most(1.1),
            shape(16, 16, 1).at_most(1.15).beside_idle(1000, None),
        ],
        threads: 1,
    },
    Group {
        name: "client-pool",
        title: "clients with a connection for each call at a time, against the bare load generator",
        side: Side::Clients,
        subjects: &[
            load(Wire::Framed),
            own("ours", "ours", Wire::Framed),
            own("ours-blocking", "ours-blocking", Wire::Framed),
            volo("volo"),
            apache("apache-framed", Wire::Framed),
            peer("thriftpy2-framed", Source::ThriftPy2, Wire::Framed),
            TONIC,
        ],
        shapes: &[
            shape(16, 1, 1),
            shape(16, 16, 1).at_most(1.3),
            shape(1 << 10, 16, 1).at_most(1.3),
            shape(64 << 10, 16, 1).at_most(1.3),
        ],
        threads: 1,
    },
    Group {
        name: "client-http",
        title: "HTTP/1.1 clients with a connection for each call at a time, against the bare load generator",
        side: Side::Clients,
        subjects: &[
            load(Wire::Http),
            own("ours", "ours-http", Wire::Http),
            own("ours-blocking", "ours-blocking-http", Wire::Http),
            own("hyper", "hyper", Wire::Http),
        ],
        shapes: &[shape(16, 16, 1), shape(1 << 10, 16, 1)],
        threads: 1,
    },
    Group {
        name: "client-multiplexed",
        title: "clients with one connection for all calls, against the bare load generator",
        side: Side::Clients,
        subjects: &[load(Wire::Framed), own("ours", "ours", Wire::Framed), volo("volo-multiplex"), TONIC],
        shapes: &[
            shape(16, 1, 128).at_most(2.5),
            shape(1 << 10, 1, 128).at_most(2.5),
            shape(64 << 10, 1, 128).at_most(2.5),
        ],
        threads: 1,
    },
];

const fn own(name: &'static str, program: &'static str, wire: Wire) -> Subject {
    Subject { name, source: Source::This, program, wire: Some(wire) }
}

/// Another stack's program, under the name that it knows itself.
const fn peer(name: &'static str, source: Source, wire: Wire) -> Subject {
    Subject { name, source, program: name, wire: Some(wire) }
}

const fn volo(name: &'static str) -> Subject {
    peer(name, Source::Package("rpc-volo"), Wire::Framed)
}

const fn apache(name: &'static str, wire: Wire) -> Subject {
    peer(name, Source::Package("rpc-apache"), wire)
}

/// The load generator itself.
const fn load(wire: Wire) -> Subject {
    own("load generator", LOAD, wire)
}

const LOAD: &str = "load";

const AXUM: Subject = peer("axum", Source::Package("rpc-axum"), Wire::Http);

/// Our `HttpService` on axum's server.
const OURS_IN_AXUM: Subject = peer("axum-ours", Source::Package("rpc-axum"), Wire::Http);

/// It speaks gRPC.
const TONIC: Subject = Subject { name: "tonic", source: Source::Package("rpc-tonic"), program: "tonic", wire: None };

const fn shape(payload: usize, connections: usize, in_flight: usize) -> Shape {
    Shape { payload, connections, in_flight, idle: 0, bound: None, idle_bound: None }
}

impl Subject {
    pub(crate) fn is_load(&self) -> bool {
        self.program == LOAD
    }

    /// Whether bounds are set for it.
    pub(crate) fn is_ours(&self) -> bool {
        self.name.starts_with("ours")
    }
}

impl Shape {
    const fn at_most(self, bound: f64) -> Self {
        Self { bound: Some(bound), ..self }
    }

    const fn beside_idle(self, idle: usize, idle_bound: Option<f64>) -> Self {
        Self { idle, idle_bound, ..self }
    }

    /// `echo_binary` is for what is large.
    pub(crate) fn method(&self) -> &'static str {
        if self.payload < 64 << 10 { "echo" } else { "echo_binary" }
    }

    /// For tables.
    pub(crate) fn title(&self) -> String {
        let size = match self.payload {
            bytes @ ..1024 => format!("{bytes} B"),
            bytes => format!("{} KiB", bytes >> 10),
        };
        let idle = if self.idle == 0 { String::new() } else { format!(", {} idle", self.idle) };
        format!("{size}, {}×{}{idle}", self.connections, self.in_flight)
    }
}

impl Group {
    /// What a scenario is called on the command line: `framed/16B/1x128` is 128 requests in flight on one connection.
    pub(crate) fn scenario(&self, shape: &Shape) -> String {
        let shape = shape.title().replace(", ", "/").replace(' ', "").replace('×', "x");
        format!("{}/{shape}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut scenarios = Vec::new();
        for group in GROUPS {
            scenarios.extend(group.shapes.iter().map(|shape| group.scenario(shape)));
            let mut names: Vec<_> = group.subjects.iter().map(|subject| subject.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), group.subjects.len(), "{}", group.name);
            // They are chosen on the command line by a list.
            assert!(!names.iter().any(|name| name.contains(',')), "{names:?}");
        }
        assert!(scenarios.contains(&"framed/16B/1x128".to_owned()));
        let count = scenarios.len();
        scenarios.sort();
        scenarios.dedup();
        assert_eq!(scenarios.len(), count);
    }
}
