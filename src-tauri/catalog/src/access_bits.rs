//! What a token can do, in one byte: enough to compare two lists of a project.

use calyptia_api::Permission;

const KNOWN: u8 = 0b1111;
pub(crate) const CAN_DELETE: u8 = 1 << 3;
const OTHERS: u8 = 1 << 4;
pub(crate) const UNREADABLE: u8 = 1 << 5;

const _: () = assert!(KNOWN.count_ones() as usize == Permission::KNOWN.len());

/// The four known permissions, whether there are others, and whether the list of them could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessBits(u8);

/// How what a token can do differs from what it could do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessChange {
    /// It can do something that it could not do.
    Raised,
    /// It can do less, and nothing else.
    Lowered,
}

impl AccessBits {
    /// All bits that are used.
    pub(crate) const ALL: u8 = KNOWN | OTHERS | UNREADABLE;

    /// What a list of permissions means; `None` is one that could not be read.
    #[must_use]
    pub fn of(permissions: Option<&[Permission]>) -> Self {
        let Some(list) = permissions else { return Self(UNREADABLE) };
        let others = list.iter().any(|permission| matches!(permission, Permission::Other(_)));
        let known = Permission::KNOWN.iter().enumerate();
        let known = known.map(|(bit, permission)| u8::from(list.contains(permission)) << bit);
        Self(known.fold(if others { OTHERS } else { 0 }, |bits, bit| bits | bit))
    }

    /// Bits that [`Self::bits`] returned; others are ignored.
    #[must_use]
    pub fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL)
    }

    /// The byte.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The same as [`Access::Full`](calyptia_api::Access::Full): an empty list, or one with all four permissions.
    #[must_use]
    pub fn is_full(self) -> bool {
        self.0 & KNOWN == KNOWN || self.0 == 0
    }

    /// Whether the list of permissions could be read.
    #[must_use]
    pub fn is_readable(self) -> bool {
        self.0 & UNREADABLE == 0
    }

    /// Whether there are permissions beside the known ones.
    #[must_use]
    pub fn has_others(self) -> bool {
        self.0 & OTHERS != 0
    }

    /// The known permissions that are listed.
    pub fn known(self) -> impl Iterator<Item = &'static Permission> {
        Permission::KNOWN
            .iter()
            .enumerate()
            .filter(move |(bit, _)| self.0 & (1 << bit) != 0)
            .map(|(_, one)| one)
    }

    /// What changed from `before`, as far as both could be read. Full access is the same whether the list is empty or names
    /// everything.
    #[must_use]
    pub fn change_from(self, before: Self) -> Option<AccessChange> {
        if !self.is_readable() || !before.is_readable() {
            return None;
        }
        let (now, before) = (self.powers(), before.powers());
        if now & !before != 0 {
            Some(AccessChange::Raised)
        } else {
            (now != before).then_some(AccessChange::Lowered)
        }
    }

    fn powers(self) -> u8 {
        if self.is_full() { KNOWN | OTHERS } else { self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(list: &[&str]) -> AccessBits {
        let list: Vec<Permission> = list.iter().map(|text| Permission::from(*text)).collect();
        AccessBits::of(Some(&list))
    }

    #[test]
    fn a_change_is_a_raise_as_soon_as_something_more_is_possible() {
        use AccessChange::{Lowered, Raised};
        let all = ["create:*", "read:*", "update:*", "delete:*"];
        for (before, now, change) in [
            (&["read:*"][..], &["read:*"][..], None),
            (&["read:*"], &["read:*", "delete:*"], Some(Raised)),
            (&["read:*"], &["update:*"], Some(Raised)),
            (&["read:*", "update:*"], &["read:*"], Some(Lowered)),
            (&["read:*"], &["read:*", "future:x"], Some(Raised)),
            (&["read:*"], &[], Some(Raised)),
            (&[], &["read:*", "future:x"], Some(Lowered)),
            (&all, &[], None),
            (&[], &all, None),
        ] {
            assert_eq!(bits(now).change_from(bits(before)), change, "{before:?} {now:?}");
        }
        let unreadable = AccessBits::of(None);
        assert_eq!(bits(&[]).change_from(unreadable), None);
        assert_eq!(unreadable.change_from(bits(&["read:*"])), None);
    }

    #[test]
    fn the_known_permissions_come_out_as_they_went_in() {
        let access = bits(&["delete:*", "future:x", "read:*"]);
        assert_eq!(access.known().collect::<Vec<_>>(), [&Permission::Read, &Permission::Delete]);
        assert!(access.has_others() && !access.is_full() && access.is_readable());
        assert_eq!(AccessBits::from_bits(access.bits() | 0b1100_0000), access);
        assert!(!AccessBits::of(None).is_full());
    }
}
