//! Several connections, each with its own entry in the keyring: connecting, switching, leaving, locking.

use std::sync::Arc;

use calyptia_api::{BearerToken, Server};
use calyptia_test_support::raw;
use calyptia_vault::Vault;
use keyring::{CredentialStore, mock};
use secrecy::ExposeSecret as _;
use tauri::Manager as _;

use crate::{
    connecting::Keep,
    contract::{CertificatesChange, Connection, ProxyChoice, Storage},
    launch::Launch,
    problem::{ErrorCode, Problem},
    settings::{Credential, Settings},
    state::State,
};

/// The project of the raw servers.
const PROJECT: uuid::Uuid = uuid::Uuid::from_u128(9);

/// A state over a keyring that lives as long as the test, in a folder of its own.
struct Place {
    folder: tempfile::TempDir,
    keyring: Arc<CredentialStore>,
}

impl Place {
    fn new() -> Self {
        let keyring: Arc<CredentialStore> = mock::Store::new().expect("a store");
        Self { folder: tempfile::tempdir().expect("a folder"), keyring }
    }

    /// As after a start of the app.
    fn state(&self) -> State {
        self.state_with(Settings::load(Some(self.folder.path().to_owned())))
    }

    fn state_with(&self, settings: Settings) -> State {
        let keyring = Arc::clone(&self.keyring);
        let vault = Vault::with_store(move || Ok(Arc::clone(&keyring)), None);
        State::with(Launch::default(), settings, vault)
    }

    fn entry(&self, user: &str) -> Option<String> {
        self.keyring.build("calyptia-tokens", user, None).expect("an entry").get_password().ok()
    }
}

fn bearer_of(email: &str) -> BearerToken {
    let part = |json: &str| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, json);
    let claims = format!(r#"{{"https://cloud.calyptia.com/email":"{email}"}}"#);
    BearerToken::parse(&format!("{}.{}.signature", part("{}"), part(&claims))).expect("a bearer")
}

async fn connect(
    state: &State,
    server: &raw::Server,
    email: &str,
    keep: Keep,
) -> Result<Connection, Problem> {
    state.connect(None, address(server), bearer_of(email), keep).await
}

fn address(server: &raw::Server) -> Server {
    Server::parse(&server.url()).expect("loopback")
}

/// One that lets everybody in.
async fn server() -> raw::Server {
    let projects = format!(r#"[{{"id":"{PROJECT}","name":"Acme"}}]"#);
    raw::Server::start(move |_| raw::Answer::json(&projects)).await
}

#[tokio::test]
async fn each_account_of_a_server_has_an_entry_of_its_own_and_the_first_has_the_address() {
    let place = Place::new();
    let server = server().await;
    let state = place.state();
    let ana = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    let bo = connect(&state, &server, "bo@acme.example", Keep::Keyring).await.expect("connected");
    assert_ne!(ana.id, bo.id);
    assert_eq!(bo.name, format!("{} (2)", ana.name));
    let url = server.url();
    let kept = |email| Some(bearer_of(email).secret().expose_secret().to_owned());
    assert_eq!(place.entry(&url), kept("ana@acme.example"));
    assert_eq!(place.entry(&format!("{url} (2)")), kept("bo@acme.example"));

    // The same person again is the same connection, however it is called by now.
    state.rename(ana.id, "  Acme EU ").expect("renamed");
    let again = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    assert_eq!((again.id, again.name.as_str()), (ana.id, "Acme EU"));

    // After a start both can be used; each brings its own credential.
    let state = place.state();
    assert_eq!(state.settings.last().map(|last| last.id), Some(ana.id));
    for (connection, email) in [(&bo, "bo@acme.example"), (&ana, "ana@acme.example")] {
        let restored = state.restore(connection.id).await.expect("restored");
        assert_eq!((restored.id, restored.storage), (connection.id, Storage::Keyring));
        assert_eq!(restored.account.email.as_deref(), Some(email));
    }
}

#[tokio::test]
async fn the_settings_hold_no_part_of_a_credential() {
    let place = Place::new();
    let server = server().await;
    connect(&place.state(), &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    let settings = std::fs::read_to_string(place.folder.path().join("settings.json")).expect("written");
    assert!(settings.contains("ana@acme.example"), "the control: this is the file");
    let bearer = bearer_of("ana@acme.example");
    for part in bearer.secret().expose_secret().split('.').filter(|part| part.len() > 4) {
        assert!(!settings.contains(part), "{part}");
    }
}

#[tokio::test]
async fn the_open_project_is_remembered_for_each_connection() {
    let place = Place::new();
    let server = server().await;
    let state = place.state();
    let ana = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    let first = ana.projects[0].id;
    state.save_project(&state.active().expect("connected"), first);
    let bo = connect(&state, &server, "bo@acme.example", Keep::Keyring).await.expect("connected");
    assert_eq!(bo.project, None);
    assert_eq!(state.restore(ana.id).await.expect("restored").project, Some(first));
}

#[tokio::test]
async fn signed_out_of_one_it_stays_known_and_the_other_still_works() {
    let place = Place::new();
    let server = server().await;
    let state = place.state();
    let ana = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    let bo = connect(&state, &server, "bo@acme.example", Keep::Keyring).await.expect("connected");

    state.sign_out(ana.id).await.expect("signed out");
    assert_eq!(place.entry(&server.url()), None);
    assert!(state.active().is_ok_and(|active| active.id == bo.id), "the one in use is not touched");
    let known: Vec<_> = state.known_connections().into_iter().map(|known| known.signed_in).collect();
    assert_eq!(known, [false, true]);
    assert_eq!(state.restore(ana.id).await.expect_err("signed out").code, ErrorCode::SignedOut);

    // Signing in again takes up its place.
    let again =
        state.connect(Some(ana.id), address(&server), bearer_of("cy@acme.example"), Keep::Keyring).await;
    assert_eq!(again.expect("connected").id, ana.id);

    state.forget(ana.id).await.expect("forgotten");
    assert!(state.active().is_err(), "it was in use");
    assert_eq!(place.entry(&server.url()), None);
    let names: Vec<_> = Settings::load(Some(place.folder.path().into())).connections();
    assert_eq!(names.into_iter().map(|known| known.id).collect::<Vec<_>>(), [bo.id]);
}

#[tokio::test]
async fn k6_a_delete_that_fails_leaves_the_connection_signed_in_and_working() {
    let place = Place::new();
    let server = server().await;
    let state = place.state();
    let ana = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    for forget in [false, true] {
        let entry = place.keyring.build("calyptia-tokens", &server.url(), None).expect("an entry");
        let cred: &mock::Cred = entry.as_any().downcast_ref().expect("the mock's");
        cred.set_error(keyring::Error::NoStorageAccess("refused".into()));
        let left = if forget { state.forget(ana.id).await } else { state.sign_out(ana.id).await };
        assert_eq!(left.expect_err("refused").code, ErrorCode::KeyringLocked);
        assert!(state.active().is_ok(), "still in use");
        assert!(state.known_connections()[0].signed_in);
        state.active().expect("in use").client().projects().await.expect("it works");
    }
}

#[tokio::test]
async fn k6_a_write_that_is_refused_changes_nothing() {
    let place = Place::new();
    let server = server().await;
    let state = place.state();
    connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    let before = state.active().expect("in use");
    let entry = place.keyring.build("calyptia-tokens", &server.url(), None).expect("an entry");
    let cred: &mock::Cred = entry.as_any().downcast_ref().expect("the mock's");
    cred.set_error(keyring::Error::NoStorageAccess("refused".into()));
    let renewed = state.renew(bearer_of("ana@acme.example"), false).await;
    assert_eq!(renewed.expect_err("refused").code, ErrorCode::KeyringLocked);
    assert!(Arc::ptr_eq(&before, &state.active().expect("in use")));
    assert_eq!(state.settings.last().expect("known").credential, Credential::Keyring);

    // For this session only it works without the keyring.
    let renewed = state.renew(bearer_of("ana@acme.example"), true).await.expect("renewed");
    assert_eq!(renewed.storage, Storage::Session);
    assert_eq!(state.settings.last().expect("known").credential, Credential::Session);
}

#[tokio::test]
async fn locked_nothing_is_in_memory_and_the_keyring_is_read_again() {
    let place = Place::new();
    let server = server().await;
    let state = place.state();
    let ana = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    let bo = connect(&state, &server, "bo@acme.example", Keep::Session).await.expect("connected");
    *state.pasted() = Some(bearer_of("cy@acme.example"));
    let active = Arc::downgrade(&state.active().expect("in use"));
    state.lock();
    assert!(state.active().is_err() && state.pasted().is_none());
    assert!(active.upgrade().is_none(), "with its client, its credential and its list");
    assert_eq!(state.restore(ana.id).await.expect("from the keyring").id, ana.id);
    let gone = state.restore(bo.id).await.expect_err("it was in memory only");
    assert_eq!(gone.code, ErrorCode::SignedOut);
}

#[tokio::test]
async fn k4_an_entry_that_holds_something_else_is_told_and_signing_in_replaces_it() {
    let place = Place::new();
    let server = server().await;
    let state = place.state();
    let ana = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    let entry = place.keyring.build("calyptia-tokens", &server.url(), None).expect("an entry");
    for odd in [&b"not a bearer"[..], b"\xff\xfe\x00"] {
        entry.set_secret(odd).expect("set");
        let problem = state.restore(ana.id).await.expect_err("no bearer");
        assert_eq!(problem.code, ErrorCode::KeyringUnrecognised);
        assert!(!format!("{problem:?}").contains("not a bearer"));
    }
    entry.delete_credential().expect("removed elsewhere");
    assert_eq!(state.restore(ana.id).await.expect_err("gone").code, ErrorCode::SignedOut);
    let again = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    assert_eq!(again.id, ana.id);
}

#[tokio::test]
async fn m1_a_connection_that_cannot_be_remembered_works_and_is_told() {
    let place = Place::new();
    let server = server().await;
    let state = place.state_with(Settings::load(None));
    let ana = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    assert_eq!(ana.notice.map(|notice| notice.code), Some(ErrorCode::SettingsNotSaved));
    assert!(state.active().is_ok());
}

#[tokio::test]
async fn a_name_must_be_readable() {
    let place = Place::new();
    let server = server().await;
    let state = place.state();
    let ana = connect(&state, &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    for bad in ["", "  ", "two\nlines", &"x".repeat(61)] {
        assert_eq!(state.rename(ana.id, bad).expect_err("bad").code, ErrorCode::BadConnectionName);
    }
    state.rename(ana.id, &"é".repeat(60)).expect("sixty characters");
}

#[tokio::test]
async fn the_list_comes_over_the_connection_that_was_tested_unless_the_network_was_changed_meanwhile() {
    for (change, connections) in [(ProxyChoice::System, 1), (ProxyChoice::None, 2)] {
        let place = Place::new();
        let state = Arc::new(place.state());
        let asked = Arc::clone(&state);
        let projects = format!(r#"[{{"id":"{PROJECT}","name":"Acme"}}]"#);
        let server = raw::Server::start(move |_| {
            asked.set_network(change.clone(), CertificatesChange::Keep).expect("saved");
            raw::Answer::json(&projects)
        })
        .await;
        let connection =
            connect(&state, &server, "ana@acme.example", Keep::Session).await.expect("connected");
        state.active().expect("connected").load(connection.projects[0].id, |_| ()).await;
        assert_eq!((server.seen().connections, server.seen().requests.len()), (connections, 2));
    }
}

#[tokio::test]
async fn the_connection_of_last_time_is_tested_ahead_once_and_nothing_changes_before_it_is_asked_for() {
    let place = Place::new();
    let server = server().await;
    let ana = connect(&place.state(), &server, "ana@acme.example", Keep::Keyring).await.expect("connected");
    let bo = connect(&place.state(), &server, "bo@acme.example", Keep::Keyring).await.expect("connected");
    let settings = || std::fs::read(place.folder.path().join("settings.json")).expect("written");

    let started = |asked: usize| {
        let app = tauri::test::mock_app();
        app.manage(place.state());
        let before = settings();
        crate::head_start::begin(app.handle());
        let server = &server;
        async move {
            server.until("the test ahead", |seen| seen.requests.len() == asked).await;
            assert!(app.state::<State>().active().is_err());
            assert_eq!(settings(), before);
            app
        }
    };
    let app = started(3).await;
    let state = app.state::<State>();
    assert_eq!(state.restore(bo.id).await.expect("restored").id, bo.id);
    assert_eq!(server.seen().requests.len(), 3, "the answer of before");
    assert_eq!(state.restore(bo.id).await.expect("restored").id, bo.id);
    assert_eq!(server.seen().requests.len(), 4, "each test counts once");

    let app = started(5).await;
    let state = app.state::<State>();
    assert_eq!(state.restore(ana.id).await.expect("restored").id, ana.id, "another than that of last time");
    assert_eq!(server.seen().requests.len(), 6);

    let app = started(7).await;
    let state = app.state::<State>();
    state.lock();
    assert_eq!(state.restore(ana.id).await.expect("restored").id, ana.id, "locked, nothing of it is kept");
    assert_eq!(server.seen().requests.len(), 8);
}

#[tokio::test]
async fn nothing_is_tested_ahead_that_is_not_kept_in_the_keyring() {
    let place = Place::new();
    let server = server().await;
    let state = place.state();
    let ana = connect(&state, &server, "ana@acme.example", Keep::Session).await.expect("connected");
    let app = tauri::test::mock_app();
    app.manage(place.state());
    crate::head_start::begin(app.handle());
    assert!(app.state::<State>().tested_ahead(ana.id).is_none());
}
