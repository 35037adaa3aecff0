//! What a person reads if the app cannot start: what is missing, and how to get it. On standard error, and in a message box
//! where nobody reads that.

use std::{
    fmt::Display,
    io::{IsTerminal as _, Write as _, stderr},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

use super::consent::is_spanish;

const WEB_VIEW_2: &str = "https://developer.microsoft.com/microsoft-edge/webview2/";

/// Why the app cannot start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LaunchFailure {
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "elsewhere there is always one"))]
    NoDisplay,
    /// The web view is a program of its own on Windows, which can be missing.
    NoWebView2,
    /// The first instance runs but does not respond.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only asked about on Linux"))]
    NotResponding,
    Other(String),
}

/// Runs what opens the window. Some failures in there are panics of the toolkit.
pub(crate) fn guarded<T, E: Display>(open: impl FnOnce() -> Result<T, E>) -> Result<T, LaunchFailure> {
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(Ok(opened)) => Ok(opened),
        Ok(Err(error)) => Err(LaunchFailure::because(error.to_string(), is_web_view_missing())),
        Err(_) => Err(LaunchFailure::because(String::new(), is_web_view_missing())),
    }
}

fn is_web_view_missing() -> bool {
    cfg!(windows) && tauri::webview_version().is_err()
}

impl LaunchFailure {
    fn because(error: String, is_web_view_missing: bool) -> Self {
        if is_web_view_missing { Self::NoWebView2 } else { Self::Other(error) }
    }

    /// Tells the person, and waits until they have closed the message box, if there is one.
    pub(crate) fn report(&self, language: Option<&str>) -> ExitCode {
        let (title, text) = self.words(is_spanish(language));
        // There may be no standard error.
        let _ = writeln!(stderr(), "calyptia-tokens: {title} {text}");
        if !stderr().is_terminal() {
            show_box(title, &text);
        }
        ExitCode::FAILURE
    }

    fn words(&self, spanish: bool) -> (&'static str, String) {
        let title = match (self, spanish) {
            (Self::NotResponding, false) => "Calyptia Tokens is already running.",
            (Self::NotResponding, true) => "Calyptia Tokens ya se está ejecutando.",
            (_, false) => "Calyptia Tokens can’t start.",
            (_, true) => "Calyptia Tokens no puede iniciarse.",
        };
        let text = match (self, spanish) {
            (Self::NoDisplay, false) => "There is no display. Start it in a desktop session, or set DISPLAY or WAYLAND_DISPLAY to the display it should use.".into(),
            (Self::NoDisplay, true) => "No hay pantalla. Inícialo en una sesión de escritorio, o indica en DISPLAY o WAYLAND_DISPLAY la pantalla que debe usar.".into(),
            (Self::NoWebView2, false) => format!("It needs Microsoft Edge WebView2, which is not installed. Get it from {WEB_VIEW_2} and start Calyptia Tokens again."),
            (Self::NoWebView2, true) => format!("Necesita Microsoft Edge WebView2, que no está instalado. Descárgalo de {WEB_VIEW_2} y vuelve a iniciar Calyptia Tokens."),
            (Self::NotResponding, false) => "It doesn’t respond. Wait a moment and try again, or end its process.".into(),
            (Self::NotResponding, true) => "No responde. Espera un momento e inténtalo de nuevo, o finaliza su proceso.".into(),
            (Self::Other(error), false) => format!("The window can’t be opened. Restart the desktop session and try again; if this keeps happening, reinstall the app. {error}"),
            (Self::Other(error), true) => format!("No se puede abrir la ventana. Reinicia la sesión de escritorio e inténtalo de nuevo; si sigue ocurriendo, reinstala la aplicación. {error}"),
        };
        (title, text.trim_end().to_owned())
    }
}

#[cfg(target_os = "linux")]
fn show_box(title: &str, text: &str) {
    use gtk::prelude::*;

    if !gtk::is_initialized_main_thread() {
        return;
    }
    let dialog = gtk::MessageDialog::new(
        None::<&gtk::Window>,
        gtk::DialogFlags::empty(),
        gtk::MessageType::Error,
        gtk::ButtonsType::Close,
        title,
    );
    dialog.set_title("Calyptia Tokens");
    dialog.set_secondary_text(Some(text));
    dialog.run();
}

#[cfg(not(target_os = "linux"))]
fn show_box(title: &str, text: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(title)
        .set_description(text)
        .show();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c51_m9_each_reason_says_what_is_missing_and_what_to_do_in_each_language() {
        let all = [
            (LaunchFailure::NoDisplay, "WAYLAND_DISPLAY"),
            (LaunchFailure::NoWebView2, "https://developer.microsoft.com/microsoft-edge/webview2/"),
            (LaunchFailure::NotResponding, "proces"),
            (LaunchFailure::Other("(os error 2)".into()), "(os error 2)"),
        ];
        for (failure, part) in all {
            let (english, spanish) = (failure.words(false), failure.words(true));
            assert!(english.1.contains(part) && spanish.1.contains(part), "{failure:?}");
            assert_ne!(english, spanish);
        }
    }

    #[test]
    fn c51_without_a_web_view_the_web_view_is_named_whatever_the_error_says() {
        assert_eq!(LaunchFailure::because("0x80070002".into(), true), LaunchFailure::NoWebView2);
        let other = LaunchFailure::because("0x80070002".into(), false);
        assert_eq!(other, LaunchFailure::Other("0x80070002".into()));
    }

    #[test]
    fn c51_m9_errors_and_panics_of_the_toolkit_are_reported_and_what_opens_is_not() {
        // On Windows it depends on whether this machine has WebView2.
        let because = |error: &str| Err(LaunchFailure::because(error.into(), is_web_view_missing()));
        assert_eq!(guarded(|| Err::<(), _>("no web view")), because("no web view"));
        let payload = String::from("canary");
        let panicked = guarded(|| -> Result<(), &str> { panic!("{payload}") });
        assert_eq!(panicked, because(""));
        assert_eq!(guarded(|| Ok::<_, &str>(7)), Ok(7));
    }
}
