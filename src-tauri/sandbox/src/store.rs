//! The projects and tokens of the server, in memory and in order of creation.
//!
//! Everything that is created gets the next sequence number; pages are ranges of these numbers. All
//! maps are ordered ones: a change among a million tokens costs `O(log n)`, and none pays for a hash
//! table that grows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::{
    api_error::ApiError,
    audit_log::{AuditLog, Event},
    paging::{Page, PageQuery},
    permission::Permission,
    token_value::{self, SIGNATURE_LENGTH, Signature},
};

/// The token that every project has from its creation.
const DEFAULT_TOKEN: &str = "default";

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Project {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) members_count: u32,
    pub(crate) agents_count: u32,
    pub(crate) aggregators_count: u32,
    pub(crate) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) membership: Option<Membership>,
    /// The names of its fleets. They are an operation of their own.
    #[serde(skip)]
    pub(crate) fleets: &'static [&'static str],
}

/// The user's membership in a project.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Membership {
    id: Uuid,
    #[serde(rename = "userID")]
    user: Uuid,
    #[serde(rename = "projectID")]
    project: Uuid,
    created_at: Timestamp,
    permissions: Vec<Permission>,
    roles: Vec<&'static str>,
}

/// A project to add; the store gives it an id and the user a membership.
pub(crate) struct NewProject {
    pub(crate) name: String,
    pub(crate) members_count: u32,
    pub(crate) agents_count: u32,
    pub(crate) aggregators_count: u32,
    pub(crate) created_at: Timestamp,
    /// The user's role in it.
    pub(crate) role: &'static str,
    pub(crate) fleets: &'static [&'static str],
}

pub(crate) struct Token {
    pub(crate) id: Uuid,
    pub(crate) project: Uuid,
    name: Arc<str>,
    pub(crate) permissions: Box<[Permission]>,
    created_at: Timestamp,
    signature: Signature,
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Shape<'a> {
            id: Uuid,
            token: String,
            name: &'a str,
            permissions: &'a [Permission],
            created_at: Timestamp,
            #[serde(rename = "projectID")]
            project: Uuid,
        }
        // Encoded on demand: a million values would take 200 MB.
        let token = token_value::encode(self.id, self.project, &self.signature);
        let Self { id, project, ref name, ref permissions, created_at, .. } = *self;
        Shape { id, token, name, permissions, created_at, project }.serialize(serializer)
    }
}

/// An update of a token. A field that is `None` does not change.
pub(crate) struct TokenChange {
    pub(crate) name: Option<Arc<str>>,
    pub(crate) permissions: Option<Box<[Permission]>>,
}

#[derive(Default)]
struct ProjectTokens {
    by_sequence: BTreeMap<u64, Arc<Token>>,
    names: BTreeSet<Arc<str>>,
}

/// Where a token is or was. It stays after a deletion, to distinguish deleted from unknown tokens.
#[derive(Clone, Copy)]
struct Location {
    project: Uuid,
    sequence: u64,
}

pub(crate) struct Store {
    rng: StdRng,
    last_sequence: u64,
    user: Uuid,
    projects: BTreeMap<u64, Arc<Project>>,
    project_sequences: BTreeMap<Uuid, u64>,
    tokens: BTreeMap<Uuid, ProjectTokens>,
    locations: BTreeMap<Uuid, Location>,
    audit_logs: BTreeMap<Uuid, AuditLog>,
    /// Of its own, so that the ids of tokens do not depend on what is logged.
    audit_rng: StdRng,
}

impl Store {
    /// Ids and signatures are determined by the seed, so that a sandbox shows the same projects at
    /// every start.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            last_sequence: 0,
            user: uuid::Builder::from_random_bytes(u128::from(seed).to_be_bytes()).into_uuid(),
            projects: BTreeMap::new(),
            project_sequences: BTreeMap::new(),
            tokens: BTreeMap::new(),
            locations: BTreeMap::new(),
            audit_logs: BTreeMap::new(),
            audit_rng: StdRng::seed_from_u64(!seed),
        }
    }

    pub(crate) fn rng(&mut self) -> &mut StdRng {
        &mut self.rng
    }

    /// Adds a project with its `default` token and returns the project's id.
    pub(crate) fn add_project(&mut self, project: NewProject) -> Uuid {
        let NewProject { name, members_count, agents_count, aggregators_count, created_at, role, fleets } =
            project;
        let id = self.new_id();
        let membership = Membership {
            id: self.new_id(),
            user: self.user,
            project: id,
            created_at,
            permissions: Permission::ALL.to_vec(),
            roles: vec![role],
        };
        let project = Project {
            id,
            name,
            members_count,
            agents_count,
            aggregators_count,
            created_at,
            membership: Some(membership),
            fleets,
        };
        let sequence = self.next_sequence();
        self.projects.insert(sequence, Arc::new(project));
        self.project_sequences.insert(id, sequence);
        self.tokens.insert(id, ProjectTokens::default());
        // Cannot fail: the project exists and is empty.
        let _ = self.add_token(id, DEFAULT_TOKEN.into(), Box::default(), created_at);
        id
    }

    pub(crate) fn add_token(
        &mut self,
        project: Uuid,
        name: Arc<str>,
        permissions: Box<[Permission]>,
        created_at: Timestamp,
    ) -> Result<Arc<Token>, ApiError> {
        let tokens = self.tokens.get_mut(&project).ok_or(ApiError::PermissionDenied)?;
        if !tokens.names.insert(Arc::clone(&name)) {
            return Err(ApiError::TokenNameTaken);
        }
        self.insert(project, name, permissions, created_at)
    }

    /// Adds a second token with the same name, which only a fault does.
    #[cfg(feature = "faults")]
    pub(crate) fn duplicate_token(&mut self, id: Uuid) -> Result<Arc<Token>, ApiError> {
        let token = self.token(id)?;
        self.insert(token.project, Arc::clone(&token.name), token.permissions.clone(), token.created_at)
    }

    /// Changes when a token was created, which only a fault does.
    #[cfg(feature = "faults")]
    pub(crate) fn set_created_at(
        &mut self,
        id: Uuid,
        change: impl FnOnce(Timestamp) -> Timestamp,
    ) -> Result<Arc<Token>, ApiError> {
        let created_at = change(self.token(id)?.created_at);
        self.replace(id, |token| Token { created_at, ..token })
    }

    fn insert(
        &mut self,
        project: Uuid,
        name: Arc<str>,
        permissions: Box<[Permission]>,
        created_at: Timestamp,
    ) -> Result<Arc<Token>, ApiError> {
        let id = self.new_id();
        let sequence = self.next_sequence();
        let mut signature = [0; SIGNATURE_LENGTH];
        self.rng.fill_bytes(&mut signature);

        let tokens = self.tokens.get_mut(&project).ok_or(ApiError::PermissionDenied)?;
        let token = Arc::new(Token { id, project, name, permissions, created_at, signature });
        tokens.by_sequence.insert(sequence, Arc::clone(&token));
        self.locations.insert(id, Location { project, sequence });
        Ok(token)
    }

    pub(crate) fn log(&mut self, event: Event) {
        let mut id = [0; 16];
        self.audit_rng.fill_bytes(&mut id);
        let id = uuid::Builder::from_random_bytes(id).into_uuid();
        self.audit_logs.entry(event.project).or_default().add(id, event);
    }

    pub(crate) fn audit_log(&self, project: Uuid) -> Result<&AuditLog, ApiError> {
        static EMPTY: AuditLog = AuditLog::EMPTY;
        self.project(project)?;
        Ok(self.audit_logs.get(&project).unwrap_or(&EMPTY))
    }

    pub(crate) fn projects(&self, query: &PageQuery) -> Page<Arc<Project>> {
        query.select(self.projects.range(..query.before()).rev(), |project| &project.name)
    }

    pub(crate) fn project_names(&self) -> Vec<(Uuid, String)> {
        self.projects.values().rev().map(|project| (project.id, project.name.clone())).collect()
    }

    /// An unknown project gives the same error as one that the caller is not a member of, so that ids
    /// cannot be probed.
    pub(crate) fn project(&self, id: Uuid) -> Result<Arc<Project>, ApiError> {
        let sequence = self.project_sequences.get(&id).ok_or(ApiError::PermissionDenied)?;
        self.projects.get(sequence).cloned().ok_or(ApiError::PermissionDenied)
    }

    pub(crate) fn tokens(&self, project: Uuid, query: &PageQuery) -> Result<Page<Arc<Token>>, ApiError> {
        let tokens = self.tokens.get(&project).ok_or(ApiError::PermissionDenied)?;
        Ok(query.select(tokens.by_sequence.range(..query.before()).rev(), |token| &token.name))
    }

    /// The project of a token that exists or once existed.
    pub(crate) fn project_of_token(&self, id: Uuid) -> Result<Uuid, ApiError> {
        self.locations.get(&id).map(|location| location.project).ok_or(ApiError::TokenNotFound)
    }

    pub(crate) fn token(&self, id: Uuid) -> Result<Arc<Token>, ApiError> {
        let location = self.locations.get(&id).ok_or(ApiError::TokenNotFound)?;
        let tokens = self.tokens.get(&location.project);
        tokens
            .and_then(|tokens| tokens.by_sequence.get(&location.sequence))
            .cloned()
            .ok_or(ApiError::TokenGone)
    }

    pub(crate) fn token_by_value(&self, value: &str) -> Option<Arc<Token>> {
        let (id, project, signature) = token_value::decode(value)?;
        let token = self.token(id).ok()?;
        (token.project == project && token.signature == signature).then_some(token)
    }

    pub(crate) fn change_token(&mut self, id: Uuid, change: TokenChange) -> Result<(), ApiError> {
        let token = self.token(id)?;
        let (tokens, _) = self.tokens_around(id)?;
        if let Some(name) = change.name.as_ref().filter(|name| **name != token.name) {
            if !tokens.names.insert(Arc::clone(name)) {
                return Err(ApiError::TokenNameTaken);
            }
            tokens.names.remove(&token.name);
        }
        self.replace(id, |token| Token {
            name: change.name.unwrap_or(token.name),
            permissions: change.permissions.unwrap_or(token.permissions),
            ..token
        })
        .map(drop)
    }

    pub(crate) fn remove_token(&mut self, id: Uuid) -> Result<(), ApiError> {
        let (tokens, sequence) = self.tokens_around(id)?;
        let token = tokens.by_sequence.remove(&sequence).ok_or(ApiError::TokenGone)?;
        tokens.names.remove(&token.name);
        Ok(())
    }

    /// A response that is being sent can still hold the old token, so the new one does not overwrite it.
    fn replace(&mut self, id: Uuid, change: impl FnOnce(Token) -> Token) -> Result<Arc<Token>, ApiError> {
        let token = self.token(id)?;
        let Token { id, project, created_at, signature, .. } = *token;
        let (name, permissions) = (Arc::clone(&token.name), token.permissions.clone());
        let changed = Arc::new(change(Token { id, project, name, permissions, created_at, signature }));
        let (tokens, sequence) = self.tokens_around(id)?;
        tokens.by_sequence.insert(sequence, Arc::clone(&changed));
        Ok(changed)
    }

    /// All tokens of this token's project, and the token's sequence number.
    fn tokens_around(&mut self, id: Uuid) -> Result<(&mut ProjectTokens, u64), ApiError> {
        let Location { project, sequence } = *self.locations.get(&id).ok_or(ApiError::TokenNotFound)?;
        let tokens = self.tokens.get_mut(&project).ok_or(ApiError::TokenNotFound)?;
        Ok((tokens, sequence))
    }

    fn new_id(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.rng.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    fn next_sequence(&mut self) -> u64 {
        self.last_sequence += 1;
        self.last_sequence
    }
}
