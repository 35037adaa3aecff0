//! The clipboard of the window itself, through GTK.
//!
//! Some Wayland compositors, GNOME's and Weston among them, let no program near the clipboard but the one that has the focus.
//! So a token is put there only while a window of the app has the focus. Whether it is still there needs no look: GTK tells
//! when another program has taken its place, and drops what it was given.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, mpsc},
    thread,
    time::Duration,
};

use calyptia_core::{Clipboard, ClipboardBackend, ClipboardError};
use gtk::{TargetEntry, TargetFlags, gdk, glib, prelude::*};
use zeroize::Zeroizing;

/// A compositor that does not accept a text says so in an event, which arrives by then.
const REFUSAL: Duration = Duration::from_millis(100);
/// What clipboard histories look for, and what it has to say.
const HINT: (&str, &[u8]) = ("x-kde-passwordManagerHint", b"secret");
const TEXT_TARGETS: [&str; 4] = ["text/plain;charset=utf-8", "UTF8_STRING", "text/plain", "STRING"];

/// The clipboard of this desktop. Only once the toolkit has started.
pub(crate) fn clipboard() -> Clipboard {
    if gdk::Display::default().is_some_and(|display| display.backend().is_wayland()) {
        Clipboard::with_toolkit(Arc::new(GtkClipboard::default()))
    } else {
        Clipboard::system()
    }
}

/// A text that was put on the clipboard.
struct Put {
    text: Arc<Zeroizing<String>>,
    /// Alive for as long as it is there.
    there: Weak<()>,
}

#[derive(Default)]
struct GtkClipboard {
    put: Arc<Mutex<Option<Put>>>,
}

impl ClipboardBackend for GtkClipboard {
    fn set(&self, text: &str) -> Result<(), ClipboardError> {
        let (put, text) = (Arc::clone(&self.put), Arc::new(Zeroizing::new(text.to_owned())));
        let there = on_main_thread(move || {
            // The compositor would ignore it, and not say so.
            if !has_focus() {
                return Err(ClipboardError::Occupied);
            }
            offer(&put, text)
        })??;
        thread::sleep(REFUSAL);
        on_main_thread(move || there.upgrade().map(drop))?.ok_or(ClipboardError::Replaced)
    }

    fn get(&self) -> Result<Zeroizing<String>, ClipboardError> {
        let (put, (send, answer)) = (Arc::clone(&self.put), mpsc::channel());
        on_main_thread(move || {
            if let Some(Put { text, there }) = &*lock(&put)
                && there.upgrade().is_some()
            {
                let _ = send.send(Ok(Zeroizing::clone(text)));
                return;
            }
            // Without the focus it would say that there is nothing.
            if !has_focus() {
                let _ = send.send(Err(ClipboardError::Occupied));
                return;
            }
            selection().request_text(move |_, text| {
                let text = text.map(|text| Zeroizing::new(text.to_owned()));
                let _ = send.send(text.ok_or(ClipboardError::Empty));
            });
        })?;
        answer.recv().unwrap_or(Err(ClipboardError::NoResponse))
    }

    fn get_primary(&self) -> Result<Zeroizing<String>, ClipboardError> {
        let (send, answer) = mpsc::channel();
        on_main_thread(move || {
            if !has_focus() {
                let _ = send.send(Err(ClipboardError::Occupied));
                return;
            }
            gtk::Clipboard::get(&gdk::SELECTION_PRIMARY).request_text(move |_, text| {
                let text = text.map(|text| Zeroizing::new(text.to_owned()));
                let _ = send.send(text.ok_or(ClipboardError::Empty));
            });
        })?;
        answer.recv().unwrap_or(Err(ClipboardError::NoResponse))
    }

    fn clear(&self) -> Result<(), ClipboardError> {
        let put = Arc::clone(&self.put);
        on_main_thread(move || {
            let is_there = lock(&put).take().is_some_and(|put| put.there.upgrade().is_some());
            // Taking another program's place needs the focus.
            if !is_there && !has_focus() {
                return Err(ClipboardError::Occupied);
            }
            empty();
            Ok(())
        })?
    }

    fn remove(&self, text: &str) -> Result<(), ClipboardError> {
        let (put, wanted) = (Arc::clone(&self.put), Zeroizing::new(text.to_owned()));
        let known = on_main_thread(move || {
            let mut put = lock(&put);
            let ours = put.take_if(|put| **put.text == **wanted);
            drop(put);
            // If it is no longer there, another program's text is.
            if ours.as_ref().is_some_and(|put| put.there.upgrade().is_some()) {
                empty();
            }
            ours.is_some()
        })?;
        if known {
            return Ok(());
        }
        match self.get() {
            Ok(there) if there.as_str() == text => self.clear(),
            Ok(_) | Err(ClipboardError::Empty) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Offers the text to other programs.
fn offer(put: &Mutex<Option<Put>>, text: Arc<Zeroizing<String>>) -> Result<Weak<()>, ClipboardError> {
    let entry = |target| TargetEntry::new(target, TargetFlags::empty(), 0);
    let targets: Vec<_> = TEXT_TARGETS.into_iter().chain([HINT.0]).map(entry).collect();
    // Dropped with the closure.
    let token = Arc::new(());
    let (there, offered) = (Arc::downgrade(&token), Arc::clone(&text));
    let accepted = selection().set_with_data(&targets, move |_, data, _| {
        let _there = &token;
        let target = data.target();
        if target.name() == HINT.0 {
            data.set(&target, 8, HINT.1);
        } else {
            data.set_text(&offered);
        }
    });
    if !accepted {
        return Err(ClipboardError::Unknown);
    }
    *lock(put) = Some(Put { text, there: Weak::clone(&there) });
    Ok(there)
}

/// Takes the place of what is there with nothing. GTK's own way to clear would leave its copy with the compositor.
fn empty() {
    selection().set_text("");
    selection().clear();
}

fn selection() -> gtk::Clipboard {
    gtk::Clipboard::get(&gdk::SELECTION_CLIPBOARD)
}

fn has_focus() -> bool {
    let windows = gtk::Window::list_toplevels();
    windows.iter().filter_map(|window| window.downcast_ref::<gtk::Window>()).any(GtkWindowExt::is_active)
}

/// GTK works in one thread only. Whoever calls the clipboard gives up if that takes too long.
fn on_main_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ClipboardError> {
    let (done, result) = mpsc::channel();
    glib::MainContext::default().invoke(move || drop(done.send(work())));
    result.recv().map_err(|_| ClipboardError::NoResponse)
}

fn lock(put: &Mutex<Option<Put>>) -> MutexGuard<'_, Option<Put>> {
    put.lock().unwrap_or_else(PoisonError::into_inner)
}
