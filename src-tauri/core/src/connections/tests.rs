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
        CertificatesChange, Connection, CredentialStorage, LockReason, PasteSource, ProxyChoice, RouteInUse,
    },
    settings::{Credential, NetworkSettings},
    testing::{
        board::{Board, Call, Gate, Trouble, eventually},
        keyring::UnreliableKeyring,
        person::Person,
    },
};

mod auto_lock;
mod credentials;
mod ending;
mod network;

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
async fn a_connection_that_was_forgotten_cannot_be_renamed() {
    let connections = Place::new().connections();
    assert_eq!(code(connections.rename(Uuid::from_u128(7), "Lab").await), ErrorCode::SignedOut);
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
<<<<<<< HEAD
=======
async fn k6_a_delete_that_fails_leaves_the_connection_signed_in_and_working() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    for forget in [false, true] {
        place.refuse(&server.url());
        let left = if forget { connections.forget(ana.id).await } else { connections.sign_out(ana.id).await };
        assert_eq!(code(left), ErrorCode::KeyringLocked);
        assert!(connections.known()[0].signed_in && connections.known()[0].in_keyring);
        connections.session(ana.id).expect("still open").projects().await.expect("it works");
    }
}

#[tokio::test]
async fn c53_signing_out_that_waits_for_the_keyring_can_be_stopped_and_changes_nothing() {
    let keyring = UnreliableKeyring::new(1);
    keyring.recover();
    let place = Place::new();
    let server = server().await;
    let connections = place.connections_over(keyring.vault());
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    // What keeps the keyring's thread, as its prompt does, is nobody's wait.
    let gate = Arc::new(Gate::default());
    keyring.hang_next_write(Arc::clone(&gate));
    let vault = connections.vault.with_deadline(Duration::from_millis(10));
    vault.write("another entry", "secret".to_owned().into()).await.expect_err("it hangs");
    let mut waits = connections.watch_keyring_waits();
    for forget in [false, true] {
        let leaving = {
            let connections = Arc::clone(&connections);
            tokio::spawn(async move {
                if forget { connections.forget(ana.id).await } else { connections.sign_out(ana.id).await }
            })
        };
        let told = tokio::time::timeout(Duration::from_secs(10), waits.wait_for(|waiting| *waiting == 1));
        told.await.expect("within 10 s").expect("the vault is there");
        connections.cancel_removal(ana.id);
        assert_eq!(code(leaving.await.expect("no panic")), ErrorCode::Cancelled);
        assert_eq!(*waits.borrow_and_update(), 0);
        assert!(connections.known()[0].signed_in && connections.known()[0].in_keyring);
        connections.session(ana.id).expect("still open").projects().await.expect("it works");
    }
    gate.open();
    connections.sign_out(ana.id).await.expect("signed out");
    assert!(!connections.known()[0].in_keyring && !keyring.holds(&server.url()));
    // Too late, and without effect.
    connections.cancel_removal(ana.id);
}

#[tokio::test]
async fn k6_a_write_that_is_refused_changes_nothing() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let typed =
        || Some(zeroize::Zeroizing::new(token_of("ana@acme.example").secret().expose_secret().to_owned()));
    place.refuse(&server.url());
    let refused = connections.reauthenticate(ana.id, typed(), false).await;
    assert_eq!(code(refused), ErrorCode::KeyringLocked);
    assert_eq!(connections.settings.last().expect("known").credential, Credential::Keyring);

    // For this session only it works without the keyring.
    let renewed = connections.reauthenticate(ana.id, typed(), true).await.expect("accepted");
    assert_eq!(renewed.storage, CredentialStorage::Session);
    assert_eq!(connections.settings.last().expect("known").credential, Credential::Session);
}

#[tokio::test]
async fn c67_a_credential_that_the_keyring_may_still_hold_is_not_reported_as_gone() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let session_only = connect(&connections, &server, "ana@acme.example", CredentialStore::Session).await;
    assert_eq!(session_only.expect("connected").storage, CredentialStorage::Session);
    assert!(place.entry(&server.url()).is_some(), "the earlier one");

    for forget in [false, true] {
        place.refuse(&server.url());
        let left = if forget { connections.forget(ana.id).await } else { connections.sign_out(ana.id).await };
        assert_eq!(code(left), ErrorCode::KeyringLocked);
        assert!(connections.known()[0].in_keyring, "offered again");
    }
    connections.forget(ana.id).await.expect("forgotten");
    assert_eq!(place.entry(&server.url()), None);
    assert!(connections.known().is_empty());
}

#[tokio::test]
async fn a_connection_that_never_was_in_the_keyring_is_forgotten_without_it() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Session)
        .await
        .expect("connected");
    assert!(!connections.known()[0].in_keyring);
    place.refuse(&server.url());
    connections.forget(ana.id).await.expect("forgotten");
}

#[tokio::test]
async fn t3_a_locked_app_holds_nothing_and_the_keyring_is_read_again() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let bo =
        connect(&connections, &server, "bo@acme.example", CredentialStore::Session).await.expect("connected");
    place.board.put(token_of("cy@acme.example").secret().expose_secret());
    connections.paste_bearer_token(&server.url(), PasteSource::Clipboard).await.expect("pasted");
    let session = Arc::downgrade(&connections.session(bo.id).expect("open"));
    connections.lock();
    assert!(connections.session(bo.id).is_err());
    assert!(session.upgrade().is_none(), "with its client, its bearer token and its list");
    let pasted = connections.connect(None, &server.url(), None, true).await;
    assert_eq!(code(pasted), ErrorCode::PasteExpired, "nothing is pasted any more");
    assert_eq!(connections.restore(ana.id).await.expect("from the keyring").id, ana.id);
    assert_eq!(code(connections.restore(bo.id).await), ErrorCode::SignedOut, "it was in memory only");
}

/// What ends a session.
#[derive(Debug, Clone, Copy)]
enum End {
    Lock,
    SignOut,
    Forget,
    Switch,
}

impl End {
    const ALL: [Self; 4] = [Self::Lock, Self::SignOut, Self::Forget, Self::Switch];

    async fn make(self, connections: &Connections, id: Uuid, server: &raw::Server) {
        match self {
            Self::Lock => connections.lock(),
            Self::SignOut => drop(connections.sign_out(id).await.expect("signed out")),
            Self::Forget => drop(connections.forget(id).await.expect("forgotten")),
            Self::Switch => {
                connect(connections, server, "bo@acme.example", CredentialStore::Session)
                    .await
                    .expect("connected");
            }
        }
    }
}

#[tokio::test]
async fn t3_no_call_outlives_the_session_whatever_ends_it() {
    for end in End::ALL {
        let place = Place::new();
        let other = server().await;
        let server = server_that_hangs_at(2).await;
        let connections = place.connections();
        let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
            .await
            .expect("connected");
        let session = connections.session(ana.id).expect("open");
        let known = Arc::downgrade(&session);
        let call = tokio::spawn(async move { session.projects().await });
        server.until("the call", |seen| seen.requests.len() == 2).await;
        end.make(&connections, ana.id, &other).await;
        server.until("its connection is closed", |seen| seen.left == seen.connections).await;
        let result = call.await.expect("no panic");
        let expected = match end {
            End::Lock | End::Switch => ErrorCode::SignedOut,
            // Its work ends first, in case the keyring refuses.
            End::SignOut | End::Forget => ErrorCode::Cancelled,
        };
        assert_eq!(code(result), expected, "{end:?}");
        assert!(known.upgrade().is_none(), "{end:?}");
    }
}

#[tokio::test]
async fn t3_no_copied_token_outlives_the_session_whatever_ends_it() {
    let token = r#"{"id":"a","name":"edge","token":"a-value-of-some-length","permissions":["read:*"]}"#;
    for end in End::ALL {
        for slow in [None, Some(Call::Set), Some(Call::Get)] {
            let place = Place::new();
            let other = server().await;
            let server = raw::Server::start(move |request| {
                raw::Answer::json(if request.line().contains("project_tokens") { token } else { PROJECTS })
            })
            .await;
            let connections = place.connections();
            let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
                .await
                .expect("connected");
            match slow {
                None => {
                    connections.copy_token(ana.id, "a", None).await.expect("copied");
                    assert_eq!(place.board.text().as_deref(), Some("a-value-of-some-length"));
                }
                Some(call) => {
                    let gate = Arc::new(Gate::default());
                    place.board.trouble(call, Trouble::Hangs(Arc::clone(&gate)));
                    let copy = tokio::spawn({
                        let connections = Arc::clone(&connections);
                        async move { connections.copy_token(ana.id, "a", None).await }
                    });
                    let before = usize::from(call == Call::Get);
                    eventually("the clipboard is asked", || {
                        place.board.calls(Call::Set) == 1 && place.board.calls(call) >= before
                    })
                    .await;
                    end.make(&connections, ana.id, &other).await;
                    gate.open();
                    copy.await.expect("no panic").expect_err("the session ended");
                }
            }
            end.make_again(&connections, ana.id, &other).await;
            // Answered after whatever waited before.
            connections.clipboard.clear_and_wait();
            eventually("nothing is left", || place.board.text().is_none()).await;
        }
    }
}

const PROJECTS: &str = r#"[{"id":"00000000-0000-0000-0000-000000000009","name":"Acme"}]"#;

impl End {
    /// For a session that may have ended.
    async fn make_again(self, connections: &Connections, id: Uuid, server: &raw::Server) {
        if connections.session(id).is_ok() {
            self.make(connections, id, server).await;
        }
    }
}

#[tokio::test]
async fn t3_a_sign_in_that_is_stopped_installs_nothing_and_leaves_nothing_in_the_keyring() {
    for end in [End::Lock, End::SignOut, End::Forget] {
        let place = Place::new();
        let server = server().await;
        let keyring = UnreliableKeyring::new(1);
        keyring.recover();
        let connections = place.connections_over(keyring.vault());
        let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
            .await
            .expect("connected");
        let gate = Arc::new(Gate::default());
        keyring.hang_next_write(Arc::clone(&gate));
        let sign_in = tokio::spawn({
            let (connections, address) = (Arc::clone(&connections), address(&server));
            async move {
                let token = token_of("bo@acme.example");
                connections.sign_in(None, address, token, CredentialStore::Keyring).await
            }
        });
        eventually("the keyring is asked", || keyring.writes() == 2).await;
        // Signing out waits for the keyring, too.
        let ending = tokio::spawn({
            let connections = Arc::clone(&connections);
            async move { end.make(&connections, ana.id, &server).await }
        });
        assert_eq!(code(sign_in.await.expect("no panic")), ErrorCode::Cancelled);
        gate.open();
        ending.await.expect("it ends");
        eventually("the connection that never was is forgotten", || {
            connections.known().iter().all(|known| known.account.as_deref() != Some("bo@acme.example"))
        })
        .await;
        let entry = format!("{} (2)", connections.settings.last().map_or(String::new(), |last| last.server));
        assert!(!keyring.holds(&entry), "{end:?}");
        assert!(lock(&connections.state).current.is_none(), "{end:?}");
    }
}

#[tokio::test]
async fn a_sign_in_for_the_session_survives_what_an_earlier_one_gives_back() {
    let place = Place::new();
    let server = server().await;
    let keyring = UnreliableKeyring::new(1);
    keyring.recover();
    let connections = place.connections_over(keyring.vault());
    let gate = Arc::new(Gate::default());
    keyring.hang_next_write(Arc::clone(&gate));
    let stopped = tokio::spawn({
        let (connections, address) = (Arc::clone(&connections), address(&server));
        async move {
            connections.sign_in(None, address, token_of("ana@acme.example"), CredentialStore::Keyring).await
        }
    });
    eventually("the keyring is asked", || keyring.writes() == 1).await;
    connections.cancel_sign_in();
    assert_eq!(code(stopped.await.expect("no panic")), ErrorCode::Cancelled);
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Session)
        .await
        .expect("connected");
    gate.open();
    eventually("the keyring is empty", || !keyring.holds(&server.url())).await;
    let _ = connections.vault.read("last").await;
    assert!(connections.known()[0].signed_in);
    connections.lock();
    assert_eq!(code(connections.restore(ana.id).await), ErrorCode::SignedOut);
}

#[tokio::test]
async fn t3_a_paste_that_is_read_after_locking_or_discarding_is_dropped() {
    for discard in [false, true] {
        let place = Place::new();
        let server = server().await;
        let connections = place.connections();
        place.board.put(token_of("cy@acme.example").secret().expose_secret());
        let gate = Arc::new(Gate::default());
        place.board.trouble(Call::Get, Trouble::Hangs(Arc::clone(&gate)));
        let paste = connections.paste_bearer_token("https://api.acme.example", PasteSource::Clipboard);
        let stop = async {
            tokio::task::yield_now().await;
            if discard {
                connections.discard_pasted()
            } else {
                connections.lock()
            }
            gate.open();
        };
        let (paste, ()) = tokio::join!(paste, stop);
        assert_eq!(code(paste), ErrorCode::Cancelled);
        let used = connections.connect(None, &server.url(), None, true).await;
        assert_eq!(code(used), ErrorCode::PasteExpired);
    }
}

#[tokio::test]
async fn k4_an_entry_that_holds_something_else_is_reported_and_signing_in_replaces_it() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let entry = place.keyring.build("calyptia-tokens", &server.url(), None).expect("an entry");
    for odd in [&b"not a bearer token"[..], b"\xff\xfe\x00"] {
        entry.set_secret(odd).expect("set");
        let problem = connections.restore(ana.id).await.expect_err("no bearer token");
        assert_eq!(problem.code, ErrorCode::KeyringUnrecognized);
        assert!(!format!("{problem:?}").contains("not a bearer token"));
    }
    entry.delete_credential().expect("removed elsewhere");
    assert_eq!(code(connections.restore(ana.id).await), ErrorCode::SignedOut);
    let again = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    assert_eq!(again.id, ana.id);
}

#[tokio::test]
>>>>>>> wt-people
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
