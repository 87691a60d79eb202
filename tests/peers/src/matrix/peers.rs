//! The peers, and what each supports.

mod apache_cpp;
mod apache_python;
mod apache_rust;
mod node;
mod thriftpy2;
mod volo;

use super::peer::Peer;

pub(crate) const ALL: &[Peer] = &[
    apache_python::PLAIN,
    apache_python::ACCELERATED,
    apache_cpp::THREADED,
    apache_cpp::EVENTS,
    apache_rust::PEER,
    node::PEER,
    thriftpy2::PLAIN,
    thriftpy2::KEEP_ALIVE,
    volo::PLAIN,
    volo::ONE_CONNECTION,
];
