//! Where the window was, and how large, on Linux.
//!
//! Tauri's plug-in does this elsewhere. Here it saves the size with the decorations that the toolkit draws itself, as on most
//! Wayland desktops, and restores it as the size without them: the window would grow at every start. GTK's own two calls for
//! this purpose agree with each other, and the window has its size before it is shown.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use gtk::{gdk, glib, prelude::*};
use serde::{Deserialize, Serialize};
use tauri::{App, AppHandle, WebviewWindow, WebviewWindowBuilder, Wry};

/// How long the start and the end of the app wait for the file. A local disk takes a millisecond.
const TIMEOUT: Duration = Duration::from_millis(200);
/// A window manager maximizes a window in two steps. Until both are done, it looks as if a person had made it that large.
const SETTLED: Duration = Duration::from_millis(100);
/// The file has some hundred bytes. A larger one is something else.
const MAX_BYTES: u64 = 64 * 1024;

/// A window that is not maximized, in the toolkit's pixels and without decorations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Bounds {
    width: i32,
    height: i32,
    x: i32,
    y: i32,
    maximized: bool,
}

/// The file's contents: bounds by the window's label.
#[derive(Serialize, Deserialize)]
struct Contents {
    main: Bounds,
}

/// The window's bounds, and the file that keeps them.
#[derive(Clone, Default)]
pub(crate) struct SavedBounds {
    file: Option<PathBuf>,
    bounds: Arc<Mutex<Option<Bounds>>>,
}

impl SavedBounds {
    /// Reads the file. Without a folder, nothing is remembered.
    pub(super) fn load(folder: Option<PathBuf>) -> Self {
        let file = folder.map(|folder| folder.join(".window-state.json"));
        let read = file.clone().and_then(|file| within(TIMEOUT, move || read(&file))).flatten();
        Self { file, bounds: Arc::new(Mutex::new(read)) }
    }

    /// Has the window open as it was, but no larger than a screen.
    pub(super) fn restore<'a>(
        &self,
        app: &App,
        builder: WebviewWindowBuilder<'a, Wry, AppHandle>,
    ) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
        let Some(bounds) = *self.lock() else { return builder };
        let screens = app.available_monitors().unwrap_or_default();
        let largest = |side: fn(tauri::PhysicalSize<u32>) -> u32| {
            let sides = screens.iter().map(|screen| f64::from(side(*screen.size())) / screen.scale_factor());
            sides.fold(1.0, f64::max)
        };
        let width = f64::from(bounds.width).clamp(1.0, largest(|size| size.width));
        let height = f64::from(bounds.height).clamp(1.0, largest(|size| size.height));
        builder
            .inner_size(width, height)
            .position(bounds.x.into(), bounds.y.into())
            .maximized(bounds.maximized)
    }

    /// Notes every change of the window's bounds.
    pub(super) fn follow(&self, window: &WebviewWindow) -> tauri::Result<()> {
        let window = window.gtk_window()?;
        let saved = self.clone();
        window.connect_configure_event(move |window, _| {
            let (window, saved) = (window.downgrade(), saved.clone());
            glib::timeout_add_local_once(SETTLED, move || {
                if let Some(window) = window.upgrade() {
                    saved.note(&window);
                }
            });
            false
        });
        let saved = self.clone();
        window.connect_delete_event(move |window, _| {
            saved.note(window);
            glib::Propagation::Proceed
        });
        Ok(())
    }

    /// Writes the file, and waits for that no longer than people wait for an app to quit.
    pub(super) fn save(&self, window: Option<&WebviewWindow>) {
        if let Some(window) = window.and_then(|window| window.gtk_window().ok()) {
            self.note(&window);
        }
        let (Some(file), Some(bounds)) = (self.file.clone(), *self.lock()) else { return };
        match within(TIMEOUT, move || write(&file, bounds)) {
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::warn!("the window's size could not be saved: {}", error.kind()),
            None => tracing::warn!("the window's size could not be saved in time"),
        }
    }

    fn note(&self, window: &gtk::ApplicationWindow) {
        let Some(surface) = window.window() else { return };
        let now = Now {
            size: window.size(),
            // Wayland does not tell.
            position: (!window.display().backend().is_wayland()).then(|| window.position()),
            state: surface.state(),
        };
        let mut bounds = self.lock();
        *bounds = now.noted(*bounds);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Bounds>> {
        self.bounds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// On Wayland no app can place its window, and none needs to.
pub(super) fn is_placed_by_the_compositor(window: &WebviewWindow) -> tauri::Result<bool> {
    Ok(window.gtk_window()?.display().backend().is_wayland())
}

/// What the toolkit says about the window.
struct Now {
    size: (i32, i32),
    position: Option<(i32, i32)>,
    state: gdk::WindowState,
}

impl Now {
    /// The bounds to remember. Of a window that fills the screen, or a part of it, those from before stay.
    fn noted(&self, before: Option<Bounds>) -> Option<Bounds> {
        let is = |state| self.state.intersects(state);
        let maximized = is(gdk::WindowState::MAXIMIZED);
        let (width, height) = self.size;
        let has_other_size = maximized
            || is(gdk::WindowState::FULLSCREEN | gdk::WindowState::TILED | gdk::WindowState::ICONIFIED)
            || width <= 1
            || height <= 1;
        if has_other_size {
            return before.map(|before| Bounds { maximized, ..before });
        }
        let (x, y) = self.position.or(before.map(|before| (before.x, before.y))).unwrap_or_default();
        Some(Bounds { width, height, x, y, maximized })
    }
}

fn read(file: &Path) -> Option<Bounds> {
    // Opening a pipe would wait for its other end.
    if !fs::metadata(file).is_ok_and(|metadata| metadata.is_file()) {
        return None;
    }
    let mut json = Vec::new();
    File::open(file).ok()?.take(MAX_BYTES).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok().map(|Contents { main }| main)
}

fn write(file: &Path, bounds: Bounds) -> std::io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(file, serde_json::to_vec_pretty(&Contents { main: bounds })?)
}

/// Works in a thread of its own, because a home folder on a network may hang.
fn within<T: Send + 'static>(time: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, result) = mpsc::channel();
    let started = thread::Builder::new().name("window bounds".into()).spawn(move || done.send(work()));
    started.ok().and_then(|_| result.recv_timeout(time).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Bounds = Bounds { width: 900, height: 600, x: 20, y: 30, maximized: false };

    fn now(state: gdk::WindowState, position: Option<(i32, i32)>) -> Now {
        Now { size: (1000, 700), position, state }
    }

    #[test]
    fn c44_the_size_of_a_window_that_fills_a_screen_is_not_remembered_as_its_own() {
        for state in [
            gdk::WindowState::FULLSCREEN,
            gdk::WindowState::TILED,
            gdk::WindowState::ICONIFIED,
            gdk::WindowState::MAXIMIZED,
            gdk::WindowState::MAXIMIZED | gdk::WindowState::FOCUSED,
        ] {
            let maximized = state.contains(gdk::WindowState::MAXIMIZED);
            let noted = now(state, Some((0, 0))).noted(Some(BEFORE));
            assert_eq!(noted, Some(Bounds { maximized, ..BEFORE }), "{state:?}");
            assert_eq!(now(state, Some((0, 0))).noted(None), None, "{state:?}");
        }
        let focused = now(gdk::WindowState::FOCUSED, Some((5, 6))).noted(Some(BEFORE));
        assert_eq!(focused, Some(Bounds { width: 1000, height: 700, x: 5, y: 6, maximized: false }));
        let on_wayland = now(gdk::WindowState::FOCUSED, None).noted(Some(BEFORE));
        assert_eq!(on_wayland, Some(Bounds { width: 1000, height: 700, ..BEFORE }));
    }

    #[test]
    fn c44_a_file_of_bounds_is_read_as_it_was_written_and_any_other_is_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("missing/.window-state.json");
        assert_eq!(read(&file), None);
        write(&file, BEFORE).expect("written");
        assert_eq!(read(&file), Some(BEFORE));
        assert_eq!(SavedBounds::load(file.parent().map(Path::to_owned)).lock().as_ref(), Some(&BEFORE));
        for other in ["", "{}", "[]", r#"{"main":{"width":"wide"}}"#, r#"{"main":{"width":9e99}}"#] {
            fs::write(&file, other).expect("written");
            assert_eq!(read(&file), None, "{other}");
        }
        assert_eq!(read(Path::new("/dev/zero")), None);
        assert_eq!(read(folder.path()), None);
    }
}
