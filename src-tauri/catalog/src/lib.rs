//! A project's token list in memory. Rows go in as they arrive; a view (filter, facet, order) is read a window at a
//! time. No I/O, no secret values, and compact enough for a million rows.

mod catalog;
mod entry;
mod names;
mod view;

pub use catalog::{Catalog, Row, Window};
pub use view::{Facet, FacetCounts, SortKey, View};
