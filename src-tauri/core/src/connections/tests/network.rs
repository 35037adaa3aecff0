//! Which connection to the server is used, and on which network.

use super::*;

/// A connection is used again once its response has been taken from it, a moment after the response is there.
async fn connection_is_free() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_uses_the_verified_connection_unless_the_network_was_changed_meanwhile() {
    for (change, expected) in [(None, 1), (Some(ProxyChoice::None), 2)] {
        let place = Place::new();
        let connections = place.connections();
        let server = server_that_waits(1).await;
        let sign_in = connect(&connections, &server.0, "ana@acme.example", CredentialStore::Session);
        let change_meanwhile = async {
            server.0.until("the verification", |seen| seen.connections == 1).await;
            if let Some(proxy) = change {
                connections.set_network(proxy, CertificatesChange::Keep).await.expect("saved");
            }
            server.1.send(true).expect("it waits");
        };
        let (connected, ()) = tokio::join!(sign_in, change_meanwhile);
        let connected = connected.expect("connected");
        connection_is_free().await;
        connections.session(connected.id).expect("open").load(PROJECT, |_| ()).await.expect("open");
        assert_eq!((server.0.seen().connections, server.0.seen().requests.len()), (expected, 2));
    }
}

/// A server whose response to this request waits for a sign.
async fn server_that_waits(number: usize) -> (raw::Server, tokio::sync::watch::Sender<bool>) {
    let (sign, seen) = tokio::sync::watch::channel(false);
    let server = raw::Server::start(move |request| {
        if request.number == number {
            let mut seen = seen.clone();
            tokio::task::block_in_place(|| {
                let runtime = tokio::runtime::Handle::current();
                runtime
                    .block_on(async { seen.wait_for(|go| *go).await.map(drop) })
                    .expect("the test goes on");
            });
        }
        raw::Answer::json(PROJECTS)
    })
    .await;
    (server, sign)
}

#[tokio::test(flavor = "multi_thread")]
async fn reauthenticating_keeps_a_network_that_was_changed_meanwhile() {
    for (change, expected) in [(None, 2), (Some(ProxyChoice::None), 3)] {
        let place = Place::new();
        let connections = place.connections();
        let server = server_that_waits(2).await;
        let ana = connect(&connections, &server.0, "ana@acme.example", CredentialStore::Session)
            .await
            .expect("connected");
        let typed = zeroize::Zeroizing::new(token_of("ana@acme.example").secret().expose_secret().to_owned());
        let reauthenticate = connections.reauthenticate(ana.id, Some(typed), true);
        let change_meanwhile = async {
            server.0.until("the verification", |seen| seen.connections == 2).await;
            if let Some(proxy) = change {
                connections.set_network(proxy, CertificatesChange::Keep).await.expect("saved");
            }
            server.1.send(true).expect("it waits");
        };
        let (accepted, ()) = tokio::join!(reauthenticate, change_meanwhile);
        accepted.expect("accepted");
        connection_is_free().await;
        connections.session(ana.id).expect("open").projects().await.expect("it works");
        assert_eq!(server.0.seen().connections, expected, "a client for another network connects again");
    }
}

#[tokio::test]
async fn c22_settings_of_a_proxy_that_cannot_be_read_never_become_another_route() {
    let place = Place::new();
    let server = server().await;
    let settings = place.settings();
    let proxy = ProxyChoice::Address { url: "http://proxy.corp:none".into() };
    settings.set_network(NetworkSettings { proxy, certificates: None });
    let connections = place.connections_with(settings);
    let refused = connect(&connections, &server, "ana@acme.example", CredentialStore::Session).await;
    assert_eq!(code(refused), ErrorCode::BadProxy);
    assert!(server.seen().requests.is_empty());
    connections.set_network(ProxyChoice::None, CertificatesChange::Keep).await.expect("saved");
    connect(&connections, &server, "ana@acme.example", CredentialStore::Session).await.expect("connected");
    let route = connections.network_status().route;
    assert!(matches!(route, Some(RouteSummary::Direct { reason: RouteReason::ThisComputer })), "{route:?}");
}

#[tokio::test]
async fn c30_the_route_is_known_before_anything_is_sent_and_is_the_one_that_is_taken() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let (far_away, here) = ("https://api.test.invalid", server.url());
    assert!(connections.network_status().route.is_none());

    connections.set_network(ProxyChoice::None, CertificatesChange::Keep).await.expect("saved");
    let route = connections.route_to(far_away).await.expect("a server");
    assert!(matches!(route, RouteSummary::Direct { reason: RouteReason::Settings }), "{route:?}");

    // Whoever looks at the route is asked nothing, even if nobody has agreed to this proxy yet.
    let proxy = format!("http://127.0.0.1:{}", server.port);
    let settings = place.settings();
    settings.set_network(NetworkSettings {
        proxy: ProxyChoice::Address { url: proxy.clone() },
        certificates: None,
    });
    let connections = place.connections_with(settings);
    let name = format!("127.0.0.1:{}", server.port);
    match connections.route_to(far_away).await.expect("a server") {
        RouteSummary::Proxy { name: shown, reason: RouteReason::Settings } => assert_eq!(shown, name),
        other => panic!("{other:?}"),
    }
    let route = connections.route_to(&here).await.expect("a server");
    assert!(matches!(route, RouteSummary::Direct { reason: RouteReason::ThisComputer }), "{route:?}");
    assert_eq!(
        connections.route_to("http://far.test").await.map_err(|p| p.code).err(),
        Some(ErrorCode::ServerNotEncrypted)
    );
    assert!(place.person.asked().is_empty());
    assert_eq!(server.seen().connections, 0);
}

#[tokio::test]
async fn c22_c30_a_proxy_that_cannot_be_used_is_shown_before_anything_is_sent() {
    let place = Place::new();
    let settings = place.settings();
    let proxy = ProxyChoice::Address { url: "http://proxy.corp:none".into() };
    settings.set_network(NetworkSettings { proxy, certificates: None });
    let route =
        place.connections_with(settings).route_to("https://api.test.invalid").await.expect("a server");
    let RouteSummary::Unusable { problem, reason } = route else { panic!("{route:?}") };
    assert_eq!((problem.code, reason), (ErrorCode::BadProxy, Some(RouteReason::Settings)));
}

#[tokio::test]
async fn c22_nobody_is_asked_to_trust_a_server_that_no_request_can_reach() {
    let place = Place::new();
    let settings = place.settings();
    let proxy = ProxyChoice::Address { url: "http://proxy.corp:none".into() };
    settings.set_network(NetworkSettings { proxy, certificates: None });
    let connections = place.connections_with(settings);
    let typed = token_of("ana@acme.example").secret().expose_secret().to_owned().into();
    let refused = connections.connect(None, "https://api.test.invalid", Some(typed), true).await;
    assert_eq!(code(refused), ErrorCode::BadProxy);
    assert!(place.person.asked().is_empty());
}

async fn prefetched(place: &Place, server: &raw::Server, requests: usize) -> Arc<Connections> {
    let before = std::fs::read(place.folder.path().join("settings.json")).expect("written");
    let connections = place.connections();
    let last = connections.settings.last().expect("saved");
    connections.prefetch_connection(last.id, true);
    server.until("the verification", |seen| seen.requests.len() == requests).await;
    assert!(lock(&connections.state).current.is_none());
    assert_eq!(std::fs::read(place.folder.path().join("settings.json")).expect("written"), before);
    connections
}

#[tokio::test]
async fn the_connection_used_last_is_verified_once_before_it_is_asked_for() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let bo =
        connect(&connections, &server, "bo@acme.example", CredentialStore::Keyring).await.expect("connected");

    let connections = prefetched(&place, &server, 3).await;
    assert_eq!(connections.restore(bo.id).await.expect("restored").id, bo.id);
    assert_eq!(server.seen().requests.len(), 3, "the result from before");
    assert_eq!(connections.restore(bo.id).await.expect("restored").id, bo.id);
    assert_eq!(server.seen().requests.len(), 4, "each verification counts once");

    let connections = prefetched(&place, &server, 5).await;
    assert_eq!(
        connections.restore(ana.id).await.expect("restored").id,
        ana.id,
        "another than the one used last"
    );
    assert_eq!(server.seen().requests.len(), 6);

    let connections = prefetched(&place, &server, 7).await;
    connections.lock();
    assert_eq!(connections.restore(ana.id).await.expect("restored").id, ana.id, "nothing of it is kept");
    assert_eq!(server.seen().requests.len(), 8);
}

#[tokio::test]
async fn nothing_is_verified_ahead_that_is_not_in_the_keyring() {
    let place = Place::new();
    let server = server().await;
    let ana = connect(&place.connections(), &server, "ana@acme.example", CredentialStore::Session)
        .await
        .expect("connected");
    let connections = place.connections();
    connections.prefetch();
    assert!(connections.take_prefetched(ana.id).is_none());
}
