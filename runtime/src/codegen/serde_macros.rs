//! Macros of types that serde's formats can have. Without the feature `serde` there are none, and that is said once in each
//! file of generated code, by `with_serde!`.

/// There is the feature that the others need.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    () => {};
}

/// There is not the feature that the others need.
///
/// ```compile_fail
/// thrift_runtime::codegen::with_serde!();
/// ```
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    () => {
        ::core::compile_error!(
            "this code was generated with the option `serde`, which needs the feature `serde` of thrift-runtime"
        );
    };
}

/// A struct, by its fields: place, kind, name in Rust, name in the IDL, and what it is when it is missing; then the field for
/// what the IDL does not know, if it has one.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_struct {
    ($type:ident, $name:literal, [$($place:literal $kind:ident $field:ident $idl:literal $(= $missing:expr)?,)*]
        $(, $unknown:ident)?) => {
        impl $crate::codegen::serde::Fields for $type {
            const NAME: &'static str = $name;
            const FIELDS: &'static [&'static str] = &[$($idl),*];

            fn write<S: $crate::codegen::serde::ser::SerializeStruct>(
                &self,
                out: &mut $crate::codegen::serde::StructOut<S>,
            ) -> ::core::result::Result<(), S::Error> {
                $(out.$kind($idl, &self.$field)?;)*
                let _ = out;
                ::core::result::Result::Ok(())
            }

            fn read<'de, S: $crate::codegen::serde::Source<'de>>(
                source: &mut S,
            ) -> ::core::result::Result<Self, S::Error> {
                $(let mut $field = ::core::option::Option::None;)*
                while let ::core::option::Option::Some(place) = source.next()? {
                    match place {
                        $($place => $field = ::core::option::Option::Some(source.$kind()?),)*
                        _ => source.ignore()?,
                    }
                }
                ::core::result::Result::Ok(Self {
                    $($field: match $field {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => $crate::__serde_missing!(S, $kind, $idl $(, $missing)?),
                    },)*
                    $($unknown: $crate::codegen::UnknownFields::new(),)?
                })
            }
        }
        $crate::__serde_value!($type, serialize_fields, deserialize_fields);
    };
}

/// What a field is that is missing.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_missing {
    ($source:ident, required, $idl:literal) => {
        return ::core::result::Result::Err(<$source::Error as $crate::codegen::serde::de::Error>::missing_field($idl))
    };
    ($source:ident, optional, $idl:literal) => {
        ::core::option::Option::None
    };
    ($source:ident, $kind:ident, $idl:literal, $missing:expr) => {
        $missing
    };
}

/// A union, by its variants: place, name in Rust, name in the IDL.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_union {
    ($type:ident, $name:literal, $unknown:ident, [$($place:literal $variant:ident $idl:literal,)*]) => {
        impl $crate::codegen::serde::Variants for $type {
            const NAME: &'static str = $name;
            const VARIANTS: &'static [&'static str] = &[$($idl),*];

            fn write<S: $crate::codegen::serde::Serializer>(
                &self,
                out: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::codegen::serde::serialize_variant::<Self, _, _>($place, $idl, value, out)
                    })*
                    Self::$unknown(_) => $crate::codegen::serde::serialize_unknown::<Self, _>(out),
                }
            }

            fn read<'de, A: $crate::codegen::serde::de::VariantAccess<'de>>(
                place: u32,
                variant: $crate::codegen::serde::Variant<A>,
            ) -> ::core::result::Result<Self, A::Error> {
                match place {
                    $($place => variant.value().map(Self::$variant),)*
                    _ => variant.unknown(),
                }
            }
        }
        $crate::__serde_value!($type, serialize_union, deserialize_union);
    };
}

/// An enum, by the names and numbers of its values.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_enum {
    ($type:ident, [$($idl:literal = $number:literal,)*]) => {
        impl $crate::codegen::serde::Names for $type {
            const NAMES: &'static [(&'static str, i32)] = &[$(($idl, $number)),*];

            fn name(&self) -> ::core::option::Option<&'static str> {
                <$type>::name(*self)
            }
        }
        $crate::__serde_value!($type, serialize_enum, deserialize_enum, true);
    };
}

/// What all of them have.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_value {
    ($type:ident, $serialize:ident, $deserialize:ident $(, $is_key:literal)?) => {
        impl $crate::codegen::serde::Value for $type {
            const IS_KEY: bool = false $(|| $is_key)?;
            fn serialize<S: $crate::codegen::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codegen::serde::$serialize(self, serializer)
            }
            fn deserialize<'de, D: $crate::codegen::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::codegen::serde::$deserialize(deserializer)
            }
        }
        impl $crate::codegen::serde::Serialize for $type {
            fn serialize<S: $crate::codegen::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                <Self as $crate::codegen::serde::Value>::serialize(self, serializer)
            }
        }
        impl<'de> $crate::codegen::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::codegen::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <Self as $crate::codegen::serde::Value>::deserialize(deserializer)
            }
        }
    };
}

/// Without the feature, one error for each file is enough.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_nothing {
    ($($tokens:tt)*) => {};
}
