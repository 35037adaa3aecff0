//! Proxies: never for a server on this computer, always named when they fail, and their passwords stay secret.

use calyptia_api::{
    Client, ConnectFailure, Error, Failure, Network, Options, Proxy, ProxyAddress, Timeouts, TlsFailure,
};

use crate::support::{
    PATIENT, PROJECT, SHORT, client,
    forward_proxy::ForwardProxy,
    list, options,
    raw::{Answer, Server},
    reader,
    socks_proxy::{SocksProxy, Target, reply},
    system_network::list_in,
    tls::Authority,
    trusting, within,
};

/// Not on this computer, so a proxy is used; without an address, so that nothing else is.
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
async fn n5_a_server_on_this_computer_is_never_contacted_through_a_proxy() {
    let plain = Server::start(|_| Answer::json(ROWS)).await;
    let urls = [plain.url(), plain.url().replace("127.0.0.1", "localhost")];
    never_through_a_proxy(&urls, &Authority::new("ours")).await;
    assert_eq!(plain.seen().requests.len(), 4);
}

#[tokio::test]
async fn n10_an_extra_certificate_makes_a_server_work_on_this_computer_without_a_proxy() {
    let authority = Authority::new("ours");
    let acceptor = authority.vouch_for(&["localhost"], |_| {});
    let encrypted = Server::start_tls(acceptor, |_| Answer::json(ROWS)).await;
    never_through_a_proxy(&[encrypted.https_url()], &authority).await;
    assert_eq!(encrypted.seen().requests.len(), 2);
}

/// Lists once as the environment says, and once as the settings say: both name a proxy that nobody should ask anything.
async fn never_through_a_proxy(urls: &[String], authority: &Authority) {
    let proxy = Server::start_idle().await;
    let address = proxy.url();
    let variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let lower = variables.map(str::to_lowercase);
    let environment: Vec<_> = variables
        .iter()
        .copied()
        .chain(lower.iter().map(String::as_str))
        .map(|name| (name, &*address))
        .collect();
    for url in urls {
        let output = list_in(&environment, url, Some(&authority.pem())).await;
        assert!(output.contains("proxy: none\nrows: 1\n"), "{output}");
        let client = client(url, through(&address, trusting(&authority.pem(), PATIENT)));
        assert_eq!(list(&client, PROJECT).await.1, Ok(()), "{url}");
        assert_eq!(client.route().proxy(), None);
    }
    assert_eq!(proxy.seen().connections, 0);
}

#[tokio::test]
async fn n6_a_dead_proxy_is_named() {
    let name = format!("127.0.0.1:{}", dead_port().await);
    let client = client(FAR_AWAY, through(&name, options(PATIENT)));
    assert_eq!(client.route().proxy().as_ref(), Some(&name));
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
            "the bearer token is not for the proxy: {heads}"
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
    let success = format!("proxy: {}\nrows: 1\n", proxy.name());
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let output = list_in(&[(variable, &*address)], FAR_AWAY, Some(&authority.pem())).await;
        assert!(output.contains(&success) && !output.contains("canary"), "{output}");
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

/// Companies' proxies may decrypt traffic, with certificates of their own.
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
async fn n6_no_proxy_is_respected() {
    let proxy = Server::start_idle().await;
    let environment = [("HTTPS_PROXY", &*proxy.url()), ("NO_PROXY", "other.invalid, test.invalid")];
    let output = list_in(&environment, FAR_AWAY, None).await;
    assert!(output.contains("proxy: none\n") && output.contains("NotConnected(Dns)"), "{output}");
    assert_eq!(proxy.seen().connections, 0);
}

#[tokio::test]
async fn n6_the_password_of_a_proxy_is_in_no_output() {
    let dead = format!("127.0.0.1:{}", dead_port().await);
    let refusing = ForwardProxy::start(ASKS_FOR_PASSWORD, 0).await;
    // It accepts none of the ways to sign in.
    let server = Server::start_canned(b"\x05\xff", true).await;
    let socks = format!("127.0.0.1:{}", server.port);
    for (scheme, name, failure) in [
        ("http", &dead, "ProxyUnreachable"),
        ("socks5h", &dead, "ProxyUnreachable"),
        ("http", &refusing.name(), "ProxyRefused"),
        ("socks5h", &socks, "ProxyRefused"),
    ] {
        let address = format!("{scheme}://canary-user:canary-password@{name}");
        let output = list_in(&[("HTTPS_PROXY", &*address)], FAR_AWAY, None).await;
        assert!(output.contains(&format!("{failure}({name:?})")), "{output}");
        assert!(!output.contains("canary"), "{output}");
    }
    assert!(refusing.heads().concat().to_lowercase().contains("proxy-authorization: "), "it was sent");
}

#[tokio::test]
async fn b15g_a_proxy_that_cannot_be_used_is_never_replaced_by_a_direct_connection() {
    for (address, name) in [
        ("ftp://canary-user:canary-password@proxy.test.invalid:2121", Some("proxy.test.invalid:2121")),
        ("canary canary", None),
    ] {
        let output = list_in(&[("HTTPS_PROXY", address)], FAR_AWAY, None).await;
        let name = name.map(str::to_owned);
        let error = format!("Proxy {{ name: {name:?}, set_by: Variable(\"HTTPS_PROXY\") }}");
        assert!(output.contains(&error), "{output}");
        assert!(!output.contains("canary"), "{output}");
        // An exception needs no proxy.
        let output =
            list_in(&[("HTTPS_PROXY", address), ("no_proxy", "*.test.invalid")], FAR_AWAY, None).await;
        assert!(output.contains("NotConnected(Dns)"), "{output}");
    }
}

#[tokio::test]
async fn c20_an_empty_variable_does_not_hide_another_one_and_socks_is_read_as_socks_5() {
    let authority = Authority::new("ours");
    let acceptor = authority.vouch_for(&["api.test.invalid"], |_| {});
    let server = Server::start_tls(acceptor, |_| Answer::json(ROWS)).await;
    let proxy = SocksProxy::start(Target::Port(server.port)).await;
    let address = format!("socks://{}/", proxy.name());
    for environment in [&[("ALL_PROXY", &*address)][..], &[("HTTPS_PROXY", ""), ("https_proxy", &*address)]] {
        let output = list_in(environment, FAR_AWAY, Some(&authority.pem())).await;
        assert!(output.contains(&format!("proxy: {}\nrows: 1\n", proxy.name())), "{output}");
    }
    assert_eq!(proxy.asked(), ["api.test.invalid:443"; 2]);
}

#[tokio::test]
async fn c30_the_variable_that_decides_is_named() {
    let address = "http://proxy.test.invalid:3128";
    for (environment, source) in [
        (&[("HTTPS_PROXY", address), ("ALL_PROXY", "http://other.test.invalid")][..], "HTTPS_PROXY"),
        (&[("ALL_PROXY", address)], "ALL_PROXY"),
        (&[("ALL_PROXY", address), ("NO_PROXY", ".test.invalid")], "NO_PROXY"),
        // Windows does not tell capitals from small letters.
        #[cfg(not(windows))]
        (&[("https_proxy", address), ("ALL_PROXY", "http://other.test.invalid")], "https_proxy"),
    ] {
        let output = list_in(environment, FAR_AWAY, None).await;
        assert!(output.contains(&format!("source: Variable({source:?})")), "{output}");
    }
}

#[tokio::test]
async fn c23_a_server_that_a_socks_proxy_cannot_reach_is_not_the_proxys_failure() {
    use reply::{
        ADDRESS_TYPE_NOT_SUPPORTED, COMMAND_NOT_SUPPORTED, CONNECTION_REFUSED, GENERAL_FAILURE,
        HOST_UNREACHABLE, NETWORK_UNREACHABLE, NOT_ALLOWED, TTL_EXPIRED,
    };
    type Named = fn(String) -> ConnectFailure;
    let behind: Named = ConnectFailure::BehindProxy;
    let refused: Named = ConnectFailure::ProxyRefused;
    for (target, failure) in [
        (Target::Port(dead_port().await), behind),
        (Target::Fails(GENERAL_FAILURE), behind),
        (Target::Fails(NETWORK_UNREACHABLE), behind),
        (Target::Fails(HOST_UNREACHABLE), behind),
        (Target::Fails(CONNECTION_REFUSED), behind),
        (Target::Fails(TTL_EXPIRED), behind),
        (Target::Fails(NOT_ALLOWED), refused),
        (Target::Fails(COMMAND_NOT_SUPPORTED), refused),
        (Target::Fails(ADDRESS_TYPE_NOT_SUPPORTED), refused),
    ] {
        let proxy = SocksProxy::start(target).await;
        let client = client(FAR_AWAY, through(&format!("socks5h://{}", proxy.name()), options(PATIENT)));
        let error = failure_of(&client).await;
        assert_eq!(error.failure, Failure::NotConnected(failure(proxy.name())), "{target:?}");
        assert_eq!(proxy.asked(), ["api.test.invalid:443"; 3], "one try and two retries");
        let error = client.create_token(PROJECT, &reader("x")).await.expect_err("unreachable");
        assert!(!error.outcome_unknown(), "{error}");
    }
}

#[tokio::test]
async fn c23_a_name_that_is_resolved_here_for_a_socks_proxy_is_not_the_proxys_failure() {
    let proxy = SocksProxy::start(Target::Fails(reply::GENERAL_FAILURE)).await;
    let client = client(FAR_AWAY, through(&format!("socks5://{}", proxy.name()), options(PATIENT)));
    assert_eq!(failure_of(&client).await.failure, Failure::NotConnected(ConnectFailure::Dns));
    assert!(proxy.asked().is_empty());
}

#[tokio::test]
async fn c23_a_socks_proxy_that_works_carries_the_request() {
    let authority = Authority::new("ours");
    let acceptor = authority.vouch_for(&["api.test.invalid"], |_| {});
    let server = Server::start_tls(acceptor, |_| Answer::json(ROWS)).await;
    let proxy = SocksProxy::start(Target::Port(server.port)).await;
    let address = format!("socks5h://{}", proxy.name());
    let client = client(FAR_AWAY, through(&address, trusting(&authority.pem(), PATIENT)));
    assert_eq!((list(&client, PROJECT).await.1, client.route().proxy()), (Ok(()), Some(proxy.name())));
}

/// How a request fails if the server behind an HTTP or a SOCKS proxy does this.
async fn failures_behind(server: &Server, timeouts: Timeouts) -> [(ConnectFailure, String); 2] {
    let http = ForwardProxy::start_open(server.port).await;
    let socks = SocksProxy::start(Target::Port(server.port)).await;
    let mut failures = Vec::new();
    for (address, name) in [(http.name(), http.name()), (format!("socks5h://{}", socks.name()), socks.name())]
    {
        let error = failure_of(&client(FAR_AWAY, through(&address, options(timeouts)))).await;
        let Failure::NotConnected(failure) = error.failure else { panic!("{error}") };
        failures.push((failure, name));
    }
    failures.try_into().expect("two")
}

#[tokio::test]
async fn b10_a_server_that_fails_behind_an_open_tunnel_is_not_the_proxys_failure() {
    let quick = Timeouts { connect: SHORT, ..PATIENT };
    let silent = Server::start_idle().await;
    let hangs_up = Server::start_canned(b"", true).await;
    for (server, timeouts) in [(&silent, quick), (&hangs_up, PATIENT)] {
        for (failure, proxy) in failures_behind(server, timeouts).await {
            assert_eq!(failure, ConnectFailure::BehindProxy(proxy));
        }
    }
    let plain = Server::start_canned(b"HTTP/1.1 400 Bad Request\r\n\r\n", false).await;
    for (failure, _) in failures_behind(&plain, PATIENT).await {
        assert_eq!(failure, ConnectFailure::NotTls);
    }
}

#[tokio::test]
async fn b10_a_proxy_whose_own_certificate_is_refused_is_named() {
    let acceptor = Authority::new("theirs").vouch_for(&["127.0.0.1"], |_| {});
    let proxy = Server::start_tls(acceptor, |_| Answer::last("")).await;
    let address = format!("https://127.0.0.1:{}", proxy.port);
    let error = failure_of(&client(FAR_AWAY, through(&address, options(PATIENT)))).await;
    let name = format!("127.0.0.1:{}", proxy.port);
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::ProxyUnreachable(name)));
    assert!(proxy.seen().requests.is_empty());
}
