//! The arguments of the programs.

use crate::Result;
use std::env;
use std::net::SocketAddr;

/// What a program is to be.
pub enum Role {
    /// It answers.
    Server(Server),
    /// It calls.
    Client(Client),
}

/// A server: `server NAME --threads N`.
pub struct Server {
    /// Which of the servers of this program.
    pub name: String,
    /// How many threads do the work, where the stack leaves that open.
    pub threads: usize,
}

/// A client: `client NAME --connect ADDRESS --connections C --calls N --payload BYTES --method METHOD`.
pub struct Client {
    /// Which of the clients of this program.
    pub name: String,
    /// Where the server is.
    pub address: SocketAddr,
    /// Over how many connections it calls.
    pub connections: usize,
    /// How many calls are in flight at a time: so many tasks call one after the other.
    pub calls: usize,
    /// What it sends, and is to get back.
    pub payload: String,
    /// What it calls.
    pub method: Method,
}

/// A method of the service.
#[derive(Clone, Copy)]
pub enum Method {
    /// `echo`, of a string.
    Echo,
    /// `echo_binary`.
    EchoBinary,
}

impl Role {
    /// Reads the arguments of this process.
    pub fn of_arguments() -> Result<Self> {
        let mut arguments = env::args().skip(1);
        let (Some(role), Some(name)) = (arguments.next(), arguments.next()) else {
            return Err("server NAME FLAGS | client NAME FLAGS".into());
        };
        let flags = Flags(arguments.collect());
        match role.as_str() {
            "server" => Ok(Self::Server(Server { name, threads: flags.number("--threads")? })),
            "client" => Ok(Self::Client(Client {
                name,
                address: flags.text("--connect")?.parse()?,
                connections: flags.number("--connections")?,
                calls: flags.number("--calls")?,
                payload: "x".repeat(flags.number("--payload")?),
                method: flags.method()?,
            })),
            other => Err(format!("no such role: {other}").into()),
        }
    }
}

impl Client {
    /// Whether it calls over a connection for each call in flight (true), or over one for all (false); an error, if it is to be neither.
    pub fn pools(&self) -> Result<bool> {
        match self.connections {
            all if all == self.calls => Ok(true),
            1 => Ok(false),
            some => Err(format!("{} calls in flight over {some} connections", self.calls).into()),
        }
    }
}

/// Pairs of a flag and its value.
struct Flags(Vec<String>);

impl Flags {
    fn text(&self, flag: &str) -> Result<&str> {
        let pair = self.0.chunks_exact(2).find(|pair| pair[0] == flag);
        Ok(pair.map(|pair| pair[1].as_str()).ok_or_else(|| format!("{flag} is missing"))?)
    }

    fn number(&self, flag: &str) -> Result<usize> {
        let text = self.text(flag)?;
        Ok(text.parse().map_err(|error| format!("{flag} {text}: {error}"))?)
    }

    fn method(&self) -> Result<Method> {
        match self.text("--method")? {
            "echo" => Ok(Method::Echo),
            "echo_binary" => Ok(Method::EchoBinary),
            other => Err(format!("no such method: {other}").into()),
        }
    }
}
