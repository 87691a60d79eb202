//! What the command line says.

use std::path::PathBuf;
use std::time::Duration;

use crate::Result;

const OPTIONS: &str = "--list, --only, --servers, --repetitions, --time, --beside and --quick";

/// What to measure, and for how long.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Print the scenarios and the programs, and measure nothing.
    pub(crate) list: bool,
    /// Parts of names of scenarios; all if there are none.
    only: Vec<String>,
    /// Names of programs to measure beside the reference; all if there are none.
    servers: Vec<String>,
    /// How often each is measured.
    pub(crate) repetitions: usize,
    pub(crate) warm_up: Duration,
    pub(crate) time: Duration,
    /// Another build of this program: its own servers and clients are measured beside ours.
    pub(crate) beside: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut settings = Self {
            list: false,
            only: Vec::new(),
            servers: Vec::new(),
            repetitions: 5,
            warm_up: Duration::from_millis(300),
            time: Duration::from_secs(1),
            beside: None,
        };
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("`{arg}` needs a value"));
            match arg.as_str() {
                "--list" => settings.list = true,
                "--only" => settings.only = value()?.split(',').map(str::to_owned).collect(),
                "--servers" => settings.servers = value()?.split(',').map(str::to_owned).collect(),
                "--repetitions" => settings.repetitions = value()?.parse::<usize>()?.max(1),
                "--time" => settings.time = Duration::from_millis(value()?.parse::<u64>()?.max(1)),
                "--beside" => settings.beside = Some(value()?.into()),
                "--quick" => {
                    settings.repetitions = 1;
                    (settings.warm_up, settings.time) = (Duration::from_millis(50), Duration::from_millis(100));
                }
                _ => return Err(format!("unknown option `{arg}`; there are {OPTIONS}").into()),
            }
        }
        Ok(settings)
    }

    pub(crate) fn has_scenario(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.contains(only.as_str()))
    }

    pub(crate) fn has_server(&self, name: &str) -> bool {
        self.servers.is_empty() || self.servers.iter().any(|server| server == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Result<Settings> {
        Settings::from_args(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_is_measured_unless_the_user_says_what() {
        let all = settings("").unwrap();
        assert!(all.has_scenario("framed/16B/16x1") && all.has_server("ours"));
        let some = settings("--only 16B,http --servers ours,volo --repetitions 0 --time 20").unwrap();
        assert!(some.has_scenario("framed/16B/16x1") && some.has_scenario("http/1KiB/1x128"));
        assert!(!some.has_scenario("framed/1KiB/16x1"));
        assert!(some.has_server("volo") && !some.has_server("vol"));
        assert_eq!((some.repetitions, some.time.as_millis()), (1, 20));
    }

    #[test]
    fn wrong_words_are_errors() {
        assert!(settings("--only").unwrap_err().to_string().contains("needs a value"));
        assert!(settings("--fast").unwrap_err().to_string().contains("--quick"));
    }
}
