//! A peer in bytes: a client's socket, and a server that plays what a test says.

use super::LONG;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

/// One end of a connection.
pub(crate) struct Wire(pub(crate) TcpStream);

impl Wire {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).unwrap())
    }

    fn over(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        Self(stream)
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// Reads so many bytes as are expected, and compares.
    #[track_caller]
    pub(crate) fn expect(&mut self, expected: &[u8]) {
        let mut found = vec![0; expected.len()];
        self.0.read_exact(&mut found).unwrap();
        assert!(found == expected, "expected {} but came {}", expected.escape_ascii(), found.escape_ascii());
    }

    /// Reads until the other end closes; a reset is a close too.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("the connection is not closed"),
            _ => rest,
        }
    }

    /// Reads a whole frame, without its length.
    pub(crate) fn frame(&mut self) -> Vec<u8> {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).unwrap();
        let mut frame = vec![0; u32::from_be_bytes(length) as usize];
        self.0.read_exact(&mut frame).unwrap();
        frame
    }

    pub(crate) fn finish(&mut self) {
        // An error means that the other end has closed before.
        let _ = self.0.shutdown(Shutdown::Write);
    }
}

/// Plays a server: `play` gets each connection with its number.
pub(crate) fn play(
    connections: usize,
    mut play: impl FnMut(usize, Wire) + Send + 'static,
) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        for number in 0..connections {
            play(number, Wire::over(listener.accept().unwrap().0));
        }
    });
    (address, serving)
}

/// Leads on to the server. Returns its address, and how many connections there have been.
pub(crate) fn counting_proxy(address: SocketAddr) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (own, connections) = (listener.local_addr().unwrap(), Arc::<AtomicUsize>::default());
    let count = Arc::clone(&connections);
    thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            count.fetch_add(1, Ordering::SeqCst);
            let far = TcpStream::connect(address).unwrap();
            for (mut from, mut to) in
                [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far.try_clone().unwrap(), near)]
            {
                thread::spawn(move || {
                    // An end is passed on, however it came.
                    let _ = std::io::copy(&mut from, &mut to);
                    let _ = to.shutdown(Shutdown::Write);
                });
            }
        }
    });
    (own, connections)
}
