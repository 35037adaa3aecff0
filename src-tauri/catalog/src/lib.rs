//! A project's token list in memory. Rows are added as they arrive; a view (filter, facets, order) is read a window at
//! a time. No I/O, no secret values, and compact enough for a million rows.

mod access_bits;
mod catalog;
mod collation;
mod entry;
mod facets;
mod folding;
mod gallop;
mod look;
mod name_counts;
mod name_index;
mod query;
mod row_store;
mod sort_keys;
mod sorting;
mod view;

pub use access_bits::{AccessBits, AccessChange};
pub use catalog::{Catalog, Known, NameMatch, Row, Window};
pub use collation::Collation;
pub use facets::{Age, FacetCounts, Facets};
pub use view::{SortKey, View};
