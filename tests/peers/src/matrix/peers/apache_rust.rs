//! Apache's crate.

use crate::cross::calls::Quirk;
use crate::cross::mode::{Mode, Protocol, Socket, Transport};
use crate::matrix::cell::Role;
use crate::matrix::peer::{Launch, Peer};

pub(crate) const PEER: Peer = Peer {
    name: "apache-rust",
    prepare: |_| Launch::built("peer-apache-rust"),
    unsupported: |role, mode| match (role, mode) {
        (_, Mode { socket: Socket::Tls, .. }) => Some("it has no TLS"),
        (_, Mode { protocol: Protocol::Json, .. }) => Some("it has no JSON"),
        (_, Mode { transport: Transport::Buffered | Transport::Framed, .. }) => match (role, mode.protocol) {
            (Role::Server, Protocol::BinaryOld) => Some("its servers' binary protocol is the strict one"),
            _ => None,
        },
        _ => Some("it has frames and buffers only"),
    },
    quirks: &[Quirk::UnknownOnUndeclared, Quirk::FillsMissing, Quirk::WithoutUuids, Quirk::NeedsArguments],
};
