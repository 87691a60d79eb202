//! Our blocking client and server, where they are our end of a cell. The services and the callers are the asynchronous ones.

use crate::cross::calls::{CALL_TIMEOUT, Channel, Connect, Settings};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use thrift_runtime::blocking::{self, Client, Connection, Server};
use thrift_runtime::{ClientTls, Dialect, Error, Metadata, Processor, Reply, ReplyFuture, Request, Router, ServerTls};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::block_in_place;

/// Serves on a TCP port, on one with TLS and on a Unix socket until the standard input ends.
pub(crate) fn serve(tls: ServerTls, path: &Path, services: Router) -> Result<(), Error> {
    let runtime = Runtime::new()?;
    let services = Arc::new(Waiting { services, runtime: runtime.handle().clone() });
    let (plain, secured) = (Server::bind("127.0.0.1:0")?, Server::bind("127.0.0.1:0")?.tls(tls)?);
    let (port, tls_port) = (plain.local_addr()?.port(), secured.local_addr()?.port());
    let servers = [plain, secured, Server::bind_unix(path)?];
    let handles = servers.each_ref().map(Server::handle);
    let serving = servers.map(|server| {
        let services = Arc::clone(&services);
        thread::spawn(move || server.serve(services))
    });
    println!("listening tcp={port} tls={tls_port} unix={}", path.display());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    handles.iter().for_each(blocking::Handle::shutdown);
    serving.into_iter().try_for_each(|server| server.join().expect("a server does not panic"))
}

/// Services that do not block, for servers that do.
struct Waiting {
    services: Router,
    runtime: Handle,
}

impl blocking::Processor for Waiting {
    fn process(&self, request: Request<'_>) -> Result<Reply, Error> {
        self.runtime.block_on(self.services.process(request))
    }
}

/// By the blocking client.
pub(crate) fn connect(tls: Option<ClientTls>) -> Connect {
    Arc::new(move |url, settings| {
        let Settings { protocol, transport, zlib } = settings;
        let builder = Client::builder().protocol(protocol).transport(transport).zlib(zlib).call_timeout(CALL_TIMEOUT);
        let builder = tls.iter().fold(builder, |builder, tls| builder.tls(tls.clone()));
        Box::pin(async move { Ok(Arc::new(Waited(block_in_place(|| builder.connect(&url))?)) as Channel) })
    })
}

/// A connection that blocks, for callers that do not.
struct Waited(Connection);

impl Processor for Waited {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        let (connection, message, limits) = (self.0.clone(), request.message(), request.limits());
        let (done, reply) = oneshot::channel();
        // Who waits no longer leaves the thread behind.
        thread::spawn(move || {
            let metadata = Metadata::default();
            let request = Request::read(&message, &limits, &metadata).map_err(Error::from);
            let _ = done.send(request.and_then(|request| blocking::Processor::process(&connection, request)));
        });
        ReplyFuture::new(async move { reply.await.map_err(Error::internal)? })
    }

    fn dialect(&self) -> Dialect<'_> {
        blocking::Processor::dialect(&self.0)
    }

    fn next_sequence_id(&self) -> i32 {
        blocking::Processor::next_sequence_id(&self.0)
    }
}
