//! The server that HTTP clients are measured with: it finds the body of a request, and makes the reply of it where it stands.

use std::io::Write;

use httparse::{EMPTY_HEADER, Request, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::answer::{BUFFER, make_reply};
use super::listen;
use crate::Result;

pub(super) async fn serve() -> Result<()> {
    let listener = listen().await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(answer(stream));
    }
}

async fn answer(mut stream: TcpStream) {
    let (mut buffer, mut end, mut output) = (vec![0; BUFFER], 0, Vec::new());
    while let Ok(count @ 1..) = stream.read(&mut buffer[end..]).await {
        end += count;
        let Ok(whole) = make_replies(&mut buffer[..end], &mut output) else { return };
        if stream.write_all(&output).await.is_err() {
            return;
        }
        output.clear();
        buffer.copy_within(whole..end, 0);
        end -= whole;
    }
}

/// Writes replies to all requests that are whole, and returns where these end.
fn make_replies(bytes: &mut [u8], output: &mut Vec<u8>) -> Result<usize> {
    let mut start = 0;
    while let Some((head, body)) = request(&bytes[start..])? {
        let Some(message) = bytes.get_mut(start + head..start + head + body) else { break };
        make_reply(message);
        write!(output, "HTTP/1.1 200 OK\r\ncontent-type: application/x-thrift\r\ncontent-length: {body}\r\n\r\n")?;
        output.extend_from_slice(message);
        start += head + body;
    }
    Ok(start)
}

/// How long the head is, if it is whole, and the body.
fn request(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let mut headers = [EMPTY_HEADER; 16];
    let mut request = Request::new(&mut headers);
    let Status::Complete(head) = request.parse(bytes)? else { return Ok(None) };
    let length = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.ok_or("a request without a length")?;
    Ok(Some((head, std::str::from_utf8(length.value)?.parse()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;

    #[test]
    fn requests_become_replies_when_they_are_whole() {
        let request = Wire::Http.request("echo", b"hi");
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-thrift\r\ncontent-length: 26\r\n\r\n";
        let reply = [&head[..], b"\x80\x01\0\x02\0\0\0\x04echo\0\0\0\x01\x0b\0\0\0\0\0\x02hi\0"].concat();
        for cut in 0..request.len() {
            let (mut bytes, mut output) = ([&request[..], &request, &request[..cut]].concat(), Vec::new());
            assert_eq!(make_replies(&mut bytes, &mut output).unwrap(), 2 * request.len());
            assert_eq!(output, [&reply[..], &reply].concat());
        }
    }

    #[test]
    fn what_is_no_request_is_an_error() {
        for bytes in ["\0", "POST / HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n"] {
            assert!(make_replies(&mut bytes.as_bytes().to_vec(), &mut Vec::new()).is_err(), "{bytes}");
        }
    }
}
