//! Generates the service's code from its IDL.

fn main() -> Result<(), thrift_gen::Error> {
    thrift_gen::Builder::new().compile(&["hasher.thrift"])
}
