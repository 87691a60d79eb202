//! What the command line says.

use crate::subject::Result;
use crate::workload::{Maker, WORKLOADS};

pub(crate) struct Settings {
    /// Names of workloads, in small letters; all if there are none.
    only: Vec<String>,
    pub(crate) processes: usize,
    /// Only our own code, for profilers.
    pub(crate) ours: bool,
    /// Fewer and shorter rounds, to see whether it works.
    pub(crate) quick: bool,
    /// This process measures, and another one reports.
    pub(crate) child: bool,
}

impl Settings {
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut settings = Self { only: Vec::new(), processes: 3, ours: false, quick: false, child: false };
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("`{arg}` needs a value"));
            match arg.as_str() {
                "--only" => settings.only = value()?.split(',').map(str::to_lowercase).collect(),
                "--processes" => settings.processes = value()?.parse::<usize>()?.max(1),
                "--ours" => settings.ours = true,
                "--quick" => settings.quick = true,
                "--child" => settings.child = true,
                _ => {
                    return Err(
                        format!("unknown option `{arg}`; there are --only, --ours, --processes and --quick").into()
                    );
                }
            }
        }
        let unknown = settings.only.iter().find(|name| WORKLOADS.iter().all(|(known, _)| !is(known, name)));
        match unknown {
            Some(name) => {
                let known: Vec<String> = WORKLOADS.iter().map(|(name, _)| name.to_lowercase()).collect();
                Err(format!("no workload is called `{name}`; there are {}", known.join(", ")).into())
            }
            None => Ok(settings),
        }
    }

    /// The workloads to measure.
    pub(crate) fn workloads(&self) -> impl Iterator<Item = &'static Maker> {
        WORKLOADS.iter().filter(|(name, _)| self.only.is_empty() || self.only.iter().any(|only| is(name, only)))
    }

    /// The arguments of a process that measures.
    pub(crate) fn child_args(&self) -> Vec<String> {
        let mut args = vec!["--child".to_owned()];
        if self.ours {
            args.push("--ours".to_owned());
        }
        if self.quick {
            args.push("--quick".to_owned());
        }
        if !self.only.is_empty() {
            args.extend(["--only".to_owned(), self.only.join(",")]);
        }
        args
    }
}

fn is(name: &str, given: &str) -> bool {
    name.eq_ignore_ascii_case(given)
}
