//! Generates the service's code from its IDL, without the asynchronous half.

fn main() -> Result<(), thrift_gen::Error> {
    thrift_gen::Builder::new().option("blocking=only").compile(&["counter.thrift"])
}
