//! What callers do at random, what they were promised, and what the keyring holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::RngExt;
use rand::rngs::StdRng;
use secrecy::SecretString;

use super::ACCOUNT;
use super::in_flight::{Answered, InFlight};
use super::store::{Fault, Op};
use crate::queue::{PendingWrite, RequestQueue};
use crate::vault::Vault;

/// What the worker is doing.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Handling {
    Nothing,
    Read,
    /// The write with this number.
    Write(u64),
    Delete,
    Repair,
}

/// A change of the head, in the order in which the store made them.
enum Change {
    Write(u64),
    External(String),
    Deletion,
}

struct Write {
    id: u64,
    text: String,
    /// Neither cancelled, failed nor dropped.
    stands: bool,
}

/// How often what the test is about has happened.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    committed: usize,
    dropped: usize,
    cancelled: usize,
    failed: usize,
    deleted: usize,
    read: usize,
}

impl Counts {
    pub fn add(&mut self, other: Self) {
        self.committed += other.committed;
        self.dropped += other.dropped;
        self.cancelled += other.cancelled;
        self.failed += other.failed;
        self.deleted += other.deleted;
        self.read += other.read;
    }

    pub fn all_happened(&self) -> bool {
        let counts = [self.committed, self.dropped, self.cancelled, self.failed, self.deleted, self.read];
        counts.iter().all(|count| *count > 1_000)
    }
}

pub(super) struct Callers {
    rng: StdRng,
    connection: Option<(Vault, Arc<RequestQueue>)>,
    in_flight: Vec<(u64, InFlight)>,
    pending: Vec<(u64, PendingWrite)>,
    pub entries: BTreeMap<String, Vec<u8>>,
    pub max_entry_bytes: Option<usize>,
    changes: Vec<Change>,
    writes: Vec<Write>,
    handling: Handling,
    /// What a read was allowed to find since it began.
    readable: Vec<Option<String>>,
    /// A deletion was reported as done, and nothing was written since.
    proven_empty: bool,
    fault_rate: f64,
    calm: bool,
    externals: usize,
    pub violation: Option<String>,
    pub counts: Counts,
}

impl Callers {
    pub fn new(mut rng: StdRng, max_entry_bytes: Option<usize>) -> Self {
        let fault_rate = [0.0, 0.05, 0.25][rng.random_range(0..3)];
        Self {
            rng,
            connection: None,
            in_flight: Vec::new(),
            pending: Vec::new(),
            entries: BTreeMap::new(),
            max_entry_bytes,
            changes: Vec::new(),
            writes: Vec::new(),
            handling: Handling::Nothing,
            readable: Vec::new(),
            proven_empty: false,
            fault_rate,
            calm: false,
            externals: 0,
            violation: None,
            counts: Counts::default(),
        }
    }

    pub fn connect(&mut self, vault: Vault, queue: Arc<RequestQueue>) {
        self.connection = Some((vault, queue));
    }

    pub fn disconnect(&mut self) {
        self.in_flight.clear();
        self.pending.clear();
        self.connection = None;
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.rng.random_bool(probability)
    }

    pub fn act(&mut self) {
        if self.calm {
            return;
        }
        match self.rng.random_range(0..12) {
            0 => self.submit_read(),
            1..=3 => self.submit_write(),
            4 => self.submit_delete(),
            5 => self.cancel_one(),
            6 | 7 => self.decide_one(true),
            8 | 9 => self.decide_one(false),
            10 => self.external_change(),
            _ => {}
        }
        if self.handling == Handling::Read {
            self.readable.push(self.expected());
        }
    }

    pub fn submit_read(&mut self) {
        let (vault, _) = self.connection.clone().unwrap();
        self.submit(InFlight::Read(Box::pin(async move { vault.read(ACCOUNT).await })));
    }

    pub fn submit_delete(&mut self) {
        let (vault, _) = self.connection.clone().unwrap();
        self.submit(InFlight::Delete(Box::pin(async move { vault.delete(ACCOUNT).await })));
    }

    pub fn submit_write(&mut self) {
        let (vault, _) = self.connection.clone().unwrap();
        // Few values, so that different writes often write the same.
        let text = ["a".to_owned(), "b".to_owned(), "c".repeat(200), "d".repeat(400)]
            [self.rng.random_range(0..4)]
        .clone();
        let secret = SecretString::from(text.as_str());
        let id = self.submit(InFlight::Write(Box::pin(async move { vault.write(ACCOUNT, secret).await })));
        self.writes.push(Write { id, text, stands: true });
    }

    fn submit(&mut self, mut request: InFlight) -> u64 {
        assert!(request.poll().is_none(), "nobody has handled it");
        let id = self.connection.as_ref().unwrap().1.last_id();
        self.in_flight.push((id, request));
        id
    }

    fn cancel_one(&mut self) {
        if !self.in_flight.is_empty() {
            let index = self.rng.random_range(0..self.in_flight.len());
            self.cancel(index);
        }
    }

    fn cancel(&mut self, index: usize) {
        let (id, request) = self.in_flight.swap_remove(index);
        drop(request);
        self.counts.cancelled += 1;
        self.fall(id);
    }

    /// Commits one write, or drops it.
    fn decide_one(&mut self, commit: bool) {
        if self.pending.is_empty() {
            return;
        }
        let index = self.rng.random_range(0..self.pending.len());
        let (id, write) = self.pending.swap_remove(index);
        if commit {
            write.commit();
            self.counts.committed += 1;
        } else {
            drop(write);
            self.counts.dropped += 1;
            self.fall(id);
        }
    }

    pub fn decide_all(&mut self) {
        while !self.pending.is_empty() {
            let commit = self.chance(0.5);
            self.decide_one(commit);
        }
    }

    fn fall(&mut self, id: u64) {
        if let Some(write) = self.writes.iter_mut().find(|write| write.id == id) {
            write.stands = false;
        }
    }

    /// Another program changes the entry. Not in the middle of a request: nothing can be promised then.
    fn external_change(&mut self) {
        if self.handling != Handling::Nothing {
            return;
        }
        if self.chance(0.3) {
            self.entries.remove(ACCOUNT);
            self.changes.push(Change::Deletion);
        } else {
            self.externals += 1;
            let text = format!("external {}", self.externals);
            self.entries.insert(ACCOUNT.to_owned(), text.clone().into_bytes());
            self.changes.push(Change::External(text));
            self.proven_empty = false;
        }
    }

    /// What the account should read as: the newest change that stands.
    fn expected(&self) -> Option<String> {
        self.changes
            .iter()
            .rev()
            .find_map(|change| match change {
                Change::Deletion => Some(None),
                Change::External(text) => Some(Some(text.clone())),
                Change::Write(id) => {
                    let write = self.writes.iter().find(|write| write.id == *id).unwrap();
                    write.stands.then(|| Some(write.text.clone()))
                }
            })
            .flatten()
    }

    pub fn begin(&mut self, handling: Handling) {
        self.handling = handling;
        self.readable = vec![self.expected()];
    }

    /// Takes the answer of a request that was handled, if its caller is still there.
    pub fn finish(&mut self, id: u64) {
        self.handling = Handling::Nothing;
        let Some(index) = self.in_flight.iter().position(|(in_flight, _)| *in_flight == id) else {
            return;
        };
        if !self.calm && self.chance(0.1) {
            // Answered, but the caller goes without taking the answer.
            return self.cancel(index);
        }
        let (_, mut request) = self.in_flight.swap_remove(index);
        match request.poll().expect("it was handled") {
            Answered::Read(Ok(found)) => {
                self.counts.read += 1;
                if !self.readable.contains(&found) {
                    let message = format!("read {found:?} instead of one of {:?}", self.readable);
                    self.violation.get_or_insert(message);
                }
            }
            Answered::Write(Ok(write)) => self.pending.push((id, write)),
            Answered::Delete(Ok(())) => {
                self.counts.deleted += 1;
                self.changes.push(Change::Deletion);
                self.proven_empty = true;
                if !self.entries.is_empty() {
                    let message = format!("reported as deleted: {:?}", self.accounts());
                    self.violation.get_or_insert(message);
                }
            }
            Answered::Write(Err(_)) => {
                self.counts.failed += 1;
                self.fall(id);
            }
            Answered::Read(Err(_)) | Answered::Delete(Err(_)) => self.counts.failed += 1,
        }
    }

    /// From here on the store works and nobody acts on their own.
    pub fn calm_down(&mut self) {
        self.fault_rate = 0.0;
        self.calm = true;
    }

    pub fn check_entry(&mut self, seed: u64) {
        let head = self.entries.get(ACCOUNT).map(|bytes| String::from_utf8(bytes.clone()).unwrap());
        let expected = self.expected();
        // The read before this has checked what pieces are read as.
        if !head.as_ref().is_some_and(|head| head.starts_with('\u{1}')) {
            assert_eq!(head, expected, "seed {seed}");
        }
    }

    pub fn accounts(&self) -> Vec<String> {
        self.entries.keys().cloned().collect()
    }
}

// For the store.
impl Callers {
    pub fn fault(&mut self, op: Op) -> Option<Fault> {
        let rate = self.fault_rate;
        self.chance(rate).then(|| Fault::random(&mut self.rng, op, self.handling == Handling::Delete))
    }

    pub fn set(&mut self, account: &str, bytes: &[u8]) -> keyring::Result<()> {
        if let Some(max) = self.max_entry_bytes.filter(|max| bytes.len() > *max) {
            return Err(keyring::Error::TooLong("secret".into(), u32::try_from(max).unwrap()));
        }
        match self.handling {
            Handling::Write(id) => {
                self.proven_empty = false;
                if account == ACCOUNT {
                    self.changes.push(Change::Write(id));
                }
            }
            _ if self.proven_empty => {
                self.violation.get_or_insert(format!("{account} is back after its deletion"));
            }
            _ => {}
        }
        self.entries.insert(account.to_owned(), bytes.to_vec());
        Ok(())
    }

    pub fn delete(&mut self, account: &str) -> keyring::Result<()> {
        let deleted = self.entries.remove(account).map(drop).ok_or(keyring::Error::NoEntry);
        if deleted.is_ok() && account == ACCOUNT && self.handling == Handling::Delete {
            self.changes.push(Change::Deletion);
        }
        deleted
    }
}
