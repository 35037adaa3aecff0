//! Compares the open list with a snapshot of it, a part at a time.

use std::{collections::HashSet, io};

use calyptia_api::TokenId;
use calyptia_catalog::{AccessBits, AccessChange, Catalog};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{CHUNK, Compared, Seen};
use crate::{
    messages::{ChangeKind, ListChange, ListChanges, Row, RowAccess},
    session::list::OpenList,
    snapshots::{Reading, SeenToken, changed, gone},
};

/// The most changes of one kind that are listed. Beyond that only their number is known.
const MAX_LISTED: usize = 500;

/// A list that is being compared. The page can use it meanwhile: it is locked for a chunk at a time.
pub(super) struct Comparison<'l> {
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
    pub(super) fn new(
        list: &'l OpenList,
        project: Uuid,
        generation: u64,
        places: usize,
        lacks_rows: bool,
    ) -> Self {
        let known = vec![0; places.div_ceil(64)];
        Self { list, project, generation, lacks_rows, known, since: None, found: <[Found; 5]>::default() }
    }

    /// # Errors
    /// `InvalidData` if the snapshot is damaged, `Interrupted` if this was stopped or another list has taken the place of this one.
    pub(super) fn run(mut self, mut reading: Reading, stop: &CancellationToken) -> io::Result<Self> {
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
    pub(super) fn finish(self, own: &HashSet<TokenId>) -> (Compared, ListChanges) {
        let Self { project, generation, since, lacks_rows, mut found, .. } = self;
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
        let seen = match (is_complete, lacks_rows) {
            (true, _) => Seen::Changes(seen),
            (false, false) => Seen::Everything,
            (false, true) => Seen::Listed(seen),
        };
        // The session numbers them.
        let number = 0;
        (
            Compared { number, project, generation, lacks_rows, seen },
            ListChanges { number, since, raised, new, gone, lowered, renamed, changes },
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
