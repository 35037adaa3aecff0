//! A project's fleets of agents.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;

use super::ids::ProjectId;
use crate::{api_error::ApiError, auth::User, shared::Shared};

#[derive(Serialize)]
pub(super) struct Fleet {
    name: &'static str,
}

pub(super) async fn list(
    _: User,
    ProjectId(project): ProjectId,
    State(shared): State<Arc<Shared>>,
) -> Result<Json<Vec<Fleet>>, ApiError> {
    let project = shared.store().project(project)?;
    Ok(Json(project.fleets.iter().map(|name| Fleet { name }).collect()))
}
