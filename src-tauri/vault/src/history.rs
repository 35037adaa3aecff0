//! The writes to one account that are not final yet, and what the account should hold once some of them are abandoned.
//!
//! Usually there is one at most. If a write starts before an earlier one is committed, it finds the earlier one's value,
//! and must not restore it when that one was abandoned as well.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::pieces::{Found, Pieces};
use crate::store_view::SecretBytes;

/// A value an account held; `None` for no entry. Shared, so that secrets are not copied.
pub(crate) type Previous = Option<Arc<SecretBytes>>;

/// A change of the keyring that is not final.
#[derive(Clone)]
pub(crate) struct UncommittedWrite {
    pub id: u64,
    pub secret: Arc<SecretString>,
    pub pieces: Option<Pieces>,
    /// What the account held before.
    pub previous: Previous,
    /// The change has to be undone.
    pub abandoned: bool,
}

impl UncommittedWrite {
    fn bytes(&self) -> &[u8] {
        self.secret.expose_secret().as_bytes()
    }

    /// Whether the account holds what this write left.
    fn is_in(&self, found: &Found) -> bool {
        let same_pieces = found.pieces.is_some() && found.pieces == self.pieces;
        same_pieces || matches!(&found.value, Ok(Some(value)) if value.as_slice() == self.bytes())
    }

    fn is_previous_of(&self, previous: &Previous) -> bool {
        previous.as_ref().is_some_and(|previous| previous.as_slice() == self.bytes())
    }
}

/// The uncommitted writes to one account, oldest first.
#[derive(Clone, Default)]
pub(crate) struct History {
    writes: Vec<UncommittedWrite>,
}

impl History {
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    pub fn push(&mut self, write: UncommittedWrite) {
        self.writes.push(write);
    }

    /// Makes a write final, and with it the fate of all before it: it has replaced what they left.
    pub fn commit(&mut self, id: u64) {
        if let Some(index) = self.writes.iter().position(|write| write.id == id) {
            self.writes.drain(..=index);
        }
    }

    /// Marks a write as one to undo. `false` if a later final change has replaced what it left.
    pub fn abandon(&mut self, id: u64) -> bool {
        let write = self.writes.iter_mut().find(|write| write.id == id);
        write.map(|write| write.abandoned = true).is_some()
    }

    pub fn has_abandoned(&self) -> bool {
        self.writes.iter().any(|write| write.abandoned)
    }

    pub fn has_pieces(&self) -> bool {
        self.writes.iter().any(|write| write.pieces.is_some())
    }

    /// What the account should hold instead of what was found. `None` if that can stay: it is of a write that is not
    /// abandoned, or of someone else.
    pub fn correction(&self, found: &Found) -> Option<Previous> {
        let newest = self.writes.iter().rposition(|write| write.is_in(found))?;
        if !self.writes[newest].abandoned {
            return None;
        }
        let mut wanted = &self.writes[newest].previous;
        for older in self.writes[..newest].iter().rev() {
            if older.is_previous_of(wanted) {
                if !older.abandoned {
                    break;
                }
                wanted = &older.previous;
            }
        }
        Some(wanted.clone())
    }

    /// Removes the abandoned writes of `undone`. Later writes that found the value of one of them will restore what that
    /// one found. Not only the next one: a write between them can have failed before it changed anything.
    pub fn remove_abandoned(&mut self, undone: &Self) {
        for gone in undone.writes.iter().filter(|write| write.abandoned) {
            let Some(index) = self.writes.iter().position(|write| write.id == gone.id) else { continue };
            let gone = self.writes.remove(index);
            for later in &mut self.writes[index..] {
                if gone.is_previous_of(&later.previous) {
                    later.previous = gone.previous.clone();
                }
                if later.bytes() == gone.bytes() {
                    // From here on, the value is this write's.
                    break;
                }
            }
        }
    }
}
