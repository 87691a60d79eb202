//! Valid messages with a few bytes changed, in each protocol: the input is what they are made from, and the changes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use thrift_fuzz::chance::Structs;
use thrift_fuzz::{Binary, Compact, Json, Protocol, messages};

static STRUCTS: LazyLock<Structs> = LazyLock::new(Structs::new);

fuzz_target!(|input: (u64, u8, Vec<(u16, u8)>)| {
    let (seed, protocol, changes) = input;
    let value = STRUCTS.any(seed);
    match protocol % 3 {
        0 => change::<Binary>(&value, &changes),
        1 => change::<Compact>(&value, &changes),
        _ => change::<Json>(&value, &changes),
    }
});

fn change<P: Protocol>(value: &thrift_runtime::Value, changes: &[(u16, u8)]) {
    for mut message in messages::<P>(value) {
        for (at, byte) in changes {
            let at = usize::from(*at) % message.len();
            message[at] = *byte;
        }
        thrift_fuzz::decode::<P>(&message);
    }
}
