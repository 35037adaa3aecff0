//! One row in its compact form. Names live in [`Names`](crate::names::Names), permissions that the API may add
//! later in a table of their own.

use calyptia_api::{Access, ListedToken, Permission, TokenId, ValueSuffix};
use jiff::Timestamp;

use crate::Facet;

#[derive(PartialEq)]
pub(crate) struct Entry {
    pub(crate) id: TokenId,
    pub(crate) created: Option<Timestamp>,
    pub(crate) suffix: Option<ValueSuffix>,
    flags: u8,
}

const KNOWN_PERMISSIONS: u8 = 0b1111;
const DELETES: u8 = 1 << 3;
const HAS_OTHERS: u8 = 1 << 4;
const UNREADABLE: u8 = 1 << 5;
const FULL_ACCESS: u8 = 1 << 6;
const OLD: u8 = 1 << 7;

impl Entry {
    /// Takes a row apart; what stands beside it are the permissions beyond the known four.
    pub(crate) fn new(token: &ListedToken, old_before: Timestamp) -> (Self, Box<[Permission]>) {
        let list = token.permissions.as_deref();
        let mut flags = match Access::of(list) {
            Access::Full { .. } => FULL_ACCESS,
            Access::Some(_) => 0,
            Access::Unreadable => UNREADABLE,
        };
        for (bit, known) in Permission::KNOWN.iter().enumerate() {
            flags |= u8::from(list.is_some_and(|list| list.contains(known))) << bit;
        }
        let others: Box<[Permission]> =
            list.unwrap_or_default().iter().filter(|p| matches!(p, Permission::Other(_))).cloned().collect();
        if !others.is_empty() {
            flags |= HAS_OTHERS;
        }
        if token.created_at.is_some_and(|created| created < old_before) {
            flags |= OLD;
        }
        (Self { id: token.id.clone(), created: token.created_at, suffix: token.suffix, flags }, others)
    }

    pub(crate) fn has_others(&self) -> bool {
        self.flags & HAS_OTHERS != 0
    }

    pub(crate) fn permissions(&self, others: &[Permission]) -> Option<Vec<Permission>> {
        if self.flags & UNREADABLE != 0 {
            return None;
        }
        let known = Permission::KNOWN.iter().enumerate().filter(|(bit, _)| self.flags & (1 << bit) != 0);
        Some(known.map(|(_, permission)| permission).chain(others).cloned().collect())
    }

    pub(crate) fn is_in(&self, facet: Facet) -> bool {
        match facet {
            Facet::All => true,
            Facet::FullAccess => self.flags & FULL_ACCESS != 0,
            Facet::CanDelete => self.flags & (FULL_ACCESS | DELETES) != 0,
            Facet::Old => self.flags & OLD != 0,
        }
    }
}

const _: () = assert!(KNOWN_PERMISSIONS.count_ones() as usize == Permission::KNOWN.len());
