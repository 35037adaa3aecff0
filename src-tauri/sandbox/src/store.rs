//! The projects and tokens the server knows, in memory and in order of creation.
//!
//! Everything created takes the next place in one running count. A page starts at a place and takes as
//! many rows as it holds, however long the list is.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::{
    paging::{Page, PageRequest},
    permission::Permission,
    refusal::Refusal,
    token_format::{self, SIGNATURE_LENGTH, Signature},
};

/// The token every project is born with.
const FIRST_TOKEN: &str = "default";

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
}

/// What the user is in a project.
#[derive(Clone, Serialize)]
pub(crate) struct Membership {
    pub(crate) permissions: Vec<Permission>,
    pub(crate) roles: Vec<&'static str>,
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
        // Written anew each time: a million values would take 200 MB to keep.
        let token = token_format::write(self.id, self.project, &self.signature);
        let Self { id, project, ref name, ref permissions, created_at, .. } = *self;
        Shape { id, token, name, permissions, created_at, project }.serialize(serializer)
    }
}

/// An update: what is `None` stays as it is.
pub(crate) struct Change {
    pub(crate) name: Option<Arc<str>>,
    pub(crate) permissions: Option<Box<[Permission]>>,
}

#[derive(Default)]
struct TokensOfProject {
    by_place: BTreeMap<u64, Arc<Token>>,
    names: HashSet<Arc<str>>,
}

/// Where a token stands or stood. Kept after a deletion, to tell a deleted token from an unknown one.
#[derive(Clone, Copy)]
struct Address {
    project: Uuid,
    place: u64,
}

pub(crate) struct Store {
    rng: StdRng,
    next_place: u64,
    projects: BTreeMap<u64, Arc<Project>>,
    places_of_projects: HashMap<Uuid, u64>,
    tokens: HashMap<Uuid, TokensOfProject>,
    addresses: HashMap<Uuid, Address>,
}

impl Store {
    /// Ids and signatures follow from the seed, so a sandbox shows the same projects at every start.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            next_place: 0,
            projects: BTreeMap::new(),
            places_of_projects: HashMap::new(),
            tokens: HashMap::new(),
            addresses: HashMap::new(),
        }
    }

    pub(crate) fn rng(&mut self) -> &mut StdRng {
        &mut self.rng
    }

    /// Adds the project under a new id, which it returns, together with its first token.
    pub(crate) fn add_project(&mut self, project: Project) -> Uuid {
        let id = self.new_id();
        let created_at = project.created_at;
        let place = self.take_place();
        self.projects.insert(place, Arc::new(Project { id, ..project }));
        self.places_of_projects.insert(id, place);
        self.tokens.insert(id, TokensOfProject::default());
        // The project is empty and known, so nothing can refuse its first token.
        let _ = self.add_token(id, FIRST_TOKEN.into(), Box::default(), created_at);
        id
    }

    pub(crate) fn add_token(
        &mut self,
        project: Uuid,
        name: Arc<str>,
        permissions: Box<[Permission]>,
        created_at: Timestamp,
    ) -> Result<Arc<Token>, Refusal> {
        let tokens = self.tokens.get_mut(&project).ok_or(Refusal::PermissionDenied)?;
        if !tokens.names.insert(Arc::clone(&name)) {
            return Err(Refusal::TokenNameTaken);
        }
        self.put(project, name, permissions, created_at)
    }

    /// A second token of this one's name, which only a fault brings about.
    pub(crate) fn add_twin(&mut self, id: Uuid) -> Result<Arc<Token>, Refusal> {
        let token = self.token(id)?;
        self.put(token.project, Arc::clone(&token.name), token.permissions.clone(), token.created_at)
    }

    fn put(
        &mut self,
        project: Uuid,
        name: Arc<str>,
        permissions: Box<[Permission]>,
        created_at: Timestamp,
    ) -> Result<Arc<Token>, Refusal> {
        let id = self.new_id();
        let place = self.take_place();
        let mut signature = [0; SIGNATURE_LENGTH];
        self.rng.fill_bytes(&mut signature);

        let tokens = self.tokens.get_mut(&project).ok_or(Refusal::PermissionDenied)?;
        let token = Arc::new(Token { id, project, name, permissions, created_at, signature });
        tokens.by_place.insert(place, Arc::clone(&token));
        self.addresses.insert(id, Address { project, place });
        Ok(token)
    }

    pub(crate) fn projects(&self, request: &PageRequest) -> Page<Arc<Project>> {
        request.pick(self.projects.range(..request.before()).rev(), |project| &project.name)
    }

    pub(crate) fn project_names(&self) -> Vec<(Uuid, String)> {
        self.projects.values().rev().map(|project| (project.id, project.name.clone())).collect()
    }

    /// A project that does not exist is refused like one the caller is not a member of, so that ids
    /// cannot be probed.
    pub(crate) fn project(&self, id: Uuid) -> Result<Arc<Project>, Refusal> {
        let place = self.places_of_projects.get(&id).ok_or(Refusal::PermissionDenied)?;
        self.projects.get(place).cloned().ok_or(Refusal::PermissionDenied)
    }

    pub(crate) fn tokens(&self, project: Uuid, request: &PageRequest) -> Result<Page<Arc<Token>>, Refusal> {
        let tokens = self.tokens.get(&project).ok_or(Refusal::PermissionDenied)?;
        Ok(request.pick(tokens.by_place.range(..request.before()).rev(), |token| &token.name))
    }

    /// The project of a token that exists or once existed.
    pub(crate) fn project_of_token(&self, id: Uuid) -> Result<Uuid, Refusal> {
        self.addresses.get(&id).map(|address| address.project).ok_or(Refusal::TokenNotFound)
    }

    pub(crate) fn token(&self, id: Uuid) -> Result<Arc<Token>, Refusal> {
        let address = self.addresses.get(&id).ok_or(Refusal::TokenNotFound)?;
        let tokens = self.tokens.get(&address.project);
        tokens.and_then(|tokens| tokens.by_place.get(&address.place)).cloned().ok_or(Refusal::TokenGone)
    }

    pub(crate) fn token_by_value(&self, value: &str) -> Option<Arc<Token>> {
        let (id, project, signature) = token_format::read(value)?;
        let token = self.token(id).ok()?;
        (token.project == project && token.signature == signature).then_some(token)
    }

    pub(crate) fn change_token(&mut self, id: Uuid, change: Change) -> Result<(), Refusal> {
        let token = self.token(id)?;
        let (tokens, place) = self.shelf(id)?;
        let name = match change.name {
            Some(name) if name != token.name => {
                if !tokens.names.insert(Arc::clone(&name)) {
                    return Err(Refusal::TokenNameTaken);
                }
                tokens.names.remove(&token.name);
                name
            }
            _ => Arc::clone(&token.name),
        };
        let permissions = change.permissions.unwrap_or_else(|| token.permissions.clone());
        let Token { id, project, created_at, signature, .. } = *token;
        let changed = Token { id, project, name, permissions, created_at, signature };
        tokens.by_place.insert(place, Arc::new(changed));
        Ok(())
    }

    pub(crate) fn remove_token(&mut self, id: Uuid) -> Result<(), Refusal> {
        let (tokens, place) = self.shelf(id)?;
        let token = tokens.by_place.remove(&place).ok_or(Refusal::TokenGone)?;
        tokens.names.remove(&token.name);
        Ok(())
    }

    /// The tokens among which this one stands, and its place there.
    fn shelf(&mut self, id: Uuid) -> Result<(&mut TokensOfProject, u64), Refusal> {
        let Address { project, place } = *self.addresses.get(&id).ok_or(Refusal::TokenNotFound)?;
        let tokens = self.tokens.get_mut(&project).ok_or(Refusal::TokenNotFound)?;
        Ok((tokens, place))
    }

    fn new_id(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.rng.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    fn take_place(&mut self) -> u64 {
        self.next_place += 1;
        self.next_place
    }
}
