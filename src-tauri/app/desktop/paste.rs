//! Pasting into the page. A script in the page could listen for pastes and read what was pasted. So a token that is pasted
//! with the keyboard, the menu or a middle click does not go to the page: the page is told that one was pasted, and asks Rust
//! to use it where it is wanted.
//!
//! This is done on Linux. WebView2 and WKWebView hand keys to the page first; `docs/SECURITY.md` says so.

use std::sync::{Arc, Mutex, PoisonError};

use calyptia_core::messages::KeptPaste;
#[cfg(target_os = "linux")]
use calyptia_core::messages::PasteSource;
use tauri::ipc::Channel;

/// Where the page is told that a token was pasted.
#[derive(Clone, Default)]
pub(crate) struct PasteGuard {
    page: Arc<Mutex<Option<Channel<KeptPaste>>>>,
}

impl PasteGuard {
    pub(crate) fn follow(&self, page: Channel<KeptPaste>) {
        *self.page.lock().unwrap_or_else(PoisonError::into_inner) = Some(page);
    }

    #[cfg(target_os = "linux")]
    fn report(&self, source: PasteSource, at: Option<(f64, f64)>) {
        if let Some(page) = &*self.page.lock().unwrap_or_else(PoisonError::into_inner) {
            // Fails if the page is gone, which then needs no report.
            let _ = page.send(KeptPaste { source, at });
        }
    }

    /// Keeps tokens that are pasted away from the page of this window.
    #[cfg(target_os = "linux")]
    pub(crate) fn watch(&self, window: &tauri::WebviewWindow) -> tauri::Result<()> {
        let (guard, app) = (self.clone(), tauri::Manager::app_handle(window).clone());
        // The language can change while the window is open.
        let label = move || super::consent::paste_label(&app);
        window.with_webview(move |webview| platform::watch(&webview.inner(), &guard, label))
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use std::{cell::RefCell, rc::Rc};

    use calyptia_core::holds_token;
    use gtk::{gdk, gio, glib, prelude::*};
    use webkit2gtk::{
        ContextMenuAction, ContextMenuExt as _, ContextMenuItem, ContextMenuItemExt as _, WebView,
        WebViewExt as _,
    };

    use super::{PasteGuard, PasteSource};

    pub(super) fn watch(view: &WebView, guard: &PasteGuard, label: impl Fn() -> &'static str + 'static) {
        let on_key = guard.clone();
        view.connect_key_press_event(move |view, event| {
            if !is_paste(event) {
                return glib::Propagation::Proceed;
            }
            paste(view, &on_key);
            glib::Propagation::Stop
        });
        watch_middle_clicks(view, guard);
        let on_menu = guard.clone();
        view.connect_context_menu(move |view, menu, _, _| {
            for item in menu.items() {
                if item.stock_action() == ContextMenuAction::PasteAsPlainText {
                    menu.remove(&item);
                }
            }
            let items = menu.items();
            let Some(place) = items.iter().position(|item| item.stock_action() == ContextMenuAction::Paste)
            else {
                return false;
            };
            let action = gio::SimpleAction::new("paste", None);
            action.set_enabled(items[place].gaction().is_none_or(|stock| stock.is_enabled()));
            let (view, guard) = (view.downgrade(), on_menu.clone());
            action.connect_activate(move |_, _| {
                if let Some(view) = view.upgrade() {
                    paste(&view, &guard);
                }
            });
            menu.remove(&items[place]);
            let item = ContextMenuItem::from_gaction(&action, label(), None);
            menu.insert(&item, i32::try_from(place).unwrap_or(0));
            false
        });
    }

    const MIDDLE_BUTTON: u32 = 2;

    /// A middle click, which pastes what was selected.
    enum MiddleClick {
        /// It waits for what was selected. WebKit pastes when the button is pressed, so it is not told before.
        Waiting(Vec<gdk::Event>),
        /// WebKit is being told, or knows already.
        Passed,
        /// It would paste a token, so WebKit is not told.
        Kept,
    }

    fn watch_middle_clicks(view: &WebView, guard: &PasteGuard) {
        let click = Rc::new(RefCell::new(MiddleClick::Passed));
        // Whether WebKit is being told of events that waited.
        let telling = Rc::new(std::cell::Cell::new(false));
        let (on_press, on_release) = (Rc::clone(&click), Rc::clone(&telling));
        let guard = guard.clone();
        view.connect_button_press_event(move |view, event| {
            if event.button() != MIDDLE_BUTTON || on_release.get() {
                return glib::Propagation::Proceed;
            }
            *on_press.borrow_mut() = MiddleClick::Waiting(vec![(**event).clone()]);
            let area = view.allocation();
            let part = |at: f64, of: i32| at / f64::from(of.max(1));
            let (x, y) = event.position();
            let at = (part(x, area.width()), part(y, area.height()));
            let (view, guard) = (view.downgrade(), guard.clone());
            let (click, telling) = (Rc::clone(&on_press), Rc::clone(&on_release));
            gtk::Clipboard::get(&gdk::SELECTION_PRIMARY).request_text(move |_, text| {
                let MiddleClick::Waiting(events) = click.replace(MiddleClick::Passed) else { return };
                if text.is_some_and(holds_token) {
                    // The button may still be down.
                    *click.borrow_mut() = MiddleClick::Kept;
                    guard.report(PasteSource::Primary, Some(at));
                } else if let Some(view) = view.upgrade() {
                    telling.set(true);
                    for event in &events {
                        view.event(event);
                    }
                    telling.set(false);
                }
            });
            glib::Propagation::Stop
        });
        view.connect_button_release_event(move |_, event| {
            if event.button() != MIDDLE_BUTTON || telling.get() {
                return glib::Propagation::Proceed;
            }
            match &mut *click.borrow_mut() {
                MiddleClick::Waiting(events) => events.push((**event).clone()),
                MiddleClick::Passed => return glib::Propagation::Proceed,
                MiddleClick::Kept => {}
            }
            glib::Propagation::Stop
        });
    }

    /// Whether this is Ctrl+V, Ctrl+Shift+V or Shift+Insert, on any layout.
    fn is_paste(event: &gdk::EventKey) -> bool {
        let held = event.state() & gtk::accelerator_get_default_mod_mask();
        // On a layout without Latin letters, the first group of the key's own map has them.
        let latin = || {
            let keymap = gdk::Display::default().and_then(|display| gdk::Keymap::for_display(&display))?;
            let code = u32::from(event.hardware_keycode());
            Some(keymap.translate_keyboard_state(code, gdk::ModifierType::empty(), 0)?.0)
        };
        let is = |key: gdk::keys::Key| event.keyval() == key || latin() == Some(*key);
        let (control, shift) = (gdk::ModifierType::CONTROL_MASK, gdk::ModifierType::SHIFT_MASK);
        let is_insert =
            [gdk::keys::constants::Insert, gdk::keys::constants::KP_Insert].contains(&event.keyval());
        let is_v = is(gdk::keys::constants::v) || event.keyval() == gdk::keys::constants::V;
        (is_v && (held == control || held == control | shift)) || (is_insert && held == shift)
    }

    /// Pastes what is on the clipboard, unless it holds a token.
    fn paste(view: &WebView, guard: &PasteGuard) {
        let (view, guard) = (view.downgrade(), guard.clone());
        gtk::Clipboard::get(&gdk::SELECTION_CLIPBOARD).request_text(move |_, text| {
            if text.is_some_and(holds_token) {
                guard.report(PasteSource::Clipboard, None);
            } else if let Some(view) = view.upgrade() {
                // As text, which is what has been looked at.
                view.execute_editing_command("PasteAsPlainText");
            }
        });
    }
}
