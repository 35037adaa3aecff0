//! One row in 32 bytes, for the documented form of a token. What a row has beyond that is kept in its [`Extra`].

use calyptia_api::{ListedToken, Permission, TokenId, ValueSuffix};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    AccessBits,
    access_bits::{CAN_DELETE, UNREADABLE},
};

/// Stands for an unknown date, which sorts before every known one.
const UNKNOWN: i64 = i64::MIN;

const REMOVED: u8 = 1 << 6;
const HAS_EXTRA: u8 = 1 << 7;

const _: () = assert!(AccessBits::ALL & (REMOVED | HAS_EXTRA) == 0);
const _: () = assert!(size_of::<Entry>() == 32);

pub(crate) struct Entry {
    id: [u8; 16],
    /// Nanoseconds since 1970, [`UNKNOWN`], or the nearest number if the date is out of range.
    created: i64,
    pub(crate) suffix: Option<ValueSuffix>,
    flags: u8,
}

/// What does not fit in an [`Entry`].
#[derive(Default, PartialEq)]
pub(crate) struct Extra {
    /// An id that is not a UUID in its usual spelling.
    pub(crate) id: Option<Box<str>>,
    /// A date before 1678 or after 2261.
    pub(crate) created: Option<Timestamp>,
    /// Permissions beyond the four known ones.
    pub(crate) permissions: Box<[Permission]>,
}

impl Extra {
    /// How much memory this takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        // Twice the size of what has a fixed one, for the hash table and the allocations.
        let permissions: usize = self
            .permissions
            .iter()
            .map(|permission| permission.as_str().len() + 2 * size_of::<Permission>())
            .sum();
        2 * size_of::<Self>() + self.id.as_deref().map_or(0, str::len) + permissions
    }
}

impl Entry {
    /// Splits a row into its compact form and the rest.
    pub(crate) fn new(token: &ListedToken) -> (Self, Option<Extra>) {
        let mut extra = Extra::default();
        let id = match &token.id {
            TokenId::Uuid(id) => id.into_bytes(),
            TokenId::Text(text) => {
                extra.id = Some(text.clone());
                [0; 16]
            }
        };
        let created = token.created_at.map_or(UNKNOWN, nanoseconds);
        if token.created_at != in_range(created) {
            extra.created = token.created_at;
        }
        let list = token.permissions.as_deref().unwrap_or_default();
        extra.permissions = list.iter().filter(|p| matches!(p, Permission::Other(_))).cloned().collect();

        let mut flags = AccessBits::of(token.permissions.as_deref()).bits();
        let extra = (extra != Extra::default()).then_some(extra);
        if extra.is_some() {
            flags |= HAS_EXTRA;
        }
        (Self { id, created, suffix: token.suffix, flags }, extra)
    }

    pub(crate) fn has_extra(&self) -> bool {
        self.flags & HAS_EXTRA != 0
    }

    pub(crate) fn is_removed(&self) -> bool {
        self.flags & REMOVED != 0
    }

    pub(crate) fn mark_removed(&mut self) {
        self.flags |= REMOVED;
    }

    /// The id, if it is a UUID.
    pub(crate) fn uuid(&self, extra: Option<&Extra>) -> Option<&[u8; 16]> {
        extra.is_none_or(|extra| extra.id.is_none()).then_some(&self.id)
    }

    pub(crate) fn id(&self, extra: Option<&Extra>) -> TokenId {
        match extra.and_then(|extra| extra.id.clone()) {
            Some(text) => TokenId::Text(text),
            None => TokenId::Uuid(Uuid::from_bytes(self.id)),
        }
    }

    /// The date in a form that sorts; dates out of range are equal here.
    pub(crate) fn created_key(&self) -> i64 {
        self.created
    }

    pub(crate) fn created(&self, extra: Option<&Extra>) -> Option<Timestamp> {
        extra.and_then(|extra| extra.created).or_else(|| in_range(self.created))
    }

    pub(crate) fn permissions(&self, extra: Option<&Extra>) -> Option<Vec<Permission>> {
        if self.flags & UNREADABLE != 0 {
            return None;
        }
        let known = Permission::KNOWN.iter().enumerate().filter(|(bit, _)| self.flags & (1 << bit) != 0);
        let others = extra.map_or(&[][..], |extra| &extra.permissions);
        Some(known.map(|(_, permission)| permission).chain(others).cloned().collect())
    }

    /// Whether the token can delete, by name or because it can do everything.
    pub(crate) fn can_delete(&self) -> bool {
        self.flags & CAN_DELETE != 0 || self.access().is_full()
    }

    /// Whether the token certainly was created before a date as [`nanoseconds`] returns it.
    pub(crate) fn is_created_before(&self, date: i64) -> bool {
        self.created != UNKNOWN && self.created < date
    }

    /// What the token can do, without the names of unknown permissions.
    pub(crate) fn access(&self) -> AccessBits {
        AccessBits::from_bits(self.flags)
    }
}

/// The date as an [`Entry`] keeps it.
pub(crate) fn nanoseconds(date: Timestamp) -> i64 {
    date.as_nanosecond().clamp(i128::from(UNKNOWN + 1), i128::from(i64::MAX)) as i64
}

fn in_range(created: i64) -> Option<Timestamp> {
    (created != UNKNOWN).then(|| Timestamp::from_nanosecond(i128::from(created)).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use calyptia_api::Access;
    use proptest::prelude::*;

    use super::*;

    fn permission() -> impl Strategy<Value = Permission> {
        prop_oneof![
            4 => prop::sample::select(Permission::KNOWN.to_vec()),
            1 => "[a-z]{1,3}:x".prop_map(|text| Permission::from(&*text)),
        ]
    }

    proptest! {
        #[test]
        fn an_entry_keeps_everything_but_the_order_of_permissions(
            id in prop_oneof![
                any::<u128>().prop_map(|id| Uuid::from_u128(id).to_string()),
                any::<u128>().prop_map(|id| Uuid::from_u128(id).to_string().to_uppercase()),
                "\\PC{0,40}",
            ],
            created in prop::option::of((-377_705_023_201i64..=253_402_207_200, 0..=999_999_999i32)),
            permissions in prop::option::of(prop::collection::vec(permission(), 0..7)),
        ) {
            let created_at = created.map(|(s, n)| Timestamp::new(s, n).expect("a date in jiff's range"));
            let token = ListedToken {
                id: TokenId::from(&*id),
                name: String::new(),
                permissions: permissions.clone(),
                created_at,
                suffix: None,
            };
            let (entry, extra) = Entry::new(&token);
            let extra = extra.as_ref();
            prop_assert_eq!(entry.has_extra(), extra.is_some());
            prop_assert_eq!(entry.id(extra), token.id);
            prop_assert_eq!(entry.created(extra), created_at);
            let kept = entry.permissions(extra);
            prop_assert_eq!(kept.is_some(), permissions.is_some());
            let (kept, given) = (kept.unwrap_or_default(), permissions.clone().unwrap_or_default());
            prop_assert!(given.iter().all(|p| kept.contains(p)) && kept.iter().all(|p| given.contains(p)));
            let full = matches!(Access::of(permissions.as_deref()), Access::Full { .. });
            prop_assert_eq!(entry.access().is_full(), full);
            prop_assert_eq!(entry.can_delete(), full || given.contains(&Permission::Delete));
            prop_assert_eq!(entry.is_created_before(0), created_at.is_some_and(|date| date < Timestamp::UNIX_EPOCH));
        }
    }

    #[test]
    fn a_row_of_the_documented_form_needs_no_extra() {
        let token = ListedToken {
            id: TokenId::Uuid(Uuid::nil()),
            name: String::new(),
            permissions: Some(Permission::KNOWN.to_vec()),
            created_at: "2026-05-04T03:02:01.123456789Z".parse().ok(),
            suffix: None,
        };
        assert!(Entry::new(&token).1.is_none());
    }
}
