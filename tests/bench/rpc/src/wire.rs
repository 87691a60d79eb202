//! The bytes of one request, in each form that a server reads.

use std::fmt;
use std::str::FromStr;

/// How requests travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Framed,
    /// Framed inside of TLS.
    FramedTls,
    FramedCompact,
    Buffered,
    BufferedCompact,
    Http,
}

const NAMES: &[(Wire, &str)] = &[
    (Wire::Framed, "framed"),
    (Wire::FramedTls, "framed-tls"),
    (Wire::FramedCompact, "framed-compact"),
    (Wire::Buffered, "buffered"),
    (Wire::BufferedCompact, "buffered-compact"),
    (Wire::Http, "http"),
];

impl Wire {
    /// A call of `method`, `echo` or `echo_binary`. Each has the same sequence id.
    pub(crate) fn request(self, method: &str, payload: &[u8]) -> Vec<u8> {
        match self {
            Self::Framed | Self::FramedTls => framed(binary(method, payload)),
            Self::FramedCompact => framed(compact(method, payload)),
            Self::Buffered => binary(method, payload),
            Self::BufferedCompact => compact(method, payload),
            Self::Http => http(binary(method, payload)),
        }
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        NAMES.iter().filter(|(wire, _)| wire == self).try_for_each(|(_, name)| f.write_str(name))
    }
}

impl FromStr for Wire {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = NAMES.iter().find(|(_, name)| *name == text);
        found.map(|(wire, _)| *wire).ok_or_else(|| format!("unknown form `{text}`"))
    }
}

fn framed(message: Vec<u8>) -> Vec<u8> {
    [&(message.len() as u32).to_be_bytes()[..], &message].concat()
}

fn http(message: Vec<u8>) -> Vec<u8> {
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-thrift\r\ncontent-length: {}\r\n\r\n",
        message.len()
    );
    [head.as_bytes(), &message].concat()
}

/// A strict message with a struct of one string.
fn binary(method: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = b"\x80\x01\0\x01".to_vec();
    message.extend((method.len() as u32).to_be_bytes());
    message.extend(method.as_bytes());
    message.extend(b"\0\0\0\x01\x0b\0\x01");
    message.extend((payload.len() as u32).to_be_bytes());
    message.extend(payload);
    message.push(0);
    message
}

fn compact(method: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = b"\x82\x21\x01".to_vec();
    varint(&mut message, method.len());
    message.extend(method.as_bytes());
    message.push(0x18);
    varint(&mut message, payload.len());
    message.extend(payload);
    message.push(0);
    message
}

fn varint(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_those_of_thrift() {
        let binary = b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x01\x0b\0\x01\0\0\0\x02hi\0";
        let compact = b"\x82\x21\x01\x04echo\x18\x02hi\0";
        assert_eq!(Wire::Buffered.request("echo", b"hi"), binary);
        assert_eq!(Wire::BufferedCompact.request("echo", b"hi"), compact);
        assert_eq!(Wire::Framed.request("echo", b"hi"), [b"\0\0\0\x1a", &binary[..]].concat());
        assert_eq!(Wire::FramedCompact.request("echo", b"hi"), [b"\0\0\0\x0d", &compact[..]].concat());
        let http = String::from_utf8_lossy(&Wire::Http.request("echo", b"hi")).into_owned();
        assert!(http.starts_with("POST / HTTP/1.1\r\n") && http.contains("content-length: 26\r\n\r\n"), "{http}");
    }

    #[test]
    fn lengths_of_compact_messages_are_varints() {
        let mut out = Vec::new();
        [0, 127, 128, 65536].into_iter().for_each(|number| varint(&mut out, number));
        assert_eq!(out, [0, 127, 0x80, 1, 0x80, 0x80, 4]);
    }

    #[test]
    fn names_and_forms_belong_together() {
        for (wire, name) in NAMES {
            assert_eq!((wire.to_string().as_str(), name.parse()), (*name, Ok(*wire)));
        }
        assert!("smoke signals".parse::<Wire>().is_err());
    }
}
