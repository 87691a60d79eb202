//! The arguments of a call, as tuples, so that a method needs no types of its own for them.
//!
//! A client writes pairs of an id and a value. A server reads by types that say the id and what it means that the argument is
//! missing. Where there are more than a tuple can hold, tuples nest.

use crate::codec::{Decode, DecodeOwned, Encode};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::protocol::{InputProtocol, OutputProtocol};
use crate::structs::{DecodeStruct, ReadFields, StructWriter, Walk, decode_struct};
use crate::wire::WireType;

type Result<T> = core::result::Result<T, DecodeError>;

/// The bytes that the fixed part of a few arguments takes.
const ROOM: usize = 32;

/// What a client writes: `(id, &value)`, and tuples of these by ascending id.
pub trait WriteArguments {
    /// Writes the fields.
    fn write<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>);
}

impl<T: Encode + ?Sized> WriteArguments for (i16, &T) {
    #[inline(always)]
    fn write<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>) {
        s.field(self.0, self.1);
    }
}

/// Writes the struct that the arguments are on the wire.
pub(crate) fn write<A: WriteArguments, P: OutputProtocol>(arguments: &A, out: &mut P) {
    let mut s = StructWriter::new(out, &[], ROOM);
    arguments.write(&mut s);
    s.end();
}

/// What a server reads: [`Plain`], [`Optional`], [`Required`], and tuples of these by ascending id.
pub trait ReadArguments: Sized {
    /// What the handler gets.
    type Values;
    /// Nothing has been read.
    fn blank() -> Self;
    /// Reads those that are there.
    ///
    /// # Errors
    /// When a value cannot be decoded.
    fn read<'de, R: ReadFields<'de>>(&mut self, s: &mut R) -> Walk;
    /// The values.
    ///
    /// # Errors
    /// The id of a required one that is missing.
    fn values(self) -> core::result::Result<Self::Values, i16>;
}

/// An argument whose natural default stands in where it is missing.
#[derive(Debug)]
pub struct Plain<const ID: i16, T>(Option<T>);

/// An argument for which the generated code has a default.
#[derive(Debug)]
pub struct Optional<const ID: i16, T>(Option<T>);

/// An argument that must not be missing.
#[derive(Debug)]
pub struct Required<const ID: i16, T>(Option<T>);

macro_rules! argument {
    ($name:ident$(, $bound:ident)?: $values:ty, |$value:ident| $result:expr) => {
        impl<const ID: i16, T: DecodeOwned $(+ $bound)?> ReadArguments for $name<ID, T> {
            type Values = $values;
            #[inline(always)]
            fn blank() -> Self {
                Self(None)
            }
            #[inline(always)]
            fn read<'de, R: ReadFields<'de>>(&mut self, s: &mut R) -> Walk {
                s.optional(ID, &mut self.0)
            }
            #[inline(always)]
            fn values(self) -> core::result::Result<Self::Values, i16> {
                let $value = self.0;
                $result
            }
        }
    };
}

argument!(Plain, Default: T, |value| Ok(value.unwrap_or_default()));
argument!(Optional: Option<T>, |value| Ok(value));
argument!(Required: T, |value| value.ok_or(ID));

macro_rules! tuples {
    ($(($($index:tt $name:ident),*))*) => { $(
        #[allow(unused_variables, clippy::unused_unit, reason = "by the tuple without elements")]
        impl<$($name: WriteArguments),*> WriteArguments for ($($name,)*) {
            #[inline(always)]
            fn write<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>) {
                $(self.$index.write(s);)*
            }
        }
        #[allow(unused_variables, clippy::unused_unit, reason = "by the tuple without elements")]
        impl<$($name: ReadArguments),*> ReadArguments for ($($name,)*) {
            type Values = ($($name::Values,)*);
            #[inline(always)]
            fn blank() -> Self {
                ($($name::blank(),)*)
            }
            #[inline(always)]
            fn read<'de, R: ReadFields<'de>>(&mut self, s: &mut R) -> Walk {
                $(self.$index.read(s)?;)*
                Ok(())
            }
            #[inline(always)]
            fn values(self) -> core::result::Result<Self::Values, i16> {
                Ok(($(self.$index.values()?,)*))
            }
        }
    )* };
}

tuples! {
    ()
    (0 A)
    (0 A, 1 B)
    (0 A, 1 B, 2 C)
    (0 A, 1 B, 2 C, 3 D)
    (0 A, 1 B, 2 C, 3 D, 4 E)
    (0 A, 1 B, 2 C, 3 D, 4 E, 5 F)
    (0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G)
    (0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H)
    (0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I)
    (0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J)
    (0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K)
    (0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L)
}

/// Reads the struct that the arguments are on the wire.
pub(crate) fn read<'de, A: ReadArguments, P: InputProtocol<'de>>(input: &mut P) -> Result<A::Values> {
    let mut slots = Slots::<A>::blank();
    slots.decode_into(input)?;
    slots.0.values().map_err(|id| input.error(DecodeErrorKind::MissingArgument { id }))
}

/// Arguments that are being read.
struct Slots<A>(A);

impl<'de, A: ReadArguments> Decode<'de> for Slots<A> {
    const TYPE: WireType = WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        Self(A::blank())
    }
    fn decode_into<P: InputProtocol<'de>>(&mut self, input: &mut P) -> Result<()> {
        decode_struct(self, input)
    }
}

impl<'de, A: ReadArguments> DecodeStruct<'de> for Slots<A> {
    const NAME: &'static str = "the arguments";
    const REQUIRED: &'static [&'static str] = &[];
    type Seen = u64;
    #[inline]
    fn fields<F: ReadFields<'de>>(&mut self, s: &mut F) -> Walk {
        self.0.read(s)
    }
}
