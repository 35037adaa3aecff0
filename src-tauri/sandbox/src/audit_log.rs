//! The audit log: who did what in a project.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// The most entries that a project keeps. The oldest make room.
const MAX_ENTRIES: usize = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Action {
    Create,
    Update,
    Delete,
}

impl Action {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [("CREATE", Self::Create), ("UPDATE", Self::Update), ("DELETE", Self::Delete)]
            .into_iter()
            .find_map(|(name, action)| (name == text).then_some(action))
    }

    fn response_code(self) -> u16 {
        if self == Self::Create { 201 } else { 204 }
    }
}

/// Who did something.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum Identity {
    /// A member of the project.
    User { email: &'static str, name: &'static str },
    /// An application, by the id of its project token.
    Application {
        #[serde(rename = "projectTokenID")]
        token: Uuid,
    },
}

/// The person whose bearer token the sandbox accepts.
pub(crate) const USER: Identity = Identity::User { email: "ana@acme.example", name: "Ana Sample" };
/// A colleague, who created some of the sample tokens.
pub(crate) const COLLEAGUE: Identity = Identity::User { email: "bo@acme.example", name: "Bo Sample" };

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    id: Uuid,
    timestamp: Timestamp,
    url: String,
    components: BTreeMap<&'static str, Uuid>,
    identity: Identity,
    pub(crate) action: Action,
    response_code: u16,
}

/// What happened to a token.
pub(crate) struct Event {
    pub(crate) project: Uuid,
    pub(crate) token: Uuid,
    pub(crate) action: Action,
    pub(crate) by: Identity,
    pub(crate) at: Timestamp,
}

/// The entries of one project, oldest first.
#[derive(Default)]
pub(crate) struct AuditLog {
    entries: Vec<Entry>,
    /// How many have made room.
    dropped: u64,
}

impl AuditLog {
    pub(crate) const EMPTY: Self = Self { entries: Vec::new(), dropped: 0 };

    pub(crate) fn add(&mut self, id: Uuid, event: Event) {
        let Event { project, token, action, by, at } = event;
        if self.entries.len() == MAX_ENTRIES {
            self.entries.remove(0);
            self.dropped += 1;
        }
        self.entries.push(Entry {
            id,
            timestamp: at,
            url: match action {
                Action::Create => format!("/v1/projects/{project}/tokens"),
                Action::Update | Action::Delete => format!("/v1/project_tokens/{token}"),
            },
            components: [("projectID", project), ("tokenID", token)].into(),
            identity: by,
            action,
            response_code: action.response_code(),
        });
    }

    /// Up to `first` entries (0: all of them) before an entry with this number, newest first, and the number of the last one if
    /// more follow.
    pub(crate) fn page(
        &self,
        first: usize,
        before: Option<u64>,
        action: Option<Action>,
    ) -> (Vec<&Entry>, Option<u64>) {
        let end = self.dropped + self.entries.len() as u64;
        let mut wanted = (self.dropped..end)
            .rev()
            .zip(self.entries.iter().rev())
            .filter(|(number, _)| before.is_none_or(|before| *number < before))
            .filter(|(_, entry)| action.is_none_or(|action| entry.action == action));
        let most = if first == 0 { usize::MAX } else { first };
        let page: Vec<_> = wanted.by_ref().take(most).collect();
        let last = page.last().map(|(number, _)| *number);
        let next = last.filter(|_| wanted.next().is_some());
        (page.into_iter().map(|(_, entry)| entry).collect(), next)
    }
}
