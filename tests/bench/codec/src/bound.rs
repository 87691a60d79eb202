//! What we want to reach: bounds of our time as a ratio to that of the best codec written or generated for the format.

use crate::subject::{Operation, Peer, Protocol};

/// A ratio that is this much larger counts as reached: other work on the machine moves it as far.
const TOLERANCE: f64 = 1.1;

/// The columns of [`BOUNDS`].
const WORKLOADS: [&str; 6] = ["Small", "Numeric", "Text", "Nested", "Lists", "Footer"];

const BOUNDS: [(Operation, Protocol, [f64; 6]); 4] = [
    (Operation::Decode, Protocol::Binary, [0.25, 0.15, 1.0, 1.0, 1.0, 0.45]),
    (Operation::Decode, Protocol::Compact, [0.20, 0.17, 1.0, 0.80, 0.26, 0.90]),
    (Operation::Encode, Protocol::Binary, [0.30, 1.0, 0.35, 0.22, 0.60, 0.40]),
    (Operation::Encode, Protocol::Compact, [0.25, 0.38, 0.40, 0.17, 0.42, 0.32]),
];

/// Of decoding to borrowed types.
const BORROWED: [(Protocol, &str, f64); 4] = [
    (Protocol::Binary, "Nested", 0.30),
    (Protocol::Binary, "Footer", 0.33),
    (Protocol::Compact, "Nested", 0.30),
    (Protocol::Compact, "Footer", 0.60),
];

/// The most that our time may be, in times that of the peers it is measured by.
pub(crate) fn bound(operation: Operation, protocol: Protocol, workload: &str, peer: Peer) -> Option<f64> {
    if peer == Peer::Borrowed {
        return BORROWED.iter().find(|(p, w, _)| (*p, *w) == (protocol, workload)).map(|(_, _, bound)| *bound);
    }
    let column = WORKLOADS.iter().position(|name| *name == workload)?;
    let (_, _, bounds) = BOUNDS.iter().find(|(o, p, _)| (*o, *p) == (operation, protocol))?;
    bounds.get(column).copied()
}

/// Whether this peer is one that we are measured by. A footer in the compact protocol has a codec written for it by hand.
pub(crate) fn is_rival(peer: Peer, protocol: Protocol, workload: &str) -> bool {
    match peer {
        Peer::Parquet => true,
        Peer::Apache | Peer::Pilota => (protocol, workload) != (Protocol::Compact, "Footer"),
        Peer::Ours | Peer::Borrowed | Peer::Prost | Peer::Limit => false,
    }
}

/// Whether a ratio is within its bound.
pub(crate) fn holds(ratio: f64, bound: f64) -> bool {
    ratio <= bound * TOLERANCE
}
