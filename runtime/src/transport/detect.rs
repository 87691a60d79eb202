//! Tells what a client speaks by the first bytes of its connection.

#[cfg(feature = "zlib")]
use super::zlib;

/// What the first bytes of a connection are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detected {
    /// HTTP/1: Thrift messages as the bodies of requests.
    Http,
    /// HTTP/2, by prior knowledge or after it was agreed on for TLS.
    Http2,
    /// Messages, each behind its length, and perhaps headers.
    Framed,
    /// Messages, one after another.
    Unframed,
    /// A zlib stream, in frames or not.
    #[cfg(feature = "zlib")]
    Zlib { in_frames: bool },
    /// Something that this server does not speak, in words.
    Stranger(&'static str),
}

/// `None`: more bytes are needed. Six are always enough, fewer than the smallest message has.
pub(crate) fn detect(input: &[u8]) -> Option<Detected> {
    #[cfg(feature = "zlib")]
    use Detected::Zlib;
    use Detected::{Framed, Http, Http2, Stranger, Unframed};
    const HTTP_2: &[u8] = b"PRI ";

    Some(match *input {
        [] => return None,
        [b'P', ..] if HTTP_2.starts_with(input) && input.len() < HTTP_2.len() => return None,
        [b'P', ..] if input.starts_with(HTTP_2) && cfg!(feature = "http2") => Http2,
        [b'P', ..] if input.starts_with(HTTP_2) => Stranger("HTTP/2, for which the feature `http2` has to be on"),
        // Empty lines before a request are to be passed over (RFC 9112, section 2.2).
        [b'\r'] | [b'\r', b'\n'] => return None,
        [b'\r', b'\n', b'A'..=b'Z' | b'\r', ..] => Http,
        // As the length of a frame it would be over 1 GB.
        [b'A'..=b'Z', ..] => Http,
        [b'[', ..] if cfg!(feature = "json") => Unframed,
        [b'[', ..] => Stranger("the JSON protocol, for which a feature is off"),
        [0x80 | 0x82] => return None,
        [0x80, 0x01, ..] => Unframed,
        [0x82, second, ..] if second & 0x1f == 1 => Unframed,
        [0x80..=0xff, ..] => Stranger("a negative frame length"),
        #[cfg(feature = "zlib")]
        [first, second, ..] if zlib::begins(first, second) => Zlib { in_frames: false },
        [a, b, c, d, e, f, ..] => match ([a, b, c, d], [e, f]) {
            (_, [0x80, 0x01]) => Framed,
            (_, [0x0f, 0xff] | [0x10, 0x00]) => Framed,
            (_, [0x82, f]) if f & 0x1f == 1 => Framed,
            (_, [b'[', _]) if a == 0 => Framed,
            #[cfg(feature = "zlib")]
            // But one byte is no such stream: it is the length of a name, `x`, in the old form of a message.
            ([0 | 1, ..], [e, f]) if zlib::begins(e, f) && [a, b, c, d] != [0, 0, 0, 1] => Zlib { in_frames: true },
            ([0x16, 0x03, ..], _) => Stranger("a TLS hello; this port does not speak TLS"),
            // The old form of a message opens with the length of its name, of which the first byte is 0. Inside of a
            // frame that length stands at byte 4, where without a frame the name or (it is empty) the kind stands.
            ([0, 0, 0, 0], _) => Unframed,
            ([0, ..], [0, _]) => Framed,
            ([0, ..], _) => Unframed,
            _ => Stranger("neither HTTP nor a Thrift message"),
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Detected::{self, *};
    use super::*;

    #[track_caller]
    fn check(input: &[u8], at_most: usize, expected: Detected) {
        let needed = (0..=input.len()).find(|&n| detect(&input[..n]).is_some()).expect("never decided");
        assert!(needed <= at_most, "needed {needed} bytes");
        for n in needed..=input.len() {
            assert_eq!(detect(&input[..n]), Some(expected), "of {n} bytes");
        }
    }

    #[test]
    fn what_we_speak_is_told_apart() {
        check(b"POST / HTTP/1.1\r\n", 2, Http);
        check(b"PRINT / HTTP/1.1\r\n", 4, Http);
        check(b"GET / HTTP/1.1\r\n", 1, Http);
        check(b"\r\nPOST / HTTP/1.1\r\n", 3, Http);
        check(b"\r\n\r\nPOST / HTTP/1.1\r\n", 3, Http);
        #[cfg(feature = "http2")]
        check(b"PRI * HTTP/2.0\r\n\r\n", 4, Http2);
        check(b"\r\n\0\0\x80\x01\0\x01", 6, Framed);
        check(b"\x80\x01\x00\x01\x00\x00\x00\x04ping\x00\x00\x00\x01\x00", 2, Unframed);
        check(b"\x00\x00\x00\x11\x80\x01\x00\x01\x00\x00\x00\x04ping\x00\x00\x00\x01\x00", 6, Framed);
        check(b"\x00\x00\x00\x04ping\x01\x00\x00\x00\x01\x00", 6, Unframed);
        check(b"\x00\x00\x00\x01f\x01\x00\x00\x00\x01\x00", 6, Unframed);
        check(b"\x00\x00\x00\x01x\x01\x00\x00\x00\x01\x00", 6, Unframed);
        check(b"\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00", 6, Unframed);
        check(b"\x00\x00\x00\x0e\x00\x00\x00\x04ping\x01\x00\x00\x00\x01\x00", 6, Framed);
        check(b"\x82\x21\x01\x04ping\x00", 2, Unframed);
        check(b"\x00\x00\x00\x1f\x0f\xff\x00\x00", 6, Framed);
        check(b"\x00\x00\x00\x27\x10\x00\x00\x00", 6, Framed);
        check(b"[1,\"ping\",1,1,{}]", 1, Unframed);
        #[cfg(feature = "zlib")]
        check(b"\x78\xda\x6a\x60\x64\x60", 2, Zlib { in_frames: false });
        #[cfg(feature = "zlib")]
        check(b"\x00\x00\x00\x18\x78\xda\x6a\x60", 6, Zlib { in_frames: true });
        check(b"\x00\xfa\x00\x00\x80\x01\x00\x01", 6, Framed);
        check(b"\x06\x00\x00\x00\x80\x01\x00\x01", 6, Framed);
        check(b"\x00\x00\x00\x12[1,\"ping\",1,1,{}]", 6, Framed);
        check(b"\x00\x00\x00\x09\x82\x21\x01\x04ping\x00", 6, Framed);
    }

    #[test]
    fn strangers_are_named() {
        for (input, word) in [
            (&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], "TLS"),
            (b"\xff\xff\xff\xff\x80\x01", "negative"),
            (b"\x80\x02\x00\x01\x00\x00", "negative"),
            (b"\x7f\x00\x00\x00\x01\x01", "neither"),
            (b"get / HTTP/1.1", "neither"),
        ] {
            match detect(input) {
                Some(Stranger(what)) => assert!(what.contains(word), "{what} for {input:02x?}"),
                other => panic!("{other:?} for {input:02x?}"),
            }
        }
    }
}
