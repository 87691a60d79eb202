//! Values of our types as those of the crate, and back, by way of their bytes.

use thrift::protocol::{TBinaryInputProtocol, TBinaryOutputProtocol, TSerializable};
use thrift_runtime::{DecodeOwned, Encode, binary};

pub(crate) fn theirs<T: TSerializable>(ours: &impl Encode) -> T {
    let bytes = binary::to_vec(ours).expect("our encoding");
    T::read_from_in_protocol(&mut TBinaryInputProtocol::new(bytes.as_slice(), true)).expect("the crate's decoding")
}

pub(crate) fn ours<T: DecodeOwned>(theirs: &impl TSerializable) -> T {
    let mut bytes = Vec::new();
    theirs.write_to_out_protocol(&mut TBinaryOutputProtocol::new(&mut bytes, true)).expect("the crate's encoding");
    binary::from_bytes(bytes.into()).expect("our decoding")
}
