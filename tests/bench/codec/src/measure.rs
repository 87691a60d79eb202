//! Measures the subjects of each workload in turns, in a process of its own, which prints a line for each.

use std::env;
use std::process::{Command, Stdio};

use crate::allocations::{self, Allocations};
use crate::clock;
use crate::settings::Settings;
use crate::subject::{Operation, Peer, Protocol, Result, Subject};

/// Settings of glibc: memory that was used once stays with the process, so that page faults do not hide what codecs take.
/// 32 MiB is the most that it takes for the second.
const MALLOC: [(&str, &str); 3] =
    [("MALLOC_TRIM_THRESHOLD_", "1073741824"), ("MALLOC_MMAP_THRESHOLD_", "33554432"), ("MALLOC_TOP_PAD_", "67108864")];

/// What one process found out about a subject.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measurement {
    pub(crate) workload: String,
    /// Bytes on the wire.
    pub(crate) size: usize,
    pub(crate) protocol: Protocol,
    pub(crate) operation: Operation,
    pub(crate) peer: Peer,
    pub(crate) name: String,
    /// The result is right.
    pub(crate) right: bool,
    /// Nanoseconds, and allocations, of one operation. `None`: it fails.
    pub(crate) figures: Option<(f64, Allocations)>,
}

/// Measures in a process of its own.
pub(crate) fn in_child(settings: &Settings) -> Result<Vec<Measurement>> {
    let mut command = Command::new(env::current_exe()?);
    let output = command.args(settings.child_args()).envs(MALLOC).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("a process that measures ended with {}", output.status).into());
    }
    str::from_utf8(&output.stdout)?.lines().map(Measurement::from_line).collect()
}

/// Measures, and prints what [`in_child`] reads.
pub(crate) fn measure(settings: &Settings) -> Result<()> {
    clock::pin()?;
    let plan = if settings.quick { Plan { rounds: 5, batch: 5e5 } } else { Plan { rounds: 25, batch: 2e6 } };
    for (name, make) in settings.workloads() {
        let mut workload = make()?;
        for protocol in Protocol::ALL {
            for operation in Operation::ALL {
                let chosen = workload.subjects.iter_mut().filter(|subject| {
                    (subject.protocol, subject.operation) == (protocol, operation)
                        && (matches!(subject.peer, Peer::Ours | Peer::Borrowed) || !settings.ours)
                });
                let mut chosen: Vec<&mut Subject> = chosen.collect();
                let figures = plan.figures(&mut chosen);
                for (subject, figures) in chosen.iter().zip(figures) {
                    let (workload, size) = ((*name).to_owned(), workload.sizes[protocol as usize]);
                    let (peer, name, right) = (subject.peer, subject.name.to_owned(), subject.right);
                    let found = Measurement { workload, size, protocol, operation, peer, name, right, figures };
                    println!("{}", found.to_line());
                }
            }
        }
    }
    Ok(())
}

struct Plan {
    /// How often each subject has its turn.
    rounds: usize,
    /// Nanoseconds that a turn takes, about.
    batch: f64,
}

impl Plan {
    /// Nanoseconds, as a median, and allocations of one operation.
    fn figures(&self, subjects: &mut [&mut Subject]) -> Vec<Option<(f64, Allocations)>> {
        let times: Vec<u64> = subjects.iter_mut().map(|subject| self.times(subject)).collect();
        let mut turns = vec![Vec::new(); subjects.len()];
        for _ in 0..self.rounds {
            for ((subject, times), turns) in subjects.iter_mut().zip(&times).zip(&mut turns) {
                let Some(run) = &mut subject.run else { continue };
                // Others have used the caches since.
                run(1);
                turns.push(timed(run, *times) / *times as f64);
            }
        }
        let allocations = subjects.iter_mut().map(|subject| {
            let run = subject.run.as_mut()?;
            Some(allocations::during(|| run(1)))
        });
        allocations.zip(turns).map(|(allocations, turns)| Some((median(turns)?, allocations?))).collect()
    }

    /// How many operations make a turn.
    fn times(&self, subject: &mut Subject) -> u64 {
        let Some(run) = &mut subject.run else { return 0 };
        run(2);
        let mut times = 1;
        loop {
            let took = timed(run, times);
            if took >= self.batch / 4.0 {
                return ((self.batch / took * times as f64) as u64).max(1);
            }
            times *= 2;
        }
    }
}

/// Nanoseconds.
fn timed(run: &mut dyn FnMut(u64), times: u64) -> f64 {
    let start = clock::now();
    run(times);
    clock::now() - start
}

/// The middle one; `None` of none.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

const FAILS: &str = "fails";

impl Measurement {
    fn to_line(&self) -> String {
        let figures = match self.figures {
            Some((nanos, Allocations { count, bytes })) => format!("{nanos:.3}\t{count}\t{bytes}"),
            None => FAILS.to_owned(),
        };
        let Self { workload, size, protocol, operation, peer, name, right, .. } = self;
        format!("{workload}\t{size}\t{protocol}\t{operation}\t{peer:?}\t{name}\t{right}\t{figures}")
    }

    fn from_line(line: &str) -> Result<Self> {
        let cells: Vec<&str> = line.split('\t').collect();
        let (&[workload, size, protocol, operation, peer, name, right], figures) =
            cells.split_first_chunk().ok_or_else(|| format!("not a measurement: {line}"))?;
        let unknown = || format!("not a measurement: {line}");
        Ok(Self {
            workload: workload.to_owned(),
            size: size.parse()?,
            protocol: Protocol::ALL.into_iter().find(|it| it.to_string() == protocol).ok_or_else(unknown)?,
            operation: Operation::ALL.into_iter().find(|it| it.to_string() == operation).ok_or_else(unknown)?,
            peer: Peer::ALL.into_iter().find(|it| format!("{it:?}") == peer).ok_or_else(unknown)?,
            name: name.to_owned(),
            right: right.parse()?,
            figures: match figures {
                [FAILS] => None,
                [nanos, count, bytes] => {
                    Some((nanos.parse()?, Allocations { count: count.parse()?, bytes: bytes.parse()? }))
                }
                _ => return Err(unknown().into()),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read() {
        let allocations = Allocations { count: 2, bytes: 48 };
        for figures in [None, Some((18.25, allocations))] {
            let found = Measurement {
                workload: "Small".to_owned(),
                size: 40,
                protocol: Protocol::Compact,
                operation: Operation::Encode,
                peer: Peer::Pilota,
                name: "pilota, linked".to_owned(),
                right: false,
                figures,
            };
            assert_eq!(Measurement::from_line(&found.to_line()).unwrap(), found);
        }
        assert!(Measurement::from_line("Small\t40").is_err());
    }
}
