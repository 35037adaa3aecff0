//! What has changed in a list since somebody last looked at it. The last look stays what it was until the changes have been seen;
//! what is done in this app is not news, and is added to it at once.

use std::{
    collections::HashSet,
    io,
    sync::{Arc, Mutex},
};

use calyptia_api::{ListedToken, TokenId};
use calyptia_catalog::{AccessBits, AccessChange, Catalog};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Kind, Session, list::OpenList};
use crate::{
    lock::lock,
    messages::{ChangeKind, ListChange, ListChanges, Problem, Row, RowAccess},
    snapshots::{Reading, SeenToken, Snapshot, Snapshots, Subject, changed, gone, push_token},
};

/// The longest list that is compared.
const MAX_TOKENS: usize = 1_000_000;
/// The most changes of one kind that are listed. Beyond that only their number is known.
const MAX_LISTED: usize = 500;
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
    project: Uuid,
    generation: u64,
    seen: Seen,
}

enum Seen {
    /// What becomes of single tokens in the snapshot.
    Changes(Vec<(TokenId, Vec<u8>)>),
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
            return snapshot.touch().map(|()| None);
        }
        Ok(Some((compared, changes)))
    }

    /// Writes the list as what somebody has seen now.
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
            let copied = list.read_complete(project, Some(generation), |catalog, _| {
                let until = catalog.places().min(from + CHUNK);
                for known in (from..until).filter_map(|place| catalog.known(place)) {
                    push_token(buffer, &known.id, known.name, known.access);
                    written += 1;
                }
                from = until;
                until < catalog.places()
            });
            let (_, more) = copied.ok_or(io::ErrorKind::Interrupted)?;
            Ok(more)
        })?;
        tracing::debug!("a snapshot of {written} of {count} tokens was written");
        Ok(())
    }

    fn mark_seen(&self, list: &OpenList, compared: Compared, stop: &CancellationToken) -> io::Result<()> {
        let Compared { project, generation, seen } = compared;
        let Some(snapshot) = self.snapshot(project) else { return Ok(()) };
        self.write_notes(&snapshot, project);
        if stop.is_cancelled() {
            return Ok(());
        }
        match seen {
            Seen::Changes(changes) => {
                // Of a token that was changed here since, the snapshot knows more.
                let own = lock(&self.notes).own.clone();
                let news = changes.iter().filter(|(id, _)| !own.contains(id)).map(|(_, record)| record);
                snapshot.append(news)?;
                snapshot.touch()
            }
            Seen::Everything => {
                let count = list.read_complete(project, Some(generation), |catalog, _| catalog.len());
                let Some((_, count)) = count else { return Ok(()) };
                self.write(&snapshot, list, (project, generation, count), stop)
            }
        }
    }
}

/// A list that is being compared. The page can use it meanwhile: it is locked for a chunk at a time.
struct Comparison<'l> {
    list: &'l OpenList,
    project: Uuid,
    generation: u64,
    lacks_rows: bool,
    /// A bit for each place in the list whose token was there at the last look.
    known: Vec<u64>,
    since: Option<i64>,
    /// By kind, in the order of [`ChangeKind`].
    found: [Found; 5],
}

/// The changes of one kind.
#[derive(Default)]
struct Found {
    count: usize,
    listed: Vec<(TokenId, Vec<u8>, ListChange)>,
}

impl<'l> Comparison<'l> {
    fn new(list: &'l OpenList, project: Uuid, generation: u64, places: usize, lacks_rows: bool) -> Self {
        let known = vec![0; places.div_ceil(64)];
        Self { list, project, generation, lacks_rows, known, since: None, found: <[Found; 5]>::default() }
    }

    /// # Errors
    /// `InvalidData` if the snapshot is damaged, `Interrupted` if this was stopped or another list has taken the place of this one.
    fn run(mut self, mut reading: Reading, stop: &CancellationToken) -> io::Result<Self> {
        self.since = reading.time();
        loop {
            let before = reading.next(CHUNK)?;
            self.in_list(stop, |this, catalog| {
                before.iter().for_each(|token| this.compare(catalog, token));
            })?;
            if before.len() < CHUNK {
                break;
            }
        }
        let mut from = 0;
        while self.in_list(stop, |this, catalog| {
            let until = catalog.places().min(from + CHUNK);
            (from..until).for_each(|place| this.look_for_new(catalog, place));
            from = until;
            until < catalog.places()
        })? {}
        Ok(self)
    }

    fn in_list<T>(
        &mut self,
        stop: &CancellationToken,
        look: impl FnOnce(&mut Self, &Catalog) -> T,
    ) -> io::Result<T> {
        if stop.is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let list = self.list;
        let looked =
            list.read_complete(self.project, Some(self.generation), |catalog, _| look(self, catalog));
        looked.map(|(_, looked)| looked).ok_or_else(|| io::ErrorKind::Interrupted.into())
    }

    fn compare(&mut self, catalog: &Catalog, before: &SeenToken) {
        let place = catalog.place(&before.id);
        let Some((place, now)) = place.and_then(|place| Some((place, catalog.known(place)?))) else {
            if !self.lacks_rows {
                self.add(ChangeKind::Gone, &before.id, || {
                    (gone(&before.id), describe(ChangeKind::Gone, Some(before), None))
                });
            }
            return;
        };
        if place / 64 >= self.known.len() {
            self.known.resize(place / 64 + 1, 0);
        }
        self.known[place / 64] |= 1 << (place % 64);
        let kind = match now.access.change_from(before.access) {
            Some(AccessChange::Raised) => ChangeKind::Raised,
            Some(AccessChange::Lowered) => ChangeKind::Lowered,
            None if now.name != before.name => ChangeKind::Renamed,
            None => return,
        };
        self.add(kind, &before.id, || {
            let row = catalog.find(&before.id).map(Row::from);
            (changed(&now.id, now.name, now.access), describe(kind, Some(before), row))
        });
    }

    fn look_for_new(&mut self, catalog: &Catalog, place: usize) {
        let is_known = self.known.get(place / 64).is_some_and(|bits| bits & (1 << (place % 64)) != 0);
        let Some(now) = catalog.known(place).filter(|_| !is_known) else { return };
        self.add(ChangeKind::New, &now.id, || {
            let row = catalog.find(&now.id).map(Row::from);
            (changed(&now.id, now.name, now.access), describe(ChangeKind::New, None, row))
        });
    }

    fn add(&mut self, kind: ChangeKind, id: &TokenId, describe: impl FnOnce() -> (Vec<u8>, ListChange)) {
        let found = &mut self.found[kind as usize];
        found.count += 1;
        if found.listed.len() < MAX_LISTED {
            let (record, change) = describe();
            found.listed.push((id.clone(), record, change));
        }
    }

    /// Without the tokens that were changed here meanwhile.
    fn finish(self, own: &HashSet<TokenId>) -> (Compared, ListChanges) {
        let Self { project, generation, since, mut found, .. } = self;
        for found in &mut found {
            let listed = found.listed.len();
            found.listed.retain(|(id, ..)| !own.contains(id));
            found.count -= listed - found.listed.len();
        }
        let [raised, new, gone, lowered, renamed] = found.each_ref().map(|found| found.count);
        let is_complete = found.iter().all(|found| found.count == found.listed.len());
        let (mut seen, mut changes) = (Vec::new(), Vec::new());
        for (id, record, change) in found.into_iter().flat_map(|found| found.listed) {
            seen.push((id, record));
            changes.push(change);
        }
        let seen = if is_complete { Seen::Changes(seen) } else { Seen::Everything };
        (
            Compared { project, generation, seen },
            ListChanges { since, raised, new, gone, lowered, renamed, changes },
        )
    }
}

fn describe(kind: ChangeKind, before: Option<&SeenToken>, now: Option<Row>) -> ListChange {
    let (duplicate_name, id, name, after) = match now {
        Some(Row { id, name, duplicate_name, access, .. }) => (duplicate_name, id, Some(name), Some(access)),
        None => (false, before.map(|before| before.id.to_string()).unwrap_or_default(), None, None),
    };
    let previous_name = before.map(|before| before.name.clone());
    let name = name.or_else(|| previous_name.clone()).unwrap_or_default();
    ListChange {
        kind,
        id,
        duplicate_name,
        previous_name: previous_name.filter(|previous| *previous != name),
        name,
        before: before.map(|before| row_access(before.access)),
        had_others: before.is_some_and(|before| before.access.has_others() && !before.access.is_full()),
        after,
    }
}

fn row_access(access: AccessBits) -> RowAccess {
    if !access.is_readable() {
        RowAccess::Unreadable
    } else if access.is_full() {
        RowAccess::Full { named: access.known().next().is_some(), others: Vec::new() }
    } else {
        RowAccess::Some { permissions: access.known().map(ToString::to_string).collect() }
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
        let Some((compared, changes)) = found else { return Ok(None) };
        let mut state = lock(&self.state);
        // A closed session keeps nothing.
        if state.client.is_some() {
            state.compared = Some(compared);
        }
        Ok(Some(changes))
    }

    /// Notes that the changes which [`Self::what_changed`] returned last have been seen.
    ///
    /// # Errors
    /// If the session is closed.
    pub async fn mark_changes_seen(&self, project: Uuid) -> Result<(), Problem> {
        let compared = lock(&self.state).compared.take().filter(|compared| compared.project == project);
        let Some(compared) = compared else { return Ok(()) };
        self.in_snapshot(Kind::MarkSeen, move |looks, list, stop| looks.mark_seen(list, compared, stop))
            .await?;
        Ok(())
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
