//! Several connections, each with its own entry in the keyring: signing in, switching, leaving, locking.

use std::sync::{Arc, Weak};

use calyptia_api::{BearerToken, Server};
use calyptia_test_support::raw;
use calyptia_vault::Vault;
use keyring::{CredentialStore as Keyring, mock};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::{approval::Asking, *};
use crate::{
    messages::{
        CertificatesChange, Connection, ConnectionColor, CredentialStorage, LockReason, PasteSource,
        ProxyChoice, RouteReason, RouteSummary,
    },
    settings::{Credential, NetworkSettings},
    testing::{
        board::{Board, Call, Gate, Trouble, eventually},
        keyring::UnreliableKeyring,
        person::Person,
    },
};

mod auto_lock;
mod changes;
mod credentials;
mod ending;
mod export;
mod file_search;
mod fleets;
mod list_prefetch;
mod network;
mod pasted_project_token;
mod problem_details;
mod rotations;

/// The project of the servers here.
pub(super) const PROJECT: Uuid = Uuid::from_u128(9);
const PROJECTS: &str = r#"[{"id":"00000000-0000-0000-0000-000000000009","name":"Acme"}]"#;

/// A keyring and a clipboard that outlive the app, and a folder for its settings.
pub(super) struct Place {
    pub(super) folder: tempfile::TempDir,
    pub(super) keyring: Arc<Keyring>,
    pub(super) board: Arc<Board>,
    pub(super) person: Arc<Person>,
}

impl Place {
    pub(super) fn new() -> Self {
        let keyring: Arc<Keyring> = mock::Store::new().expect("a store");
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, keyring, board: Board::new(), person: Person::new() }
    }

    /// As after a start of the app.
    pub(super) fn connections(&self) -> Arc<Connections> {
        self.connections_with(self.settings())
    }

    pub(super) fn settings(&self) -> Settings {
        Settings::load(Some(self.folder.path().to_owned()))
    }

    pub(super) fn connections_with(&self, settings: Settings) -> Arc<Connections> {
        let keyring = Arc::clone(&self.keyring);
        let vault = Vault::with_store(move || Ok(Arc::clone(&keyring)), None);
        let person = Arc::clone(&self.person) as Arc<dyn Consent>;
        let mut connections = Connections::with(settings, false, vault, self.board.clipboard(), person);
        connections.auto_lock = AutoLock::new(self.board.clock());
        Arc::new(connections)
    }

    fn connections_over(&self, vault: Vault) -> Arc<Connections> {
        let person = Arc::clone(&self.person) as Arc<dyn Consent>;
        Arc::new(Connections::with(self.settings(), false, vault, self.board.clipboard(), person))
    }

    pub(super) fn entry(&self, user: &str) -> Option<String> {
        self.keyring.build("calyptia-tokens", user, None).expect("an entry").get_password().ok()
    }

    /// The next operation on this entry fails.
    fn refuse(&self, user: &str) {
        let entry = self.keyring.build("calyptia-tokens", user, None).expect("an entry");
        let credential: &mock::Cred = entry.as_any().downcast_ref().expect("the mock's");
        credential.set_error(keyring::Error::PlatformFailure("refused".into()));
    }
}

pub(super) fn token_of(email: &str) -> BearerToken {
    let part = |json: &str| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, json);
    let claims = format!(r#"{{"https://cloud.calyptia.com/email":"{email}"}}"#);
    BearerToken::parse(&format!("{}.{}.signature", part("{}"), part(&claims))).expect("a bearer token")
}

pub(super) async fn connect(
    connections: &Connections,
    server: &raw::Server,
    email: &str,
    store: CredentialStore,
) -> Result<Connection, Problem> {
    connections.sign_in(None, address(server), token_of(email), store).await
}

pub(super) fn address(server: &raw::Server) -> Server {
    Server::parse(&server.url()).expect("loopback")
}

/// The projects of a server that accepts everybody.
pub(super) fn projects() -> String {
    format!(r#"[{{"id":"{PROJECT}","name":"Acme"}}]"#)
}

pub(super) async fn server() -> raw::Server {
    raw::Server::start(|_| raw::Answer::json(&projects())).await
}

/// The app with the first project of the sandbox open.
async fn opened(place: &Place, sandbox: &Running) -> (Arc<Connections>, Uuid, Uuid) {
    let connections = place.connections();
    let server = Server::parse(&sandbox.url()).expect("loopback");
    let token = BearerToken::parse(sandbox.bearer_token().expose_secret()).expect("a bearer token");
    let connected =
        connections.sign_in(None, server, token, CredentialStore::Keyring).await.expect("connected");
    let project = sandbox.projects()[0].0;
    connections.session(connected.id).expect("signed in").load(project, |_| ()).await.expect("loaded");
    (connections, connected.id, project)
}

/// A server that does not respond to this request.
async fn server_that_hangs_at(number: usize) -> raw::Server {
    raw::Server::start(move |request| {
        if request.number == number { raw::Answer::stall("") } else { raw::Answer::json(&projects()) }
    })
    .await
}

pub(super) fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> ErrorCode {
    result.expect_err("it fails").code
}

#[tokio::test]
async fn a_connection_that_was_forgotten_cannot_be_renamed_or_marked() {
    let connections = Place::new().connections();
    assert_eq!(code(connections.rename(Uuid::from_u128(7), "Lab").await), ErrorCode::SignedOut);
    assert_eq!(code(connections.mark_production(Uuid::from_u128(7), true).await), ErrorCode::SignedOut);
    assert_eq!(code(connections.set_color(Uuid::from_u128(7), None).await), ErrorCode::SignedOut);
}

#[tokio::test]
async fn a_mark_of_production_and_a_color_outlive_a_restart_and_another_sign_in() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let connected = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    assert_eq!((connected.production, connected.color), (false, None));
    connections.mark_production(connected.id, true).await.expect("marked");
    connections.set_color(connected.id, Some(ConnectionColor::Teal)).await.expect("saved");
    drop(connections);
    let connections = place.connections();
    let known = &connections.known()[0];
    assert_eq!((known.production, known.color), (true, Some(ConnectionColor::Teal)));
    let restored = connections.restore(connected.id).await.expect("restored");
    assert_eq!((restored.production, restored.color), (true, Some(ConnectionColor::Teal)));
    connections.sign_out(connected.id).await.expect("signed out");
    let again = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    assert_eq!((again.id, again.production), (connected.id, true));
    assert_eq!(again.color, Some(ConnectionColor::Teal));
    connections.set_color(connected.id, None).await.expect("saved");
    assert_eq!(place.settings().connections()[0].color, None);
}

#[tokio::test]
async fn recent_projects_are_those_of_a_connection_that_still_exist_until_it_is_signed_out() {
    let place = Place::new();
    let ids = [1, 2, 3].map(Uuid::from_u128);
    let projects = ids.map(|id| format!(r#"{{"id":"{id}","name":"Acme"}}"#)).join(",");
    let server = raw::Server::start(move |_| raw::Answer::json(&format!("[{projects}]"))).await;
    let connections = place.connections();
    let sign_in = |email| connect(&connections, &server, email, CredentialStore::Keyring);
    let ana = sign_in("ana@acme.example").await.expect("connected");
    assert!(ana.recent.is_empty());
    let gone = Uuid::from_u128(404);
    for project in [ids[2], ids[0], gone, ids[2]] {
        connections.save_project(ana.id, project).await;
    }
    let bo = sign_in("bo@acme.example").await.expect("connected");
    assert!(bo.recent.is_empty());
    let ana = connections.restore(ana.id).await.expect("restored");
    assert_eq!((ana.project, ana.recent), (Some(ids[2]), vec![ids[2], ids[0]]));
    connections.sign_out(ana.id).await.expect("signed out");
    let saved = place.settings().connection(ana.id).expect("known");
    assert_eq!((saved.project, saved.recent_projects), (None, vec![]), "they are of whoever was signed in");
}

#[tokio::test]
async fn the_settings_hold_no_part_of_a_bearer_token() {
    let place = Place::new();
    let server = server().await;
    connect(&place.connections(), &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let settings = std::fs::read_to_string(place.folder.path().join("settings.json")).expect("written");
    assert!(settings.contains("ana@acme.example"), "the control: this is the file");
    let token = token_of("ana@acme.example");
    for part in token.secret().expose_secret().split('.').filter(|part| part.len() > 4) {
        assert!(!settings.contains(part), "{part}");
    }
}

#[tokio::test]
async fn the_open_project_is_remembered_for_each_connection() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    connections.save_project(ana.id, PROJECT).await;
    let bo =
        connect(&connections, &server, "bo@acme.example", CredentialStore::Keyring).await.expect("connected");
    assert_eq!(bo.project, None);
    assert_eq!(connections.restore(ana.id).await.expect("restored").project, Some(PROJECT));
}

#[tokio::test]
async fn a_command_that_names_another_connection_than_the_current_one_is_refused() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    assert!(connections.session(ana.id).is_ok());
    let bo =
        connect(&connections, &server, "bo@acme.example", CredentialStore::Keyring).await.expect("connected");
    assert!(connections.session(bo.id).is_ok());
    assert_eq!(connections.session(ana.id).err().map(|problem| problem.code), Some(ErrorCode::SignedOut));
    assert_eq!(code(connections.copy_token(ana.id, "a", None).await), ErrorCode::SignedOut);
    assert_eq!(code(connections.reauthenticate(ana.id, None, false).await), ErrorCode::SignedOut);
}

#[tokio::test]
async fn a_connection_that_is_signed_out_stays_known_and_the_other_still_works() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let bo =
        connect(&connections, &server, "bo@acme.example", CredentialStore::Keyring).await.expect("connected");

    connections.sign_out(ana.id).await.expect("signed out");
    assert_eq!(place.entry(&server.url()), None);
    assert!(connections.session(bo.id).is_ok(), "the current one is not touched");
    let known: Vec<_> =
        connections.known().into_iter().map(|known| (known.signed_in, known.in_keyring)).collect();
    assert_eq!(known, [(false, false), (true, true)]);
    assert_eq!(code(connections.restore(ana.id).await), ErrorCode::SignedOut);
    let again = connections
        .sign_in(Some(ana.id), address(&server), token_of("cy@acme.example"), CredentialStore::Keyring)
        .await;
    assert_eq!(again.expect("connected").id, ana.id);

    connections.forget(ana.id).await.expect("forgotten");
    assert!(connections.session(ana.id).is_err(), "it was current");
    assert_eq!(place.entry(&server.url()), None);
    let saved: Vec<_> = place.settings().connections().into_iter().map(|known| known.id).collect();
    assert_eq!(saved, [bo.id]);
}

#[tokio::test]
async fn m1_a_connection_that_cannot_be_saved_works_and_is_reported() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections_with(Settings::load(None));
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    assert_eq!(ana.notice.map(|notice| notice.code), Some(ErrorCode::SettingsNotSaved));
    assert!(connections.session(ana.id).is_ok());
}

#[tokio::test]
async fn a_name_must_be_readable() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    for bad in ["", "  ", "two\nlines", &"x".repeat(61)] {
        assert_eq!(code(connections.rename(ana.id, bad).await), ErrorCode::BadConnectionName);
    }
    connections.rename(ana.id, &"é".repeat(60)).await.expect("sixty characters");
}
