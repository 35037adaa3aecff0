//! Subsets of the list that deserve attention. They combine: a token is shown if it is in all that were chosen.

use jiff::{SignedDuration, Timestamp};

use crate::entry::{Entry, nanoseconds};

/// The subsets that were chosen; none of them means every token. Full access includes deleting, so that beside
/// `full_access`, `can_delete` leaves nothing more out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facets {
    /// Only tokens with full access.
    pub full_access: bool,
    /// Only tokens that can delete.
    pub can_delete: bool,
    /// Only tokens created longer ago than this.
    pub older_than: Option<Age>,
}

/// How old a token must be to deserve a second look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// 90 days.
    NinetyDays,
    /// 182 days.
    HalfYear,
    /// 365 days.
    Year,
}

impl Age {
    /// Every age, in the order of [`FacetCounts::older_than`].
    pub const ALL: [Self; 3] = [Self::NinetyDays, Self::HalfYear, Self::Year];

    const fn days(self) -> i64 {
        match self {
            Self::NinetyDays => 90,
            Self::HalfYear => 182,
            Self::Year => 365,
        }
    }
}

/// How many tokens of the whole list each subset has, whatever else was chosen, and whatever the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FacetCounts {
    /// Every token.
    pub all: usize,
    /// Tokens with full access.
    pub full_access: usize,
    /// Tokens that can delete.
    pub can_delete: usize,
    /// Tokens older than each of [`Age::ALL`].
    pub older_than: [usize; Age::ALL.len()],
}

/// The dates before which tokens are of each age, as an [`Entry`] keeps them.
pub(crate) struct Cutoffs([i64; Age::ALL.len()]);

impl Cutoffs {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self(Age::ALL.map(|age| {
            let age = SignedDuration::from_hours(age.days() * 24);
            nanoseconds(now.checked_sub(age).unwrap_or(Timestamp::MIN))
        }))
    }

    pub(crate) fn criteria(&self, facets: Facets) -> Criteria {
        let Facets { full_access, can_delete, older_than } = facets;
        Criteria { full_access, can_delete, created_before: older_than.map(|age| self.0[age as usize]) }
    }

    /// Counts a row in, or out again.
    pub(crate) fn count(&self, counts: &mut FacetCounts, entry: &Entry, is_in: bool) {
        let change = |count: &mut usize| *count = if is_in { *count + 1 } else { *count - 1 };
        change(&mut counts.all);
        if entry.access().is_full() {
            change(&mut counts.full_access);
        }
        if entry.can_delete() {
            change(&mut counts.can_delete);
        }
        for (count, date) in counts.older_than.iter_mut().zip(self.0) {
            if entry.is_created_before(date) {
                change(count);
            }
        }
    }
}

/// What rows are compared with: [`Facets`], with a date instead of an age.
#[derive(Clone, Copy)]
pub(crate) struct Criteria {
    full_access: bool,
    can_delete: bool,
    created_before: Option<i64>,
}

impl Criteria {
    pub(crate) fn admit_all(&self) -> bool {
        !self.full_access && !self.can_delete && self.created_before.is_none()
    }

    /// Decided for each row of the list, so this reads no more than the entry.
    pub(crate) fn admit(&self, entry: &Entry) -> bool {
        (!self.full_access || entry.access().is_full())
            && (!self.can_delete || entry.can_delete())
            && self.created_before.is_none_or(|date| entry.is_created_before(date))
    }
}
