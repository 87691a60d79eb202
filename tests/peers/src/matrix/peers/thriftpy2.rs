//! ThriftPy2. The tests of the repository's own workspace use it too.

use crate::cross::calls::Quirk;
use crate::cross::mode::{Mode, Protocol, Socket, Transport};
use crate::cross::python::PythonPeer;
use crate::matrix::cell::Role;
use crate::matrix::peer::{Folders, Launch, Peer};

pub(crate) const PLAIN: Peer =
    Peer { name: "thriftpy2", prepare: |folders| prepare(folders, &[]), unsupported, quirks: QUIRKS };

pub(crate) const KEEP_ALIVE: Peer = Peer {
    name: "thriftpy2-keep-alive",
    prepare: |folders| prepare(folders, &["--keep-alive"]),
    unsupported: |role, mode| match (role, mode.transport) {
        (Role::Client, Transport::Http) => unsupported(role, mode),
        _ => Some("the option is for its HTTP client"),
    },
    quirks: QUIRKS,
};

const QUIRKS: &[Quirk] = &[Quirk::ClosesOnUndeclared, Quirk::ClosesOnUnknown, Quirk::WithoutUuids];

fn unsupported(role: Role, mode: Mode) -> Option<&'static str> {
    use Transport::{FramedZlib, Header, HeaderZlib, Http, Zlib};
    match (role, mode) {
        (_, Mode { transport: Transport::TtHeader | Transport::TtHeaderFramed, .. }) => Some("it has no TTHeader"),
        (_, Mode { protocol: Protocol::Json, .. }) => {
            Some("its JSON keeps a connection's first message for all that follow, and cannot write nested lists")
        }
        (_, Mode { transport: Header | HeaderZlib | Zlib | FramedZlib, .. }) => Some("it has neither THeader nor zlib"),
        (_, Mode { transport: Http, socket: Socket::Unix, .. }) => Some("its HTTP is for TCP"),
        (Role::Server, Mode { transport: Http, socket: Socket::Tls, .. }) => Some("its HTTP server has no TLS"),
        _ => None,
    }
}

fn prepare(folders: &Folders, options: &[&'static str]) -> Result<Launch, String> {
    let peer = PythonPeer::new(&folders.tests, "thriftpy2", &folders.target("thriftpy2"), None)?;
    Ok(Launch::python(&peer, options))
}
