//! The desktop around the page: the window, its bounds and theme, the menu bar, starting and quitting.

pub(crate) mod consent;
#[cfg(target_os = "linux")]
pub(crate) mod first_instance;
#[cfg(target_os = "linux")]
pub(crate) mod gtk_clipboard;
pub(crate) mod hardening;
pub(crate) mod launch;
pub(crate) mod launch_failure;
pub(crate) mod menu;
pub(crate) mod paste;
pub(crate) mod quit_guard;
#[cfg(target_os = "linux")]
mod saved_bounds;
#[cfg(target_os = "linux")]
pub(crate) mod session_lock;
pub(crate) mod theme;
pub(crate) mod window;
mod window_bounds;
