//! The values of numbers and strings.

/// What a number in the text stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// Decimal or hexadecimal digits.
    Integer(i64),
    /// Digits for a value that 64 bits do not hold.
    IntegerOutOfRange,
    /// Digits with a fraction or an exponent.
    Double(f64),
    /// The same, for a value that a double does not hold.
    DoubleOutOfRange,
}

/// The value of a token of the rule `number`.
pub(super) fn number(token: &str) -> Number {
    let (negative, digits) = match token.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, token.strip_prefix('+').unwrap_or(token)),
    };
    if let Some(hex) = digits.strip_prefix("0x") {
        return match i64::from_str_radix(hex, 16) {
            Ok(value) => Number::Integer(if negative { -value } else { value }),
            Err(_) => Number::IntegerOutOfRange,
        };
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return token.parse().map_or(Number::IntegerOutOfRange, Number::Integer);
    }
    match token.parse::<f64>() {
        Ok(value) if value.is_finite() => Number::Double(value),
        _ => Number::DoubleOutOfRange,
    }
}

/// The value of a token of the rule `literal`, quotes included. `bad_escape` is told the offset of each backslash
/// that begins no escape, and the length of what it begins; both characters are then kept.
pub(super) fn string(token: &str, mut bad_escape: impl FnMut(usize, usize)) -> String {
    let content = token.get(1..token.len().saturating_sub(1)).unwrap_or_default();
    if !content.contains('\\') {
        return content.to_owned();
    }
    let mut value = String::with_capacity(content.len());
    let mut chars = content.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            value.push(c);
            continue;
        }
        match chars.next().map(|(_, escaped)| escaped) {
            Some('n') => value.push('\n'),
            Some('r') => value.push('\r'),
            Some('t') => value.push('\t'),
            Some(quoted @ ('"' | '\'' | '\\')) => value.push(quoted),
            other => {
                bad_escape(at + 1, 1 + other.map_or(0, char::len_utf8));
                value.push('\\');
                value.extend(other);
            }
        }
    }
    value
}
