//! What was typed: Apache's words are rewritten to what clap reads, then clap reads them.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use thrift_gen::builder::options::GENERATOR_OPTIONS;

/// The arguments as they were typed; [`help`] says what each is for.
#[derive(Debug, Parser)]
#[command(
    name = "thrift-gen",
    version,
    args_override_self = true,
    arg_required_else_help = true,
    override_usage = USAGE,
    override_help = help()
)]
pub(super) struct Args {
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    #[arg(long = "gen", value_name = "rust", required_unless_present = "stage", allow_hyphen_values = true)]
    pub(super) languages: Vec<String>,
    #[arg(short, long)]
    pub(super) recurse: bool,
    #[arg(long, value_name = "STAGE", value_parser = ["ast", "model", "view"])]
    pub(super) stage: Option<String>,
    #[arg(short = 'o', value_name = "DIR", overrides_with = "out", allow_hyphen_values = true)]
    pub(super) below: Option<PathBuf>,
    #[arg(long, value_name = "DIR", overrides_with = "below", allow_hyphen_values = true)]
    pub(super) out: Option<PathBuf>,
    #[arg(short = 'I', value_name = "DIR", allow_hyphen_values = true)]
    pub(super) include: Vec<PathBuf>,
    #[arg(long)]
    pub(super) check: bool,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["check", "list_outputs"], allow_hyphen_values = true)]
    pub(super) depfile: Option<PathBuf>,
    #[arg(long, conflicts_with = "check")]
    pub(super) list_outputs: bool,
    #[arg(long)]
    pub(super) strict: bool,
    #[arg(long)]
    pub(super) nowarn: bool,
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub(super) allow: Vec<String>,
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub(super) deny: Vec<String>,
    #[arg(long)]
    pub(super) allow_neg_keys: bool,
    #[arg(long)]
    pub(super) allow_64bit_consts: bool,
    #[arg(long)]
    pub(super) allow_missing_includes: bool,
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(super) error_format: ErrorFormat,
    #[arg(short, long)]
    pub(super) verbose: bool,
    #[arg(long)]
    pub(super) debug: bool,
}

/// The form of messages on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ErrorFormat {
    Text,
    Json,
    Github,
}

const USAGE: &str = "thrift-gen [OPTIONS] --gen rust FILE...";

/// Written by hand, because clap would show each option in one of its two spellings only.
fn help() -> String {
    let options: String =
        GENERATOR_OPTIONS.iter().map(|option| format!("  {:<21} {}\n", option.key, option.help)).collect();
    format!(
        "\
thrift-gen compiles Thrift IDL to Rust.

Usage: {USAGE}

  FILE                  a .thrift file; several are compiled in one run; - is
                        standard input, and its module is called stdin
  -gen rust[:OPTIONS]   generate Rust (rs is the same); OPTIONS are those of the
                        generator, KEY or KEY=VALUE, with commas between

Files:
  -r, -recurse          generate the included files too
  -I DIR                search included files in DIR too; may be repeated
  -o DIR                write to DIR/gen-rust/ (default: ./gen-rust/)
  -out DIR              write to DIR itself
  -check                write nothing; show a diff and exit with 3 when what is
                        on disk is not what would be written
  -depfile FILE         write a rule for make and ninja to FILE: what was
                        written depends on what was read
  -list-outputs         write nothing; print the files that would be written

IDL:
  -strict               fields without an id are errors, not warnings
  -nowarn               show no warnings that are not denied
  -allow CODE           show no warnings of that code; may be repeated
  -deny CODE            make errors of them; `-deny warnings` of all warnings
  -allow-neg-keys       keep field ids that are not positive
  -allow-64bit-consts   do not warn of constants beyond 32 bits
  -allow-missing-includes
                        warn of included files that are missing

Messages:
  -error-format FORM    text (default); json, an object on each line; github,
                        annotations in GitHub's workflows
  -v, -verbose          list the files read and written, with times
  -debug                like -v, with the settings and the time of each stage
  -stage STAGE          behind `inspect`: print what a stage (ast, model, view)
                        makes of the files, for those who work on thrift-gen
  -h, -help             print this
  -V, -version          print the version

Every option may be written with one dash or two.

Options of the generator:
{options}
Exit codes:
  0  all is well
  1  errors in the .thrift files, or a file cannot be read or written
  2  wrong usage: an unknown option or language
  3  -check found a difference

Example:
  thrift-gen -r --gen rust -out src/gen -I idl idl/example.thrift
"
    )
}

/// How a word of Apache's is called here.
struct Word {
    typed: &'static str,
    flag: &'static str,
    takes_value: bool,
}

const fn flag(typed: &'static str, flag: &'static str) -> Word {
    Word { typed, flag, takes_value: false }
}

const fn valued(typed: &'static str, flag: &'static str) -> Word {
    Word { typed, flag, takes_value: true }
}

/// Every word, without its one or two dashes. To clap alone, `-out` would be `-o ut` and `-recurse` a bundle of letters.
const WORDS: &[Word] = &[
    flag("r", "--recurse"),
    flag("recurse", "--recurse"),
    valued("o", "-o"),
    valued("out", "--out"),
    valued("I", "-I"),
    valued("gen", "--gen"),
    valued("stage", "--stage"),
    flag("check", "--check"),
    valued("depfile", "--depfile"),
    flag("list-outputs", "--list-outputs"),
    flag("strict", "--strict"),
    flag("nowarn", "--nowarn"),
    valued("allow", "--allow"),
    valued("deny", "--deny"),
    flag("allow-neg-keys", "--allow-neg-keys"),
    flag("allow-64bit-consts", "--allow-64bit-consts"),
    flag("allow-missing-includes", "--allow-missing-includes"),
    valued("error-format", "--error-format"),
    flag("v", "--verbose"),
    flag("verbose", "--verbose"),
    flag("debug", "--debug"),
    flag("V", "--version"),
    flag("version", "--version"),
    flag("h", "--help"),
    flag("help", "--help"),
];

/// Words of Apache's compiler that have no meaning here yet.
const NOT_YET: &[&str] = &["audit", "audit-nofatal", "Iold", "Inew"];

/// A flag of Apache's compiler that thrift-gen does not have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotYet(pub(super) &'static str);

/// Rewrites words as Apache's compiler reads them: with one dash or two, never bundled, the value in the next word
/// whatever it looks like, or behind `=`. What is unknown becomes a long flag, so that clap names it in full.
pub(super) fn rewrite(typed: impl IntoIterator<Item = OsString>) -> Result<Vec<OsString>, NotYet> {
    let mut words = vec![OsString::from("thrift-gen")];
    let typed: Vec<OsString> = typed.into_iter().collect();
    let mut typed = typed.get(usize::from(is_inspection(&typed))..).unwrap_or_default().iter().cloned();
    while let Some(word) = typed.next() {
        let Some(body) = word.to_str().and_then(without_dashes) else {
            words.push(word);
            continue;
        };
        if body.is_empty() {
            words.push(word);
            words.extend(typed.by_ref());
            break;
        }
        let (name, value) = body.split_once('=').map_or((body, None), |(name, value)| (name, Some(value)));
        if let Some(missing) = NOT_YET.iter().find(|missing| **missing == name) {
            return Err(NotYet(missing));
        }
        match WORDS.iter().find(|known| known.typed == name) {
            Some(known) if known.takes_value => {
                words.push(known.flag.into());
                words.extend(value.map(OsString::from).or_else(|| typed.next()));
            }
            Some(known) if value.is_none() => words.push(known.flag.into()),
            Some(known) => words.push(format!("{}={}", known.flag, value.unwrap_or_default()).into()),
            None => match word.to_str().and_then(|word| word.strip_prefix("-I")) {
                Some(folder) => words.extend(["-I".into(), folder.into()]),
                None => words.push(format!("--{body}").into()),
            },
        }
    }
    Ok(words)
}

/// The form of messages that the words ask for, as far as it can be told when other words are wrong.
pub(super) fn error_format(typed: &[OsString]) -> ErrorFormat {
    let words = typed.iter().map(|word| word.to_str().unwrap_or_default()).take_while(|word| *word != "--");
    let mut format = ErrorFormat::Text;
    let mut is_value = false;
    for word in words {
        let flag = without_dashes(word).and_then(|body| body.strip_prefix("error-format"));
        let value = if is_value { Some(word) } else { flag.and_then(|rest| rest.strip_prefix('=')) };
        format = value.and_then(|value| ErrorFormat::from_str(value, false).ok()).unwrap_or(format);
        is_value = !is_value && flag == Some("");
    }
    format
}

/// `inspect` is a command where a stage is named, and else a file.
fn is_inspection(typed: &[OsString]) -> bool {
    let names_stage = |word: &OsString| {
        let body = word.to_str().and_then(without_dashes);
        body.is_some_and(|body| body == "stage" || body.starts_with("stage="))
    };
    typed.first().is_some_and(|first| first == "inspect") && typed.iter().any(names_stage)
}

/// What follows one dash or two; a dash alone is a file name.
fn without_dashes(word: &str) -> Option<&str> {
    let body = word.strip_prefix('-')?;
    (!body.is_empty()).then(|| body.strip_prefix('-').unwrap_or(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(typed: &[&str]) -> Vec<String> {
        let words = rewrite(typed.iter().map(OsString::from)).unwrap();
        words.into_iter().skip(1).map(|word| word.into_string().unwrap()).collect()
    }

    fn parsed(typed: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(rewrite(typed.iter().map(OsString::from)).unwrap())
    }

    #[test]
    fn every_word_is_read_with_one_dash_and_with_two() {
        for word in WORDS {
            for dashes in ["-", "--"] {
                let typed = format!("{dashes}{}", word.typed);
                if word.takes_value {
                    assert_eq!(rewritten(&[&typed, "value", "file"]), [word.flag, "value", "file"], "{typed}");
                    assert_eq!(
                        rewritten(&[&format!("{typed}=value"), "file"]),
                        [word.flag, "value", "file"],
                        "{typed}"
                    );
                } else {
                    assert_eq!(rewritten(&[&typed, "file"]), [word.flag, "file"], "{typed}");
                }
            }
        }
    }

    #[test]
    fn clap_knows_every_word_and_no_other() {
        use clap::CommandFactory;
        let mut command = Args::command();
        command.build();
        for argument in command.get_arguments().filter(|argument| !argument.is_positional()) {
            let spellings = argument.get_long().map(|long| format!("--{long}"));
            let spellings: Vec<_> =
                spellings.into_iter().chain(argument.get_short().map(|short| format!("-{short}"))).collect();
            let word = WORDS.iter().find(|word| spellings.iter().any(|spelling| spelling == word.flag));
            let takes_value = word.unwrap_or_else(|| panic!("no word for {spellings:?}")).takes_value;
            assert_eq!(takes_value, argument.get_action().takes_values(), "{spellings:?}");
        }
    }

    #[test]
    fn a_value_may_look_like_a_flag() {
        let args = parsed(&["-I", "-r", "-o", "--", "-gen", "rs", "a.thrift"]).unwrap();
        assert_eq!((args.include, args.below), (vec![PathBuf::from("-r")], Some(PathBuf::from("--"))));
        assert!(!args.recurse);
        assert_eq!(args.files, [PathBuf::from("a.thrift")]);
    }

    #[test]
    fn inspect_is_a_command_with_a_stage_and_a_file_without() {
        let args = parsed(&["inspect", "-stage", "ast", "a"]).unwrap();
        assert_eq!((args.stage.as_deref(), args.files), (Some("ast"), vec![PathBuf::from("a")]));
        let args = parsed(&["inspect", "--gen", "rs"]).unwrap();
        assert_eq!((args.stage, args.files), (None, vec![PathBuf::from("inspect")]));
        let args = parsed(&["inspect", "-stage=view", "inspect", "-gen", "rs:serde"]).unwrap();
        assert_eq!((args.stage.as_deref(), args.files), (Some("view"), vec![PathBuf::from("inspect")]));
        assert!(parsed(&["inspect", "-stage", "nope", "a"]).is_err());
    }

    #[test]
    fn a_folder_may_be_joined_to_its_i() {
        assert_eq!(rewritten(&["-Iidl", "-I=idl", "-I", "idl"]), ["-I", "idl", "-I", "idl", "-I", "idl"]);
    }

    #[test]
    fn two_dashes_end_the_flags() {
        let args = parsed(&["-gen", "rs", "--", "-r", "--out"]).unwrap();
        assert_eq!(args.files, [PathBuf::from("-r"), PathBuf::from("--out")]);
        assert!(!args.recurse);
    }

    #[test]
    fn a_dash_is_a_file() {
        assert_eq!(parsed(&["-gen", "rs", "-"]).unwrap().files, [PathBuf::from("-")]);
    }

    #[test]
    fn the_later_of_o_and_out_wins() {
        let args = parsed(&["-gen", "rs", "-o", "a", "-out", "b", "x"]).unwrap();
        assert_eq!((args.below, args.out), (None, Some(PathBuf::from("b"))));
        let args = parsed(&["-gen", "rs", "-out", "b", "-o", "a", "-o", "c", "x"]).unwrap();
        assert_eq!((args.below, args.out), (Some(PathBuf::from("c")), None));
    }

    #[test]
    fn flags_may_be_repeated_and_follow_the_files() {
        let args = parsed(&["-r", "a", "--recurse", "-v", "b", "-verbose", "-gen", "rs", "--gen", "rust"]).unwrap();
        assert_eq!(args.files, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(args.languages, ["rs", "rust"]);
    }

    #[test]
    fn unknown_words_are_named_in_full() {
        for (typed, named) in [("-outdir", "--outdir"), ("-rv", "--rv"), ("--nope", "--nope"), ("-x", "--x")] {
            let message = parsed(&[typed, "-gen", "rs", "a"]).unwrap_err().to_string();
            assert!(message.contains(&format!("'{named}'")), "{message}");
        }
    }

    #[test]
    fn a_flag_takes_no_value() {
        let message = parsed(&["-r=yes", "-gen", "rs", "a"]).unwrap_err().to_string();
        assert!(message.contains("--recurse") && message.contains("yes"), "{message}");
    }

    #[test]
    fn flags_that_come_later_are_known_by_name() {
        for name in NOT_YET {
            for typed in [format!("-{name}"), format!("--{name}"), format!("-{name}=old")] {
                assert_eq!(rewrite([OsString::from(typed)]), Err(NotYet(name)));
            }
        }
    }

    #[test]
    fn the_form_of_messages_is_known_before_all_words_are() {
        let format = |typed: &[&str]| error_format(&typed.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(format(&["-nope", "x"]), ErrorFormat::Text);
        assert_eq!(format(&["-nope", "-error-format", "json"]), ErrorFormat::Json);
        assert_eq!(format(&["--error-format=json", "-error-format=github", "-nope"]), ErrorFormat::Github);
        assert_eq!(format(&["--error-format=xml", "--error-format", "-nope"]), ErrorFormat::Text);
        assert_eq!(format(&["--", "-error-format", "json"]), ErrorFormat::Text);
    }

    #[test]
    fn help_fits_a_terminal() {
        for line in help().lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn help_has_every_word_and_every_generator_option() {
        let help = help();
        let words: Vec<&str> = help.split([' ', ',', '\n']).collect();
        for word in WORDS {
            assert!(words.contains(&format!("-{}", word.typed).as_str()), "{}", word.typed);
        }
        assert!(GENERATOR_OPTIONS.iter().all(|option| words.contains(&option.key)));
    }
}
