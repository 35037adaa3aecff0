//! A create whose response never came. Whether it happened is found out by looking, never by sending it again.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{Client, Error, ListedToken, NewToken, TokenId, TokenList, size_limits::kept_name};

/// How many of the newest tokens are looked at first. A new token is at the front of the list.
const NEWEST: usize = 100;
/// How much older than the request a token may seem. Both clocks count in seconds, and may have been set meanwhile.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(60);
/// How much older it may seem and still certainly be the new one. Somebody else may have created another just before.
const CERTAIN: SignedDuration = SignedDuration::from_secs(5);

/// How much later than the request a token may have been created and still certainly be the new one. Servers answer, or give up,
/// long before.
const LATEST: SignedDuration = SignedDuration::from_secs(180);

/// A create, as it was before it was sent: enough to recognize its token later.
#[derive(Debug, Clone)]
pub struct UnconfirmedCreate {
    project: Uuid,
    new: NewToken,
    before: HashSet<TokenId>,
    /// By this computer's clock.
    made_at: Timestamp,
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// No token that may be the new one. The server may still be working.
    NotFound,
    /// The new token.
    Unique(ListedToken),
    /// Several tokens that may be the new one; or one that differs from what was asked for, is a little older than the
    /// request, or of unknown age: somebody else may have created it.
    Ambiguous(Vec<ListedToken>),
}

impl UnconfirmedCreate {
    /// Remembers the present time, so it has to be called when the create is sent, not when it has failed. `before` are the
    /// ids of the tokens that have the new one's name by then.
    #[must_use]
    pub fn new(project: Uuid, new: NewToken, before: impl IntoIterator<Item = TokenId>) -> Self {
        Self { project, new, before: before.into_iter().collect(), made_at: Timestamp::now() }
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

    /// Whether a token of a list that was loaded since is certainly the new one. `offset` is how far the server's clock is ahead.
    #[must_use]
    pub fn is_certainly(&self, token: &ListedToken, offset: Option<SignedDuration>) -> bool {
        let is_new = !self.before.contains(&token.id);
        let latest = offset.and_then(|offset| self.made_at.checked_add(offset.checked_add(LATEST)?).ok());
        let is_in_time = latest.zip(token.created_at).is_some_and(|(latest, created)| created <= latest);
        is_new && is_in_time && matches!(self.judge(vec![token.clone()], offset), Match::Unique(_))
    }

    /// Whether a token may be the new one. `offset` is how far the server's clock is ahead.
    fn may_be(&self, token: &ListedToken, offset: Option<SignedDuration>) -> bool {
        is_similar(&token.name, &kept_name(self.new.name()))
            && !self.before.contains(&token.id)
            && self.is_since(token, offset, CLOCK_TOLERANCE) != Some(false)
    }

    /// Whether a token was created since the request, by the server's clock. `None` if that is unknown.
    fn is_since(
        &self,
        token: &ListedToken,
        offset: Option<SignedDuration>,
        tolerance: SignedDuration,
    ) -> Option<bool> {
        let earliest = self.made_at.checked_add(offset?.checked_sub(tolerance)?).ok()?;
        Some(token.created_at? >= earliest)
    }

    fn judge(&self, tokens: Vec<ListedToken>, offset: Option<SignedDuration>) -> Match {
        match &tokens[..] {
            [] => Match::NotFound,
            [token]
                if token.name == self.new.name()
                    && self.new.allows_the_same(token)
                    && self.is_since(token, offset, CERTAIN) == Some(true) =>
            {
                Match::Unique(token.clone())
            }
            _ => Match::Ambiguous(tokens),
        }
    }

    /// The same for one that the server lists under the new one's name. It may have stored it in another form.
    fn may_be_listed_as(&self, token: &ListedToken, offset: Option<SignedDuration>) -> bool {
        let is_new = || self.is_since(token, offset, CLOCK_TOLERANCE) == Some(true);
        self.may_be(token, offset)
            || (!self.before.contains(&token.id) && self.new.allows_the_same(token) && is_new())
    }

    async fn find_in(
        &self,
        mut list: TokenList,
        client: &Client,
        may_be: impl Fn(&ListedToken, Option<SignedDuration>) -> bool,
    ) -> Result<Vec<ListedToken>, Error> {
        let mut found: Vec<ListedToken> = Vec::new();
        while let Some(batch) = list.next_batch().await? {
            // The offset is known once the list begins.
            let offset = client.clock_offset();
            for token in batch {
                if may_be(&token, offset) && found.iter().all(|known| known.id != token.id) {
                    found.push(token);
                }
            }
        }
        Ok(found)
    }
}

/// Whether a name may be what a server has stored for another one: some trim names, or change their case.
#[must_use]
pub fn is_similar(name: &str, other: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(name) == plain(other)
}

impl Client {
    /// Looks once whether a create happened: among the newest tokens, and then among those that the server finds by name.
    ///
    /// # Errors
    /// Any [`Failure`](crate::Failure) of listing. Nothing is known then.
    pub async fn find_created(&self, create: &UnconfirmedCreate) -> Result<Match, Error> {
        let newest = TokenList::newest(self, create.project, NEWEST);
        let mut found = create.find_in(newest, self, |token, offset| create.may_be(token, offset)).await?;
        if found.is_empty() {
            let named = TokenList::named(self, create.project, create.new.name());
            found =
                create.find_in(named, self, |token, offset| create.may_be_listed_as(token, offset)).await?;
        }
        Ok(create.judge(found, self.clock_offset()))
    }
}
