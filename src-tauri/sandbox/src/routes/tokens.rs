//! Tokens: listed and created by project, read and changed by their own id.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Deserialize;

use super::ids::{ProjectId, TokenId};
use crate::{
    api_error::ApiError,
    audit_log::{self, Action, Event},
    auth::{Caller, User},
    body::JsonBody,
    list_body,
    page_request::PageRequest,
    permission::Permission,
    shared::Shared,
    store::TokenChange,
    token_rules,
};

#[derive(Deserialize)]
pub(super) struct NewToken {
    name: Option<String>,
    permissions: Option<Vec<String>>,
}

/// A field that is absent or `null` does not change.
#[derive(Deserialize)]
pub(super) struct TokenUpdate {
    name: Option<String>,
    permissions: Option<Vec<String>>,
}

pub(super) async fn list(
    _: User,
    ProjectId(project): ProjectId,
    request: PageRequest,
    State(shared): State<Arc<Shared>>,
) -> Result<Response, ApiError> {
    let page = shared.store().tokens(project, &request.query)?;
    list_body::response(page, &request)
}

pub(super) async fn create(
    _: User,
    ProjectId(project): ProjectId,
    State(shared): State<Arc<Shared>>,
    JsonBody(new): JsonBody<NewToken>,
) -> Result<Response, ApiError> {
    let mut store = shared.store();
    store.project(project)?;
    let name = token_rules::name(&new.name.unwrap_or_default())?;
    let permissions = token_rules::permissions(&new.permissions.unwrap_or_default())?;
    let token = store.add_token(project, name, permissions, now())?;
    store.log(Event { project, token: token.id, action: Action::Create, by: audit_log::USER, at: now() });
    Ok((StatusCode::CREATED, Json(&*token)).into_response())
}

pub(super) async fn show(
    caller: Caller,
    TokenId(id): TokenId,
    State(shared): State<Arc<Shared>>,
) -> Result<Response, ApiError> {
    let store = shared.store();
    caller.require(Permission::Read, store.project_of_token(id)?)?;
    let token = store.token(id)?;
    Ok(Json(&*token).into_response())
}

pub(super) async fn update(
    caller: Caller,
    TokenId(id): TokenId,
    State(shared): State<Arc<Shared>>,
    JsonBody(update): JsonBody<TokenUpdate>,
) -> Result<StatusCode, ApiError> {
    let mut store = shared.store();
    let project = store.project_of_token(id)?;
    caller.require(Permission::Update, project)?;
    let change = TokenChange {
        name: update.name.as_deref().map(token_rules::name).transpose()?,
        permissions: update.permissions.as_deref().map(token_rules::permissions).transpose()?,
    };
    store.change_token(id, change)?;
    store.log(Event { project, token: id, action: Action::Update, by: caller.identity(), at: now() });
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(
    caller: Caller,
    TokenId(id): TokenId,
    State(shared): State<Arc<Shared>>,
) -> Result<StatusCode, ApiError> {
    let mut store = shared.store();
    let project = store.project_of_token(id)?;
    caller.require(Permission::Delete, project)?;
    store.remove_token(id)?;
    store.log(Event { project, token: id, action: Action::Delete, by: caller.identity(), at: now() });
    Ok(StatusCode::NO_CONTENT)
}

/// In whole microseconds, as a database stores it.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
