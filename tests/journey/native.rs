//! The dialogs that the app opens beside its page, which no driver of pages reaches: found on the display, and answered with
//! real keys.

use std::time::Duration;

use x11rb::{
    connection::Connection as _,
    protocol::{
        xproto::{
            AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ClientMessageEvent, ConnectionExt as _,
            EventMask, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, MapState,
            Window as Id,
        },
        xtest::ConnectionExt as _,
    },
    rust_connection::RustConnection,
};

use crate::window::within;

/// Keys by their X keysym.
pub const TAB: u32 = 0xff09;
pub const ENTER: u32 = 0xff0d;
pub const ESCAPE: u32 = 0xff1b;
pub const SPACE: u32 = 0x20;
const CONTROL: u32 = 0xffe3;
const SHIFT: u32 = 0xffe1;

/// A dialog of the app that is open.
pub struct Dialog {
    display: RustConnection,
    id: Id,
}

impl Dialog {
    /// Waits for a dialog.
    pub async fn open() -> Self {
        within("a dialog of the desktop", async {
            loop {
                if let Some(dialog) = Self::find() {
                    return dialog;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await
    }

    /// The dialog that is open now, if there is one.
    pub fn find() -> Option<Self> {
        let (display, screen) = x11rb::connect(None).expect("a display");
        let root = display.setup().roots[screen].root;
        let atom = |name: &str| {
            display.intern_atom(false, name.as_bytes()).expect("sent").reply().expect("an atom").atom
        };
        let (kind, dialog) = (atom("_NET_WM_WINDOW_TYPE"), atom("_NET_WM_WINDOW_TYPE_DIALOG"));
        let windows = display.query_tree(root).expect("sent").reply().expect("the windows").children;
        // A window may go while it is looked at.
        let id = windows.into_iter().find(|id| {
            let shown = display.get_window_attributes(*id).ok().and_then(|sent| sent.reply().ok());
            let kinds = display
                .get_property(false, *id, kind, AtomEnum::ATOM, 0, 8)
                .ok()
                .and_then(|sent| sent.reply().ok());
            shown.is_some_and(|shown| shown.map_state == MapState::VIEWABLE)
                && kinds.is_some_and(|kinds| {
                    kinds.value32().is_some_and(|mut kinds| kinds.any(|kind| kind == dialog))
                })
        })?;
        Some(Self { display, id })
    }

    /// A window of the app, for its keys.
    pub fn of(window: Id) -> Self {
        let (display, _) = x11rb::connect(None).expect("a display");
        Self { display, id: window }
    }

    /// Presses these keys in it, one after the other.
    pub async fn press(&self, keys: &[u32]) {
        self.press_while(&[], keys).await;
    }

    /// Presses Ctrl and V in it.
    pub async fn press_paste(&self) {
        self.press_while(&[CONTROL], &[u32::from('v')]).await;
    }

    /// There is no window manager to give it the focus.
    fn focus(&self) {
        let focus = self.display.set_input_focus(InputFocus::PARENT, self.id, x11rb::CURRENT_TIME);
        focus.expect("sent").check().expect("focused");
    }

    /// Clicks at this place of the display.
    pub async fn click_at(&self, x: i16, y: i16) {
        self.focus();
        let root = self.display.setup().roots[0].root;
        let event = |kind: u8, detail: u8, x: i16, y: i16| {
            let sent = self.display.xtest_fake_input(kind, detail, 0, root, x, y, 0);
            sent.expect("sent").check().expect("done");
        };
        // A compositor in a window adds up movements, from a start of its own. In a corner both pointers meet.
        let moves = [(i16::MAX, i16::MAX), (0, 0), (x, y)].map(|(x, y)| (MOTION_NOTIFY_EVENT, 0, x, y));
        let click = [BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT].map(|kind| (kind, 1, x, y));
        for (kind, detail, x, y) in moves.into_iter().chain(click) {
            event(kind, detail, x, y);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Clicks with the middle button at this place of it.
    pub async fn middle_click_at(&self, x: i16, y: i16) {
        self.focus();
        let root = self.display.setup().roots[0].root;
        let place = self.display.translate_coordinates(self.id, root, x, y).expect("sent").reply();
        let place = place.expect("a place");
        for (kind, detail) in [(MOTION_NOTIFY_EVENT, 0), (BUTTON_PRESS_EVENT, 2), (BUTTON_RELEASE_EVENT, 2)] {
            let sent = self.display.xtest_fake_input(kind, detail, 0, root, place.dst_x, place.dst_y, 0);
            sent.expect("sent").check().expect("done");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Presses Ctrl, Shift and V in it, and waits until that has had its effect.
    pub async fn press_paste_as_text(&self) {
        self.press_while(&[CONTROL, SHIFT], &[u32::from('v')]).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    async fn press_while(&self, held: &[u32], keys: &[u32]) {
        self.focus();
        let setup = self.display.setup();
        let (first, count) = (setup.min_keycode, setup.max_keycode - setup.min_keycode + 1);
        let mapping =
            self.display.get_keyboard_mapping(first, count).expect("sent").reply().expect("the keys");
        let each = usize::from(mapping.keysyms_per_keycode);
        // Where a key is, and whether it takes Shift.
        let place = |key: u32| {
            let symbols = mapping.keysyms.chunks(each);
            let found = symbols.enumerate().find_map(|(place, symbols)| {
                symbols.iter().take(2).position(|symbol| *symbol == key).map(|column| (place, column == 1))
            });
            let (place, shifted) = found.expect("on the keyboard");
            (first + u8::try_from(place).expect("a key code"), shifted)
        };
        let event = |kind: u8, key: u32| {
            let sent = self.display.xtest_fake_input(kind, place(key).0, 0, x11rb::NONE, 0, 0, 0);
            sent.expect("sent").check().expect("pressed");
        };
        for key in keys {
            // What the dialog does with the focus and with the key before takes it a moment.
            tokio::time::sleep(Duration::from_millis(100)).await;
            let shift = place(*key).1.then_some(SHIFT);
            let held = || held.iter().copied().chain(shift);
            held().for_each(|held| event(KEY_PRESS_EVENT, held));
            event(KEY_PRESS_EVENT, *key);
            event(KEY_RELEASE_EVENT, *key);
            held().for_each(|held| event(KEY_RELEASE_EVENT, held));
        }
    }

    /// Closes it as a window's frame does.
    pub fn close(&self) {
        let atom =
            |name: &[u8]| self.display.intern_atom(false, name).expect("sent").reply().expect("an atom").atom;
        let wish = [atom(b"WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
        let event = ClientMessageEvent::new(32, self.id, atom(b"WM_PROTOCOLS"), wish);
        let sent = self.display.send_event(false, self.id, EventMask::NO_EVENT, event);
        sent.expect("sent").check().expect("delivered");
    }

    /// Presses Enter until the dialog takes what was typed: at first it may take only what it suggests.
    pub async fn confirm(&self) {
        for _ in 0..3 {
            self.press(&[ENTER]).await;
            tokio::time::sleep(Duration::from_millis(1_000)).await;
            if Self::find().is_none() {
                return;
            }
        }
        Self::gone().await;
    }

    /// Waits until no dialog is open any more.
    pub async fn gone() {
        within("the end of the dialog", async {
            while Self::find().is_some() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
    }
}

/// Agrees to what the app asks, by keyboard: the focus is on the other button at first.
pub async fn allow() {
    let dialog = Dialog::open().await;
    // Nobody can agree before having had a moment to read it.
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    dialog.press(&[TAB, SPACE]).await;
    Dialog::gone().await;
}
