//! The runtime of the code that thrift-gen generates: protocols, transports, client and server.
//!
//! From a service in an IDL file thrift-gen makes a trait for its handler, a server around a handler and a client. A
//! `Server` has them answer on a port:
//!
//! ```no_run
//! # #[cfg(feature = "rpc")]
//! # mod with_rpc {
//! # mod generated { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/example/mod.rs")); }
//! # use generated::example::*;
//! # use thrift_runtime::Server;
//! struct Handler;
//! impl ExampleService for Handler {
//!     async fn process_request(&self, message: String) -> Result<String, thrift_runtime::Error> {
//!         Ok(format!("Modified: {message}"))
//!     }
//! }
//! # async fn run() -> Result<(), thrift_runtime::Error> {
//! Server::bind("127.0.0.1:9090").await?.serve(ExampleServiceServer::new(Handler)).await?;
//! # Ok(()) }
//! # }
//! ```
//!
//! and a client calls it over HTTP or plain TCP, by the URL (see `Client`):
//!
//! ```no_run
//! # #[cfg(feature = "rpc")]
//! # mod with_rpc {
//! # mod generated { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/example/mod.rs")); }
//! # use generated::example::*;
//! # async fn run() -> Result<(), thrift_runtime::Error> {
//! let client = ExampleServiceClient::connect("http://localhost:9090").await?;
//! let response = client.process_request("Hello!").await?;
//! # Ok(()) }
//! # }
//! ```
//!
//! A handler learns by [`request`] who asks, and says by [`Error::application`] and [`Error::internal`] what went wrong
//! beside the exceptions that the IDL declares. Structs are read and written without any of this by [`binary`].
//!
//! # Features
//! - `blocking`: the client and the server of [`blocking`], without an async runtime.
//! - `blocking-tls`: TLS for these, as `tls` has it for the asynchronous ones (and for these, where `blocking` is on, too).
//! - `bytestring`: strings that share the memory of the message, for code that is generated with `string=shared`.
//! - `http2` (default): HTTP/2 beside HTTP/1.1.
//! - `indexmap`: maps and sets that keep the order of insertion, for code that is generated with `map=index` or `set=index`.
//! - `json` (default): the JSON protocol, and simple JSON.
//! - `rpc` (default): the client and the server, on tokio and hyper. Without it, what remains needs no async runtime.
//! - `serde`: what code needs that was generated with the option `serde`.
//! - `tls`: TLS for both, by rustls with ring, whose build takes a C compiler.
//! - `tower` (default): layers of the `tower` crate around clients and servers, and Thrift on axum beside other routes.
//! - `tracing` (default): log lines, such as a failed handler's error, as events of the `tracing` crate, and spans of calls.
//! - `zlib` (default): compressed messages, as Apache's THeader and `TZlibTransport` have them.

#![deny(unsafe_code)]

#[cfg(any(feature = "rpc", feature = "blocking"))]
mod allowed;
mod answer;
mod application;
mod arguments;
pub mod blocking;
mod call;
mod call_outcome;
#[cfg(feature = "rpc")]
mod client;
pub mod codec;
#[doc(hidden)]
pub mod codegen;
mod context;
mod error;
#[cfg(any(feature = "rpc", feature = "blocking"))]
mod failures;
mod handler;
#[cfg(any(feature = "rpc", feature = "blocking"))]
mod incoming;
#[cfg(feature = "tower")]
mod layered;
mod limits;
mod log;
pub mod message;
mod metered;
#[cfg(feature = "rpc")]
mod net;
mod order;
mod outcome;
mod pieces;
mod processor;
pub mod protocol;
#[allow(unsafe_code, reason = "the one module that may: each block argues why it is sound")]
mod raw;
mod reply;
mod request;
mod router;
#[cfg(feature = "serde")]
#[doc(hidden)]
pub mod serde;
#[cfg(feature = "rpc")]
mod server;
#[cfg(all(unix, any(feature = "rpc", feature = "blocking")))]
mod socket_file;
mod spare;
mod structs;
#[cfg(any(feature = "tls", feature = "blocking-tls"))]
mod tls;
mod trace_context;
#[cfg(feature = "tracing")]
mod traced;
#[cfg(any(feature = "rpc", feature = "blocking"))]
mod transport;
mod unknown;
#[cfg(any(feature = "rpc", feature = "blocking"))]
mod url;
mod value;
mod wire;

pub use application::{ApplicationError, ApplicationErrorKind};
pub use bytes::Bytes;
#[cfg(feature = "bytestring")]
pub use bytestring::ByteString;
pub use call_outcome::CallOutcome;
#[cfg(feature = "rpc")]
pub use client::{Client, ClientBuilder, Connection};
pub use codec::{Decode, DecodeOwned, Encode, VecMap, VecSet};
pub use context::{Metadata, Peer, request};
pub use error::{DecodeError, DecodeErrorKind, EncodeError, Error, InvalidReply, Timeout};
#[cfg(feature = "indexmap")]
pub use indexmap::{IndexMap, IndexSet};
#[cfg(feature = "tower")]
pub use layered::{Layered, OwnedRequest, ProcessorService};
pub use limits::Limits;
pub use message::Protocol;
pub use metered::{FinishedCall, Metered, Metrics};
#[cfg(feature = "rpc")]
pub use net::Listener;
pub use order::OrderedDouble;
pub use processor::{Dialect, Processor};
pub use protocol::{FileError, binary, compact};
#[cfg(feature = "json")]
pub use protocol::{json, simple_json};
pub use reply::{Reply, ReplyFuture};
pub use request::Request;
pub use router::{Multiplexed, Router};
#[cfg(feature = "rpc")]
pub use server::{HttpService, Server};
#[cfg(any(feature = "tls", feature = "blocking-tls"))]
pub use tls::{ClientTls, ServerTls};
pub use trace_context::TraceContext;
#[cfg(feature = "tracing")]
pub use traced::Traced;
#[cfg(any(feature = "rpc", feature = "blocking"))]
pub use transport::Transport;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use transport::fuzzing;
pub use unknown::{UnknownField, UnknownFields};
pub use value::Value;
pub use wire::{ProtocolKind, WireType};

/// Includes the code that a build script generated: `include_thrift!("example")` is the tree that the build script named
/// `example`, with a module for each IDL file.
///
/// ```text
/// mod generated {
///     thrift_runtime::include_thrift!("example");
/// }
/// ```
#[macro_export]
macro_rules! include_thrift {
    ($tree:literal) => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/", $tree, "/mod.rs"));
    };
}
