//! A create whose answer was lost: whether it happened is found out by looking, never by sending it again.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{Client, Error, ListedToken, NewToken, TokenId, TokenList};

/// How many of the newest tokens a second look goes through.
const NEWEST: usize = 100;

/// What is known of a create when it is sent, to recognise its token later.
#[derive(Debug, Clone)]
pub struct UnconfirmedCreate {
    project: Uuid,
    new: NewToken,
    before: HashSet<TokenId>,
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// Nothing. The server may still be working.
    NotFound,
    /// The token.
    Unique(ListedToken),
    /// More than one that may be it, or one that differs from what was asked for: someone else may have been quicker.
    Ambiguous(Vec<ListedToken>),
}

impl UnconfirmedCreate {
    /// `before` are the ids of the tokens that had the new one's name when it was sent.
    #[must_use]
    pub fn new(project: Uuid, new: NewToken, before: impl IntoIterator<Item = TokenId>) -> Self {
        Self { project, new, before: before.into_iter().collect() }
    }

    /// The project it was sent to.
    #[must_use]
    pub fn project(&self) -> Uuid {
        self.project
    }

    /// What was asked for.
    #[must_use]
    pub fn new_token(&self) -> &NewToken {
        &self.new
    }

    fn judge(&self, tokens: Vec<ListedToken>) -> Match {
        let mut tokens = tokens;
        match (tokens.pop(), tokens.is_empty()) {
            (None, _) => Match::NotFound,
            (Some(token), true) if self.new.allows_the_same(&token) => Match::Unique(token),
            (Some(token), _) => {
                tokens.push(token);
                Match::Ambiguous(tokens)
            }
        }
    }

    async fn matching(&self, mut list: TokenList) -> Result<Vec<ListedToken>, Error> {
        let mut found: Vec<ListedToken> = Vec::new();
        while let Some(batch) = list.next_batch().await? {
            for token in batch {
                let is_new = token.name == self.new.name() && !self.before.contains(&token.id);
                if is_new && found.iter().all(|known| known.id != token.id) {
                    found.push(token);
                }
            }
        }
        Ok(found)
    }
}

impl Client {
    /// Looks once whether a create whose answer was lost has happened.
    ///
    /// # Errors
    /// Any [`Failure`](crate::Failure) of listing; nothing is known then.
    pub async fn find_created(&self, lost: &UnconfirmedCreate) -> Result<Match, Error> {
        let by_name = self.tokens(lost.project).named(lost.new.name());
        let mut found = lost.matching(by_name).await?;
        if found.is_empty() {
            // By which rule the server compares names is not published. New tokens stand at the front of the list.
            found = lost.matching(TokenList::newest(self, lost.project, NEWEST)).await?;
        }
        Ok(lost.judge(found))
    }
}
