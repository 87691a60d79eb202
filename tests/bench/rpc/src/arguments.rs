//! The arguments of the programs that the runner starts: options that all have a value.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::Result;

/// The name of what is to run, and the options.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) name: String,
    options: HashMap<String, String>,
}

impl Arguments {
    /// Options alone.
    pub(crate) fn new(args: &[String]) -> Result<Self> {
        let mut options = HashMap::new();
        for pair in args.chunks(2) {
            match pair {
                [option, value] if option.starts_with("--") => options.insert(option.clone(), value.clone()),
                _ => return Err(format!("`{}` is no option with a value", pair[0]).into()),
            };
        }
        Ok(Self { name: String::new(), options })
    }

    /// `server NAME` or `client NAME`, and options.
    pub(crate) fn of_program(args: &[String]) -> Result<Self> {
        let name = args.get(1).ok_or("a name is missing")?;
        Ok(Self { name: name.clone(), ..Self::new(&args[2..])? })
    }

    pub(crate) fn get<T: FromStr<Err: Display>>(&self, option: &str) -> Result<T> {
        let value = self.options.get(option).ok_or_else(|| format!("`{option}` is missing"))?;
        value.parse().map_err(|error| format!("`{option} {value}`: {error}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_have_values() {
        let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let arguments = Arguments::of_program(&args("server raw --threads 2")).unwrap();
        assert_eq!((arguments.name.as_str(), arguments.get::<usize>("--threads").unwrap()), ("raw", 2));
        assert_eq!(arguments.get::<u32>("--payload").unwrap_err().to_string(), "`--payload` is missing");
        assert!(Arguments::new(&args("--threads x")).unwrap().get::<u32>("--threads").is_err());
        assert!(Arguments::new(&args("--threads")).is_err());
    }
}
