//! The server itself: where it listens, what it logs, how it stops.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

use calyptia_sandbox::{Method, Options, Sandbox, start_sample};
use reqwest::Url;
use serde_json::Value;

use crate::test_server::{TestServer, assert_error};

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let running = start_sample().await.unwrap();
    let url: Url = running.url().parse().unwrap();
    assert_eq!(url.host_str(), Some(Ipv4Addr::LOCALHOST.to_string().as_str()));
    assert_ne!(url.port(), None);
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let running = start_sample().await.unwrap();
    let port = running.url().parse::<Url>().unwrap().port().unwrap();
    assert!(Sandbox::sample().serve(port).await.is_err());
}

#[tokio::test]
async fn health_contains_the_version() {
    let server = TestServer::sample().await;
    let health: Value = server.request(Method::GET, "/healthz").send().await.unwrap().json().await.unwrap();
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn unknown_paths_are_not_found() {
    let server = TestServer::sample().await;
    for path in ["/", "/v1", "/v2/projects", "/v1/projects/", "/v1/projects/x/users"] {
        assert_error(server.get(path).await, 404, "not found").await;
    }
}

#[tokio::test]
async fn the_response_to_a_wrong_method_lists_the_right_ones() {
    let server = TestServer::sample().await;
    let path = format!("/v1/projects/{}/tokens", server.first_project());
    let response = server.user_request(Method::PUT, &path).send().await.unwrap();
    let allowed = response.headers()["allow"].to_str().unwrap().to_owned();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    assert_error(response, 405, "method not allowed").await;
}

#[tokio::test]
async fn requests_are_logged_by_method_and_path_without_their_query() {
    let server = TestServer::sample().await;
    server.get("/v1/projects?last=1").await;
    server.request(Method::DELETE, "/nowhere").send().await.unwrap();
    let expected = [(Method::GET, "/v1/projects".to_owned()), (Method::DELETE, "/nowhere".to_owned())];
    assert_eq!(server.running.requests(), expected);
}

#[tokio::test]
async fn dropping_it_closes_open_connections_and_frees_the_port() {
    let running =
        Sandbox::new(Options { tokens: Some(50_000), ..Options::default() }).serve(0).await.unwrap();
    let url: Url = running.url().parse().unwrap();
    let address = (Ipv4Addr::LOCALHOST, url.port().unwrap());
    let mut idle = TcpStream::connect(address).unwrap();
    let mut busy = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /v1/projects/{}/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
        running.projects()[0].0,
        secrecy::ExposeSecret::expose_secret(running.bearer_token()),
    );
    busy.write_all(request.as_bytes()).unwrap();
    busy.read_exact(&mut [0; 64]).unwrap();

    drop(running);

    assert!(TcpStream::connect(address).is_err(), "nothing listens");
    idle.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    assert!(matches!(idle.read(&mut [0; 1]), Ok(0)), "an idle connection is closed");
    busy.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut rest = Vec::new();
    let _ = busy.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "a response in progress is interrupted");
}

#[tokio::test]
async fn debug_output_never_shows_the_bearer_token() {
    let options = Options { bearer_token: Some("canary-bearer-token".into()), ..Options::default() };
    assert!(!format!("{options:?}").contains("canary"));
    let sandbox = Sandbox::new(options);
    assert!(!format!("{sandbox:?}").contains("canary"));
    let running = sandbox.serve(0).await.unwrap();
    assert!(format!("{running:?}").contains(&running.url()));
    assert!(!format!("{running:?} {:?}", running.bearer_token()).contains("canary"));
}
