//! Everything that generated code names, in one module, so that it depends on nothing else.
//!
//! Not for use by hand: it may change with every version of the generator, which checks by [`version!`] that it fits.

pub mod blocking;
mod serde_macros;

pub use crate::__serde as with_serde;
pub use crate::arguments::{Optional, Plain, Required};
pub use crate::call::Call;
pub use crate::codec::{Decode, Encode, VecMap, VecSet};
pub use crate::order::{OrderedDouble, Total, TotalOrder};
pub use crate::outcome::{MethodError, ReturnValue};
pub use crate::processor::Processor;
pub use crate::protocol::{InputProtocol, OutputProtocol};
pub use crate::reply::ReplyFuture;
pub use crate::request::Request;
pub use crate::structs::{
    DecodeStruct, ReadFields, Rest, SeenFields, StructReader, StructWriter, Walk, decode_selected, decode_struct,
};
pub use crate::unknown::{KeepUnknown, UnknownField, UnknownFields, WriteFields, encode_keeping};
pub use crate::wire::{Field, FieldNames, WireType};
pub use crate::{
    __by_key as by_key, __connect as connect, __method_error as method_error, __own_order as own_order,
    __thrift_enum as thrift_enum, __total_order as total_order, __version as version,
};
#[cfg(feature = "serde")]
pub use crate::{__serde_enum as serde_enum, __serde_struct as serde_struct, __serde_union as serde_union, serde};
#[cfg(not(feature = "serde"))]
pub use crate::{__serde_nothing as serde_struct, __serde_nothing as serde_union, __serde_nothing as serde_enum};
pub use bytes::Bytes;
#[cfg(feature = "bytestring")]
pub use bytestring::ByteString;
#[cfg(feature = "indexmap")]
pub use indexmap::{IndexMap, IndexSet};
pub use uuid::Uuid;

use core::cmp::Ordering;
use core::hash::Hasher;

/// The result of decoding.
pub type Result<T> = core::result::Result<T, crate::DecodeError>;

/// A blank value: see [`Decode::blank`].
#[inline(always)]
pub fn blank<'de, T: Decode<'de>>() -> T {
    T::blank()
}

/// What a blank value owns in this field of a struct: see [`Decode::BLANK_BYTES`].
pub const fn blank_bytes<'de, S, T: Decode<'de>>(_: fn(&S) -> &T) -> usize {
    T::BLANK_BYTES
}

/// Compares by the total order of doubles and hash maps.
#[inline]
pub fn total_cmp<T: TotalOrder + ?Sized>(a: &T, b: &T) -> Ordering {
    a.total_cmp(b)
}

/// Hashes in agreement with [`total_cmp`].
#[inline]
pub fn total_hash<T: TotalOrder + ?Sized, H: Hasher>(value: &T, state: &mut H) {
    value.total_hash(state);
}

/// Checks that the generator, of this version of the generated code, fits the runtime.
///
/// ```
/// thrift_runtime::codegen::version!(1);
/// ```
/// ```compile_fail
/// thrift_runtime::codegen::version!(2);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __version {
    (1) => {};
    ($version:literal) => {
        ::core::compile_error!(::core::concat!(
            "this code was generated for version ",
            $version,
            " of the runtime's interface, but the thrift-runtime in use has version 1: ",
            "use the same release of thrift-gen and thrift-runtime and generate the code again"
        ));
    };
}

/// What every enum has besides its constants and its `name`.
#[doc(hidden)]
#[macro_export]
macro_rules! __thrift_enum {
    ($type:ident) => {
        impl $crate::codegen::Encode for $type {
            const TYPE: $crate::codegen::WireType = $crate::codegen::WireType::I32;
            #[inline(always)]
            fn encode<P: $crate::codegen::OutputProtocol>(&self, out: &mut P) {
                $crate::codegen::Encode::encode(&self.0, out)
            }
            #[inline(always)]
            fn encode_field<P: $crate::codegen::OutputProtocol>(
                &self,
                s: &mut $crate::codegen::StructWriter<'_, P>,
                id: i16,
            ) {
                $crate::codegen::Encode::encode_field(&self.0, s, id)
            }
        }
        impl<'de> $crate::codegen::Decode<'de> for $type {
            const TYPE: $crate::codegen::WireType = $crate::codegen::WireType::I32;
            #[inline(always)]
            fn blank() -> Self {
                Self(0)
            }
            #[inline(always)]
            fn decode<P: $crate::codegen::InputProtocol<'de>>(input: &mut P) -> $crate::codegen::Result<Self> {
                ::core::result::Result::map(<i32 as $crate::codegen::Decode>::decode(input), Self)
            }
            #[inline(always)]
            fn try_field<P: $crate::codegen::InputProtocol<'de>>(
                input: &mut P,
                state: &mut P::Struct,
                id: i16,
            ) -> $crate::codegen::Result<::core::option::Option<Self>> {
                let field = <i32 as $crate::codegen::Decode>::try_field(input, state, id)?;
                ::core::result::Result::Ok(::core::option::Option::map(field, Self))
            }
        }
        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    ::core::option::Option::Some(name) => f.pad(name),
                    ::core::option::Option::None => {
                        ::core::write!(f, ::core::concat!(::core::stringify!($type), "({})"), self.0)
                    }
                }
            }
        }
        impl ::core::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(self, f)
            }
        }
        impl ::core::convert::From<i32> for $type {
            fn from(value: i32) -> Self {
                Self(value)
            }
        }
        impl ::core::convert::From<$type> for i32 {
            fn from(value: $type) -> Self {
                value.0
            }
        }
        $crate::codegen::own_order!($type);
    };
}

/// Equality and partial order of a type whose `Ord` is written out because it holds doubles or hash maps.
#[doc(hidden)]
#[macro_export]
macro_rules! __total_order {
    ($type:ty) => {
        impl ::core::cmp::PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                ::core::cmp::Ord::cmp(self, other).is_eq()
            }
        }
        impl ::core::cmp::Eq for $type {}
        impl ::core::cmp::PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }
        $crate::codegen::own_order!($type);
    };
}

/// Equality, order and hash of a struct, by its `ordering_key`. Deriving them would take a third of the time that it takes to
/// check generated code.
#[doc(hidden)]
#[macro_export]
macro_rules! __by_key {
    ($type:ty) => {
        impl ::core::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                ::core::cmp::Ord::cmp(self, other).is_eq()
            }
        }
        impl ::core::cmp::Eq for $type {}
        impl ::core::cmp::PartialOrd for $type {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }
        impl ::core::cmp::Ord for $type {
            #[inline]
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                ::core::cmp::Ord::cmp(&self.ordering_key(), &other.ordering_key())
            }
        }
        impl ::core::hash::Hash for $type {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&self.ordering_key(), state)
            }
        }
        $crate::codegen::own_order!($type);
    };
}

/// What the error of every method with exceptions has: the exceptions by their ids, and the variant for all else.
#[doc(hidden)]
#[macro_export]
macro_rules! __method_error {
    ($type:ident { $($id:literal => $variant:ident),* } $other:ident) => {
        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    $(Self::$variant(exception) => ::core::fmt::Display::fmt(exception, f),)*
                    Self::$other(error) => ::core::fmt::Display::fmt(error, f),
                }
            }
        }
        impl ::core::error::Error for $type {
            fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                match self {
                    $(Self::$variant(exception) => ::core::option::Option::Some(exception),)*
                    Self::$other(error) => ::core::option::Option::Some(error),
                }
            }
        }
        impl ::core::convert::From<$crate::Error> for $type {
            fn from(error: $crate::Error) -> Self {
                Self::$other(error)
            }
        }
        impl $crate::codegen::MethodError for $type {
            fn encode<P: $crate::codegen::OutputProtocol>(
                self,
                s: &mut $crate::codegen::StructWriter<'_, P>,
            ) -> ::core::result::Result<(), $crate::Error> {
                match self {
                    $(Self::$variant(exception) => s.field($id, &exception),)*
                    Self::$other(error) => return ::core::result::Result::Err(error),
                }
                ::core::result::Result::Ok(())
            }
            fn decode<'de, P: $crate::codegen::InputProtocol<'de>>(
                s: &mut $crate::codegen::Rest<'_, P>,
                field: $crate::codegen::Field,
            ) -> $crate::codegen::Result<::core::option::Option<Self>> {
                match field.id {
                    $($id => s.take(field).map(|exception| exception.map(Self::$variant)),)*
                    _ => s.skip(field).map(|()| ::core::option::Option::None),
                }
            }
        }
    };
}

/// The way to a client that takes only a URL. Without the feature `rpc` there is none.
#[cfg(feature = "rpc")]
#[doc(hidden)]
#[macro_export]
macro_rules! __connect {
    ($client:ident) => {
        impl $client<$crate::Connection> {
            /// Connects to a server, with the defaults of `thrift_runtime::Client`, which says what URLs there are.
            ///
            /// # Errors
            /// When the URL has no known form or the server cannot be reached.
            pub async fn connect(url: impl ::core::convert::AsRef<str>) -> ::core::result::Result<Self, $crate::Error> {
                ::core::result::Result::Ok(Self::new($crate::Client::connect(url).await?))
            }
        }
    };
}

/// The way to a client that takes only a URL. Without the feature `rpc` there is none.
#[cfg(not(feature = "rpc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __connect {
    ($client:ident) => {};
}
