//! The user's projects.

use std::sync::Arc;

use axum::{Json, extract::State, response::Response};

use super::ids::ProjectId;
use crate::{
    api_error::ApiError,
    auth::{Caller, User},
    list_body,
    page_request::PageRequest,
    permission::Permission,
    shared::Shared,
    store::Project,
};

pub(super) async fn list(
    _: User,
    request: PageRequest,
    State(shared): State<Arc<Shared>>,
) -> Result<Response, ApiError> {
    let page = shared.store().projects(&request.query);
    list_body::response(page, &request)
}

pub(super) async fn show(
    caller: Caller,
    ProjectId(id): ProjectId,
    State(shared): State<Arc<Shared>>,
) -> Result<Json<Project>, ApiError> {
    caller.require(Permission::Read, id)?;
    let mut project = Project::clone(&*shared.store().project(id)?);
    if let Caller::Application(_) = caller {
        // An application is not a member of the project it works in.
        project.membership = None;
    }
    Ok(Json(project))
}
