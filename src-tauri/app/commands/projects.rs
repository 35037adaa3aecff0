//! The projects to choose from.

use calyptia_core::messages::ProjectSummary;
use uuid::Uuid;

use super::{
    Core,
    guard::{Reply, guard},
};

/// The user's projects, as they are now.
#[tauri::command]
pub(super) async fn list_projects(core: Core<'_>, connection: Uuid) -> Reply<Vec<ProjectSummary>> {
    guard(async { core.session(connection)?.projects().await }).await
}
