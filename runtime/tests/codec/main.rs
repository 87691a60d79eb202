//! The codec as generated code uses it.
#![forbid(unsafe_code)]
#![deny(warnings)]

#[allow(dead_code, missing_docs, unreachable_pub, reason = "as in the `mod.rs` that is generated beside it")]
mod store;

use store::{Item, Kind, Shape};
use thrift_runtime::binary;

#[test]
fn an_item_survives_a_round_trip() {
    let item = Item::new(7, vec![Item::default()], Kind::BETA);
    let shape = Shape::Item(item);
    let bytes = binary::to_vec(&shape).unwrap();
    assert_eq!(binary::from_slice::<Shape>(&bytes).unwrap(), shape);
}
