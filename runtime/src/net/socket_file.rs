//! The file of a Unix socket, which does not go away by itself.

use std::fs::{remove_file, symlink_metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf, absolute};
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

/// Is removed when this is dropped, unless another one has taken its place.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    /// Device and inode.
    id: (u64, u64),
}

impl SocketFile {
    /// Listens on the socket, in place of one that is left behind.
    pub(super) async fn bind(path: &Path) -> io::Result<(UnixListener, Self)> {
        let path = absolute(path)?;
        let listener = match UnixListener::bind(&path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_behind(&path).await => {
                remove_file(&path).and_then(|()| UnixListener::bind(&path))
            }
            listener => listener,
        };
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

/// Whether this is the file of a socket on which nobody listens.
async fn is_left_behind(path: &Path) -> bool {
    const ENOUGH: Duration = Duration::from_secs(1);
    if !symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket()) {
        return false;
    }
    let connected = timeout(ENOUGH, UnixStream::connect(path)).await;
    matches!(connected, Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused)
}
