//! Generates the services' code from their IDL.

fn main() -> Result<(), thrift_gen::Error> {
    thrift_gen::Builder::new().compile(&["services.thrift"])
}
