//! Values of our types as volo's, and back, by way of their bytes.

use pilota::thrift::Message;
use pilota::thrift::binary::TBinaryProtocol;
use pilota::{Bytes, BytesMut};
use thrift_runtime::{DecodeOwned, Encode, binary};

pub(crate) fn theirs<T: Message>(ours: &impl Encode) -> T {
    let mut bytes = Bytes::from(binary::to_vec(ours).expect("our encoding"));
    T::decode(&mut TBinaryProtocol::new(&mut bytes, true)).expect("pilota's decoding")
}

pub(crate) fn ours<T: DecodeOwned>(theirs: &impl Message) -> T {
    let mut bytes = BytesMut::new();
    theirs.encode(&mut TBinaryProtocol::new(&mut bytes, true)).expect("pilota's encoding");
    binary::from_bytes(bytes.freeze()).expect("our decoding")
}
