//! Generates volo's code with its compiler.

fn main() {
    // It is not read by people; formatting it would take longer than all the rest.
    // SAFETY: no other thread runs in this program yet.
    unsafe { std::env::set_var("RUSTFMT", "true") };
    volo_build::Builder::thrift()
        .add_service("../../rpc/idl/echo.thrift")
        .ignore_unused(false)
        .write()
        .expect("volo's code");
}
