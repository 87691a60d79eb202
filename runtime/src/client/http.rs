//! HTTP, as a client speaks it.

#[cfg(feature = "http2")]
pub(super) mod multiplexed;
pub(super) mod ping_pong;
