//! Authentication: the user by bearer token, or an application by project token. A handler states
//! which of the two it accepts by its extractor, [`User`] or [`Caller`].

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::{
    api_error::ApiError,
    audit_log::{self, Identity},
    permission::{self, Permission},
    shared::Shared,
    store::Token,
};

const PROJECT_TOKEN: &str = "x-project-token";

/// The only user, who can do everything in every project.
pub(crate) struct User;

/// The user, or an application with a project token.
pub(crate) enum Caller {
    User,
    Application(Arc<Token>),
}

impl Caller {
    /// Who this is in the audit log.
    pub(crate) fn identity(&self) -> Identity {
        match self {
            Self::User => audit_log::USER,
            Self::Application(token) => Identity::Application { token: token.id },
        }
    }

    /// A project token works only in its own project and only with the permissions it has.
    pub(crate) fn require(&self, needed: Permission, project: Uuid) -> Result<(), ApiError> {
        match self {
            Self::User => Ok(()),
            Self::Application(token)
                if token.project == project && permission::grants(&token.permissions, needed) =>
            {
                Ok(())
            }
            Self::Application(_) => Err(ApiError::PermissionDenied),
        }
    }
}

impl FromRequestParts<Arc<Shared>> for User {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        match bearer_token(&parts.headers) {
            Some(sent) if sent == shared.bearer_token.expose_secret() => Ok(Self),
            Some(_) => Err(ApiError::InvalidToken),
            None => Err(ApiError::Unauthenticated),
        }
    }
}

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        match (User::from_request_parts(parts, shared).await, project_token(&parts.headers)) {
            (Ok(User), _) => Ok(Self::User),
            (Err(ApiError::Unauthenticated), Some(value)) => {
                shared.store().token_by_value(value).map(Self::Application).ok_or(ApiError::InvalidToken)
            }
            (Err(error), _) => Err(error),
        }
    }
}

/// `None` without the header, with another scheme, and with an empty bearer token.
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}

fn project_token(headers: &HeaderMap) -> Option<&str> {
    headers.get(PROJECT_TOKEN)?.to_str().ok().map(str::trim).filter(|value| !value.is_empty())
}
