//! The desktop around the page: the window, its bounds and theme, the menu bar, starting and quitting.

pub(crate) mod consent;
pub(crate) mod hardening;
pub(crate) mod launch;
pub(crate) mod menu;
pub(crate) mod quit_guard;
pub(crate) mod theme;
pub(crate) mod window;
mod window_bounds;
