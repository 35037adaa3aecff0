//! The list that was open last arrives with its connection.

use calyptia_sandbox::{Fault, Method, Running};
use secrecy::ExposeSecret as _;

use super::*;
use crate::{
    messages::{ListOrder, Row, SortKey, View},
    testing::{faults, sandbox, sent},
};

/// Signs in, opens the first project, and starts the app again.
async fn restarted(place: &Place, sandbox: &Running) -> (Arc<Connections>, Connection) {
    let connections = place.connections();
    let server = Server::parse(&sandbox.url()).expect("loopback");
    let token = BearerToken::parse(sandbox.bearer_token().expose_secret()).expect("a bearer token");
    let connected =
        connections.sign_in(None, server, token, CredentialStore::Keyring).await.expect("connected");
    assert!(connected.list.is_none(), "no project was open before");
    connections.save_project(connected.id, sandbox.projects()[0].0).await;
    let order = ListOrder { sort: SortKey::Name, descending: true };
    connections.set_order(order).await.expect("saved");
    (place.connections(), connected)
}

fn lists(sandbox: &Running) -> usize {
    sandbox
        .requests()
        .iter()
        .filter(|(method, path)| *method == Method::GET && path.ends_with("/tokens"))
        .count()
}

#[tokio::test]
async fn the_list_that_was_open_arrives_with_its_connection_in_the_saved_order() {
    let place = Place::new();
    let sandbox = sandbox(100, &[]).await;
    let (connections, before) = restarted(&place, &sandbox).await;
    let sent_before = sent(&sandbox, &Method::GET);
    let connection = connections.open_last().await.expect("restored").expect("there is one");
    assert_eq!((connection.id, connection.project), (before.id, Some(sandbox.projects()[0].0)));
    let list = connection.list.expect("the list");
    assert!(list.loaded.whole && list.loaded.problem.is_none());
    assert_eq!((list.loaded.total, list.rows.matched, list.rows.rows.len()), (100, 100, 64));
    assert_eq!(sent(&sandbox, &Method::GET) - sent_before, 2, "the projects and the list, once each");

    let session = connections.session(connection.id).expect("signed in");
    let order = View { sort: SortKey::Name, descending: true, ..crate::testing::by_name() };
    let ids = |rows: Vec<Row>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(list.rows.rows), ids(session.rows(order, 0, 64, None).rows));
    // It is the session's list, and the next load refreshes it.
    let refreshed = session.load(sandbox.projects()[0].0, |_| ()).await.expect("open");
    assert!(refreshed.whole && refreshed.generation > list.loaded.generation);
    assert_eq!(lists(&sandbox), 2);
}

#[tokio::test]
async fn a_list_that_takes_longer_is_not_waited_for_and_loaded_once() {
    let place = Place::new();
    let sandbox = sandbox(100, &[]).await;
    let (connections, _) = restarted(&place, &sandbox).await;
    let slow: Vec<Fault> = faults(&["GET/tokens:latency=600"]);
    sandbox.set_faults(slow);
    let connection = connections.open_last().await.expect("restored").expect("there is one");
    assert!(connection.list.is_none());
    let session = connections.session(connection.id).expect("signed in");
    let mut progress = Vec::new();
    let loaded = session.load(sandbox.projects()[0].0, |news| progress.push(news.total)).await.expect("open");
    assert!(loaded.whole && loaded.total == 100, "{loaded:?}");
    assert!(progress.iter().all(|total| *total <= 100) && !progress.is_empty(), "{progress:?}");
    assert_eq!(lists(&sandbox), 1);
}

#[tokio::test]
async fn a_list_that_cannot_be_loaded_says_why_and_the_connection_stands() {
    let place = Place::new();
    let sandbox = sandbox(5, &[]).await;
    let (connections, _) = restarted(&place, &sandbox).await;
    sandbox.set_faults(faults(&["GET/tokens:status=403"]));
    let connection = connections.open_last().await.expect("restored").expect("there is one");
    let problem = connection.list.and_then(|list| list.loaded.problem).expect("a problem");
    assert_eq!(problem.status, Some(403), "{problem:?}");
    assert!(connections.session(connection.id).is_ok());
}

#[tokio::test]
async fn t3_locking_and_signing_out_end_the_load_that_the_page_has_not_asked_for() {
    for signs_out in [false, true] {
        let place = Place::new();
        let server = raw::Server::start(|request| {
            if request.head.contains("/tokens") {
                // A body without end, so that no timeout ends the load.
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
                raw::Answer::repeat(head, " ", Duration::from_millis(50))
            } else {
                raw::Answer::json(&projects())
            }
        })
        .await;
        let connections = place.connections();
        let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring).await;
        let ana = ana.expect("connected").id;
        connections.save_project(ana, PROJECT).await;
        drop(connections);
        let connections = place.connections();
        let connection = connections.open_last().await.expect("restored").expect("there is one");
        assert!(connection.list.is_none());
        let session = connections.session(ana).expect("signed in");
        let seen = server.seen();
        assert!(seen.left < seen.connections, "the control: the list is still being loaded");
        if signs_out {
            connections.sign_out(ana).await.expect("signed out");
        } else {
            connections.lock();
        }
        assert_eq!(code(session.load(PROJECT, |_| ()).await), ErrorCode::SignedOut);
        server.until("all connections to be closed", |seen| seen.left == seen.connections).await;
    }
}

#[tokio::test]
async fn the_list_of_a_project_that_no_longer_exists_is_not_shown() {
    let place = Place::new();
    let sandbox = sandbox(5, &[]).await;
    let (connections, before) = restarted(&place, &sandbox).await;
    connections.save_project(before.id, Uuid::from_u128(404)).await;
    let connection = connections.open_last().await.expect("restored").expect("there is one");
    assert!(connection.list.is_none() && connection.project.is_none());
    let session = connections.session(connection.id).expect("signed in");
    let loaded = session.load(sandbox.projects()[0].0, |_| ()).await.expect("open");
    assert!(loaded.whole && loaded.total == 5, "{loaded:?}");
}

#[tokio::test]
async fn nothing_is_opened_at_the_start_for_whoever_signed_out() {
    let place = Place::new();
    let sandbox = sandbox(5, &[]).await;
    let (connections, before) = restarted(&place, &sandbox).await;
    connections.sign_out(before.id).await.expect("signed out");
    let asked = sandbox.requests().len();
    assert!(place.connections().open_last().await.expect("no failure").is_none());
    assert_eq!(sandbox.requests().len(), asked);
}
