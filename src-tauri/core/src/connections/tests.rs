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
        CertificatesChange, Connection, CredentialStorage, LockReason, ProxyChoice, RouteReason, RouteSummary,
    },
    settings::{Credential, NetworkSettings},
    testing::{
        board::{Board, Call, Gate, Trouble, eventually},
        keyring::UnreliableKeyring,
        person::Person,
    },
};

/// The project of the servers here.
pub(super) const PROJECT: Uuid = Uuid::from_u128(9);

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
        credential.set_error(keyring::Error::NoStorageAccess("refused".into()));
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

/// A sign-in is dropped when it is stopped, usually before it could do harm. It must not depend on that: it may be past its
/// last await.
#[tokio::test]
async fn t3_a_sign_in_that_was_stopped_or_whose_connection_is_being_removed_leaves_nothing() {
    for store in [CredentialStore::Keyring, CredentialStore::Session] {
        for removing in [false, true] {
            let place = Place::new();
            let server = server().await;
            let connections = place.connections();
            let token = token_of("ana@acme.example");
            let verified = connections
                .verify(None, address(&server), token, store, Asking::Allowed)
                .await
                .expect("verified");
            let entry = verified.saved.entry.clone();
            let attempt = CancellationToken::new();
            if removing {
                lock(&connections.state).removing.insert(verified.saved.id, CancellationToken::new());
            } else {
                attempt.cancel();
            }
            assert_eq!(code(connections.activate(verified, store, &attempt).await), ErrorCode::Cancelled);
            assert!(lock(&connections.state).current.is_none());
            assert_eq!(connections.vault.storage_of(&entry), calyptia_vault::Storage::Keyring);
            eventually("the entry is deleted", || place.entry(&entry).is_none()).await;
            eventually("the connection is forgotten", || connections.known().is_empty()).await;
        }
    }
}

#[tokio::test]
async fn t3_a_session_takes_no_bearer_token_of_a_sign_in_that_was_stopped() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let kept = place.entry(&server.url());
    for removing in [false, true] {
        let session = connections.session(ana.id).expect("open");
        let attempt = CancellationToken::new();
        if removing {
            lock(&connections.state).removing.insert(ana.id, CancellationToken::new());
        } else {
            attempt.cancel();
        }
        let token = token_of("bo@acme.example");
        let continued = connections.continue_with(&session, token, false, &attempt).await;
        assert_eq!(code(continued), ErrorCode::Cancelled);
        eventually("the earlier bearer token is back", || place.entry(&server.url()) == kept).await;
        assert_eq!(connections.known()[0].account.as_deref(), Some("ana@acme.example"));
    }
}

#[tokio::test]
async fn a_connection_that_was_forgotten_cannot_be_renamed() {
    let connections = Place::new().connections();
    assert_eq!(code(connections.rename(Uuid::from_u128(7), "Lab").await), ErrorCode::SignedOut);
}

#[tokio::test]
async fn k6_what_the_settings_on_disk_do_not_say_yet_is_reported() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    for forget in [false, true] {
        let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
            .await
            .expect("connected");
        // A folder in its place cannot be overwritten.
        let file = place.folder.path().join("settings.json");
        std::fs::remove_file(&file).expect("saved before");
        std::fs::create_dir(&file).expect("a folder");
        let left = if forget { connections.forget(ana.id).await } else { connections.sign_out(ana.id).await };
        let notice = left.expect("the bearer token is gone").expect("a problem to report");
        assert_eq!(notice.code, ErrorCode::SettingsNotSaved);
        assert_eq!(place.entry(&server.url()), None);
        std::fs::remove_dir(&file).expect("the folder");
    }
}

#[tokio::test]
async fn each_account_of_a_server_has_its_own_entry_and_the_first_has_the_address() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let bo =
        connect(&connections, &server, "bo@acme.example", CredentialStore::Keyring).await.expect("connected");
    assert_ne!(ana.id, bo.id);
    assert_eq!(bo.name, format!("{} (2)", ana.name));
    let url = server.url();
    let kept = |email| Some(token_of(email).secret().expose_secret().to_owned());
    assert_eq!(place.entry(&url), kept("ana@acme.example"));
    assert_eq!(place.entry(&format!("{url} (2)")), kept("bo@acme.example"));

    // The same person again is the same connection, whatever its name is by now.
    connections.rename(ana.id, "  Acme EU ").await.expect("renamed");
    let again = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    assert_eq!((again.id, again.name.as_str()), (ana.id, "Acme EU"));

    // After a start both can be used, each with its own bearer token.
    let connections = place.connections();
    assert_eq!(connections.settings.last().map(|last| last.id), Some(ana.id));
    for (connection, email) in [(&bo, "bo@acme.example"), (&ana, "ana@acme.example")] {
        let restored = connections.restore(connection.id).await.expect("restored");
        assert_eq!((restored.id, restored.storage), (connection.id, CredentialStorage::Keyring));
        assert_eq!(restored.account.email.as_deref(), Some(email));
    }
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
    connections.paste_bearer_token(&server.url()).await.expect("pasted");
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
        let paste = connections.paste_bearer_token("https://api.acme.example");
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

async fn prefetched(place: &Place, server: &raw::Server, requests: usize) -> Arc<Connections> {
    let before = std::fs::read(place.folder.path().join("settings.json")).expect("written");
    let connections = place.connections();
    let last = connections.settings.last().expect("saved");
    connections.prefetch_connection(last.id);
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

#[tokio::test]
async fn a3_a_late_project_is_not_remembered_for_a_connection_that_was_forgotten() {
    let place = Place::new();
    let connections = place.connections();
    let sample = connections.connect_to_sample().await.expect("connected");
    let session: Weak<Session> = Arc::downgrade(&connections.session(sample.id).expect("open"));
    connections.sign_out(sample.id).await.expect("signed out");
    assert!(session.upgrade().is_none() && connections.known().is_empty());
    connections.save_project(sample.id, sample.projects[0].id).await;
    assert!(place.settings().connections().is_empty(), "and nothing is on disk");
}

#[tokio::test]
async fn closing_the_app_ends_everything_and_clears_the_clipboard() {
    let place = Place::new();
    let connections = place.connections();
    let sample = connections.connect_to_sample().await.expect("connected");
    let session = connections.session(sample.id).expect("open");
    session.load(sample.projects[0].id, |_| ()).await.expect("open");
    let row = session.rows(crate::testing::by_name(), 0, 1).rows.remove(0);
    connections.copy_token(sample.id, &row.id, None).await.expect("copied");
    assert!(place.board.text().is_some());
    connections.close();
    assert_eq!(place.board.text(), None);
    assert_eq!(code(session.projects().await), ErrorCode::SignedOut);
}

const MINUTE: Duration = Duration::from_secs(60);

async fn lock_minutes(connections: &Connections, lock_minutes: Option<u32>) {
    let preferences = Preferences { lock_minutes, ..connections.preferences() };
    connections.set_preferences(preferences).await.expect("saved");
}

#[tokio::test]
async fn after_15_minutes_without_activity_the_app_locks_and_says_why() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let mut locks = connections.watch_locks();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    place.board.pass(14 * MINUTE);
    connections.report_activity();
    place.board.pass(14 * MINUTE);
    assert!(!connections.lock_if_idle());
    assert!(connections.session(ana.id).is_ok() && !locks.has_changed().expect("watched"));

    place.board.pass(MINUTE);
    assert!(connections.lock_if_idle());
    assert_eq!(code(connections.session(ana.id).map(drop)), ErrorCode::SignedOut);
    assert_eq!(*locks.borrow_and_update(), Some(LockReason::Idle { minutes: 15 }));
    place.board.pass(60 * MINUTE);
    assert!(!connections.lock_if_idle() && !locks.has_changed().expect("watched"), "locked is locked");
}

#[tokio::test]
async fn the_time_until_it_locks_is_a_preference_that_applies_at_once_and_can_be_never() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Session)
        .await
        .expect("connected");
    lock_minutes(&connections, None).await;
    place.board.pass(24 * 60 * MINUTE);
    assert!(!connections.lock_if_idle() && connections.session(ana.id).is_ok());
    connections.report_activity();
    lock_minutes(&connections, Some(5)).await;
    place.board.pass(5 * MINUTE);
    assert!(connections.lock_if_idle());
    assert_eq!(*connections.watch_locks().borrow(), Some(LockReason::Idle { minutes: 5 }));
}

#[tokio::test]
async fn whoever_wakes_the_computer_too_late_finds_it_locked_and_whoever_unlocks_has_the_full_time() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    place.board.pass(8 * 60 * MINUTE);
    connections.report_activity();
    assert!(connections.session(ana.id).is_err());

    place.board.pass(60 * MINUTE);
    connections.restore(ana.id).await.expect("from the keyring");
    assert!(!connections.lock_if_idle(), "signing in counts, even if the page reported nothing");
    place.board.pass(14 * MINUTE);
    assert!(!connections.lock_if_idle() && connections.session(ana.id).is_ok());
    place.board.pass(MINUTE);
    assert!(connections.lock_if_idle() && connections.session(ana.id).is_err());
}

#[tokio::test]
async fn the_idle_lock_waits_for_a_change_in_progress_and_the_desktop_s_does_not() {
    for desktop in [false, true] {
        let place = Place::new();
        let server = server_that_hangs_at(2).await;
        let connections = place.connections();
        let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
            .await
            .expect("connected");
        let session = connections.session(ana.id).expect("open");
        let delete = tokio::spawn({
            let session = Arc::clone(&session);
            async move { session.delete("a").await }
        });
        server.until("the request", |seen| seen.requests.len() == 2).await;
        place.board.pass(20 * MINUTE);
        assert!(connections.lock_if_idle(), "it is due");
        connections.report_activity();
        assert!(connections.session(ana.id).is_ok() && !delete.is_finished());
        if desktop {
            connections.lock_because(LockReason::Desktop);
            assert_eq!(code(delete.await.expect("no panic")), ErrorCode::SignedOut);
            assert_eq!(*connections.watch_locks().borrow(), Some(LockReason::Desktop));
        } else {
            session.cancel(Kind::Change);
            delete.await.expect("no panic").expect_err("cancelled");
            assert!(connections.lock_if_idle());
            assert_eq!(*connections.watch_locks().borrow(), Some(LockReason::Idle { minutes: 15 }));
        }
        assert!(connections.session(ana.id).is_err());
    }
}

#[tokio::test]
async fn before_sleep_the_clipboard_is_cleared_when_locking_returns() {
    let place = Place::new();
    let connections = place.connections();
    let sample = connections.connect_to_sample().await.expect("connected");
    let session = connections.session(sample.id).expect("open");
    session.load(sample.projects[0].id, |_| ()).await.expect("open");
    let row = session.rows(crate::testing::by_name(), 0, 1).rows.remove(0);
    connections.copy_token(sample.id, &row.id, None).await.expect("copied");
    connections.lock_because(LockReason::Sleep);
    assert_eq!(place.board.text(), None);
    assert!(connections.session(sample.id).is_err());
}
