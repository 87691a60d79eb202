//! The arguments of the load generator: options that all have a value.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::Result;

#[derive(Debug)]
pub(crate) struct Arguments(HashMap<String, String>);

impl Arguments {
    pub(crate) fn new(args: &[String]) -> Result<Self> {
        let mut options = HashMap::new();
        for pair in args.chunks(2) {
            match pair {
                [option, value] if option.starts_with("--") => options.insert(option.clone(), value.clone()),
                _ => return Err(format!("`{}` is no option with a value", pair[0]).into()),
            };
        }
        Ok(Self(options))
    }

    pub(crate) fn get<T: FromStr<Err: Display>>(&self, option: &str) -> Result<T> {
        let value = self.0.get(option).ok_or_else(|| format!("`{option}` is missing"))?;
        value.parse().map_err(|error| format!("`{option} {value}`: {error}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_have_values() {
        let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let arguments = Arguments::new(&args("--connections 2 --wire framed")).unwrap();
        assert_eq!(arguments.get::<usize>("--connections").unwrap(), 2);
        assert_eq!(arguments.get::<u32>("--payload").unwrap_err().to_string(), "`--payload` is missing");
        assert!(Arguments::new(&args("--idle x")).unwrap().get::<u32>("--idle").is_err());
        assert!(Arguments::new(&args("--idle")).is_err());
    }
}
