//! A cell of the matrix: a peer, its role, and how it talks with us.

use super::peer::Peer;
use crate::cross::mode::Mode;
use std::fmt;

/// What the peer's program is; ours is the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Client,
    Server,
}

impl Role {
    const ALL: [Self; 2] = [Self::Client, Self::Server];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// Which of ours is the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ours {
    Asynchronous,
    Blocking,
}

impl Ours {
    pub(crate) const ALL: [Self; 2] = [Self::Asynchronous, Self::Blocking];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Asynchronous => "async",
            Self::Blocking => "blocking",
        }
    }

    /// What our program is told.
    pub(crate) fn flag(self) -> Option<&'static str> {
        (self == Self::Blocking).then_some("--blocking")
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub(crate) peer: &'static Peer,
    pub(crate) role: Role,
    pub(crate) ours: Ours,
    pub(crate) mode: Mode,
}

/// What came of a cell.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Passed,
    /// With what both programs wrote.
    Failed(String),
    /// By the peer, with the reason.
    Unsupported(&'static str),
}

impl Cell {
    /// All cells of a peer, those included that it does not support.
    pub(crate) fn all(peer: &'static Peer) -> Vec<Self> {
        let mut cells = Vec::new();
        for role in Role::ALL {
            for ours in Ours::ALL {
                cells.extend(Mode::all().into_iter().map(|mode| Self { peer, role, ours, mode }));
            }
        }
        cells
    }

    /// Why the peer cannot do it.
    pub(crate) fn unsupported(&self) -> Option<&'static str> {
        (self.peer.unsupported)(self.role, self.mode)
    }

    /// What two cells of a peer may have in common.
    fn traits(&self) -> [&'static str; 6] {
        let Mode { protocol, transport, socket, multiplexed } = self.mode;
        let services = if multiplexed { "multiplexed" } else { "one service" };
        [self.role.name(), self.ours.name(), protocol.name(), transport.name(), socket.name(), services]
    }

    /// Each two of its traits.
    fn pairs(&self) -> Vec<(&'static str, &'static str)> {
        let traits = self.traits();
        let mut pairs = Vec::new();
        for (index, &one) in traits.iter().enumerate() {
            pairs.extend(traits[index + 1..].iter().map(|&other| (one, other)));
        }
        pairs
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.peer.name, self.role.name(), self.ours.name(), self.mode)
    }
}

/// So many of a peer's cells that each two traits meet in one, if they meet in any that is supported.
pub(crate) fn few(cells: Vec<Cell>) -> Vec<Cell> {
    let (mut left, mut few, mut met) = (cells, Vec::new(), Vec::new());
    left.retain(|cell| cell.unsupported().is_none());
    loop {
        let is_new = |pair: &(&'static str, &'static str)| !met.contains(pair);
        let gain = |cell: &Cell| cell.pairs().iter().filter(|&pair| is_new(pair)).count();
        // Of equals, the first.
        let Some(best) =
            (0..left.len()).rev().max_by_key(|&index| gain(&left[index])).filter(|&index| gain(&left[index]) > 0)
        else {
            return few;
        };
        let cell = left.remove(best);
        met.extend(cell.pairs());
        few.push(cell);
    }
}
