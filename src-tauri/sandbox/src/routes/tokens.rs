//! The tokens of a project: list and create by project, everything else by the token's own id.

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
    auth::{Caller, User},
    body::{self, Sent},
    list_body,
    paging::Listing,
    permission::Permission,
    refusal::Refusal,
    server::Shared,
    store::Change,
    token_rules,
};

#[derive(Deserialize)]
pub(super) struct NewToken {
    name: Option<String>,
    permissions: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct TokenUpdate {
    name: Option<String>,
    #[serde(default, deserialize_with = "body::present")]
    permissions: Option<Option<Vec<String>>>,
}

pub(super) async fn list(
    _: User,
    ProjectId(project): ProjectId,
    listing: Listing,
    State(shared): State<Arc<Shared>>,
) -> Result<Response, Refusal> {
    let page = shared.store().tokens(project, &listing.page)?;
    list_body::respond(page, &listing)
}

pub(super) async fn create(
    _: User,
    ProjectId(project): ProjectId,
    State(shared): State<Arc<Shared>>,
    Sent(new): Sent<NewToken>,
) -> Result<Response, Refusal> {
    let mut store = shared.store();
    store.project(project)?;
    let name = token_rules::name(&new.name.unwrap_or_default())?;
    let permissions = token_rules::permissions(new.permissions)?;
    let token = store.add_token(project, name, permissions, now())?;
    Ok((StatusCode::CREATED, Json(&*token)).into_response())
}

pub(super) async fn show(
    caller: Caller,
    TokenId(id): TokenId,
    State(shared): State<Arc<Shared>>,
) -> Result<Response, Refusal> {
    let store = shared.store();
    caller.must_be_allowed(Permission::Read, store.project_of_token(id)?)?;
    let token = store.token(id)?;
    Ok(Json(&*token).into_response())
}

pub(super) async fn update(
    caller: Caller,
    TokenId(id): TokenId,
    State(shared): State<Arc<Shared>>,
    Sent(update): Sent<TokenUpdate>,
) -> Result<StatusCode, Refusal> {
    let mut store = shared.store();
    caller.must_be_allowed(Permission::Update, store.project_of_token(id)?)?;
    let change = Change {
        name: update.name.as_deref().map(token_rules::name).transpose()?,
        permissions: update.permissions.map(token_rules::permissions).transpose()?,
    };
    store.change_token(id, change)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(
    caller: Caller,
    TokenId(id): TokenId,
    State(shared): State<Arc<Shared>>,
) -> Result<StatusCode, Refusal> {
    let mut store = shared.store();
    caller.must_be_allowed(Permission::Delete, store.project_of_token(id)?)?;
    store.remove_token(id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// In microseconds, as a database keeps it.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
