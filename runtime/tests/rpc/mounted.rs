//! A service on HTTP servers that are not ours: axum's, beside other routes, and plain hyper.

use super::raw::{Raw, ping, pong};
use super::store::{StoreClient, StoreServer};
use super::{Handler, SLOWLY, soon};
use axum::extract::ConnectInfo;
use axum::{Router, routing::get};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;
use thrift_runtime::{Client, Error, HttpService, Limits, Processor};
use tokio::net::TcpListener;

async fn on_axum(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

#[tokio::test]
async fn a_service_stands_beside_other_routes_on_axum() {
    let service = HttpService::new(StoreServer::new(Handler::default()))
        .peer_addr(|extensions| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0));
    let bounded = HttpService::new(StoreServer::new(Handler::default())).limits(Limits::default().message_bytes(1000));
    let app = Router::new()
        .route("/health", get(|| async { "in good health" }))
        .route_service("/store", service)
        .route_service("/bounded", bounded);
    let address = on_axum(app).await;

    let connection =
        Client::builder().header("x-test", "yes").connect(format!("http://{address}/store")).await.unwrap();
    let client = StoreClient::new(connection);
    let seen = soon(client.find(1, "request")).await.unwrap().name.unwrap();
    assert_eq!(seen, "Some(127.0.0.1) Some(\"/store\") Some(\"yes\")");
    let large = soon(client.find(1 << 20, "size")).await.unwrap();
    assert_eq!(large.name.unwrap().len(), 1 << 20);

    let bounded = StoreClient::connect(format!("http://{address}/bounded")).await.unwrap();
    match soon(bounded.find(1, &"x".repeat(1000))).await {
        Err(super::StoreFindError::Other(Error::Http { status: 413, .. })) => {}
        other => panic!("{other:?}"),
    }
    let elsewhere = StoreClient::connect(format!("http://{address}/elsewhere")).await.unwrap();
    assert!(matches!(soon(elsewhere.ping()).await, Err(Error::Http { status: 404, .. })));

    let mut other = Raw::connect(address).await;
    other.send(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(other.rest().await.ends_with(b"in good health"));
}

#[tokio::test]
async fn what_a_layer_fails_with_is_an_answer() {
    let layer = tower::ServiceBuilder::new().timeout(Duration::from_millis(50));
    let service = HttpService::new(StoreServer::new(Handler::default()).layer(layer));
    let address = on_axum(Router::new().route_service("/", service)).await;
    let client = StoreClient::connect(format!("http://{address}")).await.unwrap();
    match soon(client.find(1, "never")).await {
        Err(super::StoreFindError::Other(Error::Application(error))) => {
            assert_eq!(error.to_string(), "INTERNAL_ERROR: the call took too long");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_service_is_one_of_hyper_s() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = HttpService::new(StoreServer::new(Handler::default()));
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
    });
    let mut client = Raw::connect(address).await;
    let body = ping(1);
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    client.send(&[head.as_bytes(), &body].concat()).await;
    assert!(client.rest().await.ends_with(&pong(1)));
}

#[tokio::test]
async fn a_oneway_request_is_carried_out_though_its_client_leaves() {
    let handler = Handler::default();
    let service = HttpService::new(StoreServer::new(handler.clone()));
    let address = on_axum(Router::new().route_service("/", service)).await;
    let client = StoreClient::connect(format!("http://{address}")).await.unwrap();
    soon(client.forget(SLOWLY)).await.unwrap();
    drop(client);
    soon(async {
        while handler.forgotten.load(Ordering::SeqCst) != SLOWLY {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}
