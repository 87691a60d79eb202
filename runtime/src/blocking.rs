//! Client and server without an async runtime: a call takes the thread that makes it, a connection one of the server's.
//!
//! From an IDL file, the option `blocking` of thrift-gen makes a module `blocking` with the same names as beside it: a trait
//! for the handler, a server around a handler and a client. Types and errors are the same ones.
//!
//! ```no_run
//! # #[cfg(feature = "blocking")]
//! # mod with_blocking {
//! # mod generated { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/options-blocking-only/mod.rs")); }
//! # use generated::only::{CounterAddError, blocking::*};
//! # use thrift_runtime::blocking::Server;
//! struct Handler;
//! impl Counter for Handler {
//!     fn add(&self, amount: i32) -> Result<i32, CounterAddError> {
//!         Ok(amount + 1)
//!     }
//! }
//! # fn run() -> Result<(), CounterAddError> {
//! let server = Server::bind("127.0.0.1:9090")?;
//! std::thread::spawn(move || server.serve(CounterServer::new(Handler)));
//!
//! let client = CounterClient::connect("tcp://127.0.0.1:9090")?;
//! assert_eq!(client.add(1)?, 2);
//! # Ok(()) }
//! # }
//! ```

#[cfg(feature = "blocking")]
mod buffer;
mod call;
#[cfg(feature = "blocking")]
mod client;
#[cfg(feature = "blocking")]
mod compressed;
#[cfg(feature = "blocking")]
mod http;
mod processor;
mod router;
#[cfg(feature = "blocking")]
mod server;
#[cfg(feature = "blocking")]
mod stream;
#[cfg(feature = "blocking")]
#[cfg_attr(not(any(feature = "tls", feature = "blocking-tls")), path = "blocking/no_tls.rs")]
mod tls;
#[cfg(feature = "blocking")]
mod wire;
#[cfg(all(feature = "blocking", feature = "zlib"))]
mod zlib;

#[doc(hidden)]
pub use call::Call;
#[cfg(feature = "blocking")]
pub use client::{Client, ClientBuilder, Connection};
pub use processor::Processor;
pub use router::Router;
#[cfg(feature = "blocking")]
pub use server::{Handle, Server};
