//! volo-thrift: with a connection for each call at a time, and with one for many.

use crate::cross::calls::Quirk;
use crate::cross::mode::{Mode, Protocol, Socket, Transport};
use crate::matrix::cell::Role;
use crate::matrix::peer::{Folders, Launch, Peer};

pub(crate) const PLAIN: Peer =
    Peer { name: "volo", prepare: |folders| prepare(folders, &[]), unsupported, quirks: QUIRKS };

pub(crate) const ONE_CONNECTION: Peer = Peer {
    name: "volo-multiplex",
    prepare: |folders| prepare(folders, &["--one-connection"]),
    unsupported,
    quirks: QUIRKS,
};

const QUIRKS: &[Quirk] = &[Quirk::WithoutUuids, Quirk::NeedsArguments];

fn unsupported(role: Role, mode: Mode) -> Option<&'static str> {
    use Transport::{Buffered, Framed, TtHeader, TtHeaderFramed};
    match mode {
        Mode { socket: Socket::Tls, .. } => Some("it has no TLS"),
        Mode { multiplexed: true, .. } => Some("it names services in TTHeader, and not in messages"),
        Mode { protocol: Protocol::Json | Protocol::BinaryOld, .. } => Some("it has strict binary and compact only"),
        Mode { protocol: Protocol::Compact, .. } => {
            Some("its compact doubles are big endian, and it loses field ids behind nested structs")
        }
        Mode { transport: TtHeaderFramed, .. } if role == Role::Server => Some("our client puts no frame inside"),
        Mode { transport: Buffered | Framed | TtHeader | TtHeaderFramed, .. } => None,
        _ => Some("it has no such transport"),
    }
}

fn prepare(_: &Folders, options: &[&'static str]) -> Result<Launch, String> {
    Ok(Launch { options: options.to_vec(), ..Launch::built("peer-volo")? })
}
