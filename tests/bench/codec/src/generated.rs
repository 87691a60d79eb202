//! What each compiler makes of `idl/`, by build.rs.
#![allow(warnings, clippy::all, clippy::pedantic, reason = "other people's code, as it comes")]

pub(crate) mod ours {
    include!(concat!(env!("OUT_DIR"), "/ours/mod.rs"));
}

pub(crate) mod apache {
    pub(crate) mod workloads {
        include!(concat!(env!("OUT_DIR"), "/apache/workloads.rs"));
    }
    pub(crate) mod footer {
        include!(concat!(env!("OUT_DIR"), "/apache/footer.rs"));
    }
}

pub(crate) mod pilota {
    include!(concat!(env!("OUT_DIR"), "/pilota/workloads.rs"));
    include!(concat!(env!("OUT_DIR"), "/pilota/footer.rs"));
}
