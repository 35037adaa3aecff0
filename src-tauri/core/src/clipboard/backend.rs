//! The desktop's clipboard, call by call. A call may block for as long as another program does not answer.

use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use crate::lock::lock;

/// What the actor needs of a clipboard.
pub trait Backend: Send + Sync + 'static {
    /// Replaces what is there, marked as not for histories.
    ///
    /// # Errors
    /// If the text may not be there.
    fn set(&self, text: &str) -> Result<(), ClipboardError>;

    /// The text that is there.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    fn get(&self) -> Result<Zeroizing<String>, ClipboardError>;

    /// The text that was selected last, on systems whose middle click pastes it.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    fn get_primary(&self) -> Result<Zeroizing<String>, ClipboardError> {
        Err(ClipboardError::Empty)
    }

    /// Removes what is there.
    ///
    /// # Errors
    /// If it may still be there.
    fn clear(&self) -> Result<(), ClipboardError>;

    /// Removes this text if it is still there.
    ///
    /// # Errors
    /// If it may still be there.
    fn remove(&self, text: &str) -> Result<(), ClipboardError> {
        remove(self, text)
    }
}

fn remove(backend: &(impl Backend + ?Sized), text: &str) -> Result<(), ClipboardError> {
    match backend.get() {
        Ok(there) if there.as_str() == text => backend.clear(),
        Ok(_) | Err(ClipboardError::Empty | ClipboardError::NotText) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Why the clipboard did not do what was asked. The texts are our own: those of libraries may quote other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClipboardError {
    /// There is no text on it.
    Empty,
    /// This desktop offers none.
    Unsupported,
    /// Another program is using it.
    Occupied,
    /// What is on it could not be converted.
    NotText,
    /// It did not answer in time.
    NoResponse,
    /// Another program replaced the text at once.
    Replaced,
    /// A newer request took the place of this one.
    Superseded,
    /// Anything else.
    Unknown,
}

impl std::fmt::Display for ClipboardError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "there is no text on the clipboard",
            Self::Unsupported => "this desktop offers no clipboard",
            Self::Occupied => "another program is using the clipboard",
            Self::NotText => "the text on the clipboard could not be converted",
            Self::NoResponse => "the clipboard does not respond",
            Self::Replaced => "another program replaced the text at once",
            Self::Superseded => "a newer request took its place",
            Self::Unknown => "the clipboard failed",
        })
    }
}

impl From<arboard::Error> for ClipboardError {
    fn from(error: arboard::Error) -> Self {
        match error {
            arboard::Error::ContentNotAvailable => Self::Empty,
            arboard::Error::ClipboardNotSupported => Self::Unsupported,
            arboard::Error::ClipboardOccupied => Self::Occupied,
            arboard::Error::ConversionFailure => Self::NotText,
            _ => Self::Unknown,
        }
    }
}

/// The desktop's clipboard. Each call opens a connection of its own, so that one which hangs does not block the others.
#[derive(Default)]
pub(crate) struct System {
    /// On X11 the owner of the clipboard serves its contents for as long as it has a connection, so one is kept. A failed
    /// call drops it: the display server may have been restarted.
    kept: Mutex<Option<arboard::Clipboard>>,
    /// The window's own clipboard, for Wayland compositors that offer no other: those let only the window with the focus
    /// near the clipboard.
    toolkit: Option<Arc<dyn Backend>>,
}

impl System {
    pub(super) fn with_toolkit(toolkit: Arc<dyn Backend>) -> Self {
        Self { toolkit: Some(toolkit), ..Self::default() }
    }

    fn call<T>(
        &self,
        call: impl FnOnce(&mut arboard::Clipboard) -> Result<T, arboard::Error>,
        otherwise: impl FnOnce(&dyn Backend) -> Result<T, ClipboardError>,
    ) -> Result<T, ClipboardError> {
        let opened = arboard::Clipboard::new();
        if let (Err(_), Some(toolkit)) = (&opened, &self.toolkit) {
            return otherwise(&**toolkit);
        }
        let done = opened.and_then(|mut clipboard| {
            let done = call(&mut clipboard);
            Ok((done?, clipboard))
        });
        let mut kept = lock(&self.kept);
        match done {
            Ok((done, clipboard)) => {
                kept.get_or_insert(clipboard);
                Ok(done)
            }
            Err(error @ arboard::Error::Unknown { .. }) => {
                *kept = None;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Backend for System {
    fn set(&self, text: &str) -> Result<(), ClipboardError> {
        self.call(|clipboard| set_text(clipboard, text), |toolkit| toolkit.set(text))
    }

    fn get(&self) -> Result<Zeroizing<String>, ClipboardError> {
        self.call(|clipboard| clipboard.get_text().map(Zeroizing::new), |toolkit| toolkit.get())
    }

    fn get_primary(&self) -> Result<Zeroizing<String>, ClipboardError> {
        self.call(get_primary, |toolkit| toolkit.get_primary())
    }

    fn clear(&self) -> Result<(), ClipboardError> {
        self.call(arboard::Clipboard::clear, |toolkit| toolkit.clear())
    }

    fn remove(&self, text: &str) -> Result<(), ClipboardError> {
        if let (Some(toolkit), Err(_)) = (&self.toolkit, arboard::Clipboard::new()) {
            return toolkit.remove(text);
        }
        remove(self, text)
    }
}

#[cfg(any(target_os = "macos", windows))]
fn get_primary(_: &mut arboard::Clipboard) -> Result<Zeroizing<String>, arboard::Error> {
    Err(arboard::Error::ContentNotAvailable)
}

#[cfg(not(any(target_os = "macos", windows)))]
fn get_primary(clipboard: &mut arboard::Clipboard) -> Result<Zeroizing<String>, arboard::Error> {
    use arboard::{GetExtLinux as _, LinuxClipboardKind};

    clipboard.get().clipboard(LinuxClipboardKind::Primary).text().map(Zeroizing::new)
}

/// For this Mac only: `exclude_from_history` of arboard does not keep the text from Universal Clipboard, which offers it to the
/// person's other devices.
#[cfg(target_os = "macos")]
fn set_text(_: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    use objc2_app_kit::{NSPasteboard, NSPasteboardContentsOptions};
    use objc2_foundation::NSString;

    /// `NSPasteboardTypeString`, which is a static and so not safe to read.
    const TEXT: &str = "public.utf8-plain-text";
    /// What clipboard histories look for: nspasteboard.org.
    const CONCEALED: &str = "org.nspasteboard.ConcealedType";

    let pasteboard = NSPasteboard::generalPasteboard();
    let set = |kind: &str, text: &str| {
        pasteboard.setString_forType(&NSString::from_str(text), &NSString::from_str(kind))
    };
    pasteboard.prepareForNewContentsWithOptions(NSPasteboardContentsOptions::CurrentHostOnly);
    // Marked first, so that the text is never there without the mark.
    if set(CONCEALED, "") && set(TEXT, text) { Ok(()) } else { Err(arboard::Error::ClipboardOccupied) }
}

#[cfg(windows)]
fn set_text(clipboard: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    arboard::SetExtWindows::exclude_from_monitoring(clipboard.set()).text(text)
}

#[cfg(not(any(target_os = "macos", windows)))]
fn set_text(clipboard: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    arboard::SetExtLinux::exclude_from_history(clipboard.set()).text(text)
}
