//! The peers, and what each supports.

mod apache_cpp;
mod apache_python;

use super::peer::Peer;

pub(crate) const ALL: &[Peer] =
    &[apache_python::PLAIN, apache_python::ACCELERATED, apache_cpp::THREADED, apache_cpp::EVENTS];
