//! Reads all rows of a view beside the window: the list is locked for a part at a time.

use std::vec;

use jiff::Timestamp;

use super::OpenList;
use crate::{lock::lock, messages::Row};

/// Rows read under one lock: a window of rows is asked for meanwhile, and must not wait noticeably.
const PART: usize = 500;

/// The rows of a view as it was when reading began. Ends early once one of them was changed or removed, or other rows took the
/// place of all.
pub(crate) struct ViewReader<'l> {
    pub(super) list: &'l OpenList,
    pub(super) generation: u64,
    /// How many tokens the list had.
    pub(crate) listed: usize,
    /// Whether those were all tokens of the project.
    pub(crate) whole: bool,
    /// When the list was last loaded completely.
    pub(crate) loaded_at: Option<Timestamp>,
    pub(super) places: vec::IntoIter<u32>,
    pub(super) part: vec::IntoIter<Row>,
    pub(super) has_changed: bool,
}

impl ViewReader<'_> {
    /// How many rows are left to be read.
    pub(crate) fn len(&self) -> usize {
        self.part.len() + self.places.len()
    }

    /// Whether the rows that were read are still those of the list, as far as reading found out.
    pub(crate) fn is_current(&self) -> bool {
        !self.has_changed && lock(&self.list.state).generation == self.generation
    }

    fn next_part(&mut self) -> Option<Vec<Row>> {
        let state = lock(&self.list.state);
        if state.generation != self.generation {
            return None;
        }
        let places = self.places.by_ref().take(PART);
        places.map(|place| state.catalog.row_at(place).map(Row::from)).collect()
    }
}

impl Iterator for ViewReader<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.part.as_slice().is_empty() && !self.has_changed {
            match self.next_part() {
                Some(part) => self.part = part.into_iter(),
                None => self.has_changed = true,
            }
        }
        self.part.next()
    }
}
