//! The clipboard: reads a credential that is being pasted, and lends it a token for a short while.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::problem::{ErrorCode, Problem};

/// How long the app's end waits for a clipboard whose other programs do not answer.
const LAST_CALL: Duration = Duration::from_millis(400);

/// The system's clipboard. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Clipboard {
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    // On X11 the owner of the clipboard serves its contents, so it has to stay alive.
    system: Option<arboard::Clipboard>,
    /// The token that was put there last, until it is cleared.
    ours: Option<SecretString>,
    /// Counts the copies, so that the timer of an earlier one does not clear a later one.
    copies: u64,
}

impl Clipboard {
    /// Puts a token on the clipboard, with the platform's hints not to keep it in a history, and clears it after `time`
    /// if it is still there. `Ok` only once the clipboard holds it.
    pub(crate) async fn lend(&self, token: SecretString, time: Duration) -> Result<(), Problem> {
        let copy = self.with(move |held| held.put(token)).await??;
        let clipboard = self.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(time).await;
            let _ = clipboard.with(move |held| (held.copies == copy).then(|| held.clear_if_ours())).await;
        });
        Ok(())
    }

    /// The text on the clipboard.
    pub(crate) async fn text(&self) -> Result<Zeroizing<String>, Problem> {
        let text = self.with(|held| held.system()?.get_text()).await?;
        match text {
            Ok(text) => Ok(Zeroizing::new(text)),
            Err(arboard::Error::ContentNotAvailable) => {
                Err(Problem::new(ErrorCode::ClipboardEmpty, "there is no text on the clipboard"))
            }
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Takes the token off the clipboard, unless something else is there by now. Does not wait for it.
    pub(crate) fn clear_soon(&self) -> mpsc::Receiver<()> {
        let clipboard = self.clone();
        let (done, wait) = mpsc::channel();
        std::thread::spawn(move || {
            clipboard.held().clear_if_ours();
            let _ = done.send(());
        });
        wait
    }

    /// The same, and waits until it is done, though not for long.
    pub(crate) fn clear_before_the_end(&self) {
        let _ = self.clear_soon().recv_timeout(LAST_CALL);
    }

    /// Clipboards wait for other programs, so this must not happen in an async task.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Held) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let clipboard = self.clone();
        tauri::async_runtime::spawn_blocking(move || work(&mut clipboard.held()))
            .await
            .map_err(|_| Problem::new(ErrorCode::ClipboardUnavailable, "the clipboard's work broke off"))
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn system(&mut self) -> Result<&mut arboard::Clipboard, arboard::Error> {
        match &mut self.system {
            Some(system) => Ok(system),
            none => Ok(none.insert(arboard::Clipboard::new()?)),
        }
    }

    fn put(&mut self, token: SecretString) -> Result<u64, Problem> {
        let system = self.system().map_err(|error| unavailable(&error))?;
        hidden_from_history(system.set()).text(token.expose_secret()).map_err(|error| unavailable(&error))?;
        let there = system.get_text().map(Zeroizing::new);
        let holds = there.as_ref().is_ok_and(|text| text.as_str() == token.expose_secret());
        // Ours from here on: if the check failed for a passing reason, it must still be cleared.
        self.ours = Some(token);
        self.copies += 1;
        match there {
            Ok(_) if holds => Ok(self.copies),
            Ok(_) => Err(Problem::new(
                ErrorCode::ClipboardUnavailable,
                "another program replaced the text at once",
            )),
            Err(error) => {
                self.clear_if_ours();
                Err(unavailable(&error))
            }
        }
    }

    fn clear_if_ours(&mut self) {
        let Some(ours) = self.ours.take() else { return };
        let Some(system) = &mut self.system else { return };
        let still_there =
            system.get_text().map(Zeroizing::new).is_ok_and(|text| text.as_str() == ours.expose_secret());
        if still_there && let Err(error) = system.clear() {
            tracing::warn!("the clipboard could not be cleared: {}", kind(&error));
        }
    }
}

#[cfg(target_os = "macos")]
fn hidden_from_history(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtApple::exclude_from_history(set)
}

#[cfg(windows)]
fn hidden_from_history(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtWindows::exclude_from_monitoring(set)
}

#[cfg(not(any(target_os = "macos", windows)))]
fn hidden_from_history(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtLinux::exclude_from_history(set)
}

fn unavailable(error: &arboard::Error) -> Problem {
    Problem::new(ErrorCode::ClipboardUnavailable, kind(error))
}

/// In words of our own: the crate's may carry what other programs said.
fn kind(error: &arboard::Error) -> &'static str {
    match error {
        arboard::Error::ClipboardNotSupported => "this desktop offers no clipboard",
        arboard::Error::ClipboardOccupied => "another program holds the clipboard",
        arboard::Error::ContentNotAvailable => "there is no text on the clipboard",
        arboard::Error::ConversionFailure => "the text could not be converted",
        _ => "the clipboard does not answer",
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(200);
    const LONG: Duration = Duration::from_secs(60);

    fn token() -> SecretString {
        SecretString::from("a token")
    }

    /// What another program finds on the clipboard.
    fn found() -> Option<String> {
        arboard::Clipboard::new().expect("a clipboard").get_text().ok().filter(|text| !text.is_empty())
    }

    async fn until_cleared() {
        let cleared = async {
            while found().is_some() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), cleared).await.expect("cleared");
    }

    /// The display's clipboard is there once.
    static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

    #[tokio::test]
    #[ignore = "needs a display of its own: script/desktop"]
    async fn m7_a_token_is_cleared_in_time() {
        let _alone = ALONE.lock().await;
        let clipboard = Clipboard::default();
        clipboard.lend(token(), SHORT).await.expect("lent");
        assert_eq!(found().as_deref(), Some("a token"));
        until_cleared().await;
    }

    #[tokio::test]
    #[ignore = "needs a display of its own: script/desktop"]
    async fn m7_what_somebody_else_copied_is_left_alone() {
        let _alone = ALONE.lock().await;
        let clipboard = Clipboard::default();
        clipboard.lend(token(), LONG).await.expect("lent");
        let mut other = arboard::Clipboard::new().expect("a clipboard");
        other.set_text("someone else's").expect("set");
        clipboard.clear_before_the_end();
        assert_eq!(found().as_deref(), Some("someone else's"));
    }

    #[tokio::test]
    #[ignore = "needs a display of its own: script/desktop"]
    async fn m7_the_timer_of_an_earlier_copy_leaves_a_later_one() {
        let _alone = ALONE.lock().await;
        let clipboard = Clipboard::default();
        clipboard.lend(token(), SHORT).await.expect("lent");
        clipboard.lend(token(), LONG).await.expect("lent");
        tokio::time::sleep(3 * SHORT).await;
        assert_eq!(found().as_deref(), Some("a token"));
        clipboard.clear_before_the_end();
        assert_eq!(found(), None);
    }

    #[tokio::test]
    async fn m7_without_a_clipboard_nothing_is_called_copied() {
        const NAME: &str = "clipboard::tests::m7_without_a_clipboard_nothing_is_called_copied";
        if std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some() {
            // Again, in a process that sees no display.
            let run = std::process::Command::new(std::env::current_exe().expect("this program"))
                .args(["--exact", NAME])
                .env_remove("DISPLAY")
                .env_remove("WAYLAND_DISPLAY")
                .output()
                .expect("it runs");
            let report = String::from_utf8_lossy(&run.stdout);
            return assert!(run.status.success() && report.contains("1 passed"), "{report}");
        }
        let clipboard = Clipboard::default();
        for _ in 0..2 {
            let problem = clipboard.lend(token(), LONG).await.expect_err("there is none");
            assert_eq!(problem.code, ErrorCode::ClipboardUnavailable);
            assert!(!format!("{problem:?}").contains("a token"));
        }
        clipboard.clear_before_the_end();
    }

    #[tokio::test]
    async fn m7_a_clipboard_that_hangs_does_not_hold_up_the_end() {
        let clipboard = Clipboard::default();
        let hung = clipboard.held();
        let start = std::time::Instant::now();
        clipboard.clear_before_the_end();
        assert!(start.elapsed() >= LAST_CALL && start.elapsed() < 2 * LAST_CALL);
        drop(hung);
    }
}
