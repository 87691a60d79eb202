//! Passes over structs and containers, in every protocol.

use crate::codec::read_elements;
use crate::error::DecodeError;
use crate::protocol::InputProtocol;
use crate::wire::WireType;

type Result<T> = core::result::Result<T, DecodeError>;

/// Passes over a struct or a container, over each value in it by `skip`, unless `skip_all` could pass over all elements of a
/// list at once.
#[inline(always)]
pub(super) fn skip_nested<'de, P: InputProtocol<'de>>(
    input: &mut P,
    ty: WireType,
    skip_all: impl Fn(&mut P, WireType, usize) -> Result<bool>,
    skip: impl Fn(&mut P, WireType) -> Result<()>,
) -> Result<()> {
    match ty {
        WireType::Struct => {
            let mut state = input.struct_begin()?;
            while let Some(field) = input.field_begin(&mut state)? {
                input.skip(field)?;
                input.field_end()?;
            }
            Ok(())
        }
        WireType::List | WireType::Set => {
            let (element, len) = input.list_begin()?;
            if !skip_all(input, element, len)? {
                read_elements(input, element.is_container() && len > 0, |input| {
                    (0..len).try_for_each(|_| skip(input, element))
                })?;
            }
            input.list_end()
        }
        WireType::Map => {
            if let Some((key, value, len)) = input.map_begin()? {
                read_elements(input, key.is_container() || value.is_container(), |input| {
                    (0..len).try_for_each(|_| {
                        skip(input, key)?;
                        skip(input, value)
                    })
                })?;
            }
            input.map_end()
        }
        WireType::Bool
        | WireType::I8
        | WireType::I16
        | WireType::I32
        | WireType::I64
        | WireType::Double
        | WireType::String
        | WireType::Uuid => skip(input, ty),
    }
}
