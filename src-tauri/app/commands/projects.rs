//! The projects to choose from.

use crate::{cancellable::guarded, contract::Project, problem::Problem, state::State};

/// The user's projects, as they are now.
#[tauri::command]
pub(crate) async fn list_projects(state: tauri::State<'_, State>) -> Result<Vec<Project>, Problem> {
    let active = state.active()?;
    let projects = guarded(async { Ok(active.client().projects().await?) }).await?;
    Ok(projects.into_iter().map(Into::into).collect())
}
