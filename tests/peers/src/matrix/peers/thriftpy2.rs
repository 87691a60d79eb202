//! ThriftPy2. The tests of the repository's own workspace use it too.

use crate::cross::calls::Quirk;
use crate::cross::mode::{Mode, Protocol, Transport};
use crate::cross::python::PythonPeer;
use crate::matrix::cell::Role;
use crate::matrix::peer::{Folders, Launch, Peer};

pub(crate) const PLAIN: Peer = Peer {
    name: "thriftpy2",
    prepare: |folders| prepare(folders, &[]),
    unsupported: |_, mode| unsupported(mode),
    quirks: QUIRKS,
};

pub(crate) const KEEP_ALIVE: Peer = Peer {
    name: "thriftpy2-keep-alive",
    prepare: |folders| prepare(folders, &["--keep-alive"]),
    unsupported: |role, mode| match (role, mode.transport) {
        (Role::Client, Transport::Http) => unsupported(mode),
        _ => Some("the option is for its HTTP client"),
    },
    quirks: QUIRKS,
};

const QUIRKS: &[Quirk] = &[Quirk::ClosesOnUndeclared, Quirk::ClosesOnUnknown, Quirk::WithoutUuids];

fn unsupported(mode: Mode) -> Option<&'static str> {
    match mode.protocol {
        Protocol::Json => {
            Some("its JSON keeps a connection's first message for all that follow, and cannot write nested lists")
        }
        _ => None,
    }
}

fn prepare(folders: &Folders, options: &[&'static str]) -> Result<Launch, String> {
    let peer = PythonPeer::new(&folders.tests, "thriftpy2", &folders.target("thriftpy2"), None)?;
    Ok(Launch::python(&peer, options))
}
