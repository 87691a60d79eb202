//! Values behind a pointer: on the wire they are what it points to.

use super::{Decode, Encode, Result, StructWriter, charge_blank};
use crate::protocol::{InputProtocol, OutputProtocol};
use crate::structs::apart;
use crate::wire::{Field, WireType};
use std::sync::Arc;

/// What decoding needs of a pointer.
trait Pointer<T> {
    /// What is allocated beside the value.
    const COUNTERS: usize;
    /// The value, of a pointer that nobody shares yet.
    fn target(&mut self) -> Option<&mut T>;
}

impl<T> Pointer<T> for Box<T> {
    const COUNTERS: usize = 0;
    #[inline(always)]
    fn target(&mut self) -> Option<&mut T> {
        Some(self)
    }
}

impl<T> Pointer<T> for Arc<T> {
    const COUNTERS: usize = 2 * size_of::<usize>();
    #[inline(always)]
    fn target(&mut self) -> Option<&mut T> {
        Self::get_mut(self)
    }
}

macro_rules! pointers {
    ($($pointer:ident),*) => { $(
        impl<T: Encode + ?Sized> Encode for $pointer<T> {
            const TYPE: WireType = T::TYPE;
            #[inline(always)]
            fn encode<P: OutputProtocol>(&self, out: &mut P) {
                (**self).encode(out);
            }
            #[inline(always)]
            fn encode_field<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>, id: i16) {
                (**self).encode_field(s, id);
            }
        }

        /// The pointer itself is moved, so it is not decoded in place, but what it points to may be.
        impl<'de, T: Decode<'de>> Decode<'de> for $pointer<T> {
            const TYPE: WireType = T::TYPE;
            const BLANK_BYTES: usize = size_of::<T>() + <Self as Pointer<T>>::COUNTERS + T::BLANK_BYTES;
            #[inline(always)]
            fn blank() -> Self {
                apart::<T, _>(|| Self::new(T::blank()))
            }
            #[inline(always)]
            fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
                if !T::IN_PLACE {
                    charge::<T, Self, P>(input)?;
                    return T::decode(input).map(Self::new);
                }
                charge_blank::<Self, P>(input)?;
                let mut value = Self::blank();
                if let Some(target) = value.target() {
                    target.decode_into(input)?;
                }
                Ok(value)
            }
            #[inline(always)]
            fn decode_field<P: InputProtocol<'de>>(input: &mut P, field: Field) -> Result<Self> {
                if T::IN_PLACE {
                    return Self::decode(input);
                }
                charge::<T, Self, P>(input)?;
                T::decode_field(input, field).map(Self::new)
            }
            #[inline(always)]
            fn try_field<P: InputProtocol<'de>>(
                input: &mut P,
                state: &mut P::Struct,
                id: i16,
            ) -> Result<Option<Self>> {
                if T::IN_PLACE {
                    return if input.try_field(state, T::TYPE, id) { Self::decode(input).map(Some) } else { Ok(None) };
                }
                match T::try_field(input, state, id)? {
                    Some(value) => {
                        charge::<T, Self, P>(input)?;
                        Ok(Some(Self::new(value)))
                    }
                    None => Ok(None),
                }
            }
            // The blank one is kept and filled. It was charged when it was made.
            #[inline(always)]
            fn try_field_into<P: InputProtocol<'de>>(
                input: &mut P,
                state: &mut P::Struct,
                id: i16,
                slot: &mut Self,
            ) -> Result<bool> {
                match slot.target() {
                    Some(target) => T::try_field_into(input, state, id, target),
                    None => Ok(false),
                }
            }
        }
    )* };
}

pointers!(Box, Arc);

#[inline(always)]
fn charge<'de, T, B: Pointer<T>, P: InputProtocol<'de>>(input: &mut P) -> Result<()> {
    input.charge(1, const { size_of::<T>() + B::COUNTERS })
}
