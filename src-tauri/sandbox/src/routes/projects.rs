//! The projects the user is a member of.

use std::sync::Arc;

use axum::{Json, extract::State, response::Response};

use super::ids::ProjectId;
use crate::{
    auth::{Caller, User},
    list_body,
    paging::Listing,
    permission::Permission,
    refusal::Refusal,
    server::Shared,
    store::Project,
};

pub(super) async fn list(
    _: User,
    listing: Listing,
    State(shared): State<Arc<Shared>>,
) -> Result<Response, Refusal> {
    let page = shared.store().projects(&listing.page);
    list_body::respond(page, &listing)
}

pub(super) async fn show(
    caller: Caller,
    ProjectId(id): ProjectId,
    State(shared): State<Arc<Shared>>,
) -> Result<Json<Project>, Refusal> {
    caller.must_be_allowed(Permission::Read, id)?;
    let mut project = Project::clone(&*shared.store().project(id)?);
    if let Caller::Application(_) = caller {
        // An application acts in a project without being a member of it.
        project.membership = None;
    }
    Ok(Json(project))
}
