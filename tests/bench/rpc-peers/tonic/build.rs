//! Generates tonic's code for the service; from a description in Rust, for which it needs no protoc.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let echo = Service::builder()
        .name("Echo")
        .package("benchmark")
        .method(method("echo", "Echo", "crate::Text"))
        .method(method("echo_binary", "EchoBinary", "crate::Binary"))
        .build();
    Builder::new().compile(&[echo]);
}

/// A method that returns what it is given.
fn method(name: &str, route: &str, message: &str) -> Method {
    Method::builder()
        .name(name)
        .route_name(route)
        .input_type(message)
        .output_type(message)
        .codec_path("tonic_prost::ProstCodec")
        .build()
}
