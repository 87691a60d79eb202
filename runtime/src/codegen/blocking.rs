//! What generated code names in its module of blocking services: the same things, and the blocking ones where there are two.

#[cfg(feature = "bytestring")]
pub use super::ByteString;
pub use super::{Bytes, Optional, Plain, Request, Required, Uuid};
pub use crate::__blocking_connect as connect;
pub use crate::blocking::{Call, Processor};
pub use crate::codec::{VecMap, VecSet};
pub use crate::order::OrderedDouble;
#[cfg(feature = "indexmap")]
pub use indexmap::{IndexMap, IndexSet};

/// What a blocking processor answers.
pub type Answer = core::result::Result<crate::Reply, crate::Error>;

/// The way to a blocking client that takes only a URL. Without the feature `blocking` there is none.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking_connect {
    ($client:ident) => {
        impl $client<$crate::blocking::Connection> {
            /// Connects to a server, with the defaults of `thrift_runtime::blocking::Client`, which says what URLs there are.
            ///
            /// # Errors
            /// When the URL has no known form or the server cannot be reached.
            pub fn connect(url: impl ::core::convert::AsRef<str>) -> ::core::result::Result<Self, $crate::Error> {
                ::core::result::Result::Ok(Self::new($crate::blocking::Client::connect(url)?))
            }
        }
    };
}

/// The way to a blocking client that takes only a URL. Without the feature `blocking` there is none.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking_connect {
    ($client:ident) => {};
}
