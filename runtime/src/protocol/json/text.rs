//! Strings and doubles as JSON has them.

use std::borrow::Cow;

/// Appends a string in quotes. What JSON does not allow in it, and nothing else, is escaped.
pub(crate) fn quote(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        if let Some((byte, behind)) = special.split_first() {
            escape(*byte, out);
            rest = behind;
        }
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x0c => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => return out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// What stands between quotes, without its escapes. `None`: it is no text, or an escape is wrong.
pub(super) fn unescape(quoted: &[u8]) -> Option<Cow<'_, str>> {
    let text = core::str::from_utf8(quoted).ok()?;
    if !text.contains('\\') {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    pieces(text, |piece| plain.push_str(piece))?;
    Some(Cow::Owned(plain))
}

/// Whether [`unescape`] finds text.
pub(super) fn is_text(quoted: &[u8]) -> bool {
    core::str::from_utf8(quoted).is_ok_and(|text| pieces(text, |_| {}).is_some())
}

/// Hands over a text piece by piece, without its escapes. `None`: one of them is wrong.
fn pieces(text: &str, mut piece: impl FnMut(&str)) -> Option<()> {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        piece(before);
        let mut chars = behind.chars();
        let char = match chars.next()? {
            char @ ('"' | '\\' | '/') => char,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (char, behind) = unicode(chars.as_str())?;
                chars = behind.chars();
                char
            }
            _ => return None,
        };
        piece(char.encode_utf8(&mut [0; 4]));
        rest = chars.as_str();
    }
    piece(rest);
    Some(())
}

/// The character of the four hexadecimal digits after `\u` or, with a surrogate pair, of two such escapes; and what follows.
fn unicode(text: &str) -> Option<(char, &str)> {
    let (high, rest) = hex4(text)?;
    if let Some(char) = char::from_u32(high) {
        return Some((char, rest));
    }
    let (low, rest) = hex4(rest.strip_prefix("\\u")?)?;
    let pair = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
    let mut chars = char::decode_utf16(pair);
    Some((chars.next()?.ok()?, rest)).filter(|_| chars.next().is_none())
}

fn hex4(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u32::from_str_radix(digits, 16).ok().map(|number| (number, rest))).flatten()
}

/// Where the quotes end that begin before these bytes.
pub(super) fn end_of_quoted(bytes: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    bytes.iter().position(|byte| match byte {
        _ if is_escaped => {
            is_escaped = false;
            false
        }
        b'\\' => {
            is_escaped = true;
            false
        }
        byte => *byte == b'"',
    })
}

/// How many bytes at the start can be those of a number without quotes.
pub(super) fn number_len(bytes: &[u8]) -> usize {
    let part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'-' | b'+' | b'.');
    bytes.iter().take_while(part).count()
}

/// Hands over a value that can be read, piece by piece, as JSON by the letter, which is never shorter. Readers also take
/// control characters in a string and bare numbers as Rust has them, for Python writes the first, and `nan` and `inf`: they
/// are escaped, or quoted.
pub(super) fn strict(value: &[u8], mut piece: impl FnMut(&[u8])) {
    let mut rest = value;
    while let Some((first, behind)) = rest.split_first() {
        let len = match first {
            b'"' => end_of_quoted(behind).map_or(rest.len(), |end| end + 2),
            _ => number_len(rest).max(1),
        };
        let (token, behind) = rest.split_at(len);
        match first {
            b'"' => token.split_inclusive(|byte| *byte < 0x20).for_each(|part| match part.split_last() {
                Some((control @ ..0x20, plain)) => {
                    let digit = |n: u8| if n < 10 { b'0' + n } else { b'a' - 10 + n };
                    piece(plain);
                    piece(&[b'\\', b'u', b'0', b'0', digit(control >> 4), digit(control & 0xf)]);
                }
                _ => piece(part),
            }),
            _ if number_len(token) == 0 || core::str::from_utf8(token).is_ok_and(is_number) => piece(token),
            _ => [b"\"", token, b"\""].into_iter().for_each(&mut piece),
        }
        rest = behind;
    }
}

fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    digits(whole) && (whole == "0" || !whole.starts_with('0')) && digits(fraction) && digits(exponent)
}

/// A double as C prints it with `%.17g`: 17 significant digits without zeros at the end, with an exponent where that is
/// below −4 or above 16. NaN and the infinities have their names, which need quotes.
pub(super) fn double(value: f64) -> Cow<'static, str> {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    let scientific = format!("{value:.16e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let shortened = |text: &str| text.trim_end_matches('0').trim_end_matches('.').to_owned();
    if (-4..17).contains(&exponent) {
        let decimals = usize::try_from(16 - exponent).unwrap_or_default();
        let fixed = format!("{value:.decimals$}");
        return if decimals == 0 { fixed.into() } else { shortened(&fixed).into() };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", shortened(mantissa), exponent.abs()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_look_like_those_of_c() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (1.5, "1.5"),
            (core::f64::consts::PI, "3.1415926535897931"),
            (0.1, "0.10000000000000001"),
            (-1e-5, "-1.0000000000000001e-05"),
            (1e-4, "0.0001"),
            (1e16, "10000000000000000"),
            (1e17, "1e+17"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "4.9406564584124654e-324"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(double(value), expected);
            let read: f64 = double(value).parse().unwrap();
            assert!(read.to_bits() == value.to_bits() || value.is_nan());
        }
    }

    #[test]
    fn strings_are_escaped_as_little_as_can_be() {
        let mut out = Vec::new();
        quote("a\"\\/\u{8}\u{c}\n\r\t\u{1}\u{7f}é😀", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u{7f}é😀\"");
    }

    #[test]
    fn escapes_are_read() {
        let read = |text: &str| unescape(text.as_bytes()).map(Cow::into_owned);
        assert_eq!(read(r#"a\"\\\/\b\f\n\r\tA\ud83d\ude00é"#).unwrap(), "a\"\\/\u{8}\u{c}\n\r\tA😀é");
        for bad in [r"\x", r"\", r"\u12", r"\u12g4", r"\ud83d", r"\ud83dx", r"\ud83dA", r"\ude00", r"\u+123"] {
            assert_eq!(read(bad), None, "{bad}");
            assert!(!is_text(bad.as_bytes()), "{bad}");
        }
        assert_eq!(unescape(&[0xff]), None);
        assert!(!is_text(&[0xff]));
        assert!(is_text(br"a\ud83d\ude00\n"));
    }

    #[test]
    fn what_json_has_not_is_escaped_or_quoted() {
        let read = |value: &str| {
            let mut out = Vec::new();
            strict(value.as_bytes(), |piece| out.extend_from_slice(piece));
            String::from_utf8(out).unwrap()
        };
        for number in ["0", "-0", "10", "-1.50", "1e5", "1E+05", "0.1e-7"] {
            assert_eq!(read(number), number);
        }
        for number in ["+1", "01", "-01", "1.", ".5", "1.e5", "nan", "-inf"] {
            assert_eq!(read(number), format!("\"{number}\""));
        }
        let same = " [\"i32\",1,-2]\n{\"+1\" : \"nan\"}\"\\\"+1\\n\"";
        assert_eq!(read(same), same);
        assert_eq!(read("[+1,\"\n\",\"a\u{1f}\\\"\tb\"]"), "[\"+1\",\"\\u000a\",\"a\\u001f\\\"\\u0009b\"]");
    }
}
