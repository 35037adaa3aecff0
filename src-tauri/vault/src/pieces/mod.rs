//! How one secret is stored in the store's entries: in one entry if it fits, else in pieces with a manifest.
//!
//! The entry named by the account is the head. Replacing it is one operation of the store, and the only one that changes
//! what the account reads as; all others touch entries that nobody reads yet, or any more. The journal names all pieces
//! there are, so that the next change finds those that a crash, or another program that replaced the head, left behind.

mod journal;
mod manifest;

use manifest::{MANIFEST_PREFIX, MAX_PIECES, MAX_SECRET_BYTES, Manifest};
use zeroize::Zeroizing;

pub(crate) use self::manifest::Pieces;
use crate::error::{StoreError, StoreState, VaultError};
use crate::store_view::{SecretBytes, StoreView};

/// What the account reads as, given the content of its head.
fn resolve(
    view: &StoreView<'_>,
    account: &str,
    head: Option<SecretBytes>,
) -> Result<Option<SecretBytes>, StoreError> {
    let Some(head) = head else { return Ok(None) };
    if !head.starts_with(MANIFEST_PREFIX.as_bytes()) {
        return Ok(Some(head));
    }
    let manifest = Manifest::parse(&head).ok_or_else(StoreError::unrecognized)?;
    // Allocated at full size: a buffer that grows leaves copies that nobody wipes.
    let mut value = Zeroizing::new(Vec::with_capacity(manifest.length));
    for piece in manifest.pieces.accounts(account) {
        let piece = view.get(&piece)?.ok_or_else(StoreError::unrecognized)?;
        if value.len() + piece.len() > manifest.length {
            return Err(StoreError::unrecognized());
        }
        value.extend_from_slice(&piece);
    }
    if value.len() == manifest.length && crc32fast::hash(&value) == manifest.checksum {
        Ok(Some(value))
    } else {
        Err(StoreError::unrecognized())
    }
}

fn pieces_of(head: Option<&SecretBytes>) -> Option<Pieces> {
    head.and_then(|head| Manifest::parse(head)).map(|manifest| manifest.pieces)
}

/// What the account holds; `None` when there is no entry.
pub(crate) fn read(view: &StoreView<'_>, account: &str) -> Result<Option<SecretBytes>, StoreError> {
    let head = view.get(account)?;
    resolve(view, account, head)
}

/// What an undo has to know about an account.
pub(crate) struct Found {
    /// The entries the account's value is split over, even if they cannot be read.
    pub pieces: Option<Pieces>,
    /// The value, or what makes it unreadable.
    pub value: Result<Option<SecretBytes>, VaultError>,
}

/// Reads the account; an unreadable entry is no error.
pub(crate) fn inspect(view: &StoreView<'_>, account: &str) -> Result<Found, StoreError> {
    let head = view.get_lenient(account)?;
    let pieces = pieces_of(head.as_ref());
    match resolve(view, account, head) {
        Ok(value) => Ok(Found { pieces, value: Ok(value) }),
        Err(failure) if failure.error == VaultError::Unrecognized => {
            Ok(Found { pieces, value: Err(failure.error) })
        }
        Err(failure) => Err(failure),
    }
}

/// How far a write came, and what it takes to undo it. Both attempts of a retried write share one.
#[derive(Default)]
pub(crate) struct Progress {
    /// What the account held before the first attempt; `None` until that is known. An entry that could not be read
    /// counts as none: it cannot be put back.
    pub previous: Option<Option<SecretBytes>>,
    /// The entries the new value is split over.
    pub pieces: Option<Pieces>,
    /// Whether the head holds the new value, or may hold it in spite of an error.
    pub head_touched: bool,
    /// Whether pieces that nobody reads can be left.
    pub has_leftovers: bool,
}

/// Replaces what the account holds with `secret`. When this returns `Ok`, the head has been replaced; the pieces of the
/// previous value are left to [`delete_leftovers`].
pub(crate) fn write(
    view: &StoreView<'_>,
    account: &str,
    secret: &[u8],
    progress: &mut Progress,
) -> Result<(), StoreError> {
    let refuse = |kind| Err(StoreError::new(VaultError::failed(kind), StoreState::Usable));
    if secret.len() > MAX_SECRET_BYTES {
        return refuse("too long for the keyring");
    }
    if secret.starts_with(MANIFEST_PREFIX.as_bytes()) {
        return refuse("not a credential");
    }
    replace(view, account, secret, progress)
}

fn replace(
    view: &StoreView<'_>,
    account: &str,
    secret: &[u8],
    progress: &mut Progress,
) -> Result<(), StoreError> {
    let head = match view.get(account) {
        Err(failure) if failure.error == VaultError::Unrecognized => None,
        head => head?,
    };
    let old = pieces_of(head.as_ref());
    if progress.previous.is_none() {
        progress.previous = Some(match resolve(view, account, head) {
            Err(failure) if failure.error == VaultError::Unrecognized => None,
            value => value?,
        });
    }
    if view.max_entry_bytes.is_some() || old.is_some() {
        // First, because the journal of this write no longer names them.
        delete_leftovers_except(view, account, old.as_ref())?;
    }
    match view.max_entry_bytes.filter(|max| secret.len() > *max) {
        None => {
            progress.has_leftovers |= old.is_some();
            set_head(view, account, secret, progress)
        }
        Some(max) => {
            // A store with tiny entries must not make us write pieces without end.
            let room = max.max(secret.len().div_ceil(MAX_PIECES)).max(1);
            let pieces = Pieces::new(secret.len().div_ceil(room));
            progress.pieces = Some(pieces.clone());
            progress.has_leftovers = true;
            let all: Vec<&Pieces> = old.iter().chain([&pieces]).collect();
            journal::write(view, account, &all)?;
            for (piece, bytes) in pieces.accounts(account).zip(secret.chunks(room)) {
                view.set(&piece, bytes)?;
            }
            let manifest = Manifest { pieces, length: secret.len(), checksum: crc32fast::hash(secret) };
            set_head(view, account, manifest.text().as_bytes(), progress)
        }
    }
}

/// Replaces the head. Unless the keyring refused it, the store can have made the change even if it failed or panicked.
fn set_head(
    view: &StoreView<'_>,
    account: &str,
    bytes: &[u8],
    progress: &mut Progress,
) -> Result<(), StoreError> {
    let touched = std::mem::replace(&mut progress.head_touched, true);
    let done = view.set(account, bytes);
    if done.as_ref().is_err_and(|failure| failure.error.is_refusal()) {
        progress.head_touched = touched;
    }
    done
}

/// Deletes every piece that the journal names and the head does not need.
pub(crate) fn delete_leftovers(view: &StoreView<'_>, account: &str) -> Result<(), StoreError> {
    let current = pieces_of(view.get_lenient(account)?.as_ref());
    delete_leftovers_except(view, account, current.as_ref())
}

fn delete_leftovers_except(
    view: &StoreView<'_>,
    account: &str,
    current: Option<&Pieces>,
) -> Result<(), StoreError> {
    let journal = journal::read(view, account)?;
    let is_clean = match (&journal, current) {
        (None, None) => true,
        (Some(named), Some(current)) => named.as_slice() == std::slice::from_ref(current),
        _ => false,
    };
    if is_clean {
        return Ok(());
    }
    for pieces in journal.iter().flatten().filter(|pieces| Some(*pieces) != current) {
        pieces.accounts(account).try_for_each(|piece| view.delete(&piece))?;
    }
    match current {
        Some(current) => journal::write(view, account, &[current]),
        None => view.delete(&journal::account_of(account)),
    }
}

/// Deletes the account's entry and all pieces, and reads each of them to prove that it is gone.
pub(crate) fn delete(view: &StoreView<'_>, account: &str) -> Result<(), StoreError> {
    let head = view.get_lenient(account)?;
    let current = pieces_of(head.as_ref());
    let may_have_pieces = view.max_entry_bytes.is_some() || current.is_some();
    let journal = if may_have_pieces { journal::read(view, account)? } else { None };
    let has_journal = journal.is_some() || current.is_some();
    let mut pieces = journal.unwrap_or_default();
    if let Some(current) = current.filter(|current| !pieces.contains(current)) {
        pieces.push(current);
        // The journal is damaged, and once the head is gone nothing else would name them.
        journal::write(view, account, &pieces.iter().collect::<Vec<_>>())?;
    }
    if head.is_some() {
        delete_proven(view, account)?;
    }
    for piece in pieces.iter().flat_map(|pieces| pieces.accounts(account)) {
        delete_proven(view, &piece)?;
    }
    if has_journal { delete_proven(view, &journal::account_of(account)) } else { Ok(()) }
}

fn delete_proven(view: &StoreView<'_>, account: &str) -> Result<(), StoreError> {
    view.delete(account)?;
    match view.get_lenient(account)? {
        None => Ok(()),
        Some(_) => Err(StoreError::new(VaultError::NotDeleted, StoreState::Usable)),
    }
}

/// Makes the account hold `value`, or nothing, and deletes what is left of earlier values.
pub(crate) fn restore(view: &StoreView<'_>, account: &str, value: Option<&[u8]>) -> Result<(), StoreError> {
    let Some(value) = value else { return delete(view, account) };
    let mut progress = Progress::default();
    replace(view, account, value, &mut progress)?;
    if progress.has_leftovers {
        delete_leftovers_except(view, account, progress.pieces.as_ref())?;
    }
    Ok(())
}
