//! The options of the generator, `key` or `key=value`: one table for the command line and for `Builder::option`.

use std::fmt;

use crate::model::Rule;
use crate::view::{self, Blocking, Derives, Parts};

/// What the options of a run add up to.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is rendered, and how.
    pub view: view::Options,
    /// What is said of the Rust of things by their paths.
    pub rules: Vec<Rule>,
}

/// An option of the generator.
pub struct GeneratorOption {
    /// The word before `=`.
    pub key: &'static str,
    /// What it does, in a few words.
    pub help: &'static str,
    /// Err: what is wrong, as the end of a sentence about the option.
    set: fn(&mut Options, Option<&str>) -> Result<(), String>,
}

/// All options of the generator.
pub const GENERATOR_OPTIONS: &[GeneratorOption] = &[
    GeneratorOption {
        key: "types_only",
        help: "no services: only types and constants",
        set: |options, value| set_only(&mut options.view.parts, Parts::Types, value),
    },
    GeneratorOption {
        key: "client_only",
        help: "of services only the clients",
        set: |options, value| set_only(&mut options.view.parts, Parts::Client, value),
    },
    GeneratorOption {
        key: "server_only",
        help: "of services only handlers and servers",
        set: |options, value| set_only(&mut options.view.parts, Parts::Server, value),
    },
    GeneratorOption {
        key: "blocking",
        help: "services without async too; only: in place of the others",
        set: |options, value| {
            options.view.blocking = match value {
                Some("only") => Blocking::Only,
                other => match flag(other).map_err(|wrong| wrong.replace("`true`", "`only`, `true`"))? {
                    true => Blocking::Too,
                    false => Blocking::No,
                },
            };
            Ok(())
        },
    },
    GeneratorOption {
        key: "derive",
        help: "PATH:Trait+Trait: derive these too",
        set: |options, value| add_rule(options, "derive", value),
    },
    GeneratorOption {
        key: "attribute",
        help: "PATH:#[...]: put that before it",
        set: |options, value| add_rule(options, "attribute", value),
    },
    GeneratorOption {
        key: "name",
        help: "PATH:Name: call it so in Rust",
        set: |options, value| add_rule(options, "name", value),
    },
    GeneratorOption {
        key: "pointer",
        help: "PATH:box or PATH:arc: what a field is behind",
        set: |options, value| add_rule(options, "pointer", value),
    },
    GeneratorOption {
        key: "extern_path",
        help: "PATH:::crate::path: it is there, not generated",
        set: |options, value| add_rule(options, "extern_path", value),
    },
    GeneratorOption {
        key: "keep_unknown",
        help: "[PATH]: structs keep fields that the IDL does not know",
        set: |options, value| add_rule(options, "keep_unknown", Some(&format!("{}:", value.unwrap_or(".")))),
    },
    GeneratorOption {
        key: "select",
        help: "PATH:Name:field+field: one more type, of these alone",
        set: |options, value| add_rule(options, "select", value),
    },
    GeneratorOption {
        key: "serde",
        help: "types for serde; the runtime needs its feature serde",
        set: |options, value| flag(value).map(|on| options.view.serde = on),
    },
    GeneratorOption {
        key: "borrowed",
        help: "types that borrow text from the message too",
        set: |options, value| flag(value).map(|on| options.view.borrowed = on),
    },
    GeneratorOption {
        key: "derives",
        help: "all (default), or keys: an order only for keys",
        set: |options, value| {
            options.view.derives = match value {
                Some("all") => Derives::All,
                Some("keys") => Derives::Keys,
                other => return Err(format!("takes `all` or `keys`, not `{}`", other.unwrap_or_default())),
            };
            Ok(())
        },
    },
    GeneratorOption {
        key: "map",
        help: "[PATH:]btree, hash, index or vec: the type for map",
        set: |options, value| add_choice(options, "map", value),
    },
    GeneratorOption {
        key: "set",
        help: "[PATH:]btree, hash, index or vec: the type for set",
        set: |options, value| add_choice(options, "set", value),
    },
    GeneratorOption {
        key: "string",
        help: "[PATH:]string or shared: the type for string",
        set: |options, value| add_choice(options, "string", value),
    },
    GeneratorOption {
        key: "binary",
        help: "[PATH:]bytes or vec: the type for binary",
        set: |options, value| add_choice(options, "binary", value),
    },
];

/// The options of a list as on the command line, with commas between. A comma inside of brackets or quotes is a part of
/// the option.
pub fn split(list: &str) -> Vec<&str> {
    let (mut options, mut start, mut depth, mut quoted, mut escaped) = (Vec::new(), 0, 0_usize, false, false);
    for (at, char) in list.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                options.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    options.push(&list[start..]);
    options.retain(|option| !option.trim().is_empty());
    options
}

/// Sets one option, written as `key` or `key=value`.
pub fn set(options: &mut Options, option: &str) -> Result<(), OptionError> {
    let (key, value) = match option.split_once('=') {
        Some((key, value)) => (key.trim(), Some(value.trim())),
        None => (option.trim(), None),
    };
    let known = GENERATOR_OPTIONS.iter().find(|known| known.key == key).ok_or_else(|| OptionError::unknown(key))?;
    (known.set)(options, value)
        .map_err(|wrong| OptionError { message: format!("the generator's option `{key}` {wrong}") })
}

fn add_rule(options: &mut Options, word: &str, value: Option<&str>) -> Result<(), String> {
    options.rules.push(Rule::parse(word, value.unwrap_or_default())?);
    Ok(())
}

/// Without a path it is for everything.
fn add_choice(options: &mut Options, word: &str, value: Option<&str>) -> Result<(), String> {
    let value = value.unwrap_or_default();
    let everywhere = format!(".:{value}");
    add_rule(options, word, Some(if value.contains(':') { value } else { &everywhere }))
}

/// The `…_only` flags: each leaves out what another one asks for.
fn set_only(parts: &mut Parts, only: Parts, value: Option<&str>) -> Result<(), String> {
    match (flag(value)?, *parts == only) {
        (true, true) | (false, false) => {}
        (true, false) if *parts != Parts::All => return Err("goes with no other `…_only`".to_owned()),
        (true, false) => *parts = only,
        (false, true) => *parts = Parts::All,
    }
    Ok(())
}

/// A flag is on when it is named.
fn flag(value: Option<&str>) -> Result<bool, String> {
    match value {
        None | Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(other) => Err(format!("takes `true` or `false`, not `{other}`")),
    }
}

/// An option that the generator does not have, or a value that the option does not take.
#[derive(Debug)]
pub struct OptionError {
    message: String,
}

impl OptionError {
    fn unknown(key: &str) -> Self {
        let known: Vec<String> =
            GENERATOR_OPTIONS.iter().map(|known| format!("  {:<16}{}", known.key, known.help)).collect();
        Self { message: format!("the generator has no option `{key}`; it has\n{}", known.join("\n")) }
    }
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for OptionError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_all(list: &[&str]) -> Result<Options, String> {
        let mut options = Options::default();
        list.iter().try_for_each(|option| set(&mut options, option)).map_err(|error| error.to_string())?;
        Ok(options)
    }

    fn parts(list: &[&str]) -> Result<Parts, String> {
        parse_all(list).map(|options| options.view.parts)
    }

    #[test]
    fn commas_in_brackets_and_quotes_do_not_split() {
        assert_eq!(split(""), [""; 0]);
        assert_eq!(split("a,b=1,,c"), ["a", "b=1", "c"]);
        assert_eq!(split(r#"a=#[x(b, c)],d=#[y = "1, \"2,", z]"#), ["a=#[x(b, c)]", r#"d=#[y = "1, \"2,", z]"#]);
        assert_eq!(split("a=#[x(b, c"), ["a=#[x(b, c"], "what is not closed goes to the end");
    }

    #[test]
    fn a_flag_is_on_when_named() {
        assert_eq!(parts(&["types_only"]), Ok(Parts::Types));
        assert_eq!(parts(&["client_only=true"]), Ok(Parts::Client));
        assert_eq!(parts(&[" types_only = false "]), Ok(Parts::All));
        assert_eq!(parts(&["types_only", "types_only=false", "server_only", "client_only=false"]), Ok(Parts::Server));
    }

    #[test]
    fn one_part_excludes_the_others() {
        let message = parts(&["client_only", "server_only"]).unwrap_err();
        assert_eq!(message, "the generator's option `server_only` goes with no other `…_only`");
        assert!(parts(&["types_only", "client_only"]).is_err());
        assert_eq!(parts(&["client_only", "client_only"]), Ok(Parts::Client));
    }

    #[test]
    fn blocking_services_are_wanted_too_or_only() {
        let blocking = |list: &[&str]| parse_all(list).map(|options| options.view.blocking);
        assert_eq!(blocking(&[]), Ok(Blocking::No));
        assert_eq!(blocking(&["blocking"]), Ok(Blocking::Too));
        assert_eq!(blocking(&["blocking=only"]), Ok(Blocking::Only));
        assert_eq!(blocking(&["blocking=only", "blocking=false"]), Ok(Blocking::No));
        assert_eq!(
            blocking(&["blocking=off"]).unwrap_err(),
            "the generator's option `blocking` takes `only`, `true` or `false`, not `off`"
        );
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_expected() {
        assert_eq!(
            parts(&["types_only=1"]).unwrap_err(),
            "the generator's option `types_only` takes `true` or `false`, not `1`"
        );
    }

    #[test]
    fn an_unknown_option_is_answered_with_the_known_ones() {
        let message = parse_all(&["nope=1"]).unwrap_err();
        assert!(message.starts_with("the generator has no option `nope`"), "{message}");
        for known in GENERATOR_OPTIONS {
            assert!(message.contains(known.key) && message.contains(known.help), "{message}");
        }
    }
}
