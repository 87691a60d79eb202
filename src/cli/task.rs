//! What it means: the typed arguments, checked and with their defaults filled in.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::{env, fmt};

use thrift_gen::Builder;
use thrift_gen::builder::Stage;
use thrift_gen::builder::options::{self, OptionError, Options};
use thrift_gen::diagnostic::Format;
use thrift_gen::level::{LevelError, Levels};
use thrift_gen::output::Extent;

use super::args::{Args, ErrorFormat, NotYet};

/// A run of the generator.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) builder: Builder,
    pub(super) files: Vec<PathBuf>,
    pub(super) dir: PathBuf,
    /// Generate nothing, and print what this stage makes of the files.
    pub(super) inspect: Option<Stage>,
    pub(super) action: Action,
    pub(super) detail: Detail,
    /// The form of what is said on stderr.
    pub(super) format: Format,
    /// Say how to use what was generated, if it is new.
    pub(super) advise: bool,
}

/// What is done with what was generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Written, and a rule for make too if a file for it is named.
    Write { depfile: Option<PathBuf> },
    /// Compared with what is on the disk.
    Check,
    /// Only its paths are printed.
    List,
}

/// How much is told on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    Silent,
    Files,
    Stages,
}

/// What is known of the terminal and the environment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings {
    pub(super) stdout_is_terminal: bool,
    pub(super) stderr_is_terminal: bool,
    /// `NO_COLOR` is set and not empty.
    pub(super) no_color: bool,
}

impl Surroundings {
    pub(super) fn current() -> Self {
        Self {
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            no_color: env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
        }
    }
}

impl Task {
    pub(super) fn new(args: Args, around: Surroundings) -> Result<Self, Usage> {
        let mut builder = Builder::new()
            .recurse(args.recurse)
            .strict(args.strict)
            .nowarn(args.nowarn)
            .allow_neg_keys(args.allow_neg_keys)
            .allow_64bit_consts(args.allow_64bit_consts)
            .allow_missing_includes(args.allow_missing_includes);
        let mut levels = Levels::default();
        for code in &args.allow {
            levels.allow(code).map_err(Usage::Level)?;
            builder = builder.allow(code);
        }
        for code in &args.deny {
            levels.deny(code).map_err(Usage::Level)?;
            builder = builder.deny(code);
        }
        for dir in &args.include {
            builder = builder.include(dir);
        }
        for option in generator_options(&args.languages)? {
            builder = builder.option(option);
        }
        Ok(Self {
            builder,
            files: args.files,
            dir: args.out.unwrap_or_else(|| args.below.as_deref().unwrap_or(Path::new("")).join("gen-rust")),
            inspect: args.stage.map(|stage| match stage.as_str() {
                "ast" => Stage::Ast,
                "model" => Stage::Model,
                _ => Stage::View,
            }),
            action: match (args.check, args.list_outputs) {
                (true, _) => Action::Check,
                (false, true) => Action::List,
                (false, false) => Action::Write { depfile: args.depfile },
            },
            detail: match (args.debug, args.verbose) {
                (true, _) => Detail::Stages,
                (false, true) => Detail::Files,
                (false, false) => Detail::Silent,
            },
            format: format(args.error_format, around),
            advise: around.stdout_is_terminal && !args.nowarn,
        })
    }

    /// What this run's files are of the tree on the disk.
    pub(super) fn extent(&self) -> Extent {
        if self.action == Action::Check { Extent::Whole } else { Extent::Part }
    }
}

/// The form of messages, in colour for a terminal whose user does not mind.
pub(super) fn format(typed: ErrorFormat, around: Surroundings) -> Format {
    match typed {
        ErrorFormat::Text => Format::Text { color: around.stderr_is_terminal && !around.no_color },
        ErrorFormat::Json => Format::Json,
        ErrorFormat::Github => Format::Github,
    }
}

/// The options in each `rust:key=value,key`, checked together.
fn generator_options(languages: &[String]) -> Result<Vec<&str>, Usage> {
    let mut list = Vec::new();
    for language in languages {
        let (name, options) = language.split_once(':').unwrap_or((language, ""));
        if !matches!(name, "rust" | "rs") {
            return Err(Usage::Language(name.to_owned()));
        }
        list.extend(options::split(options));
    }
    let mut together = Options::default();
    list.iter().try_for_each(|option| options::set(&mut together, option)).map_err(Usage::Option)?;
    Ok(list)
}

/// Arguments that clap accepts and that mean nothing.
#[derive(Debug)]
pub(super) enum Usage {
    Language(String),
    Option(OptionError),
    Level(LevelError),
    NotYet(NotYet),
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Language(name) => {
                write!(f, "unknown language `{name}` in --gen; thrift-gen generates `rust` (`rs` is the same)")
            }
            Self::Option(error) => error.fmt(f),
            Self::Level(error) => error.fmt(f),
            Self::NotYet(NotYet(name)) => write!(f, "-{name} is not supported yet"),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    const PIPED: Surroundings = Surroundings { stdout_is_terminal: false, stderr_is_terminal: false, no_color: false };
    const TERMINAL: Surroundings = Surroundings { stdout_is_terminal: true, stderr_is_terminal: true, no_color: false };

    fn task_in(around: Surroundings, words: &[&str]) -> Result<Task, Usage> {
        let typed = ["thrift-gen", "--gen", "rust", "a.thrift"].iter().chain(words);
        Task::new(Args::try_parse_from(typed).unwrap(), around)
    }

    fn task(words: &[&str]) -> Task {
        task_in(PIPED, words).unwrap()
    }

    #[test]
    fn the_output_folder() {
        assert_eq!(task(&[]).dir, Path::new("gen-rust"));
        assert_eq!(task(&["-o", "dir"]).dir, Path::new("dir/gen-rust"));
        assert_eq!(task(&["--out", "dir"]).dir, Path::new("dir"));
    }

    #[test]
    fn languages_and_their_options() {
        let options = |language: &str| {
            let languages = [language.to_owned()];
            generator_options(&languages).map(|list| list.join(" ")).map_err(|usage| usage.to_string())
        };
        assert_eq!(options("rust"), Ok(String::new()));
        assert_eq!(options("rs:"), Ok(String::new()));
        assert_eq!(options("rs:types_only,types_only=false"), Ok("types_only types_only=false".to_owned()));
        let message = options("cpp:pure_enums").unwrap_err();
        assert!(message.contains("`cpp`") && message.contains("`rust`"), "{message}");
        let message = options("rust:nope").unwrap_err();
        assert!(message.contains("`nope`") && message.contains("types_only"), "{message}");
        let languages = ["rust:client_only".to_owned(), "rs:server_only".to_owned()];
        assert!(generator_options(&languages).unwrap_err().to_string().contains("`server_only`"));
    }

    #[test]
    fn advice_is_for_people() {
        assert!(task_in(TERMINAL, &[]).unwrap().advise);
        assert!(!task_in(TERMINAL, &["--nowarn"]).unwrap().advise);
        assert!(!task(&[]).advise);
    }

    #[test]
    fn color_is_for_terminals_that_want_it() {
        let text = |color| Format::Text { color };
        assert_eq!(task_in(TERMINAL, &[]).unwrap().format, text(true));
        assert_eq!(task_in(Surroundings { no_color: true, ..TERMINAL }, &[]).unwrap().format, text(false));
        assert_eq!(task(&[]).format, text(false));
        assert_eq!(task_in(TERMINAL, &["--error-format", "json"]).unwrap().format, Format::Json);
    }

    #[test]
    fn debug_tells_more_than_verbose() {
        assert_eq!(task(&[]).detail, Detail::Silent);
        assert_eq!(task(&["--verbose"]).detail, Detail::Files);
        assert_eq!(task(&["--verbose", "--debug"]).detail, Detail::Stages);
    }
}
