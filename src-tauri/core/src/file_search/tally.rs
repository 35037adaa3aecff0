//! What a search has found so far: for each token the places, as many as a person looks at. The rest is counted.

use std::{collections::HashMap, io::ErrorKind, path::Path};

use calyptia_api::ScannedToken;
use uuid::Uuid;

use crate::{
    messages::{FilePlace, SearchProgress},
    token_text::holds_token,
};

/// Stands for a part of a path that holds a token.
const LEFT_OUT: &str = "…";

/// The tokens that are listed.
const MAX_TOKENS: usize = 500;
/// The places of one token that are listed.
const MAX_PLACES: usize = 50;
/// The places of all tokens that are listed, besides the first of each.
const MAX_ALL_PLACES: usize = 1000;

#[derive(Default)]
pub(crate) struct Tally {
    /// The name of the folder that was chosen, if it was one.
    pub(crate) folder: Option<String>,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    /// Files and folders that could not be read, or not to their end.
    pub(crate) unreadable: u64,
    /// Files that are longer than what is read of one.
    pub(crate) cut: u64,
    /// Folders that lie deeper than is looked.
    pub(crate) too_deep: u64,
    /// Links, which are not followed.
    pub(crate) links: u64,
    /// Why something that the person chose could not be read at all.
    pub(crate) refused: Option<ErrorKind>,
    pub(crate) tokens: Vec<TokenPlaces>,
    /// Places of tokens that are not listed.
    pub(crate) more: u64,
    by_id: HashMap<(Uuid, Uuid), usize>,
    places: usize,
}

/// Where a token is.
pub(crate) struct TokenPlaces {
    pub(crate) id: Uuid,
    pub(crate) project: Uuid,
    pub(crate) places: Vec<FilePlace>,
    /// Places that are not listed.
    pub(crate) more: u64,
    /// The place found last, listed or not.
    last: Option<FilePlace>,
}

impl Tally {
    pub(crate) fn progress(&self) -> SearchProgress {
        SearchProgress { files: self.files, bytes: self.bytes, tokens: self.tokens.len() }
    }

    pub(super) fn add(&mut self, found: ScannedToken, file: &Path) {
        let ScannedToken { id, project, line, is_base64 } = found;
        let known = self.by_id.get(&(id, project)).copied();
        let at = match known {
            Some(at) => at,
            None if self.tokens.len() == MAX_TOKENS => {
                self.more += 1;
                return;
            }
            None => {
                self.tokens.push(TokenPlaces { id, project, places: Vec::new(), more: 0, last: None });
                self.by_id.insert((id, project), self.tokens.len() - 1);
                self.tokens.len() - 1
            }
        };
        let token = &mut self.tokens[at];
        let place = FilePlace { file: shown(file), line, base64: is_base64 };
        // Twice on one line is one place to look at.
        if token.last.as_ref() == Some(&place) {
            return;
        }
        token.last = Some(place.clone());
        let has_room = token.places.len() < MAX_PLACES && self.places < MAX_ALL_PLACES;
        if token.places.is_empty() || has_room {
            token.places.push(place);
            self.places += 1;
        } else {
            token.more += 1;
        }
    }
}

/// A path for the page. A part of it that holds a token is left out: some programs name files so.
pub(super) fn shown(path: &Path) -> String {
    if !holds_token(&path.to_string_lossy()) {
        return path.to_string_lossy().into_owned();
    }
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    let parts: Vec<_> = parts.map(|part| if holds_token(&part) { LEFT_OUT.into() } else { part }).collect();
    // Separators that the parts do not show could be inside a token.
    let joined = parts.join(std::path::MAIN_SEPARATOR_STR);
    if holds_token(&joined) { LEFT_OUT.into() } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_in_a_path_is_shown() {
        let token = "eyJUb2tlbklEIjoiMSJ9.abcdef0123456789";
        for (path, wanted) in [
            ("cache/a.env".to_owned(), "cache/a.env"),
            (format!("cache/{token}.json"), "cache/…"),
            (format!("{token}/a.env"), "…/a.env"),
            (format!("cache/{}/{}", &token[..12], &token[12..]), "…"),
        ] {
            let mut tally = Tally::default();
            tally.add(found(1, 1), Path::new(&path));
            let wanted = wanted.replace('/', std::path::MAIN_SEPARATOR_STR);
            assert_eq!(tally.tokens[0].places[0].file, wanted, "{path}");
        }
    }

    fn found(id: u128, line: u64) -> ScannedToken {
        ScannedToken { id: Uuid::from_u128(id), project: Uuid::nil(), line, is_base64: false }
    }

    #[test]
    fn every_place_is_listed_or_counted_and_every_listed_token_has_one() {
        let mut tally = Tally::default();
        let (tokens, lines) = (510, 60);
        for id in 0..tokens {
            for line in 0..lines {
                tally.add(found(id, line), Path::new("a.env"));
                tally.add(found(id, line), Path::new("a.env"));
            }
        }
        assert_eq!(tally.tokens.len(), MAX_TOKENS);
        assert_eq!((tally.tokens[0].places.len(), tally.tokens[0].more), (MAX_PLACES, 10));
        assert!(tally.tokens.iter().all(|token| !token.places.is_empty()));
        let listed: usize = tally.tokens.iter().map(|token| token.places.len()).sum();
        let counted: u64 = tally.tokens.iter().map(|token| token.more).sum();
        assert_eq!(listed as u64 + counted, 500 * lines);
        assert!(listed <= MAX_ALL_PLACES + MAX_TOKENS);
        // A place of a token that is not listed cannot be compared with the one before.
        assert_eq!(tally.more, 10 * lines * 2);
    }
}
