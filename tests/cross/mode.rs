//! How two programs talk: a protocol, a transport, a socket. Programs take it as flags, the same for each library.

use std::fmt;

/// How values and messages are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Binary,
    /// Binary, with messages in the form that has no version.
    BinaryOld,
    Compact,
    Json,
}

/// How messages are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Buffered,
    Framed,
    /// Frames with headers, as Apache's libraries have them.
    Header,
    /// The same, each message compressed.
    HeaderZlib,
    Http,
    /// One message after another, in a compressed stream.
    Zlib,
    /// A compressed stream in frames.
    FramedZlib,
    /// Frames with headers, as CloudWeGo's stacks have them.
    TtHeader,
    /// The same, with a frame inside.
    TtHeaderFramed,
}

/// What the bytes go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Socket {
    Tcp,
    /// TLS over TCP. Clients know the name and the authority, and show a certificate if their library can.
    Tls,
    Unix,
}

/// How two programs talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mode {
    pub(crate) protocol: Protocol,
    pub(crate) transport: Transport,
    pub(crate) socket: Socket,
    /// Whether requests name the service, as there are several.
    pub(crate) multiplexed: bool,
}

impl Protocol {
    pub(crate) const ALL: [Self; 4] = [Self::Binary, Self::BinaryOld, Self::Compact, Self::Json];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::BinaryOld => "binary-old",
            Self::Compact => "compact",
            Self::Json => "json",
        }
    }
}

impl Transport {
    pub(crate) const ALL: [Self; 9] = [
        Self::Buffered,
        Self::Framed,
        Self::Header,
        Self::HeaderZlib,
        Self::Http,
        Self::Zlib,
        Self::FramedZlib,
        Self::TtHeader,
        Self::TtHeaderFramed,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Buffered => "buffered",
            Self::Framed => "framed",
            Self::Header => "header",
            Self::HeaderZlib => "header-zlib",
            Self::Http => "http",
            Self::Zlib => "zlib",
            Self::FramedZlib => "framed-zlib",
            Self::TtHeader => "ttheader",
            Self::TtHeaderFramed => "ttheader-framed",
        }
    }
}

impl Socket {
    pub(crate) const ALL: [Self; 3] = [Self::Tcp, Self::Tls, Self::Unix];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Unix => "unix",
        }
    }
}

impl Mode {
    /// Over TCP, one service on a port.
    pub(crate) const fn new(protocol: Protocol, transport: Transport) -> Self {
        Self { protocol, transport, socket: Socket::Tcp, multiplexed: false }
    }

    /// All of them.
    pub(crate) fn all() -> Vec<Self> {
        let mut modes = Vec::new();
        for transport in Transport::ALL {
            for socket in Socket::ALL {
                for protocol in Protocol::ALL {
                    modes.extend([false, true].map(|multiplexed| Self { protocol, transport, socket, multiplexed }));
                }
            }
        }
        modes
    }

    /// As a program's arguments.
    pub(crate) fn flags(self) -> Vec<&'static str> {
        let Self { protocol, transport, socket, multiplexed } = self;
        let mut flags = vec!["--protocol", protocol.name(), "--transport", transport.name(), "--socket", socket.name()];
        flags.extend(multiplexed.then_some("--multiplexed"));
        flags
    }

    /// Takes a flag with a value. `false`: it is none of a mode.
    ///
    /// # Errors
    /// A value that the flag does not have.
    pub(crate) fn set(&mut self, flag: &str, value: &str) -> Result<bool, String> {
        let unknown = || format!("no such value of {flag}: {value}");
        match flag {
            "--protocol" => self.protocol = named(&Protocol::ALL, Protocol::name, value).ok_or_else(unknown)?,
            "--transport" => self.transport = named(&Transport::ALL, Transport::name, value).ok_or_else(unknown)?,
            "--socket" => self.socket = named(&Socket::ALL, Socket::name, value).ok_or_else(unknown)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Where our client finds a server that printed this address: a port, or the path of a Unix socket.
    pub(crate) fn url(self, address: &str) -> String {
        const PATH: &str = "any/path?query";
        match (self.transport, self.socket) {
            (Transport::Http, Socket::Tcp) => format!("http://localhost:{address}/{PATH}"),
            (Transport::Http, Socket::Tls) => format!("https://localhost:{address}/{PATH}"),
            (Transport::Http, Socket::Unix) => format!("http+unix://{}/{PATH}", address.replace('/', "%2F")),
            (_, Socket::Tcp) => format!("tcp://localhost:{address}"),
            (_, Socket::Tls) => format!("tls://localhost:{address}"),
            (_, Socket::Unix) => format!("unix://{address}"),
        }
    }
}

impl Default for Mode {
    fn default() -> Self {
        Self::new(Protocol::Binary, Transport::Framed)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.protocol.name(), self.transport.name(), self.socket.name())?;
        f.write_str(if self.multiplexed { " multiplexed" } else { "" })
    }
}

fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, wanted: &str) -> Option<T> {
    all.iter().copied().find(|&value| name(value) == wanted)
}
