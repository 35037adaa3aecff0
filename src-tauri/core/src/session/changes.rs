//! What has changed in a list since somebody last looked at it. The last look stays what it was until the changes have been seen;
//! what is done in this app is not news, and is added to it at once.

mod comparison;

use std::{
    collections::HashSet,
    io,
    sync::{Arc, Mutex},
};

use calyptia_api::{ListedToken, TokenId};
use calyptia_catalog::AccessBits;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::comparison::Comparison;
use super::{Kind, Session, list::OpenList};
use crate::{
    lock::lock,
    messages::{ListChanges, Problem},
    snapshots::{Snapshot, Snapshots, Subject, changed, gone, push_token},
};

/// The longest list that is compared.
const MAX_TOKENS: usize = 2_000_000;
/// How many tokens are compared while the list is locked, and how many are written.
const CHUNK: usize = 1_000;

/// What a session knows of the last looks at its projects, and adds to them.
pub(super) struct Looks {
    snapshots: Arc<Snapshots>,
    connection: Uuid,
    server: String,
    closed: CancellationToken,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    /// What this app changed and is not on the disk yet.
    pending: Vec<Note>,
    /// Whether a thread is about to write them.
    is_scheduled: bool,
    /// The tokens that it has changed since the list was last compared.
    own: HashSet<TokenId>,
}

impl Notes {
    fn take(&mut self, project: Uuid) -> Vec<Note> {
        self.pending.extract_if(.., |note| note.project == project).collect()
    }
}

struct Note {
    project: Uuid,
    record: Vec<u8>,
}

/// The changes that were shown, until they have been seen.
pub(super) struct Compared {
    number: u64,
    project: Uuid,
    generation: u64,
    lacks_rows: bool,
    seen: Seen,
}

enum Seen {
    /// What becomes of single tokens in the snapshot.
    Changes(Vec<(TokenId, Vec<u8>)>),
    /// The same of those that are listed. There are others, but the list lacks rows and cannot be written.
    Listed(Vec<(TokenId, Vec<u8>)>),
    /// So many that the whole list is written.
    Everything,
}

impl Looks {
    pub(super) fn new(
        snapshots: Arc<Snapshots>,
        connection: Uuid,
        server: &str,
        closed: CancellationToken,
    ) -> Self {
        Self { snapshots, connection, server: server.to_owned(), closed, notes: Mutex::default() }
    }

    fn snapshot(&self, project: Uuid) -> Option<Snapshot<'_>> {
        self.snapshots.of(self.connection, Subject { server: &self.server, project })
    }

    /// Adds what this app did to the last look.
    fn note(self: &Arc<Self>, project: Uuid, id: &TokenId, record: Vec<u8>) {
        let mut notes = lock(&self.notes);
        notes.pending.push(Note { project, record });
        notes.own.insert(id.clone());
        if std::mem::replace(&mut notes.is_scheduled, true) {
            return;
        }
        drop(notes);
        let looks = Arc::clone(self);
        // Nobody waits for the disk. Notes are written in their order, whoever comes first.
        tokio::task::spawn_blocking(move || {
            while let Some(project) = looks.next_due() {
                match looks.snapshot(project) {
                    Some(snapshot) => looks.write_notes(&snapshot, project),
                    None => drop(looks.take_notes(project)),
                }
            }
        });
    }

    fn next_due(&self) -> Option<Uuid> {
        let mut notes = lock(&self.notes);
        let project = notes.pending.first().map(|note| note.project);
        notes.is_scheduled = project.is_some();
        project
    }

    fn take_notes(&self, project: Uuid) -> Vec<Note> {
        lock(&self.notes).take(project)
    }

    fn write_notes(&self, snapshot: &Snapshot<'_>, project: Uuid) {
        self.append_notes(snapshot, &self.take_notes(project));
    }

    fn append_notes(&self, snapshot: &Snapshot<'_>, notes: &[Note]) {
        if self.closed.is_cancelled() {
            return;
        }
        if let Err(error) = snapshot.append(notes.iter().map(|note| &note.record)) {
            tracing::warn!("a snapshot was not updated: {}", error.kind());
        }
    }

    /// Compares a complete list with the last look at it. `None` if nothing is to be reported.
    fn compare(
        &self,
        list: &OpenList,
        project: Uuid,
        stop: &CancellationToken,
    ) -> io::Result<Option<(Compared, ListChanges)>> {
        let Some(snapshot) = self.snapshot(project) else { return Ok(None) };
        let notes = {
            let mut notes = lock(&self.notes);
            notes.own.clear();
            notes.take(project)
        };
        self.append_notes(&snapshot, &notes);
        let size = list.read_complete(project, None, |catalog, lacks_rows| {
            (catalog.len(), catalog.places(), lacks_rows)
        });
        let Some((generation, (count, places, lacks_rows))) =
            size.filter(|(_, (count, ..))| *count <= MAX_TOKENS)
        else {
            return Ok(None);
        };
        let compared = snapshot.read().map(|reading| {
            let comparison = Comparison::new(list, project, generation, places, lacks_rows);
            comparison.run(reading, stop)
        });
        let comparison = match compared {
            Some(Ok(comparison)) => comparison,
            // A first look, or one in a damaged file.
            None => return self.write(&snapshot, list, (project, generation, count), stop).map(|()| None),
            Some(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                return self.write(&snapshot, list, (project, generation, count), stop).map(|()| None);
            }
            Some(Err(error)) => return Err(error),
        };
        let (compared, changes) = comparison.finish(&lock(&self.notes).own);
        if changes.changes.is_empty() {
            // Nobody has seen whether the tokens in the missing rows have changed.
            return if lacks_rows { Ok(None) } else { snapshot.touch().map(|()| None) };
        }
        Ok(Some((compared, changes)))
    }

    /// Writes the list as what somebody has seen now, unless it lacks rows: their tokens would be new at the next look.
    fn write(
        &self,
        snapshot: &Snapshot<'_>,
        list: &OpenList,
        (project, generation, count): (Uuid, u64, usize),
        stop: &CancellationToken,
    ) -> io::Result<()> {
        let mut from = 0;
        let mut written = 0;
        snapshot.write(|buffer| {
            if stop.is_cancelled() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let copied = list.read_complete(project, Some(generation), |catalog, lacks_rows| {
                if lacks_rows {
                    return None;
                }
                let until = catalog.places().min(from + CHUNK);
                for known in (from..until).filter_map(|place| catalog.known(place)) {
                    push_token(buffer, &known.id, known.name, known.access);
                    written += 1;
                }
                from = until;
                Some(until < catalog.places())
            });
            copied.and_then(|(_, more)| more).ok_or_else(|| io::ErrorKind::Interrupted.into())
        })?;
        tracing::debug!("a snapshot of {written} of {count} tokens was written");
        Ok(())
    }

    /// False if changes are left that could not be marked.
    fn mark_seen(&self, list: &OpenList, compared: Compared, stop: &CancellationToken) -> io::Result<bool> {
        let Compared { project, generation, lacks_rows, seen, .. } = compared;
        let Some(snapshot) = self.snapshot(project) else { return Ok(true) };
        self.write_notes(&snapshot, project);
        if stop.is_cancelled() {
            return Ok(true);
        }
        let is_all = !matches!(seen, Seen::Listed(_));
        match seen {
            Seen::Changes(changes) | Seen::Listed(changes) => {
                // Of a token that was changed here since, the snapshot knows more.
                let own = lock(&self.notes).own.clone();
                let news = changes.iter().filter(|(id, _)| !own.contains(id)).map(|(_, record)| record);
                snapshot.append(news)?;
                if !lacks_rows {
                    snapshot.touch()?;
                }
            }
            Seen::Everything => {
                let count = list.read_complete(project, Some(generation), |catalog, _| catalog.len());
                let Some((_, count)) = count else { return Ok(true) };
                self.write(&snapshot, list, (project, generation, count), stop)?;
            }
        }
        Ok(is_all)
    }
}

impl Session {
    /// What has changed in the open list since the last look at it. `None` if nothing has, if that is not known, or if the person does
    /// not want to be shown it. A first look is noted.
    ///
    /// # Errors
    /// If the session is closed, or a newer call takes the place of this one.
    pub async fn what_changed(&self, project: Uuid) -> Result<Option<ListChanges>, Problem> {
        lock(&self.state).compared = None;
        let found = self
            .in_snapshot(Kind::Compare, move |looks, list, stop| looks.compare(list, project, stop))
            .await?
            .flatten();
        let Some((mut compared, mut changes)) = found else { return Ok(None) };
        let mut state = lock(&self.state);
        state.comparisons += 1;
        changes.number = state.comparisons;
        compared.number = state.comparisons;
        // A closed session keeps nothing.
        if state.client.is_some() {
            state.compared = Some(compared);
        }
        Ok(Some(changes))
    }

    /// Notes that the changes which [`Self::what_changed`] returned with this number have been seen. False if there may be others to
    /// show: a newer comparison has replaced that one, or not all of its changes could be marked.
    ///
    /// # Errors
    /// If the session is closed.
    pub async fn mark_changes_seen(&self, project: Uuid, number: u64) -> Result<bool, Problem> {
        let compared = lock(&self.state)
            .compared
            .take_if(|compared| compared.project == project && compared.number == number);
        let Some(compared) = compared else { return Ok(false) };
        let done = self
            .in_snapshot(Kind::MarkSeen, move |looks, list, stop| looks.mark_seen(list, compared, stop))
            .await?;
        Ok(done.unwrap_or(true))
    }

    /// Works on the disk, in a thread that may wait for it. `None` if that failed: a list is as good without.
    async fn in_snapshot<T: Send + 'static>(
        &self,
        kind: Kind,
        work: impl FnOnce(&Looks, &OpenList, &CancellationToken) -> io::Result<T> + Send + 'static,
    ) -> Result<Option<T>, Problem> {
        let Some(looks) = self.looks.clone() else { return Ok(None) };
        let list = Arc::clone(&self.list);
        self.run(kind, async move {
            let stop = CancellationToken::new();
            let _stops = stop.clone().drop_guard();
            let done = tokio::task::spawn_blocking(move || work(&looks, &list, &stop)).await;
            Ok(match done {
                Ok(Ok(done)) => Some(done),
                // It was stopped, or another list was opened: whoever did that asks again.
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => None,
                Ok(Err(error)) => {
                    tracing::warn!("the last look at a list cannot be used: {}", error.kind());
                    None
                }
                Err(_) => None,
            })
        })
        .await
    }

    /// Adds a new token to its project's list, if that is open.
    pub(super) fn note_added(&self, project: Uuid, token: &ListedToken) {
        self.list.add(project, token);
        self.note(Some(project), &token.id, || record_of(token));
    }

    /// Replaces a token in the list.
    pub(super) fn note_updated(&self, token: &ListedToken) {
        self.note(self.list.update(token), &token.id, || record_of(token));
    }

    /// Removes a token from the list.
    pub(super) fn note_removed(&self, id: &TokenId) {
        self.note(self.list.remove(id), id, || gone(id));
    }

    fn note(&self, project: Option<Uuid>, id: &TokenId, record: impl FnOnce() -> Vec<u8>) {
        if let (Some(project), Some(looks)) = (project, &self.looks) {
            looks.note(project, id, record());
        }
    }
}

fn record_of(token: &ListedToken) -> Vec<u8> {
    changed(&token.id, &token.name, AccessBits::of(token.permissions.as_deref()))
}
