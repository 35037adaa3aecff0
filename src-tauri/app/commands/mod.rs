//! What the page may ask for, a file per noun. A command checks what came in, calls one thing and maps the failure.

#[cfg(test)]
mod access_tests;
mod connections;
mod desktop;
mod network;
mod preferences;
mod projects;
mod tokens;

/// All commands. Which of them the page may call stands in `permissions/page.toml`.
pub(crate) fn handler<R: tauri::Runtime>() -> impl Fn(tauri::ipc::Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        connections::start,
        connections::restore,
        connections::connect,
        connections::cancel_connect,
        connections::paste_bearer,
        connections::discard_bearer,
        connections::try_sample,
        connections::renew,
        connections::list_connections,
        connections::rename_connection,
        connections::sign_out,
        connections::forget_connection,
        connections::lock,
        preferences::preferences,
        preferences::set_preferences,
        network::network,
        network::set_network,
        network::is_reachable,
        network::follow_waits,
        projects::list_projects,
        tokens::load_tokens,
        tokens::cancel_load,
        tokens::rows,
        tokens::find_rows,
        tokens::name_exists,
        tokens::create_token,
        tokens::check_create,
        tokens::cancel_create,
        tokens::update_token,
        tokens::delete_token,
        tokens::cancel_change,
        tokens::snippet,
        tokens::copy_token,
        tokens::forget_created,
        desktop::show_menu,
        desktop::follow_closing,
        desktop::quit,
    ]
}
