//! Proxies: never for a server on this machine, always named when they fail, and their passwords stay secret.

use calyptia_api::{
    Client, ConnectFailure, Error, Failure, Network, Options, Proxy, ProxyAddress, Timeouts, TlsFailure,
};

use crate::support::{
    PATIENT, PROJECT, SHORT, child, client,
    forward_proxy::ForwardProxy,
    list, options,
    raw::{Answer, Server},
    reader,
    tls::Authority,
    trusting, within,
};

/// Not on this machine, so a proxy is used; without an address, so nothing else is.
const FAR_AWAY: &str = "https://api.test.invalid";
const ROWS: &str = r#"[{"id":"a","name":"first"}]"#;
const FORBIDDEN: &str = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
const ASKS_FOR_PASSWORD: &str = "HTTP/1.1 407 Proxy Authentication Required\r\n\
    proxy-authenticate: Basic realm=\"canary-realm\"\r\ncontent-length: 6\r\n\r\ncanary";

fn through(proxy: &str, options: Options) -> Options {
    let proxy = Proxy::Address(ProxyAddress::parse(proxy).expect("an address"));
    Options { network: Network { proxy, ..options.network }, ..options }
}

async fn failure_of(client: &Client) -> Error {
    within("projects", client.projects()).await.expect_err("the proxy fails")
}

/// An unused port: that of a server that is gone.
async fn dead_port() -> u16 {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    listener.local_addr().expect("bound").port()
}

#[tokio::test]
async fn n5_a_server_on_this_machine_is_never_asked_through_a_proxy() {
    let proxy = Server::start_idle().await;
    let authority = Authority::new("ours");
    let plain = Server::start(|_| Answer::json(ROWS)).await;
    let acceptor = authority.vouch_for(&["localhost"], |_| {});
    let encrypted = Server::start_tls(acceptor, |_| Answer::json(ROWS)).await;
    let address = proxy.url();
    let variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let lower = variables.map(str::to_lowercase);
    let environment: Vec<_> = variables
        .iter()
        .copied()
        .chain(lower.iter().map(String::as_str))
        .map(|name| (name, &*address))
        .collect();
    for url in [plain.url(), plain.url().replace("127.0.0.1", "localhost"), encrypted.https_url()] {
        child::run("proxy::lists_in_a_child", &environment, &[("URL", &url), ("CA", &authority.pem())]).await;
        let client = client(&url, through(&address, trusting(&authority.pem(), PATIENT)));
        assert_eq!(list(&client, PROJECT).await.1, Ok(()), "{url}");
        assert_eq!(client.proxy(), None);
    }
    assert_eq!((plain.seen().requests.len(), encrypted.seen().requests.len()), (4, 2));
    assert_eq!(proxy.seen().connections, 0);
}

#[tokio::test]
async fn n6_a_dead_proxy_is_named() {
    let name = format!("127.0.0.1:{}", dead_port().await);
    let client = client(FAR_AWAY, through(&name, options(PATIENT)));
    assert_eq!(client.proxy().as_ref(), Some(&name));
    let error = failure_of(&client).await;
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::ProxyUnreachable(name.clone())));
    assert!(error.to_string().contains(&name) && error.is_retryable());
    let error = client.create_token(PROJECT, &reader("x")).await.expect_err("unreachable");
    assert!(!error.outcome_unknown(), "{error}");
}

#[tokio::test]
async fn n6_a_proxy_that_never_answers_is_named() {
    let proxy = Server::start(|_| Answer::stall("")).await;
    let name = format!("127.0.0.1:{}", proxy.port);
    let client = client(FAR_AWAY, through(&name, options(Timeouts { connect: SHORT, ..PATIENT })));
    let error = failure_of(&client).await;
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::ProxyUnreachable(name)));
    assert_eq!(proxy.seen().connections, 3, "one try and two retries");
}

#[tokio::test]
async fn n6_a_proxy_that_does_not_let_requests_through_is_named() {
    for answer in [ASKS_FOR_PASSWORD, FORBIDDEN] {
        let proxy = ForwardProxy::start(answer, 0).await;
        let client = client(FAR_AWAY, through(&proxy.name(), options(PATIENT)));
        let error = failure_of(&client).await;
        assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::ProxyRefused(proxy.name())));
        assert!(!format!("{error} {error:?}").contains("canary"));
        let heads = proxy.heads().concat();
        assert!(heads.starts_with("CONNECT api.test.invalid:443 HTTP/1.1\r\n"), "{heads}");
        assert!(
            !heads.to_lowercase().contains("\r\nauthorization"),
            "the credential is not the proxy's: {heads}"
        );
    }
}

#[tokio::test]
async fn n6_a_proxy_that_works_carries_the_request_and_does_not_see_it() {
    let authority = Authority::new("ours");
    let acceptor = authority.vouch_for(&["api.test.invalid"], |_| {});
    let server = Server::start_tls(acceptor, |_| Answer::json(ROWS)).await;
    let proxy = ForwardProxy::start_open(server.port).await;

    let client = client(FAR_AWAY, through(&proxy.name(), trusting(&authority.pem(), PATIENT)));
    let (rows, end) = list(&client, PROJECT).await;
    assert_eq!((rows.len(), end), (1, Ok(())));

    let address = format!("http://ana:canary-password@{}", proxy.name());
    let given = [("URL", FAR_AWAY), ("CA", &*authority.pem()), ("PROXY", &*proxy.name())];
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let output = child::run("proxy::lists_in_a_child", &[(variable, &*address)], &given).await;
        assert!(!output.contains("canary"), "{output}");
    }
    let heads = proxy.heads();
    assert_eq!(heads.len(), 4);
    assert!(!heads[0].to_lowercase().contains("proxy-authorization"));
    for head in &heads[1..] {
        // `ana:canary-password`
        let password = "proxy-authorization: basic yw5homnhbmfyes1wyxnzd29yza==\r\n";
        assert!(head.to_lowercase().contains(password), "{head}");
    }
    let seen = server.seen();
    assert_eq!(seen.requests.len(), 4);
    for request in &seen.requests {
        assert_eq!(request.header("authorization"), Some("Bearer head.payload.signature"));
        assert_eq!(request.header("proxy-authorization"), None);
    }
}

/// Companies' proxies look inside, under certificates of their own.
#[tokio::test]
async fn n9_a_certificate_that_a_proxy_made_up_is_refused() {
    let acceptor = Authority::new("theirs").vouch_for(&["api.test.invalid"], |_| {});
    let server = Server::start_tls(acceptor, |_| Answer::json(ROWS)).await;
    let proxy = ForwardProxy::start_open(server.port).await;
    let error = failure_of(&client(FAR_AWAY, through(&proxy.name(), options(PATIENT)))).await;
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::Tls(TlsFailure::UnknownIssuer)));
    assert_eq!((proxy.heads().len(), server.seen().requests.len()), (1, 0));
}

#[tokio::test]
async fn n6_no_proxy_is_heeded() {
    let proxy = Server::start_idle().await;
    let environment = [("HTTPS_PROXY", &*proxy.url()), ("NO_PROXY", "other.invalid, test.invalid")];
    child::run("proxy::fails_without_a_proxy_in_a_child", &environment, &[("URL", FAR_AWAY)]).await;
    assert_eq!(proxy.seen().connections, 0);
}

#[tokio::test]
async fn n6_the_password_of_a_proxy_is_in_nothing_that_is_written() {
    let dead = format!("127.0.0.1:{}", dead_port().await);
    let refusing = ForwardProxy::start(ASKS_FOR_PASSWORD, 0).await;
    // It accepts none of the ways to sign in.
    let socks = Server::start_canned(b"\x05\xff", true).await;
    let socks = format!("127.0.0.1:{}", socks.port);
    for (scheme, name) in
        [("http", &dead), ("socks5h", &dead), ("http", &refusing.name()), ("socks5h", &socks)]
    {
        let address = format!("{scheme}://canary-user:canary-password@{name}");
        let given = [("URL", FAR_AWAY), ("PROXY", name)];
        let output =
            child::run("proxy::fails_at_a_proxy_in_a_child", &[("HTTPS_PROXY", &*address)], &given).await;
        assert!(output.contains(name), "the error was written: {output}");
        assert!(!output.contains("canary"), "{output}");
    }
    assert!(refusing.heads().concat().to_lowercase().contains("proxy-authorization: "), "it was sent");
}

fn client_of_child(url: &str) -> Client {
    let options = match child::given("CA") {
        Some(pem) => trusting(&pem, PATIENT),
        None => options(PATIENT),
    };
    client(url, Options { network: Network { proxy: Proxy::System, ..options.network }, ..options })
}

#[ignore = "other tests run it in a process of its own"]
#[tokio::test]
async fn lists_in_a_child() {
    let Some(url) = child::given("URL") else { return };
    let client = client_of_child(&url);
    let (rows, end) = list(&client, PROJECT).await;
    assert_eq!((rows.len(), end), (1, Ok(())));
    assert_eq!(client.proxy(), child::given("PROXY"));
}

#[ignore = "other tests run it in a process of its own"]
#[tokio::test]
async fn fails_without_a_proxy_in_a_child() {
    let Some(url) = child::given("URL") else { return };
    let error = failure_of(&client_of_child(&url)).await;
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::Dns));
}

#[ignore = "other tests run it in a process of its own"]
#[tokio::test]
#[expect(clippy::print_stdout, reason = "the parent looks for the password in it")]
async fn fails_at_a_proxy_in_a_child() {
    let Some(url) = child::given("URL") else { return };
    let client = client_of_child(&url);
    let error = failure_of(&client).await;
    let name = client.proxy().expect("a proxy");
    assert_eq!(Some(&name), child::given("PROXY").as_ref());
    assert!(
        matches!(
            &error.failure,
            Failure::NotConnected(ConnectFailure::ProxyUnreachable(own) | ConnectFailure::ProxyRefused(own))
                if *own == name
        ),
        "{error}"
    );
    println!("{error} {error:?} {client:?} {}", serde_json::json!(error.to_string()));
}
