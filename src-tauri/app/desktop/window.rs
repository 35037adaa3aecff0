//! The window, and the limits of its page: it navigates nowhere and opens nothing.

use std::sync::Arc;

use calyptia_core::Connections;
use tauri::{
    App, AppHandle, Builder, LogicalSize, Manager as _, Runtime, Url, WebviewUrl, WebviewWindowBuilder, Wry,
    webview::{NewWindowResponse, PageLoadEvent},
};

use super::{launch::Launch, theme, window_bounds};
#[cfg(target_os = "linux")]
use super::{paste::PasteGuard, saved_bounds::SavedBounds};

/// Whether there is a display that can be used. Checked first, because Tauri panics without one.
pub(crate) fn has_display() -> bool {
    #[cfg(target_os = "linux")]
    return gtk::init().is_ok();
    #[cfg(not(target_os = "linux"))]
    return true;
}

/// Whether this build's page can be driven by tests. Packages are built without the feature.
#[cfg(target_os = "linux")]
const CAN_BE_AUTOMATED: bool = cfg!(any(debug_assertions, feature = "automation"));

/// Sets what must be set before the toolkit starts and before there is a second thread.
pub(crate) fn prepare() {
    #[cfg(target_os = "linux")]
    {
        platform::avoid_blank_window();
        if !CAN_BE_AUTOMATED {
            platform::refuse_automation();
        }
    }
}

/// Whether a test drives the page. Only after `prepare`.
#[cfg(target_os = "linux")]
pub(crate) fn is_automated() -> bool {
    std::env::var_os(platform::AUTOMATION).is_some_and(|value| value == "true")
}

/// The app before it has a window. There is one instance, whose window opens where it was. The sample data opens beside it
/// and saves nothing.
pub(crate) fn builder(launch: &Launch) -> Builder<Wry> {
    let builder = Builder::default();
    if launch.sample {
        return builder;
    }
    // First, so that a second start does nothing else. Its arguments are ignored. macOS itself keeps one instance, and there
    // the plug-in listens at a path in /tmp that another user could take first.
    #[cfg(not(target_os = "macos"))]
    let builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| bring_forward(app)));
    #[cfg(not(target_os = "linux"))]
    let builder = {
        use tauri_plugin_window_state::StateFlags;
        let bounds = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
        builder.plugin(tauri_plugin_window_state::Builder::new().with_state_flags(bounds).build())
    };
    builder
}

/// Remembers the window's bounds when the app ends. Elsewhere the plug-in does.
#[cfg(target_os = "linux")]
pub(crate) fn save_bounds(app: &AppHandle) {
    if let Some(saved) = app.try_state::<SavedBounds>() {
        saved.save(app.get_webview_window("main").as_ref());
    }
}

/// Shows the window when the app is started again.
pub(crate) fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window("main") else { return };
    if let Err(error) = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()) {
        tracing::warn!("the window could not be brought forward: {error}");
    }
}

/// Draws the page as large as the settings say. It looks that up itself, so that of two changes the last one counts.
pub(crate) fn show_zoom<R: Runtime>(app: &AppHandle<R>) {
    let on_main = app.clone();
    let shown = app.run_on_main_thread(move || {
        let Some(window) = on_main.get_webview_window("main") else { return };
        if let Err(error) = window.set_zoom(on_main.state::<Arc<Connections>>().zoom().factor()) {
            tracing::warn!("the page's size could not be changed: {error}");
        }
    });
    if let Err(error) = shown {
        tracing::warn!("the page's size could not be changed: {error}");
    }
}

/// Opens the window that `tauri.conf.json` describes.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    let launch = app.state::<Launch>();
    let Some(config) = app.config().app.windows.first() else {
        return Err(tauri::Error::WindowNotFound);
    };
    debug_assert!(matches!(config.url, WebviewUrl::App(_)));
    theme::show(app.handle(), app.state::<Arc<Connections>>().preferences().theme);
    let mut config = config.clone();
    if let Some(screen) = app.primary_monitor()?.or(app.available_monitors()?.into_iter().next()) {
        let room = screen.work_area().size.to_logical(screen.scale_factor());
        let size = window_bounds::first_size(LogicalSize::new(config.width, config.height), room);
        (config.width, config.height) = (size.width, size.height);
    }
    let builder = WebviewWindowBuilder::from_config(app.handle(), &config)?;
    #[cfg(target_os = "linux")]
    let builder = builder.proxy_url(platform::dead_proxy()?);
    #[cfg(target_os = "linux")]
    let saved = SavedBounds::load(app.path().app_config_dir().ok().filter(|_| !launch.sample));
    #[cfg(target_os = "linux")]
    let builder = saved.restore(app, builder);
    // The web view keeps nothing on disk. Not with WebKitGTK, where Tauri could not automate it; there a test checks that
    // nothing is kept.
    #[cfg(not(target_os = "linux"))]
    let builder = builder.incognito(true);
    let window = builder
        .on_navigation(|url| is_own_page(url, cfg!(windows)))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            // The saved size and position have been restored by now.
            if load.event() == PageLoadEvent::Finished
                && let Err(error) = window_bounds::keep_reachable(&window)
            {
                tracing::warn!("the window could not be moved: {error}");
            }
        })
        .build()?;
    #[cfg(target_os = "linux")]
    {
        platform::show_console(&window)?;
        saved.follow(&window)?;
        app.manage(saved);
        app.state::<PasteGuard>().watch(&window)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = window;
    show_zoom(app.handle());
    debug_assert!(app.get_webview_window("main").is_some());
    Ok(())
}

/// The page's address is a scheme of its own where the platform has one, otherwise a host. It has no port: on Windows one
/// would lead to whatever listens there.
fn is_own_page(url: &Url, windows: bool) -> bool {
    let host = match url.scheme() {
        "tauri" if !windows => "localhost",
        "http" | "https" if windows => "tauri.localhost",
        _ => return false,
    };
    url.host_str() == Some(host) && url.port().is_none()
}

#[cfg(target_os = "linux")]
mod platform {
    use tauri::{Url, WebviewWindow};
    use webkit2gtk::{SettingsExt as _, WebViewExt as _};

    /// Tauri lets a driver control the page if this is `true`.
    pub(super) const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";
    const DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

    /// Otherwise whoever can set a variable for the app could control its page. Safe while there is one thread.
    pub(super) fn refuse_automation() {
        gtk::glib::unsetenv(AUTOMATION);
    }

    /// Many graphics drivers show an empty window with WebKit's DMA-BUF renderer. WebKit reads the choice from the
    /// environment, which can be changed safely while there is one thread.
    pub(super) fn avoid_blank_window() {
        if let Err(error) = gtk::glib::setenv(DMABUF, "1", false) {
            tracing::warn!("{DMABUF} cannot be set: {error}");
        }
    }

    /// The page needs no network, but WebKit opens connections that the content policy does not cover, such as to a link's
    /// target before it is followed. They end at a proxy that does not exist.
    pub(super) fn dead_proxy() -> tauri::Result<Url> {
        // The discard port.
        Url::parse("http://127.0.0.1:9").map_err(tauri::Error::InvalidUrl)
    }

    /// Under test automation the page's console goes to standard output, where tests see every warning.
    pub(super) fn show_console(window: &WebviewWindow) -> tauri::Result<()> {
        if !super::is_automated() {
            return Ok(());
        }
        window.with_webview(|webview| {
            if let Some(settings) = webview.inner().settings() {
                settings.set_enable_write_console_messages_to_stdout(true);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_cannot_navigate_elsewhere() {
        let goes = |url: &str, windows| is_own_page(&url.parse().expect("a URL"), windows);
        for elsewhere in [
            "https://example.com",
            "file:///etc/passwd",
            "data:text/html,x",
            "about:blank",
            "tauri://other",
            "tauri://localhost:1430/index.html",
            "http://tauri.localhost:5000/",
            "https://tauri.localhost:8443/",
            "http://tauri.localhost.example.com/",
            "http://localhost/",
        ] {
            for windows in [false, true] {
                assert!(!goes(elsewhere, windows), "{elsewhere}, Windows: {windows}");
            }
        }
        assert!(goes("tauri://localhost/index.html", false));
        assert!(!goes("tauri://localhost/index.html", true));
        for windows in [false, true] {
            assert_eq!(goes("http://tauri.localhost/index.html", windows), windows);
            assert_eq!(goes("https://tauri.localhost/", windows), windows);
        }
    }
}
