//! Generates our code for what is served on axum.

fn main() -> Result<(), thrift_gen::Error> {
    thrift_gen::Builder::new().compile(&["../../rpc/idl/echo.thrift"])
}
