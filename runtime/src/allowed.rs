//! What a port is for: the transports and protocols that a server speaks on it.

use crate::application::ApplicationErrorKind;
use crate::message::Protocol;
use crate::request::Request;
use crate::transport::Transport;

/// Sets of transports and protocols, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowed {
    transports: u8,
    protocols: u8,
}

impl Allowed {
    pub(super) const ALL: Self = Self { transports: u8::MAX, protocols: u8::MAX };

    pub(super) fn only_transports(self, transports: &[Transport]) -> Self {
        Self { transports: transports.iter().fold(0, |set, transport| set | 1 << *transport as u8), ..self }
    }

    pub(super) fn only_protocols(self, protocols: &[Protocol]) -> Self {
        Self { protocols: protocols.iter().fold(0, |set, protocol| set | 1 << *protocol as u8), ..self }
    }

    pub(super) fn has_transport(self, transport: Transport) -> bool {
        self.transports & 1 << transport as u8 != 0
    }

    /// Whether there can be frames, with headers or without.
    pub(super) fn has_frames(self) -> bool {
        [Transport::Framed, Transport::Header, Transport::TtHeader].into_iter().any(|frames| self.has_transport(frames))
    }

    /// Why a request is not for this port, if it is not.
    #[inline(always)]
    pub(super) fn refusal(self, request: &Request<'_>, transport: Transport) -> Option<(ApplicationErrorKind, String)> {
        let protocol = request.protocol();
        if self.has_protocol(protocol) && self.has_transport(transport) { None } else { self.why(protocol, transport) }
    }

    #[cold]
    fn why(self, protocol: Protocol, transport: Transport) -> Option<(ApplicationErrorKind, String)> {
        if !self.has_protocol(protocol) {
            let text = format!("this port does not speak the {protocol} protocol");
            return Some((ApplicationErrorKind::INVALID_PROTOCOL, text));
        }
        if !self.has_transport(transport) {
            let text = format!("this port does not speak {transport}");
            return Some((ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE, text));
        }
        None
    }

    fn has_protocol(self, protocol: Protocol) -> bool {
        self.protocols & 1 << protocol as u8 != 0
    }
}
