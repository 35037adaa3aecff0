//! A project token that was pasted where a bearer token belongs.

use calyptia_api::{Client, NewToken, Permission};
use calyptia_sandbox::{Method, Running};
use secrecy::ExposeSecret as _;

use super::*;
use crate::{
    messages::{FoundTokenState, PastedProjectToken, TokenLabel},
    session::FOUND_TOKEN_TIME,
    testing::{faults, sandbox, sent},
};

/// A token with these permissions, whose value has been pasted for the sandbox's server.
async fn pasted(
    place: &Place,
    sandbox: &Running,
    permissions: &[&str],
) -> (Arc<Connections>, PastedProjectToken) {
    let server = Server::parse(&sandbox.url()).expect("loopback");
    let bearer = BearerToken::parse(sandbox.bearer_token().expose_secret()).expect("a bearer token");
    let client = Client::new(server, bearer).expect("a client");
    let permissions = permissions.iter().map(|text| Permission::from(*text)).collect();
    let token = NewToken::new("leaked", permissions).expect("some permissions");
    let token = client.create_token(sandbox.projects()[0].0, &token).await.expect("created");
    let value = token.value.expect("its value").secret().clone();
    place.board.put(&format!("X-Project-Token: {}\n", value.expose_secret()));
    let connections = place.connections();
    let refused = connections.paste_bearer_token(&sandbox.url(), PasteSource::Clipboard).await;
    assert_eq!(code(refused), ErrorCode::ProjectTokenGiven);
    let pasted = connections.pasted_project_token().expect("kept");
    assert_eq!(pasted.id, token.id.to_string());
    (connections, pasted)
}

async fn check(connections: &Connections, paste: u64) -> Result<FoundTokenState, Problem> {
    connections.session_of_pasted(None, paste).await?.check_found_token(paste).await
}

async fn revoke(connections: &Connections, paste: u64) -> Result<FoundTokenState, Problem> {
    connections.session_of_pasted(None, paste).await?.revoke_found_token(paste).await
}

#[tokio::test]
async fn it_is_checked_and_revoked_with_itself_without_signing_in() {
    let (place, sandbox) = (Place::new(), sandbox(3, &[]).await);
    let (connections, PastedProjectToken { paste, .. }) =
        pasted(&place, &sandbox, &["read:*", "delete:*"]).await;
    let Ok(FoundTokenState::Works { row }) = check(&connections, paste).await else { panic!() };
    assert_eq!(row.name, "leaked");
    assert!(matches!(revoke(&connections, paste).await, Ok(FoundTokenState::Revoked)));
    assert_eq!(sent(&sandbox, &Method::DELETE), 1);
    assert!(matches!(check(&connections, paste).await, Ok(FoundTokenState::NotAccepted)));
    assert_eq!(place.person.asked().len(), 1, "about the server, once");
    assert_eq!(connections.settings.connections().len(), 0, "nothing is saved");
}

#[tokio::test]
async fn p7_it_goes_to_no_server_that_the_person_has_not_agreed_to() {
    let (place, sandbox) = (Place::new(), sandbox(3, &[]).await);
    let (connections, PastedProjectToken { paste, .. }) = pasted(&place, &sandbox, &["read:*"]).await;
    let before = sandbox.requests().len();
    place.person.refuse_next();
    place.person.refuse_next();
    assert_eq!(code(check(&connections, paste).await), ErrorCode::NotAllowed);
    assert_eq!(code(revoke(&connections, paste).await), ErrorCode::NotAllowed);
    assert_eq!(sandbox.requests().len(), before, "nothing is sent");
}

#[tokio::test]
async fn t3_it_is_forgotten_with_its_card_another_paste_and_a_lock() {
    for end in [
        (|connections, paste| connections.forget_project_token(paste)) as fn(&Connections, u64),
        |connections, _| connections.discard_pasted(),
        |connections, _| connections.lock(),
        |connections, _| connections.close(),
    ] {
        let (place, sandbox) = (Place::new(), sandbox(3, &[]).await);
        let (connections, PastedProjectToken { paste, .. }) =
            pasted(&place, &sandbox, &["read:*", "delete:*"]).await;
        connections.forget_project_token(paste - 1);
        let session = connections.session_of_pasted(None, paste).await.expect("the control: still kept");
        sandbox.set_faults(faults(&["DELETE:latency=5000"]));
        let ended = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            end(&connections, paste);
        };
        let (revoked, ()) = tokio::join!(session.revoke_found_token(paste), ended);
        assert_eq!(code(revoked), ErrorCode::SignedOut, "its work ends as well");
        assert!(connections.pasted_project_token().is_none());
        assert_eq!(code(check(&connections, paste).await), ErrorCode::FoundTokenExpired);
    }
}

#[tokio::test(start_paused = true)]
async fn t3_it_is_kept_for_five_minutes() {
    const VALUE: &str = "eyJUb2tlbklEIjoiNWYwYzZhOGUtNWE2My00ZjBhLTlhMGUtMmY4ZjBhM2Y5ZjEwIiwiUHJvamVjdElEIjoiMGUwZDBhNTItNmY3Yi00YTM3LThlMmUtN2Q4YTNhM2QxYzExIn0.abababababababababababababababababababababababababababababababab";
    let place = Place::new();
    let connections = place.connections();
    place.board.put(VALUE);
    let paste = connections.paste_bearer_token("https://api.acme.example", PasteSource::Clipboard);
    paste.await.expect_err("a project token");
    let pasted = connections.pasted_project_token().expect("kept");
    let session = connections.session_of_pasted(None, pasted.paste).await.expect("agreed to");
    tokio::time::sleep(FOUND_TOKEN_TIME - Duration::from_secs(1)).await;
    assert!(connections.pasted_project_token().is_some());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(connections.pasted_project_token().is_none());
    assert!(session.client().is_err(), "nor does its session have it");
}

#[tokio::test]
async fn an_id_and_the_name_of_what_is_listed_can_be_copied_and_nothing_else() {
    let (place, sandbox) = (Place::new(), sandbox(3, &[]).await);
    let (connections, PastedProjectToken { id, .. }) = pasted(&place, &sandbox, &["read:*"]).await;
    connections.copy_label(None, &id, TokenLabel::Id).await.expect("copied");
    assert_eq!(place.board.text(), Some(id.clone()));
    // As long as its card is open, however long that is.
    connections.discard_pasted();
    place.board.put("something else");
    connections.copy_label(None, &id, TokenLabel::Id).await.expect("copied");
    assert_eq!(place.board.text(), Some(id.clone()));
    for (text, label) in [("another", TokenLabel::Id), (id.as_str(), TokenLabel::Name)] {
        assert_eq!(code(connections.copy_label(None, text, label).await), ErrorCode::ListChanged);
    }

    let server = Server::parse(&sandbox.url()).expect("loopback");
    let bearer = BearerToken::parse(sandbox.bearer_token().expose_secret()).expect("a bearer token");
    let connected =
        connections.sign_in(None, server, bearer, CredentialStore::Session).await.expect("connected");
    let session = connections.session(connected.id).expect("signed in");
    session.load(sandbox.projects()[0].0, |_| ()).await.expect("loaded");
    connections.copy_label(Some(connected.id), &id, TokenLabel::Name).await.expect("copied");
    assert_eq!(place.board.text().as_deref(), Some("leaked"));
    // A value that is still being fetched does not take its place.
    sandbox.set_faults(faults(&["GET:latency=300"]));
    let value = connections.copy_token(connected.id, &id, None);
    let label = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        connections.copy_label(Some(connected.id), &id, TokenLabel::Id).await.expect("copied");
    };
    let (copied, ()) = tokio::join!(value, label);
    assert_eq!(code(copied), ErrorCode::Superseded);
    assert_eq!(place.board.text(), Some(id.clone()));
    connections.copy_label(Some(connected.id), &id, TokenLabel::Name).await.expect("copied");
    for label in [TokenLabel::Id, TokenLabel::Name] {
        let other = connections.copy_label(Some(connected.id), "another", label).await;
        assert_eq!(code(other), ErrorCode::ListChanged);
    }
    assert_eq!(place.board.text().as_deref(), Some("leaked"));
}
