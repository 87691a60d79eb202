//! hyper's echo: the body of a request is the body of the reply.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;

use super::listen;
use crate::Result;

/// A task for each connection. `pipeline_flush` has the replies to pipelined requests leave in one write.
pub(super) async fn serve(pipeline_flush: bool) -> Result<()> {
    let listener = listen().await?;
    let mut http = http1::Builder::new();
    http.pipeline_flush(pipeline_flush);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let connection = http.serve_connection(TokioIo::new(stream), service_fn(echo));
        tokio::spawn(async { drop(connection.await) });
    }
}

async fn echo(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let body = request.into_body().collect().await?.to_bytes();
    let mut response = Response::new(Full::new(body));
    let thrift = header::HeaderValue::from_static("application/x-thrift");
    response.headers_mut().insert(header::CONTENT_TYPE, thrift);
    Ok(response)
}
