//! The commands that the page can call, one file per noun. A command checks its arguments, makes one call and returns its
//! result. All of them run behind one guard, in the async runtime: none blocks the main thread.

#[cfg(test)]
mod access_tests;
mod connections;
mod desktop;
mod follow;
mod guard;
mod lock;
mod network;
mod preferences;
mod projects;
mod tokens;

pub(crate) use connections::KeyringFollower;
pub(crate) use lock::LockFollower;
pub(crate) use network::WaitFollower;
pub(crate) use tokens::ClipboardFollower;

use std::sync::Arc;

use calyptia_core::Connections;

/// What most commands need.
type Core<'a> = tauri::State<'a, Arc<Connections>>;

/// All commands. `permissions/page.toml` lists those that the page can call.
pub(crate) fn handler<R: tauri::Runtime>() -> impl Fn(tauri::ipc::Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        connections::start,
        connections::restore,
        connections::open_last,
        connections::connect,
        connections::cancel_connect,
        connections::paste_bearer_token,
        connections::pasted_project_token,
        connections::discard_bearer_token,
        connections::clear_pasted,
        connections::try_sample,
        connections::reauthenticate,
        connections::list_connections,
        connections::rename_connection,
        connections::mark_production,
        connections::set_connection_color,
        connections::sign_out,
        connections::cancel_sign_out,
        connections::follow_keyring,
        connections::forget_connection,
        lock::lock,
        lock::report_activity,
        lock::follow_locks,
        preferences::preferences,
        preferences::set_preferences,
        preferences::change_zoom,
        preferences::set_order,
        preferences::set_token_age,
        preferences::set_snippet_format,
        network::network,
        network::route_to,
        network::set_network,
        network::choose_certificates,
        network::is_reachable,
        network::follow_waits,
        projects::list_projects,
        tokens::load_tokens,
        tokens::cancel_load,
        tokens::rows,
        tokens::find_rows,
        tokens::export_tokens,
        tokens::search_files,
        tokens::cancel_search,
        tokens::what_changed,
        tokens::mark_changes_seen,
        tokens::created_by,
        tokens::cancel_created_by,
        tokens::match_name,
        tokens::paste_into_filter,
        tokens::check_found_token,
        tokens::revoke_found_token,
        tokens::forget_found_token,
        tokens::create_token,
        tokens::rotations,
        tokens::end_rotation,
        tokens::check_create,
        tokens::cancel_create,
        tokens::update_token,
        tokens::delete_token,
        tokens::cancel_change,
        tokens::list_fleets,
        tokens::cancel_fleets,
        tokens::snippet,
        tokens::copy_token,
        tokens::copy_label,
        tokens::forget_created,
        tokens::follow_clipboard,
        desktop::show_menu,
        desktop::follow_quit_requests,
        desktop::follow_pastes,
        desktop::copy_problem_details,
        desktop::quit,
    ]
}
