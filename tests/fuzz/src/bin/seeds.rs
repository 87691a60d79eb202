//! Writes valid messages, a file for each, as seeds of a target's corpus: `seeds PROTOCOL FOLDER COUNT`.

use std::{env, error, fs};

use thrift_fuzz::chance::Structs;
use thrift_fuzz::{Binary, Compact, Json, messages};

fn main() -> Result<(), Box<dyn error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [protocol, folder, count] = arguments.as_slice() else {
        return Err("usage: seeds binary|compact|json FOLDER COUNT".into());
    };
    let messages = match protocol.as_str() {
        "binary" => messages::<Binary>,
        "compact" => messages::<Compact>,
        "json" => messages::<Json>,
        _ => return Err(format!("no protocol: {protocol}").into()),
    };
    fs::create_dir_all(folder)?;
    let structs = Structs::new();
    for seed in 0..count.parse()? {
        for (index, message) in messages(&structs.any(seed)).iter().enumerate() {
            fs::write(format!("{folder}/{seed}-{index}"), message)?;
        }
    }
    Ok(())
}
