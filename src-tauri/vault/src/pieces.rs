//! How one secret lies in the store's entries: whole where it fits, in pieces behind a manifest where it does not.
//!
//! The entry named by the account is the head. Replacing it is one operation of the store, and the only one that
//! changes what the account reads as; all others touch entries nobody reads yet, or any more. What may have to be swept
//! up after a crash is written down first, in an entry of its own, and swept at the next change.

use std::collections::HashMap;

use keyring::{CredentialStore, Entry, Error};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::SERVICE;
use crate::error::{Fault, Health, VaultError};
use crate::platform::Modifiers;

/// Secret bytes, wiped when dropped.
pub(crate) type Bytes = Zeroizing<Vec<u8>>;

/// Opens a manifest. No header value may hold a control character, so no bearer begins like this.
const MARK: &str = "\u{1}calyptia-tokens/pieces/1 ";

/// More than any bearer; a manifest that names more is damaged, and not worth the memory it asks for.
const MOST_PIECES: usize = 1024;
const MOST_BYTES: usize = 1 << 20;

/// The store as one piece of work sees it: operations by account, each of which first asks whether to go on.
pub(crate) struct Shelf<'a> {
    pub store: &'a CredentialStore,
    pub limit: Option<usize>,
    pub modifiers: Modifiers,
    pub halted: &'a dyn Fn() -> bool,
}

impl Shelf<'_> {
    fn entry(&self, account: &str) -> Result<Entry, Fault> {
        if (self.halted)() {
            return Err(Fault::halted());
        }
        let modifiers = (self.modifiers)(account);
        let modifiers: HashMap<&str, &str> =
            modifiers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let modifiers = (!modifiers.is_empty()).then_some(&modifiers);
        Ok(self.store.build(SERVICE, account, modifiers)?)
    }

    fn get(&self, account: &str) -> Result<Option<Bytes>, Fault> {
        match self.entry(account)?.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// As `get`, for work that replaces or removes an entry and so need not understand it: one the store itself finds
    /// malformed counts as there and empty.
    fn get_any(&self, account: &str) -> Result<Option<Bytes>, Fault> {
        match self.get(account) {
            Err(fault) if fault.error == VaultError::Unrecognised => Ok(Some(Bytes::default())),
            found => found,
        }
    }

    fn set(&self, account: &str, bytes: &[u8]) -> Result<(), Fault> {
        Ok(self.entry(account)?.set_secret(bytes)?)
    }

    fn remove(&self, account: &str) -> Result<(), Fault> {
        match self.entry(account)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a secret must be split: too long, or so odd that it would read as a manifest.
    fn splits(&self, secret: &[u8]) -> bool {
        self.limit.is_some_and(|limit| secret.len() > limit) || secret.starts_with(MARK.as_bytes())
    }

    fn remove_pieces(&self, account: &str, pieces: &Pieces) -> Result<(), Fault> {
        (0..pieces.count).try_for_each(|index| self.remove(&pieces.account(account, index)))
    }
}

/// The entries one long secret was split over. Fresh for every write, so pieces of two writes never meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pieces {
    generation: Uuid,
    count: usize,
}

impl Pieces {
    fn account(&self, account: &str, index: usize) -> String {
        format!("{account}#{}.{index}", self.generation.simple())
    }

    fn parse(words: &mut std::str::Split<'_, char>) -> Option<Self> {
        let generation = Uuid::try_parse(words.next()?).ok()?;
        let count = words.next()?.parse().ok().filter(|count| (1..=MOST_PIECES).contains(count))?;
        Some(Self { generation, count })
    }

    fn line(&self) -> String {
        format!("{} {}", self.generation.simple(), self.count)
    }
}

/// What the head says when the secret is in pieces.
struct Manifest {
    pieces: Pieces,
    length: usize,
    sum: u64,
}

impl Manifest {
    fn parse(text: &[u8]) -> Option<Self> {
        let mut words = std::str::from_utf8(text).ok()?.strip_prefix(MARK)?.split(' ');
        let pieces = Pieces::parse(&mut words)?;
        let length = words.next()?.parse().ok().filter(|length| *length <= MOST_BYTES)?;
        let sum = u64::from_str_radix(words.next()?, 16).ok()?;
        words.next().is_none().then_some(Self { pieces, length, sum })
    }

    fn text(&self) -> String {
        format!("{MARK}{} {} {:016x}", self.pieces.line(), self.length, self.sum)
    }
}

/// FNV-1a: finds a damaged or foreign piece. It guards against accidents, not against someone who may write here.
fn sum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The entry that names the pieces which may be left over. It holds no secret.
fn journal_account(account: &str) -> String {
    format!("{account}#pieces")
}

fn read_journal(shelf: &Shelf<'_>, account: &str) -> Result<Option<Vec<Pieces>>, Fault> {
    let Some(bytes) = shelf.get_any(&journal_account(account))? else { return Ok(None) };
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    Ok(Some(text.lines().filter_map(|line| Pieces::parse(&mut line.split(' '))).collect()))
}

fn write_journal(shelf: &Shelf<'_>, account: &str, pieces: &[&Pieces]) -> Result<(), Fault> {
    let lines: Vec<String> = pieces.iter().map(|pieces| pieces.line()).collect();
    shelf.set(&journal_account(account), lines.join("\n").as_bytes())
}

/// What the account reads as, given its head.
fn value_of(shelf: &Shelf<'_>, account: &str, head: Option<Bytes>) -> Result<Option<Bytes>, Fault> {
    let Some(head) = head else { return Ok(None) };
    if !head.starts_with(MARK.as_bytes()) {
        return Ok(Some(head));
    }
    let manifest = Manifest::parse(&head).ok_or_else(Fault::unrecognised)?;
    // Reserved whole, or the buffers it outgrows would keep copies nobody wipes.
    let mut value = Zeroizing::new(Vec::with_capacity(manifest.length));
    for index in 0..manifest.pieces.count {
        let piece = shelf.get(&manifest.pieces.account(account, index))?.ok_or_else(Fault::unrecognised)?;
        if value.len() + piece.len() > manifest.length {
            return Err(Fault::unrecognised());
        }
        value.extend_from_slice(&piece);
    }
    if value.len() == manifest.length && sum(&value) == manifest.sum {
        Ok(Some(value))
    } else {
        Err(Fault::unrecognised())
    }
}

/// What the account holds; `None` when there is no entry.
pub(crate) fn read(shelf: &Shelf<'_>, account: &str) -> Result<Option<Bytes>, Fault> {
    let head = shelf.get(account)?;
    value_of(shelf, account, head)
}

/// How far a write came, and what it takes to undo it.
#[derive(Default)]
pub(crate) struct Progress {
    /// What the account held before. `None` until that is known; kept from the first of two attempts.
    pub previous: Option<Option<Bytes>>,
    /// The entries the new value was split over.
    pub pieces: Option<Pieces>,
    /// Whether anything was written at all.
    pub touched: bool,
    /// Whether entries are left to sweep.
    pub untidy: bool,
}

/// Puts `secret` in place of what the account held. When this returns `Ok`, the head has been replaced; the previous
/// value's pieces are left to [`sweep`].
pub(crate) fn write(
    shelf: &Shelf<'_>,
    account: &str,
    secret: &[u8],
    progress: &mut Progress,
) -> Result<(), Fault> {
    if secret.len() > MOST_BYTES {
        return Err(Fault::new(VaultError::failed("too long for the keyring"), Health::Sound));
    }
    let head = match shelf.get(account) {
        Err(fault) if fault.error == VaultError::Unrecognised => None,
        head => head?,
    };
    let old = head.as_ref().and_then(|head| Manifest::parse(head)).map(|manifest| manifest.pieces);
    if progress.previous.is_none() {
        progress.previous = Some(match value_of(shelf, account, head) {
            // What could not be read cannot be put back either, and must not stand in the way of a new value.
            Err(fault) if fault.error == VaultError::Unrecognised => None,
            value => value?,
        });
    }
    let splits = shelf.splits(secret);
    if shelf.limit.is_some() || splits || old.is_some() {
        // First what an earlier crash left, or this write's journal would make it forgotten.
        sweep(shelf, account, &[])?;
    }
    if !splits {
        if let Some(old) = &old {
            progress.touched = true;
            progress.untidy = true;
            write_journal(shelf, account, &[old])?;
        }
        progress.touched = true;
        return shelf.set(account, secret);
    }

    // A manifest needs no room to speak of, but a store with hardly any room must not make this loop for ever.
    let room = shelf.limit.unwrap_or(secret.len()).max(secret.len().div_ceil(MOST_PIECES)).max(1);
    let new = Pieces { generation: Uuid::new_v4(), count: secret.len().div_ceil(room) };
    progress.pieces = Some(new.clone());
    progress.touched = true;
    progress.untidy = true;
    let all: Vec<&Pieces> = old.iter().chain([&new]).collect();
    write_journal(shelf, account, &all)?;
    for (index, piece) in secret.chunks(room).enumerate() {
        shelf.set(&new.account(account, index), piece)?;
    }
    let manifest = Manifest { pieces: new, length: secret.len(), sum: sum(secret) };
    shelf.set(account, manifest.text().as_bytes())
}

/// Removes every entry the journal or `extra` names which the head does not need, then the journal.
pub(crate) fn sweep(shelf: &Shelf<'_>, account: &str, extra: &[&Pieces]) -> Result<(), Fault> {
    let head = shelf.get_any(account)?;
    let current =
        head.as_ref().and_then(|head| Manifest::parse(head)).map(|manifest| manifest.pieces.generation);
    let journal = read_journal(shelf, account)?;
    for pieces in journal.iter().flatten().chain(extra.iter().copied()) {
        if Some(pieces.generation) != current {
            shelf.remove_pieces(account, pieces)?;
        }
    }
    if journal.is_some() {
        shelf.remove(&journal_account(account))?;
    }
    Ok(())
}

/// Deletes what the account holds, and proves it by a read that finds nothing.
pub(crate) fn delete(shelf: &Shelf<'_>, account: &str) -> Result<(), Fault> {
    let head = shelf.get_any(account)?;
    let old = head.as_ref().and_then(|head| Manifest::parse(head)).map(|manifest| manifest.pieces);
    let in_pieces = shelf.limit.is_some() || old.is_some();
    if in_pieces {
        sweep(shelf, account, &[])?;
    }
    if let Some(old) = &old {
        write_journal(shelf, account, &[old])?;
    }
    if head.is_some() {
        shelf.remove(account)?;
        if shelf.get_any(account)?.is_some() {
            return Err(Fault::new(VaultError::NotDeleted, Health::Sound));
        }
    }
    if let Some(old) = &old {
        sweep(shelf, account, &[])?;
        for index in 0..old.count {
            if shelf.get_any(&old.account(account, index))?.is_some() {
                return Err(Fault::new(VaultError::NotDeleted, Health::Sound));
            }
        }
    }
    Ok(())
}

/// Undoes a change that came too late: where the account still holds what that change left (`wrote`, split over
/// `pieces`), it gets `wanted` instead. A value that someone else put there since stays. `unheaded` are pieces whose
/// head the late change may have replaced. Says how it went if it changed anything.
pub(crate) fn put_back(
    shelf: &Shelf<'_>,
    account: &str,
    wrote: Option<&[u8]>,
    pieces: Option<&Pieces>,
    unheaded: Option<&Pieces>,
    wanted: Option<Option<&[u8]>>,
) -> Result<Option<Progress>, Fault> {
    let head = shelf.get_any(account)?;
    let found = head.as_ref().and_then(|head| Manifest::parse(head)).map(|manifest| manifest.pieces);
    // A late head can name pieces that were swept meanwhile: unreadable, yet ours.
    let ours_by_name = found.is_some() && found.as_ref() == pieces;
    let value = match value_of(shelf, account, head) {
        Ok(value) => Some(value),
        Err(fault) if fault.error == VaultError::Unrecognised => None,
        Err(fault) => return Err(fault),
    };
    let value = value.as_ref().map(|value| value.as_ref().map(|value| value.as_slice()));
    let ours = ours_by_name || value == Some(wrote);
    let mut changed = None;
    if ours && wanted.is_some() && value != wanted {
        let progress = changed.insert(Progress::default());
        match wanted.flatten() {
            Some(wanted) => write(shelf, account, wanted, progress)?,
            None => delete(shelf, account)?,
        }
    }
    let extra: Vec<&Pieces> = pieces.into_iter().chain(unheaded).collect();
    if shelf.limit.is_some() || found.is_some() || !extra.is_empty() {
        sweep(shelf, account, &extra)?;
    }
    Ok(changed)
}
