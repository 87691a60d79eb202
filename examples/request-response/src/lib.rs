//! The service of `example.thrift`: its generated code, and a handler that answers.

mod generated {
    thrift_runtime::include_thrift!("example");
}

pub use generated::example::{ExampleService, ExampleServiceClient, ExampleServiceServer};

/// Answers each message with `Modified: ` and the message.
pub struct Handler;

impl ExampleService for Handler {
    async fn process_request(&self, message: String) -> Result<String, thrift_runtime::Error> {
        Ok(format!("Modified: {message}"))
    }
}
