//! The options of the generator, `key` or `key=value`: one table for the command line and for `Builder::option`.

use std::fmt;

use crate::view;

/// An option of the generator.
pub struct GeneratorOption {
    /// The word before `=`.
    pub key: &'static str,
    /// What it does, in a few words.
    pub help: &'static str,
    set: fn(&mut view::Options, Option<&str>) -> Result<(), &'static str>,
}

/// All options of the generator.
pub const GENERATOR_OPTIONS: &[GeneratorOption] = &[GeneratorOption {
    key: "types_only",
    help: "no services: only types and constants",
    set: |options, value| flag(value).map(|on| options.types_only = on),
}];

/// Sets one option, written as `key` or `key=value`.
pub fn set(options: &mut view::Options, option: &str) -> Result<(), OptionError> {
    let (key, value) = match option.split_once('=') {
        Some((key, value)) => (key.trim(), Some(value.trim())),
        None => (option.trim(), None),
    };
    let known = GENERATOR_OPTIONS.iter().find(|known| known.key == key).ok_or_else(|| OptionError::unknown(key))?;
    (known.set)(options, value).map_err(|expected| OptionError {
        message: format!("the generator's option `{key}` takes {expected}, not `{}`", value.unwrap_or_default()),
    })
}

/// A flag is on when it is named.
fn flag(value: Option<&str>) -> Result<bool, &'static str> {
    match value {
        None | Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err("`true` or `false`"),
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

    fn parse(option: &str) -> Result<bool, String> {
        let mut options = view::Options::default();
        set(&mut options, option).map(|()| options.types_only).map_err(|error| error.to_string())
    }

    #[test]
    fn a_flag_is_on_when_named() {
        assert_eq!(parse("types_only"), Ok(true));
        assert_eq!(parse("types_only=true"), Ok(true));
        assert_eq!(parse(" types_only = false "), Ok(false));
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_expected() {
        assert_eq!(
            parse("types_only=1").unwrap_err(),
            "the generator's option `types_only` takes `true` or `false`, not `1`"
        );
    }

    #[test]
    fn an_unknown_option_is_answered_with_the_known_ones() {
        let message = parse("nope=1").unwrap_err();
        assert!(message.starts_with("the generator has no option `nope`"), "{message}");
        for known in GENERATOR_OPTIONS {
            assert!(message.contains(known.key) && message.contains(known.help), "{message}");
        }
    }
}
