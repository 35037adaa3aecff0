//! Random interleavings of everything that starts and ends sessions, with a clipboard and a keyring that are slow or fail.
//! Whatever the order: no token of ours stays on the clipboard past its time, no session and no request outlives its end,
//! and no keyring entry remains that was reported as removed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use calyptia_api::{BearerToken, Server};
use calyptia_test_support::raw;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::task::JoinSet;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::*;
use crate::{
    clipboard::ClipboardError,
    messages::{CertificatesChange, PasteSource, ProxyChoice},
    testing::{
        board::{Board, Call, Gate, Trouble, eventually},
        keyring::UnreliableKeyring,
        person::Person,
    },
};

/// How many interleavings are tried. `INTERLEAVINGS` sets another number.
const RUNS: u64 = 10_000;
const STEPS: usize = 14;
const PEOPLE: [&str; 3] = ["ana", "bo", "cy"];
/// In every token's value.
const MARK: &str = "value-of-a-token";

fn token_of(person: &str) -> BearerToken {
    BearerToken::parse(&token_text(person)).expect("a bearer token")
}

fn token_text(person: &str) -> String {
    let part = |json: &str| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, json);
    let claims = format!(r#"{{"https://cloud.calyptia.com/email":"{person}@acme.example"}}"#);
    format!("{}.{}.signature", part("{}"), part(&claims))
}

/// Accepts everybody; one request in eight is never answered.
async fn server() -> raw::Server {
    raw::Server::start(|request| {
        if request.number % 8 == 5 {
            return raw::Answer::stall("");
        }
        raw::Answer::json(&if request.line().contains("project_tokens") {
            format!(r#"{{"id":"a","name":"edge","permissions":[],"token":"{MARK}-{}"}}"#, request.number)
        } else {
            r#"[{"id":"00000000-0000-0000-0000-000000000009","name":"Acme"}]"#.to_owned()
        })
    })
    .await
}

struct Run {
    connections: Arc<Connections>,
    board: Arc<Board>,
    keyring: Arc<UnreliableKeyring>,
    server: Server,
    /// Entries that were reported as removed, unless a sign-in may have written to them since.
    removed: Mutex<HashMap<String, bool>>,
    sessions: Mutex<Vec<Weak<Session>>>,
    gate: Arc<Gate>,
}

impl Run {
    fn new(seed: u64, server: &raw::Server) -> Arc<Self> {
        let board = Board::new();
        let keyring = UnreliableKeyring::new(seed);
        let clipboard = board.clipboard_that_waits(Duration::from_millis(2));
        let mut connections =
            Connections::with(Settings::load(None), false, keyring.vault(), clipboard, Person::new());
        // Some requests are never answered.
        connections.timeouts.response = Duration::from_millis(30);
        Arc::new(Self {
            connections: Arc::new(connections),
            board,
            keyring,
            server: Server::parse(&server.url()).expect("loopback"),
            removed: Mutex::default(),
            sessions: Mutex::default(),
            gate: Arc::default(),
        })
    }

    /// One thing that a person or a program does.
    async fn step(self: Arc<Self>, number: u32, pick: usize) {
        let connections = &self.connections;
        let known = connections.known();
        let chosen = known.get(pick % known.len().max(1)).map(|known| known.id).unwrap_or_default();
        let person = PEOPLE[pick % PEOPLE.len()];
        match number {
            0..=2 => self.sign_in(person, CredentialStore::Keyring).await,
            3 => self.sign_in(person, CredentialStore::Session).await,
            4 => drop(connections.restore(chosen).await),
            5..=8 => drop(connections.copy_token(chosen, "a", None).await),
            9 => self.board.put("somebody else's"),
            10 => {
                let current = lock(&connections.state).current.clone();
                connections.lock();
                assert!(current.is_none_or(|session| is_closed(&session)), "locked, and a session is open");
            }
            11 | 12 => self.leave(chosen, false).await,
            13 => self.leave(chosen, true).await,
            14 => {
                let proxy = if pick.is_multiple_of(2) { ProxyChoice::None } else { ProxyChoice::System };
                drop(connections.set_network(proxy, CertificatesChange::Keep).await);
            }
            15 => {
                self.may_write(chosen);
                let typed = Zeroizing::new(token_text(person));
                drop(connections.reauthenticate(chosen, Some(typed), pick.is_multiple_of(2)).await);
                self.may_write(chosen);
            }
            16 => {
                self.board.put(&token_text(person));
                drop(connections.paste_bearer_token(self.server.as_str(), PasteSource::Clipboard).await);
            }
            17 => {
                if let Ok(session) = connections.session(chosen) {
                    drop(session.projects().await);
                }
            }
            18 => self.board.pass(Duration::from_secs(pick as u64 % 40)),
            19 => connections.cancel_sign_in(),
            20 => self.board.trouble(Call::Set, Trouble::Slow(Duration::from_millis(3))),
            21 => self.board.trouble(Call::Get, Trouble::Fails(ClipboardError::Occupied)),
            22 => self.board.trouble(Call::Clear, Trouble::Fails(ClipboardError::Occupied)),
            _ => self.board.trouble(Call::Set, Trouble::Hangs(Arc::clone(&self.gate))),
        }
        if let Some(session) = &lock(&connections.state).current {
            lock(&self.sessions).push(Arc::downgrade(session));
        }
    }

    async fn sign_in(&self, person: &str, store: CredentialStore) {
        self.may_write_any();
        drop(self.connections.sign_in(None, self.server.clone(), token_of(person), store).await);
        // It may have begun only after a removal that was reported meanwhile.
        self.may_write_any();
    }

    /// Whichever entry a sign-in is for, what was reported about it is over.
    fn may_write_any(&self) {
        lock(&self.removed).values_mut().for_each(|still| *still = false);
    }

    fn may_write(&self, id: Uuid) {
        if let Some(saved) = self.connections.settings.connection(id) {
            lock(&self.removed).insert(saved.entry, false);
        }
    }

    async fn leave(&self, id: Uuid, forget: bool) {
        let Some(saved) = self.connections.settings.connection(id) else { return };
        // A sign-in that begins while this is under way may write the entry again.
        lock(&self.removed).insert(saved.entry.clone(), true);
        let session = self.connections.session(id).ok();
        let left =
            if forget { self.connections.forget(id).await } else { self.connections.sign_out(id).await };
        if left.is_ok() {
            assert!(session.is_none_or(|session| is_closed(&session)), "signed out, and its session is open");
        } else {
            lock(&self.removed).insert(saved.entry, false);
        }
    }

    /// Lets everything come to rest, then looks.
    async fn check(&self, seed: u64) {
        self.gate.open();
        self.keyring.recover();
        // Answered after all that the keyring and the clipboard were asked before.
        let _ = self.connections.vault.read("last").await;
        let _ = self.connections.clipboard.read(PasteSource::Clipboard).await;
        // No more than a token's time, and what it takes to try again.
        self.board.pass(Duration::from_secs(30));
        eventually("no token is on the clipboard past its time", || {
            self.board.pass(Duration::from_millis(10));
            !self.board.text().is_some_and(|text| text.contains(MARK))
        })
        .await;
        for (entry, removed) in &lock(&self.removed).clone() {
            assert!(!removed || !self.keyring.holds(entry), "run {seed}: {entry} was reported as removed");
        }
        self.connections.lock();
        let state = lock(&self.connections.state);
        assert!(state.current.is_none() && state.pasted.is_none(), "run {seed}");
        drop(state);
        for session in lock(&self.sessions).iter() {
            assert!(session.upgrade().is_none(), "run {seed}: a session is alive");
        }
        self.connections.close();
    }
}

fn is_closed(session: &Session) -> bool {
    session.closed().is_cancelled() && session.client().is_err()
}

/// What goes on at once: some steps wait for others, most overlap.
async fn run(seed: u64, server: &raw::Server) {
    let mut random = StdRng::seed_from_u64(seed);
    let run = Run::new(seed, server);
    let mut steps = JoinSet::new();
    // Somebody is signed in, or nothing much would happen.
    Arc::clone(&run).step(0, seed as usize).await;
    for _ in 0..STEPS {
        steps.spawn(Arc::clone(&run).step(random.random_range(0..24), random.random_range(0..1000)));
        match random.random_range(0..4_u32) {
            0 => tokio::task::yield_now().await,
            1 => tokio::time::sleep(Duration::from_micros(random.random_range(0..500))).await,
            2 => drop(tokio::time::timeout(Duration::from_millis(2), steps.join_next()).await),
            _ => {}
        }
    }
    // In every second run the app quits while some of it is in progress.
    if seed.is_multiple_of(2) {
        run.connections.close();
    }
    let rest = async { while steps.join_next().await.is_some_and(|step| step.is_ok()) {} };
    tokio::time::timeout(Duration::from_secs(20), rest).await.expect("everything ends");
    run.check(seed).await;
}

#[test]
fn t3_nothing_outlives_its_session_in_any_order() {
    let runs = std::env::var("INTERLEAVINGS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    // Half of the time of a run is waiting.
    let threads = 2 * std::thread::available_parallelism().map_or(2, |threads| threads.get() as u64);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                // Steps overlap within their synchronous parts, too.
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(2)
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async {
                    let server = server().await;
                    for seed in (thread..runs).step_by(threads as usize) {
                        run(seed, &server).await;
                    }
                    server.until("every connection is closed", |seen| seen.left == seen.connections).await;
                });
            });
        }
    });
}
