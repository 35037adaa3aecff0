//! What a person asked to see of the list.

use crate::Facets;

/// A way to look at the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Words that a row must match, in any order. A word matches part of the name, ignoring case, accents and
    /// invisible characters; the suffix of the token's value, ignoring case; or its id, or the start of it.
    pub filter: String,
    /// Which tokens are shown.
    pub facets: Facets,
    /// What the rows are sorted by.
    pub sort: SortKey,
    /// Reverses the order: Z first, newest first.
    pub descending: bool,
}

/// What rows can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortKey {
    /// The name, in the language's order, with numbers by value.
    Name,
    /// The time of creation; tokens of unknown date count as the oldest.
    #[default]
    Created,
}
