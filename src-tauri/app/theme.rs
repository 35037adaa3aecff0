//! Light or dark: as the person chose, or else as the desktop is.
//!
//! Where the toolkit is GTK, its window takes no choice at its start, writes the desktop's over ours when that changes, and
//! does not know what the desktop's was once there was one of ours. So there the choice is made with GTK's own settings,
//! which the page follows.

use tauri::{AppHandle, Runtime};

use crate::contract::Theme;

/// Shows the window light or dark from now on.
#[cfg(not(target_os = "linux"))]
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, theme: Theme) {
    app.set_theme(match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    });
}

/// Shows the window light or dark from now on. Best before it is there: afterwards it is laid out anew.
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

    use crate::contract::Theme;

    /// How the name of a theme ends that is dark whatever else is set.
    const DARK: [&str; 2] = ["-dark", "-Dark"];

    thread_local! {
        static CHOSEN: Cell<Theme> = const { Cell::new(Theme::System) };
        /// Whether the desktop prefers it dark, which the toolkit keeps in the same place as our choice. Unknown before the
        /// first choice.
        static DESKTOP: Cell<Option<bool>> = const { Cell::new(None) };
        /// Whether it is we who write there.
        static WRITING: Cell<bool> = const { Cell::new(false) };
        /// Whether the theme has a name of ours.
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

    /// What is written while a change is told is told after `WRITING` is over, and taken for the desktop's.
    fn apply_later() {
        if !WRITING.get() {
            gtk::glib::idle_add_local_once(|| Settings::default().iter().for_each(apply));
        }
    }

    /// Writes only what is otherwise: each time, all windows are laid out anew.
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
