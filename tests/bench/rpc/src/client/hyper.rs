//! hyper's client with its pool: it sends a request that was made once, and looks whether the body of the reply is as it has to be.

use std::future::pending;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, Uri, header};
use hyper_util::client::legacy::{Client as Http, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use rpc_peer::{Client, Method, Progress};

use crate::Result;
use crate::server::answer::make_reply;
use crate::wire::Wire;

pub(super) async fn call(client: Client) -> Result<()> {
    if !client.pools()? {
        return Err("a connection has one call at a time".into());
    }
    let method = match client.method {
        Method::Echo => "echo",
        Method::EchoBinary => "echo_binary",
    };
    let mut message = Wire::Buffered.request(method, client.payload.as_bytes());
    let body = Bytes::from(message.clone());
    make_reply(&mut message);
    let reply = Bytes::from(message);
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let http = Http::builder(TokioExecutor::new()).build(connector);
    let uri: Uri = format!("http://{}/", client.address).parse()?;
    let progress = Progress::of(client.calls);
    for _ in 0..client.calls {
        let (http, uri, body, reply) = (http.clone(), uri.clone(), body.clone(), reply.clone());
        tokio::spawn(progress.clone().keep_calling(move || {
            let exchanged = exchange(http.clone(), uri.clone(), body.clone());
            let reply = reply.clone();
            async move { exchanged.await.map(|body| body == reply) }
        }));
    }
    pending().await
}

async fn exchange(http: Http<HttpConnector, Full<Bytes>>, uri: Uri, body: Bytes) -> Result<Bytes> {
    let thrift = header::HeaderValue::from_static("application/x-thrift");
    let request = Request::post(uri).header(header::CONTENT_TYPE, thrift).body(Full::new(body))?;
    Ok(http.request(request).await?.into_body().collect().await?.to_bytes())
}
