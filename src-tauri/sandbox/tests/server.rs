//! The server itself: where it listens, what it remembers, how it ends.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

use calyptia_sandbox::{Method, Options, Sandbox, start_sample};
use reqwest::Url;
use serde_json::Value;

use crate::house::{House, assert_refused};

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let running = start_sample().await.unwrap();
    let url: Url = running.url().parse().unwrap();
    assert_eq!(url.host_str(), Some(Ipv4Addr::LOCALHOST.to_string().as_str()));
    assert_ne!(url.port(), None);
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error() {
    let running = start_sample().await.unwrap();
    let port = running.url().parse::<Url>().unwrap().port().unwrap();
    assert!(Sandbox::sample().serve(port).await.is_err());
}

#[tokio::test]
async fn health_tells_the_version() {
    let house = House::sample().await;
    let health: Value = house.ask(Method::GET, "/healthz").send().await.unwrap().json().await.unwrap();
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn unknown_paths_are_not_found() {
    let house = House::sample().await;
    for path in ["/", "/v1", "/v2/projects", "/v1/projects/", "/v1/projects/x/users"] {
        assert_refused(house.get(path).await, 404, "not found").await;
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_ones_are_right() {
    let house = House::sample().await;
    let path = format!("/v1/projects/{}/tokens", house.first_project());
    let answer = house.ask_as_user(Method::PUT, &path).send().await.unwrap();
    let allowed = answer.headers()["allow"].to_str().unwrap().to_owned();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    assert_refused(answer, 405, "method not allowed").await;
}

#[tokio::test]
async fn requests_are_remembered_by_method_and_path_without_their_query() {
    let house = House::sample().await;
    house.get("/v1/projects?last=1").await;
    house.ask(Method::DELETE, "/nowhere").send().await.unwrap();
    let expected = [(Method::GET, "/v1/projects".to_owned()), (Method::DELETE, "/nowhere".to_owned())];
    assert_eq!(house.running.requests(), expected);
}

#[tokio::test]
async fn dropping_it_cuts_open_connections_and_frees_the_port() {
    let running =
        Sandbox::new(Options { tokens: Some(50_000), ..Options::default() }).serve(0).await.unwrap();
    let url: Url = running.url().parse().unwrap();
    let address = (Ipv4Addr::LOCALHOST, url.port().unwrap());
    let mut idle = TcpStream::connect(address).unwrap();
    let mut busy = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /v1/projects/{}/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
        running.projects()[0].0,
        secrecy::ExposeSecret::expose_secret(running.bearer()),
    );
    busy.write_all(request.as_bytes()).unwrap();
    busy.read_exact(&mut [0; 64]).unwrap();

    drop(running);

    assert!(TcpStream::connect(address).is_err(), "nothing listens");
    idle.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert!(matches!(idle.read(&mut [0; 1]), Ok(0)), "an idle connection is closed");
    busy.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut rest = Vec::new();
    let _ = busy.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "an answer under way is cut short");
}

#[tokio::test]
async fn debug_output_never_shows_the_bearer() {
    let options = Options { bearer: Some("canary-bearer".into()), ..Options::default() };
    assert!(!format!("{options:?}").contains("canary"));
    let sandbox = Sandbox::new(options);
    assert!(!format!("{sandbox:?}").contains("canary"));
    let running = sandbox.serve(0).await.unwrap();
    assert!(format!("{running:?}").contains(&running.url()));
    assert!(!format!("{running:?} {:?}", running.bearer()).contains("canary"));
}
