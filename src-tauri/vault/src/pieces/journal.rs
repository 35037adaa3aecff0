//! An entry beside the head that names all pieces. It is written before they are, deleted after they are, and holds no
//! secret.

use super::manifest::Pieces;
use crate::error::StoreError;
use crate::store_view::StoreView;

/// The account of the journal's own entry.
pub(super) fn account_of(account: &str) -> String {
    format!("{account}#pieces")
}

/// The pieces that the journal names; `None` if there is no journal.
pub(super) fn read(view: &StoreView<'_>, account: &str) -> Result<Option<Vec<Pieces>>, StoreError> {
    let Some(bytes) = view.get_lenient(&account_of(account))? else { return Ok(None) };
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    Ok(Some(text.lines().filter_map(|line| Pieces::parse(&mut line.split(' '))).collect()))
}

pub(super) fn write(view: &StoreView<'_>, account: &str, pieces: &[&Pieces]) -> Result<(), StoreError> {
    let lines: Vec<String> = pieces.iter().map(|pieces| pieces.line()).collect();
    view.set(&account_of(account), lines.join("\n").as_bytes())
}
