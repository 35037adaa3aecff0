//! The menu bar of macOS: the menus people look for there, with the app's own entries among them. Without one, the
//! system's keys for copying and pasting do nothing in a text field.

use std::sync::{Arc, Mutex, PoisonError};

use calyptia_core::{
    Connections,
    messages::{MenuChoice, MenuLabels},
};
use tauri::{
    AppHandle, Manager as _, Runtime,
    ipc::Channel,
    menu::{
        AboutMetadata, HELP_SUBMENU_ID, Menu, MenuBuilder, MenuItemBuilder, SubmenuBuilder, WINDOW_SUBMENU_ID,
    },
};

use super::quit_guard::QuitGuard;

const QUIT: &str = "quit";

/// The entries that the page handles, and their shortcuts.
const CHOICES: [(&str, MenuChoice, Option<&str>); 4] = [
    ("settings", MenuChoice::Settings, Some("Cmd+,")),
    ("new-token", MenuChoice::NewToken, Some("Cmd+N")),
    ("refresh", MenuChoice::Refresh, Some("Cmd+R")),
    ("shortcuts", MenuChoice::Shortcuts, None),
];

/// Where the page hears what is chosen. One listener serves every menu bar that is shown.
struct Choices(Mutex<Channel<MenuChoice>>);

/// Shows the menu bar, and sends what is chosen in it to the page.
pub(crate) fn show<R: Runtime>(
    app: &AppHandle<R>,
    labels: &MenuLabels,
    on_choice: Channel<MenuChoice>,
) -> tauri::Result<()> {
    app.set_menu(build(app, labels)?)?;
    if let Some(choices) = app.try_state::<Choices>() {
        *choices.0.lock().unwrap_or_else(PoisonError::into_inner) = on_choice;
        return Ok(());
    }
    app.manage(Choices(Mutex::new(on_choice)));
    app.on_menu_event(|app, event| {
        if event.id() == QUIT && app.state::<QuitGuard>().may_quit(&app.state::<Arc<Connections>>()) {
            app.exit(0);
        }
        let chosen = CHOICES.iter().find(|(id, ..)| event.id() == id);
        if let Some((_, choice, _)) = chosen {
            let page = app.state::<Choices>();
            // Fails if the page is gone.
            let _ = page.0.lock().unwrap_or_else(PoisonError::into_inner).send(*choice);
        }
    });
    Ok(())
}

fn build<R: Runtime>(app: &AppHandle<R>, labels: &MenuLabels) -> tauri::Result<Menu<R>> {
    let own = |wanted: MenuChoice, label: &str| {
        let known = CHOICES.iter().find(|(_, choice, _)| *choice == wanted);
        let &(id, _, keys) = known.ok_or(tauri::Error::WindowNotFound)?;
        let item = MenuItemBuilder::with_id(id, label);
        keys.into_iter().fold(item, MenuItemBuilder::accelerator).build(app)
    };
    let about = AboutMetadata {
        version: Some(env!("CARGO_PKG_VERSION").into()),
        copyright: Some(labels.unofficial.clone()),
        license: Some("Apache-2.0".into()),
        ..AboutMetadata::default()
    };
    let name = app.package_info().name.clone();
    let app_menu = SubmenuBuilder::new(app, name)
        .about_with_text(&labels.about, Some(about))
        .separator()
        .item(&own(MenuChoice::Settings, &labels.settings)?)
        .separator()
        .services_with_text(&labels.services)
        .separator()
        .hide_with_text(&labels.hide)
        .hide_others_with_text(&labels.hide_others)
        .show_all_with_text(&labels.show_all)
        .separator()
        // The system's own entry would quit without asking.
        .item(&MenuItemBuilder::with_id(QUIT, &labels.quit).accelerator("Cmd+Q").build(app)?)
        .build()?;
    let file = SubmenuBuilder::new(app, &labels.file)
        .item(&own(MenuChoice::NewToken, &labels.new_token)?)
        .separator()
        .close_window_with_text(&labels.close_window)
        .build()?;
    let edit = SubmenuBuilder::new(app, &labels.edit)
        .undo_with_text(&labels.undo)
        .redo_with_text(&labels.redo)
        .separator()
        .cut_with_text(&labels.cut)
        .copy_with_text(&labels.copy)
        .paste_with_text(&labels.paste)
        .select_all_with_text(&labels.select_all)
        .build()?;
    let view = SubmenuBuilder::new(app, &labels.view)
        .item(&own(MenuChoice::Refresh, &labels.refresh)?)
        .separator()
        .fullscreen_with_text(&labels.fullscreen)
        .build()?;
    // The system recognizes these ids: it lists the windows in one menu and adds its search to the other.
    let window = SubmenuBuilder::with_id(app, WINDOW_SUBMENU_ID, &labels.window)
        .minimize_with_text(&labels.minimize)
        .maximize_with_text(&labels.zoom)
        .build()?;
    let help = SubmenuBuilder::with_id(app, HELP_SUBMENU_ID, &labels.help)
        .item(&own(MenuChoice::Shortcuts, &labels.shortcuts)?)
        .build()?;
    MenuBuilder::new(app).items(&[&app_menu, &file, &edit, &view, &window, &help]).build()
}
