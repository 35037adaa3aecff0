//! The one window, and the fences around its page: it goes nowhere and opens nothing.

use tauri::{App, Manager as _, Url, WebviewUrl, WebviewWindowBuilder, webview::NewWindowResponse};

/// Whether there is anything to open a window on. Asked first: the toolkit's own answer is a panic.
pub(crate) fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// What must be set before the toolkit starts.
pub(crate) fn prepare() {
    #[cfg(target_os = "linux")]
    platform::avoid_blank_window();
}

/// Opens the window that `tauri.conf.json` describes.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.first() else {
        return Err(tauri::Error::WindowNotFound);
    };
    debug_assert!(matches!(config.url, WebviewUrl::App(_)));
    let window = WebviewWindowBuilder::from_config(app.handle(), config)?
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    #[cfg(target_os = "linux")]
    platform::show_console(&window)?;
    #[cfg(not(target_os = "linux"))]
    let _ = window;
    debug_assert!(app.get_webview_window("main").is_some());
    Ok(())
}

/// The page's own address differs between platforms: a scheme where that can be had, a host elsewhere.
fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use tauri::WebviewWindow;
    use webkit2gtk::{SettingsExt as _, WebViewExt as _};

    const DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

    /// Many graphics drivers show an empty window with WebKit's DMA-BUF renderer. WebKit reads the choice from the
    /// environment only, so the app starts itself once more with it: changing the environment of a running process
    /// is not safe.
    pub(super) fn avoid_blank_window() {
        if std::env::var_os(DMABUF).is_some() {
            return;
        }
        let Ok(program) = std::env::current_exe() else { return };
        use std::os::unix::process::CommandExt as _;
        // Returns only if it fails; then the app goes on as it is.
        let error =
            std::process::Command::new(program).args(std::env::args_os().skip(1)).env(DMABUF, "1").exec();
        tracing::warn!("could not restart with {DMABUF}: {error}");
    }

    /// Under test automation the page's console goes to standard output, where a journey sees every warning.
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
    fn the_page_stays_where_it_is() {
        for elsewhere in
            ["https://example.com", "file:///etc/passwd", "data:text/html,x", "about:blank", "tauri://other"]
        {
            assert!(!is_own_page(&elsewhere.parse().expect("a URL")), "{elsewhere}");
        }
        assert!(is_own_page(&"tauri://localhost/index.html".parse().expect("a URL")));
    }
}
