//! Light or dark: the person's choice, otherwise the desktop's.
//!
//! With GTK, Tauri's window ignores a choice made before it opens, replaces it when the desktop's changes, and forgets the
//! desktop's once there was a choice. So the choice is made in GTK's own settings, which the page follows.

use calyptia_core::messages::Theme;
use tauri::{AppHandle, Runtime};

/// Shows the window light or dark from now on.
#[cfg(not(target_os = "linux"))]
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, theme: Theme) {
    app.set_theme(match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    });
}

/// Shows the window light or dark from now on. Best before it exists: afterwards it is laid out again.
#[cfg(target_os = "linux")]
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, theme: Theme) {
    let shown = app.run_on_main_thread(move || gtk_settings::show(theme));
    if let Err(error) = shown {
        tracing::warn!("the theme could not be changed: {error}");
    }
}

#[cfg(target_os = "linux")]
mod gtk_settings {
    use std::cell::Cell;

    use gtk::{Settings, prelude::GtkSettingsExt as _};

    use calyptia_core::messages::Theme;

    /// The suffixes of themes that are dark whatever else is set.
    const DARK: [&str; 2] = ["-dark", "-Dark"];

    thread_local! {
        static CHOSEN: Cell<Theme> = const { Cell::new(Theme::System) };
        /// Whether the desktop prefers dark, which the toolkit keeps in the same setting as our choice. Unknown before the
        /// first choice.
        static DESKTOP: Cell<Option<bool>> = const { Cell::new(None) };
        /// Whether we are writing the setting.
        static WRITING: Cell<bool> = const { Cell::new(false) };
        /// Whether we have changed the theme's name.
        static RENAMED: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn show(theme: Theme) {
        let Some(settings) = gtk::is_initialized_main_thread().then(Settings::default).flatten() else {
            return;
        };
        if DESKTOP.get().is_none() {
            DESKTOP.set(Some(settings.is_gtk_application_prefer_dark_theme()));
            settings.connect_gtk_application_prefer_dark_theme_notify(desktop_changed);
            settings.connect_gtk_theme_name_notify(|_| apply_later());
        }
        CHOSEN.set(theme);
        apply(&settings);
    }

    fn desktop_changed(settings: &Settings) {
        if !WRITING.get() {
            DESKTOP.set(Some(settings.is_gtk_application_prefer_dark_theme()));
            apply_later();
        }
    }

    /// A change made inside a notify handler is delivered after `WRITING` is reset and would be mistaken for the desktop's.
    fn apply_later() {
        if !WRITING.get() {
            gtk::glib::idle_add_local_once(|| Settings::default().iter().for_each(apply));
        }
    }

    /// Writes only what differs: every write lays out all windows again.
    fn apply(settings: &Settings) {
        WRITING.set(true);
        let dark = match CHOSEN.get() {
            Theme::System => DESKTOP.get().unwrap_or_default(),
            Theme::Light => false,
            Theme::Dark => true,
        };
        if settings.is_gtk_application_prefer_dark_theme() != dark {
            settings.set_gtk_application_prefer_dark_theme(dark);
        }
        if CHOSEN.get() == Theme::Light {
            let name = settings.gtk_theme_name().unwrap_or_default();
            if let Some(light) = DARK.iter().find_map(|dark| name.strip_suffix(dark)) {
                settings.set_gtk_theme_name(Some(light));
                RENAMED.set(true);
            }
        } else if RENAMED.replace(false) {
            settings.reset_property("gtk-theme-name");
        }
        WRITING.set(false);
    }
}
