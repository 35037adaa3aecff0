//! The window, and the limits of its page: it navigates nowhere and opens nothing.

use std::sync::Arc;

use calyptia_core::Connections;
use tauri::{
    App, AppHandle, Builder, Manager as _, Url, WebviewUrl, WebviewWindowBuilder, Wry,
    webview::{NewWindowResponse, PageLoadEvent},
};
use tauri_plugin_window_state::StateFlags;

use super::{launch::Launch, theme, window_bounds};

/// Whether there is a display. Checked first, because the toolkit panics without one.
pub(crate) fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Sets what must be set before the toolkit starts and before there is a second thread.
pub(crate) fn prepare() {
    #[cfg(target_os = "linux")]
    platform::avoid_blank_window();
}

/// The app before it has a window. There is one instance, whose window opens where it was. The sample data opens beside it
/// and saves nothing.
pub(crate) fn builder(launch: &Launch) -> Builder<Wry> {
    let builder = Builder::default();
    if launch.sample {
        return builder;
    }
    let bounds = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    builder
        // First, so that a second start does nothing else. Its arguments are ignored.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| bring_forward(app)))
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(bounds).build())
}

fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window("main") else { return };
    if let Err(error) = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()) {
        tracing::warn!("the window could not be brought forward: {error}");
    }
}

/// Opens the window that `tauri.conf.json` describes.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.first() else {
        return Err(tauri::Error::WindowNotFound);
    };
    debug_assert!(matches!(config.url, WebviewUrl::App(_)));
    theme::show(app.handle(), app.state::<Arc<Connections>>().preferences().theme);
    let builder = WebviewWindowBuilder::from_config(app.handle(), config)?;
    #[cfg(target_os = "linux")]
    let builder = builder.proxy_url(platform::dead_proxy()?);
    let window = builder
        .on_navigation(is_own_page)
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
    platform::show_console(&window)?;
    #[cfg(not(target_os = "linux"))]
    let _ = window;
    debug_assert!(app.get_webview_window("main").is_some());
    Ok(())
}

/// The page's address is a scheme of its own where the platform has one, otherwise a host.
fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use tauri::{Url, WebviewWindow};
    use webkit2gtk::{SettingsExt as _, WebViewExt as _};

    const DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

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
        if std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_none_or(|value| value != "true") {
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
        for elsewhere in
            ["https://example.com", "file:///etc/passwd", "data:text/html,x", "about:blank", "tauri://other"]
        {
            assert!(!is_own_page(&elsewhere.parse().expect("a URL")), "{elsewhere}");
        }
        assert!(is_own_page(&"tauri://localhost/index.html".parse().expect("a URL")));
    }
}
