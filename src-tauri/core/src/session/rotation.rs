//! Replacing a token with a successor: the old one must be as the person saw it, and what the list says about a pair decides what
//! is left to do.

use calyptia_api::TokenId;
use uuid::Uuid;

use super::{Session, list::Presence, mutations::is_as_expected};
use crate::{
    lock::lock,
    messages::{ErrorCode, Problem, ReplacedToken, Rotation},
    settings::SavedRotation,
};

/// What the page puts behind a name for a successor's, before a number if there is one. Its words are the same in every language,
/// because a project's people may use several.
const MARK: &str = " (new";
/// The longest name that the page gives a token, in characters.
const LONGEST_NAME: usize = 100;

/// How far a rotation is.
pub(crate) enum RotationState {
    Open(Box<Rotation>),
    /// Nothing is left to do.
    Over,
    /// Another list is open, or it does not tell.
    Unknown,
}

impl Session {
    /// What the open list says about a pair.
    pub(crate) fn rotation(&self, pair: &SavedRotation) -> RotationState {
        let presence = |id: &str| self.list.presence(pair.project, &TokenId::from(id));
        let new = match presence(&pair.new) {
            Presence::Listed(row) => row,
            Presence::Gone => return RotationState::Over,
            Presence::Unknown => return RotationState::Unknown,
        };
        let old = match presence(&pair.old) {
            Presence::Listed(row) => Some(row),
            Presence::Gone => None,
            Presence::Unknown => return RotationState::Unknown,
        };
        let rename_to = final_name(&new.name, old.as_ref().map(|old| old.name.as_str()));
        if old.is_none() && rename_to.is_none() {
            return RotationState::Over;
        }
        RotationState::Open(Box::new(Rotation { old_id: pair.old.clone(), old, new, rename_to }))
    }

    /// The project and id of the token that was to be replaced by the one that was created last. Once.
    pub(crate) fn take_replaced(&self) -> Option<(Uuid, TokenId)> {
        lock(&self.state).replaced.take()
    }

    /// A successor whose create nobody waits for any more and that the open list shows: its project, the token that it is to
    /// replace, and its own id. Once.
    pub(crate) fn take_left_behind(&self) -> Option<(Uuid, TokenId, TokenId)> {
        let (create, old) = lock(&self.state).left_behind.clone()?;
        let offset = self.client().ok()?.clock_offset();
        let new = self.list.created_by(&create, offset)?;
        lock(&self.state).left_behind = None;
        Some((create.project(), old, new))
    }

    /// A successor must not get permissions that somebody has taken from the token since.
    pub(super) async fn check_replaced(&self, replaced: &ReplacedToken) -> Result<(), Problem> {
        let changed = || Problem::new(ErrorCode::OriginalChanged, "the token to replace was changed");
        match self.fetch(&TokenId::from(replaced.id.as_str())).await {
            Ok(token) if is_as_expected(&token, &replaced.expected) => Ok(()),
            Ok(token) => {
                self.list.update(&token);
                Err(changed())
            }
            Err(problem) if problem.code == ErrorCode::NotFound => Err(changed()),
            Err(problem) => Err(problem),
        }
    }
}

/// "edge" for "edge (new)" and "edge (new 2)". A name that had to be shortened for its successor's is taken from the old token, as
/// long as that exists.
fn final_name(new: &str, old: Option<&str>) -> Option<String> {
    let (stem, end) = new.rsplit_once(MARK)?;
    let number = end.strip_suffix(')')?;
    let is_numbered = number.strip_prefix(' ').is_some_and(|number| {
        (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if stem.trim().is_empty() || !(number.is_empty() || is_numbered) {
        return None;
    }
    let had_no_room = |old: &&str| {
        old.starts_with(stem) && old.chars().count() + MARK.len() + end.chars().count() > LONGEST_NAME
    };
    Some(old.filter(had_no_room).unwrap_or(stem).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_final_name_is_the_one_before_the_mark() {
        for (new, wanted) in [
            ("edge (new)", Some("edge")),
            ("edge (new 12)", Some("edge")),
            ("edge (new) (new)", Some("edge (new)")),
            ("Été (new) ", None),
            ("edge", None),
            ("edge (newer)", None),
            ("edge (new x)", None),
            ("edge (new 1234)", None),
            ("edge (new", None),
            (" (new)", None),
        ] {
            assert_eq!(final_name(new, None).as_deref(), wanted, "{new}");
        }
    }

    #[test]
    fn a_name_that_was_shortened_for_the_successor_is_the_old_tokens() {
        let old = "é".repeat(98);
        let new = format!("{} (new)", "é".repeat(94));
        assert_eq!(final_name(&new, Some(&old)), Some(old));
        // Somebody has renamed the old one meanwhile.
        assert_eq!(final_name("edge (new)", Some("edge-before")).as_deref(), Some("edge"));
        assert_eq!(final_name(&new, Some(&"x".repeat(98))), Some("é".repeat(94)));
    }
}
