//! The file of a Unix socket, which does not go away by itself.

use std::fs::{remove_file, symlink_metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
#[cfg(feature = "blocking")]
use std::os::unix::net;
use std::path::{Path, PathBuf, absolute};
#[cfg(feature = "rpc")]
use tokio::net::{UnixListener, UnixStream};

/// How long a socket may take to show that somebody listens on it.
#[cfg(feature = "rpc")]
const ENOUGH: std::time::Duration = std::time::Duration::from_secs(1);

/// Is removed when this is dropped, unless another one has taken its place.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    /// Device and inode.
    id: (u64, u64),
}

impl SocketFile {
    /// Listens on the socket, in place of one that is left behind.
    #[cfg(feature = "rpc")]
    pub(crate) async fn bind(path: &Path) -> io::Result<(UnixListener, Self)> {
        let path = absolute(path)?;
        let listener = match UnixListener::bind(&path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_behind(&path).await => {
                remove_file(&path).and_then(|()| UnixListener::bind(&path))
            }
            listener => listener,
        };
        Self::of(path, listener)
    }

    /// The same, and waits.
    #[cfg(feature = "blocking")]
    pub(crate) fn blocking_bind(path: &Path) -> io::Result<(net::UnixListener, Self)> {
        let path = absolute(path)?;
        let listener = match net::UnixListener::bind(&path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && blocking_is_left_behind(&path) => {
                remove_file(&path).and_then(|()| net::UnixListener::bind(&path))
            }
            listener => listener,
        };
        Self::of(path, listener)
    }

    fn of<L>(path: PathBuf, listener: io::Result<L>) -> io::Result<(L, Self)> {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let listener = listener.map_err(named)?;
        let id = id(&path).map_err(named)?;
        Ok((listener, Self { path, id }))
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if id(&self.path).is_ok_and(|id| id == self.id) {
            let _ = remove_file(&self.path);
        }
    }
}

fn id(path: &Path) -> io::Result<(u64, u64)> {
    symlink_metadata(path).map(|file| (file.dev(), file.ino()))
}

fn is_socket(path: &Path) -> bool {
    symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket())
}

/// Whether this is the file of a socket on which nobody listens.
#[cfg(feature = "rpc")]
async fn is_left_behind(path: &Path) -> bool {
    let connect = async { tokio::time::timeout(ENOUGH, UnixStream::connect(path)).await };
    is_socket(path) && matches!(connect.await, Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused)
}

#[cfg(feature = "blocking")]
fn blocking_is_left_behind(path: &Path) -> bool {
    // One that listens and accepts nobody keeps a client waiting, unless the client does not want to wait.
    let connect = || {
        let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        socket.connect(&socket2::SockAddr::unix(path)?)
    };
    is_socket(path) && matches!(connect(), Err(error) if error.kind() == io::ErrorKind::ConnectionRefused)
}
