//! Simple JSON, for logs and scripts: fields by their names and no types, so that it can only be written.
//!
//! It is the text of Apache's `TSimpleJSONProtocol` for Python: `{"name":value,…}`, `[element,…]`, `{key:value,…}`, without white
//! space. A bool is 1 or 0, an enum its number, a binary is base64, a number that is a key is in quotes. A double has as many
//! digits as are needed to tell it from every other. Where Apache writes what is no JSON, this writes
//! - NaN and the infinities in quotes: `"nan"`, `"inf"`, `"-inf"`;
//! - a map whose keys are structs or containers as a list of pairs: `[[key,value],…]`;
//! - control characters as `\u0000`.
//!
//! A field that the IDL does not know has its id for a name.
//!
//! ```
//! use std::collections::BTreeMap;
//! use thrift_runtime::simple_json;
//!
//! let value = BTreeMap::from([(1, vec![0.1, 1e100]), (2, vec![])]);
//! assert_eq!(simple_json::to_string(&value)?, r#"{"1":[0.1,1e+100],"2":[]}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::json::Place;
use super::json::text::quote;
use super::json::writer::{Form, TextWriter, put};
use crate::codec::Encode;
use crate::error::{DecodeError, EncodeError};
use crate::limits::Limits;
use crate::wire::{FieldNames, ProtocolKind, WireType};
use std::borrow::Cow;

/// Simple JSON as a parameter of [`Writer`](crate::codec::Writer).
#[derive(Clone, Copy, Debug)]
pub enum SimpleJson {}

/// Writes simple JSON.
pub type SimpleJsonWriter = TextWriter<SimpleJson>;

/// Encodes a value.
///
/// # Errors
/// When the value nests too deep or is too large.
pub fn to_string<T: Encode + ?Sized>(value: &T) -> Result<String, EncodeError> {
    to_string_with(value, &Limits::default())
}

/// Encodes a value within these limits.
///
/// # Errors
/// As for [`to_string`].
pub fn to_string_with<T: Encode + ?Sized>(value: &T, limits: &Limits) -> Result<String, EncodeError> {
    let text = SimpleJsonWriter::append(value, Vec::new(), limits)?;
    // It is text, unless an implementation of `Encode` wrote raw bytes.
    Ok(String::from_utf8(text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

impl Form for SimpleJson {
    const KIND: ProtocolKind = ProtocolKind::SimpleJson;

    fn field_begin(text: &mut Vec<u8>, fields: FieldNames, _: WireType, id: i16) {
        match fields.binary_search_by_key(&id, |(id, _)| *id).ok().and_then(|at| fields.get(at)) {
            Some((_, name)) => quote(name, text),
            None => put(text, format_args!("\"{id}\"")),
        }
        text.push(b':');
    }
    fn field_end(_: &mut Vec<u8>) {}
    fn list_begin(text: &mut Vec<u8>, _: WireType, _: usize) -> Place {
        text.push(b'[');
        Place::FirstElement
    }
    fn map_begin(text: &mut Vec<u8>, key: WireType, _: WireType, _: usize) -> Place {
        if key.nests() {
            text.push(b'[');
            Place::FirstOfPair
        } else {
            text.push(b'{');
            Place::FirstKey
        }
    }
    fn map_end(text: &mut Vec<u8>, place: Place) {
        text.extend_from_slice(match place {
            Place::FirstOfPair => b"]",
            Place::OfPair => b"]]",
            _ => b"}",
        });
    }
    fn double(value: f64) -> Cow<'static, str> {
        shortest(value)
    }
    fn check(_: WireType, _: &[u8], _: &Limits) -> Result<(), DecodeError> {
        Ok(())
    }
}

/// A double as Python prints it: the fewest digits that are read as the same double, with an exponent where that is below −4
/// or above 15.
fn shortest(value: f64) -> Cow<'static, str> {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let decimals = mantissa.bytes().filter(u8::is_ascii_digit).count().saturating_sub(1);
    // Of two that are equally near, Rust prints the larger one where the digits are as few as can be; Python prints the even
    // one, as Rust does where their number is given. Next to a power of two that can be another double.
    let is_same = |text: &String| text.parse() == Ok(value);
    if (-4..16).contains(&exponent) {
        let decimals = usize::try_from(decimals as i32 - exponent).unwrap_or_default().max(1);
        return Some(format!("{value:.decimals$}")).filter(is_same).unwrap_or_else(|| format!("{value:?}")).into();
    }
    let scientific = Some(format!("{value:.decimals$e}")).filter(is_same).unwrap_or(scientific);
    let mantissa = scientific.split_once('e').map_or(scientific.as_str(), |(mantissa, _)| mantissa);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_as_python_prints_them() {
        for (value, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (core::f64::consts::PI, "3.141592653589793"),
            (0.1, "0.1"),
            (1e-4, "0.0001"),
            (-1.5e-5, "-1.5e-05"),
            (1e15, "1000000000000000.0"),
            (9_007_199_254_740_993.0, "9007199254740992.0"),
            (8_093_389_204_627_405.0 / 4.0, "2023347301156851.2"),
            (1e16, "1e+16"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (f64::MAX, "1.7976931348623157e+308"),
            (2_f64.powi(-25), "2.9802322387695312e-08"),
            (2_f64.powi(-44), "5.684341886080802e-14"),
            (5e-324, "5e-324"),
            (f64::NAN, "nan"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(shortest(value), expected);
        }
    }
}
