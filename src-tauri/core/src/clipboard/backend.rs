//! The desktop's clipboard, call by call. A call may block for as long as another program does not answer.

use std::sync::Mutex;

use zeroize::Zeroizing;

use crate::lock::lock;

/// What the actor needs of a clipboard.
pub(crate) trait Backend: Send + Sync + 'static {
    /// Replaces what is there, marked as not for histories.
    fn set(&self, text: &str) -> Result<(), ClipboardError>;
    /// The text that is there.
    fn get(&self) -> Result<Zeroizing<String>, ClipboardError>;
    /// Removes what is there.
    fn clear(&self) -> Result<(), ClipboardError>;
}

/// Why the clipboard did not do what was asked. The texts are our own: those of libraries may quote other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClipboardError {
    Empty,
    Unsupported,
    Occupied,
    NotText,
    NoResponse,
    Replaced,
    Superseded,
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
}

impl System {
    fn call<T>(
        &self,
        call: impl FnOnce(&mut arboard::Clipboard) -> Result<T, arboard::Error>,
    ) -> Result<T, ClipboardError> {
        let done = arboard::Clipboard::new().and_then(|mut clipboard| {
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
        self.call(|clipboard| set_text(clipboard, text))
    }

    fn get(&self) -> Result<Zeroizing<String>, ClipboardError> {
        self.call(|clipboard| clipboard.get_text().map(Zeroizing::new))
    }

    fn clear(&self) -> Result<(), ClipboardError> {
        self.call(arboard::Clipboard::clear)
    }
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
