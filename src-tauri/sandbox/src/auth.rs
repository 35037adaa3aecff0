//! Who is asking: the user by bearer, or an application by project token. A handler names which of
//! the two it takes by the extractor it asks for, [`User`] or [`Caller`].

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::{
    permission::{self, Permission},
    refusal::Refusal,
    server::Shared,
    store::Token,
};

const PROJECT_TOKEN: &str = "x-project-token";

/// The one user, who may do everything in every project.
pub(crate) struct User;

/// The user, or the bearer of a project token.
pub(crate) enum Caller {
    User,
    Application(Arc<Token>),
}

impl Caller {
    /// A project token acts in its own project only, and does only what its permissions grant.
    pub(crate) fn must_be_allowed(&self, needed: Permission, project: Uuid) -> Result<(), Refusal> {
        match self {
            Self::User => Ok(()),
            Self::Application(token)
                if token.project == project && permission::grants(&token.permissions, needed) =>
            {
                Ok(())
            }
            Self::Application(_) => Err(Refusal::PermissionDenied),
        }
    }
}

impl FromRequestParts<Arc<Shared>> for User {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        match bearer(&parts.headers) {
            Some(sent) if sent == shared.bearer.expose_secret() => Ok(Self),
            Some(_) => Err(Refusal::InvalidToken),
            None => Err(Refusal::Unauthenticated),
        }
    }
}

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        match (User::from_request_parts(parts, shared).await, project_token(&parts.headers)) {
            (Ok(User), _) => Ok(Self::User),
            (Err(Refusal::Unauthenticated), Some(value)) => {
                shared.store().token_by_value(value).map(Self::Application).ok_or(Refusal::InvalidToken)
            }
            (Err(refusal), _) => Err(refusal),
        }
    }
}

/// Nothing, another scheme and an empty bearer all count as no bearer.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, bearer) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let bearer = bearer.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !bearer.is_empty()).then_some(bearer)
}

fn project_token(headers: &HeaderMap) -> Option<&str> {
    headers.get(PROJECT_TOKEN)?.to_str().ok().map(str::trim).filter(|value| !value.is_empty())
}
