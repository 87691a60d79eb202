//! The server that clients are measured with: it makes replies of framed binary requests without reading what is in them.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::listen;
use crate::Result;

/// Several requests of 64 KiB. A larger one than this ends its connection.
pub(super) const BUFFER: usize = 512 << 10;

/// The length of a frame.
const LENGTH: usize = 4;

/// Where a message has its kind, behind the version.
const KIND: usize = 3;
const REPLY: u8 = 2;

/// The length of a name is here, the name behind it.
const NAME: usize = 4;

/// Behind the name: the sequence id, the type of the argument, and the first byte of its field id.
const FIELD_ID_LOW: usize = 4 + 1 + 1;

pub(super) async fn serve() -> Result<()> {
    let listener = listen().await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(answer(stream));
    }
}

async fn answer(mut stream: TcpStream) {
    let mut buffer = vec![0; BUFFER];
    let mut end = 0;
    while let Ok(count @ 1..) = stream.read(&mut buffer[end..]).await {
        end += count;
        let whole = make_replies(&mut buffer[..end]);
        if stream.write_all(&buffer[..whole]).await.is_err() {
            return;
        }
        buffer.copy_within(whole..end, 0);
        end -= whole;
    }
}

/// Makes replies of all requests that are whole, and returns where they end.
fn make_replies(bytes: &mut [u8]) -> usize {
    whole_frames(bytes, |frame| make_reply(&mut frame[LENGTH..]))
}

/// Makes a reply of a request. That of one argument and the reply of its function are equally long: they differ in the kind of
/// the message and in the field's id, which is 1 and 0.
pub(crate) fn make_reply(message: &mut [u8]) {
    let field_id = number(message, NAME).map(|name| NAME + 4 + name + FIELD_ID_LOW);
    for (at, byte) in [(Some(KIND), REPLY), (field_id, 0)] {
        if let Some(place) = at.and_then(|at| message.get_mut(at)) {
            *place = byte;
        }
    }
}

/// Does something with all frames that are whole, and returns where they end.
pub(super) fn whole_frames(bytes: &mut [u8], mut each: impl FnMut(&mut [u8])) -> usize {
    let mut start = 0;
    while let Some(length) = number(bytes, start) {
        let end = start + LENGTH + length;
        let Some(frame) = bytes.get_mut(start..end) else { break };
        each(frame);
        start = end;
    }
    start
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(bytes) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;

    #[test]
    fn requests_become_replies_when_they_are_whole() {
        let mut request = Wire::Framed.request("echo", b"hi");
        request[16..20].copy_from_slice(b"\0\0\x12\x34");
        let reply = b"\0\0\0\x1a\x80\x01\0\x02\0\0\0\x04echo\0\0\x12\x34\x0b\0\0\0\0\0\x02hi\0";
        for cut in 0..request.len() {
            let mut bytes = [&request[..], &request, &request[..cut]].concat();
            assert_eq!(make_replies(&mut bytes), 2 * request.len());
            assert_eq!(bytes, [&reply[..], reply, &request[..cut]].concat());
        }
    }

    #[test]
    fn what_is_no_request_does_no_harm() {
        for length in 0..20 {
            let mut bytes = [&[0, 0, 0, length][..], &vec![0xff; length.into()]].concat();
            assert_eq!(make_replies(&mut bytes), bytes.len());
        }
    }
}
