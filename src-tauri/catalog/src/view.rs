//! What a person asked to see of the list.

/// A way to look at the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Text to look for in names, whatever its case; or the end of a token's value.
    pub filter: String,
    /// Which tokens count at all.
    pub facet: Facet,
    /// What the rows are ordered by.
    pub sort: SortKey,
    /// The other way round: Z first, newest first.
    pub descending: bool,
}

/// A part of the list that deserves a look of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Facet {
    /// Every token.
    #[default]
    All,
    /// Those that may do everything.
    FullAccess,
    /// Those that may delete.
    CanDelete,
    /// Those made more than a year ago.
    Old,
}

/// What rows can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortKey {
    /// The name, whatever its case.
    Name,
    /// The time of creation; tokens of unknown date count as the oldest.
    #[default]
    Created,
}

/// How many tokens stand in each [`Facet`], whatever the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FacetCounts {
    /// Every token.
    pub all: usize,
    /// Those that may do everything.
    pub full_access: usize,
    /// Those that may delete.
    pub can_delete: usize,
    /// Those made more than a year ago.
    pub old: usize,
}
