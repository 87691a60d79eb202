//! The tables: what each codec takes, how we compare with the best of the others, and allocations.

use std::fmt;

use thrift_bench::table::Table;

use crate::bound;
use crate::measure::{Measurement, median};
use crate::subject::{Operation, Peer, Protocol};

/// What the processes have found out.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// All measurements of each process.
    processes: Vec<Vec<Measurement>>,
}

impl Report {
    pub(crate) fn add(&mut self, measurements: Vec<Measurement>) {
        self.processes.push(measurements);
    }

    /// Without those that come again, in the order in which they come first.
    fn distinct<'a>(&'a self, of: impl Fn(&'a Measurement) -> Option<&'a str>) -> Vec<&'a str> {
        let mut names = Vec::new();
        for name in self.processes.iter().flatten().filter_map(of) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for operation in Operation::ALL {
            for protocol in Protocol::ALL {
                let section = Section { report: self, operation, protocol };
                writeln!(f, "{}\n{}", section.times(), section.allocations())?;
            }
        }
        Ok(())
    }
}

/// One operation in one protocol.
struct Section<'a> {
    report: &'a Report,
    operation: Operation,
    protocol: Protocol,
}

impl Section<'_> {
    fn times(&self) -> Table {
        let mut table = self.table(&format!("{}, {}", self.operation, self.protocol), |workload, name| {
            let mut found = self.found(workload).filter(|it| it.name == name).peekable();
            let right = found.peek()?.right;
            let Some(nanos) = median(found.filter_map(nanos).collect()) else { return Some("fails".to_owned()) };
            Some(if right { time(nanos) } else { format!("wrong: {}", time(nanos)) })
        });
        for (peer, title) in [(Peer::Ours, "ratio to the best peer"), (Peer::Borrowed, "ratio, borrowed")] {
            let ratios: Vec<String> = self.workloads().into_iter().map(|workload| self.ratio(workload, peer)).collect();
            if ratios.iter().any(|ratio| !ratio.is_empty()) {
                table.row(std::iter::once(title.to_owned()).chain(ratios));
            }
        }
        table
    }

    fn allocations(&self) -> Table {
        self.table("allocations, of how much", |workload, name| {
            let (_, allocations) = self.found(workload).find(|it| it.name == name)?.figures?;
            Some(format!("{}, {}", allocations.count, bytes(allocations.bytes)))
        })
    }

    /// A row for each name, a column for each workload.
    fn table(&self, title: &str, cell: impl Fn(&str, &str) -> Option<String>) -> Table {
        let workloads = self.workloads();
        let mut table = Table::new(std::iter::once(title).chain(workloads.iter().copied()));
        for name in self.names() {
            let cells = workloads.iter().map(|workload| cell(workload, name).unwrap_or_default());
            table.row(std::iter::once(name.to_owned()).chain(cells));
        }
        table
    }

    /// The time of our best mode by that of the rivals' in the same process: the median of the processes, and whether it
    /// is enough.
    fn ratio(&self, workload: &str, peer: Peer) -> String {
        let ratios = self.report.processes.iter().filter_map(|process| {
            let found = process.iter().filter(|it| self.holds(it) && it.workload == workload && it.right);
            let best = |peers: &dyn Fn(Peer) -> bool| {
                found.clone().filter(|it| peers(it.peer)).filter_map(nanos).min_by(f64::total_cmp)
            };
            let ours = best(&|it| it == peer)?;
            Some(ours / best(&|peer| bound::is_rival(peer, self.protocol, workload))?)
        });
        let Some(ratio) = median(ratios.collect()) else { return String::new() };
        match bound::bound(self.operation, self.protocol, workload, peer) {
            Some(bound) if bound::holds(ratio, bound) => format!("{ratio:.2} ok, {bound:.2}"),
            Some(bound) => format!("{ratio:.2} over {bound:.2}"),
            None => format!("{ratio:.2}"),
        }
    }

    fn workloads(&self) -> Vec<&str> {
        self.report.distinct(|it| Some(&it.workload))
    }

    fn names(&self) -> Vec<&str> {
        self.report.distinct(|it| self.holds(it).then_some(&it.name))
    }

    fn found<'a>(&'a self, workload: &'a str) -> impl Iterator<Item = &'a Measurement> {
        self.report.processes.iter().flatten().filter(move |it| self.holds(it) && it.workload == workload)
    }

    fn holds(&self, measurement: &Measurement) -> bool {
        (measurement.operation, measurement.protocol) == (self.operation, self.protocol)
    }
}

fn nanos(measurement: &Measurement) -> Option<f64> {
    measurement.figures.map(|(nanos, _)| nanos)
}

/// With three digits or more.
fn time(nanos: f64) -> String {
    match nanos {
        ..100.0 => format!("{nanos:.1} ns"),
        ..10e3 => format!("{nanos:.0} ns"),
        ..100e3 => format!("{:.1} µs", nanos / 1e3),
        _ => format!("{:.0} µs", nanos / 1e3),
    }
}

fn bytes(count: u64) -> String {
    if count < 10 << 10 { format!("{count} B") } else { format!("{} KiB", count >> 10) }
}
