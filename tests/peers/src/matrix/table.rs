//! The matrix as text: rows of a peer, its role, which of ours it talks with, a transport and a socket, columns of protocols,
//! each alone and multiplexed.

use super::cell::{Cell, Outcome};
use crate::cross::mode::Protocol;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The failures with all that was written, the matrix, the reasons for what is not supported, and the sums.
pub(crate) fn print(results: &[(Cell, Outcome)]) -> String {
    let mut text = String::new();
    for (cell, outcome) in results {
        if let Outcome::Failed(why) = outcome {
            let _ = writeln!(text, "== {cell}: failed\n{why}\n");
        }
    }
    rows(results, &mut text);
    reasons(results, &mut text);
    let count = |is: fn(&Outcome) -> bool| results.iter().filter(|(_, outcome)| is(outcome)).count();
    let _ = writeln!(
        text,
        "\n{} cells passed, {} failed, {} are not supported by the peer",
        count(|outcome| matches!(outcome, Outcome::Passed)),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
        count(|outcome| matches!(outcome, Outcome::Unsupported(_))),
    );
    text
}

fn rows(results: &[(Cell, Outcome)], text: &mut String) {
    let mut rows: Vec<(String, BTreeMap<String, &str>)> = Vec::new();
    for (cell, outcome) in results {
        let name = row(cell);
        let mark = match outcome {
            Outcome::Passed => "ok",
            Outcome::Failed(_) => "FAILED",
            Outcome::Unsupported(_) => "-",
        };
        let index = rows.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            rows.push((name, BTreeMap::new()));
            rows.len() - 1
        });
        rows[index].1.insert(column(cell.mode.protocol, cell.mode.multiplexed), mark);
    }
    let columns = Protocol::ALL.map(|protocol| [column(protocol, false), column(protocol, true)]).concat();
    let _ = write!(text, "{:60}", "the peer, as, and ours");
    for column in &columns {
        let _ = write!(text, "{column:>13}");
    }
    for (name, marks) in rows {
        let _ = write!(text, "\n{name:60}");
        for column in &columns {
            let _ = write!(text, "{:>13}", marks.get(column).unwrap_or(&""));
        }
    }
    text.push('\n');
}

fn column(protocol: Protocol, multiplexed: bool) -> String {
    format!("{}{}", if multiplexed { "m:" } else { "" }, protocol.name())
}

fn row(cell: &Cell) -> String {
    let (transport, socket) = (cell.mode.transport.name(), cell.mode.socket.name());
    format!("{:20}{:8}{:9}{transport:16}{socket:6}", cell.peer.name, cell.role.name(), cell.ours.name())
}

fn reasons(results: &[(Cell, Outcome)], text: &mut String) {
    let mut reasons: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (cell, outcome) in results {
        if let Outcome::Unsupported(reason) = outcome {
            *reasons.entry((cell.peer.name, reason)).or_default() += 1;
        }
    }
    for ((peer, reason), count) in reasons {
        let _ = write!(text, "\n- {peer}, {count} cells: {reason}");
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
}
