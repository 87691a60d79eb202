//! Generates our code from the service's IDL.

fn main() -> Result<(), thrift_gen::Error> {
    thrift_gen::Builder::new().option("blocking").compile(&["idl/echo.thrift"])
}
