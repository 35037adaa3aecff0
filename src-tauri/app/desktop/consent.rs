//! The dialogs of the desktop in which a person agrees to where bearer tokens go, and chooses a file. The page can neither
//! answer nor word them. Refusing is the default: who presses Enter without reading has refused.

mod words;

use std::{path::PathBuf, sync::Arc};

use calyptia_core::{
    Connections,
    consent::{Answer, Consent, Question},
    messages::SearchIn,
};
use tauri::{AppHandle, Manager as _, Runtime};
use tokio::sync::oneshot;

use super::launch::Launch;
use words::Words;
pub(super) use words::is_spanish;

/// Asks over the app's window.
pub(crate) struct Dialogs<R: Runtime> {
    app: AppHandle<R>,
    /// One dialog is open at a time.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl<R: Runtime> Dialogs<R> {
    pub(crate) fn new(app: AppHandle<R>) -> Self {
        Self { app, turn: Arc::default() }
    }

    /// In the language that is chosen now.
    fn words(&self) -> &'static Words {
        Words::of(chosen_language(&self.app).as_deref())
    }
}

/// Runs this in the main thread, as toolkits want it.
fn on_main_thread<R: Runtime>(app: &AppHandle<R>, show: impl FnOnce(&AppHandle<R>) + Send + 'static) {
    let shown = app.clone();
    if let Err(error) = app.run_on_main_thread(move || show(&shown)) {
        // Then the sender of the answer is dropped, which is a refusal.
        tracing::warn!("a dialog cannot be shown: {error}");
    }
}

impl<R: Runtime> Consent for Dialogs<R> {
    fn ask(&self, question: Question) -> Answer<bool> {
        let (app, turn) = (self.app.clone(), Arc::clone(&self.turn));
        let words = self.words();
        let text = words.describe(&question);
        Box::pin(async move {
            let _turn = turn.lock().await;
            let (send, answer) = oneshot::channel();
            // Dropped with this future, `open` withdraws the question.
            let (open, withdrawn) = oneshot::channel();
            on_main_thread(&app, move |app| platform::ask(app, &text, words, send, withdrawn));
            let _open: oneshot::Sender<()> = open;
            answer.await.unwrap_or(false)
        })
    }

    fn choose_certificates(&self) -> Answer<Option<PathBuf>> {
        let (app, turn, words) = (self.app.clone(), Arc::clone(&self.turn), self.words());
        Box::pin(async move {
            let _turn = turn.lock().await;
            let (send, answer) = oneshot::channel();
            on_main_thread(&app, move |app| platform::choose(app, words, send));
            answer.await.ok().flatten()
        })
    }

    fn choose_to_search(&self, what: SearchIn) -> Answer<Vec<PathBuf>> {
        let (app, turn, words) = (self.app.clone(), Arc::clone(&self.turn), self.words());
        Box::pin(async move {
            let _turn = turn.lock().await;
            let (send, answer) = oneshot::channel();
            let (open, withdrawn) = oneshot::channel();
            on_main_thread(&app, move |app| platform::choose_to_search(app, words, what, send, withdrawn));
            let _open: oneshot::Sender<()> = open;
            answer.await.unwrap_or_default()
        })
    }

    fn choose_where_to_save(&self, name: &str) -> Answer<Option<PathBuf>> {
        let (app, turn, words) = (self.app.clone(), Arc::clone(&self.turn), self.words());
        let name = name.to_owned();
        Box::pin(async move {
            let _turn = turn.lock().await;
            let (send, answer) = oneshot::channel();
            on_main_thread(&app, move |app| platform::choose_where_to_save(app, words, &name, send));
            answer.await.ok().flatten()
        })
    }
}

/// The language that was chosen in the settings or, without one there, in the environment, as a BCP 47 tag; otherwise the system's.
fn chosen_language<R: Runtime>(app: &AppHandle<R>) -> Option<String> {
    let chosen = app.try_state::<Arc<Connections>>().and_then(|core| core.preferences().language.tag());
    let environment = || app.try_state::<Launch>().and_then(|launch| launch.language.clone());
    chosen.map(str::to_owned).or_else(environment)
}

/// What the page's own menu calls pasting.
#[cfg(target_os = "linux")]
pub(super) fn paste_label<R: Runtime>(app: &AppHandle<R>) -> &'static str {
    Words::of(chosen_language(app).as_deref()).paste
}

/// What a dialog says.
struct Text {
    title: String,
    body: String,
}

/// Files of certificates end like this.
const EXTENSIONS: [&str; 3] = ["pem", "crt", "cer"];

#[cfg(target_os = "linux")]
mod platform {
    use std::{cell::RefCell, time::Duration};

    use gtk::{
        ButtonsType, DialogFlags, FileChooserAction, FileChooserDialog, FileFilter, MessageDialog,
        MessageType, ResponseType, Window, glib, prelude::*,
    };

    use super::*;

    /// How long a question is on screen before it can be agreed to.
    const READING_TIME: Duration = Duration::from_millis(800);

    fn window<R: Runtime>(app: &AppHandle<R>) -> Option<Window> {
        Some(app.get_webview_window("main")?.gtk_window().ok()?.upcast())
    }

    /// Hidden first, so that it is closed once and lets go of the input even if another dialog has it by now.
    fn end(dialog: &(impl IsA<Window> + IsA<gtk::Widget>)) {
        WidgetExt::hide(dialog);
        GtkWindowExt::close(dialog);
    }

    pub(super) fn ask<R: Runtime>(
        app: &AppHandle<R>,
        text: &Text,
        words: &Words,
        answer: oneshot::Sender<bool>,
        withdrawn: oneshot::Receiver<()>,
    ) {
        let dialog = MessageDialog::new(
            window(app).as_ref(),
            DialogFlags::MODAL | DialogFlags::DESTROY_WITH_PARENT,
            MessageType::Question,
            ButtonsType::None,
            &text.title,
        );
        dialog.set_title(words.app);
        dialog.set_secondary_text(Some(&text.body));
        dialog.add_button(words.refuse, ResponseType::Cancel);
        dialog.add_button(words.allow, ResponseType::Accept);
        dialog.set_default_response(ResponseType::Cancel);
        let answer = RefCell::new(Some(answer));
        dialog.connect_response(move |dialog, response| {
            // Closing it is a response as well; the first one counts. It fails if nobody waits any more.
            let Some(answer) = answer.take() else { return };
            let _ = answer.send(response == ResponseType::Accept);
            end(dialog);
        });
        // Whoever is clicking or typing when it opens has not read it yet.
        dialog.set_response_sensitive(ResponseType::Accept, false);
        let unread = dialog.downgrade();
        glib::timeout_add_local_once(READING_TIME, move || {
            if let Some(dialog) = unread.upgrade() {
                dialog.set_response_sensitive(ResponseType::Accept, true);
            }
        });
        end_when(&dialog, withdrawn);
        dialog.show_all();
        dialog.present();
    }

    /// Closes a dialog that nobody waits for any more.
    fn end_when<D: IsA<Window> + IsA<gtk::Widget>>(dialog: &D, withdrawn: oneshot::Receiver<()>) {
        let open = dialog.downgrade();
        glib::spawn_future_local(async move {
            // Ends in any case, with the future that waits.
            let _ = withdrawn.await;
            if let Some(dialog) = open.upgrade().filter(WidgetExt::is_visible) {
                end(&dialog);
            }
        });
    }

    pub(super) fn choose<R: Runtime>(
        app: &AppHandle<R>,
        words: &Words,
        answer: oneshot::Sender<Option<PathBuf>>,
    ) {
        // Not the portal's: portals refuse a program whose memory is hidden from other programs.
        let dialog = FileChooserDialog::with_buttons(
            Some(words.choose_title),
            window(app).as_ref(),
            FileChooserAction::Open,
            &[(words.cancel, ResponseType::Cancel), (words.open, ResponseType::Accept)],
        );
        let filter = FileFilter::new();
        filter.set_name(Some(words.certificates));
        for extension in EXTENSIONS {
            filter.add_pattern(&format!("*.{extension}"));
        }
        dialog.add_filter(filter);
        let all = FileFilter::new();
        all.set_name(Some(words.all_files));
        all.add_pattern("*");
        dialog.add_filter(all);
        show(&dialog, first, answer);
    }

    pub(super) fn choose_to_search<R: Runtime>(
        app: &AppHandle<R>,
        words: &Words,
        what: SearchIn,
        answer: oneshot::Sender<Vec<PathBuf>>,
        withdrawn: oneshot::Receiver<()>,
    ) {
        let (title, action) = match what {
            SearchIn::Files => (words.search_files_title, FileChooserAction::Open),
            SearchIn::Folder => (words.search_folder_title, FileChooserAction::SelectFolder),
        };
        let dialog = FileChooserDialog::with_buttons(
            Some(title),
            window(app).as_ref(),
            action,
            &[(words.cancel, ResponseType::Cancel), (words.search, ResponseType::Accept)],
        );
        dialog.set_select_multiple(what == SearchIn::Files);
        end_when(&dialog, withdrawn);
        show(&dialog, FileChooserDialog::filenames, answer);
    }

    pub(super) fn choose_where_to_save<R: Runtime>(
        app: &AppHandle<R>,
        words: &Words,
        name: &str,
        answer: oneshot::Sender<Option<PathBuf>>,
    ) {
        let dialog = FileChooserDialog::with_buttons(
            Some(words.save_title),
            window(app).as_ref(),
            FileChooserAction::Save,
            &[(words.cancel, ResponseType::Cancel), (words.save, ResponseType::Accept)],
        );
        dialog.set_do_overwrite_confirmation(true);
        dialog.set_current_name(name);
        show(&dialog, first, answer);
    }

    fn first(dialog: &FileChooserDialog) -> Option<PathBuf> {
        dialog.filename()
    }

    /// `chosen` reads what was chosen. Whoever cancels has chosen nothing.
    fn show<T: Default + 'static>(
        dialog: &FileChooserDialog,
        chosen: impl Fn(&FileChooserDialog) -> T + 'static,
        answer: oneshot::Sender<T>,
    ) {
        dialog.set_modal(true);
        dialog.set_default_response(ResponseType::Accept);
        let answer = RefCell::new(Some(answer));
        dialog.connect_response(move |dialog, response| {
            let Some(answer) = answer.take() else { return };
            let accepted = response == ResponseType::Accept;
            let _ = answer.send(if accepted { chosen(dialog) } else { T::default() });
            end(dialog);
        });
        dialog.show_all();
        dialog.present();
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use rfd::{AsyncFileDialog, AsyncMessageDialog, MessageButtons, MessageDialogResult, MessageLevel};

    use super::*;

    pub(super) fn ask<R: Runtime>(
        app: &AppHandle<R>,
        text: &Text,
        words: &'static Words,
        answer: oneshot::Sender<bool>,
        withdrawn: oneshot::Receiver<()>,
    ) {
        // The first button is the default one.
        let buttons = MessageButtons::OkCancelCustom(words.refuse.into(), words.allow.into());
        let mut dialog = AsyncMessageDialog::new()
            .set_level(MessageLevel::Warning)
            .set_title(&text.title)
            .set_description(&text.body)
            .set_buttons(buttons);
        if let Some(window) = app.get_webview_window("main") {
            dialog = dialog.set_parent(&window);
        }
        let shown = dialog.show();
        tauri::async_runtime::spawn(async move {
            // The toolkit cannot close it; an answer that comes late is not heard.
            drop(withdrawn);
            let allowed = shown.await == MessageDialogResult::Custom(words.allow.into());
            let _ = answer.send(allowed);
        });
    }

    pub(super) fn choose<R: Runtime>(
        app: &AppHandle<R>,
        words: &'static Words,
        answer: oneshot::Sender<Option<PathBuf>>,
    ) {
        let mut dialog = AsyncFileDialog::new()
            .set_title(words.choose_title)
            .add_filter(words.certificates, &EXTENSIONS)
            .add_filter(words.all_files, &["*"]);
        if let Some(window) = app.get_webview_window("main") {
            dialog = dialog.set_parent(&window);
        }
        let shown = dialog.pick_file();
        tauri::async_runtime::spawn(async move {
            let _ = answer.send(shown.await.map(|file| file.path().to_owned()));
        });
    }

    pub(super) fn choose_to_search<R: Runtime>(
        app: &AppHandle<R>,
        words: &'static Words,
        what: SearchIn,
        answer: oneshot::Sender<Vec<PathBuf>>,
        withdrawn: oneshot::Receiver<()>,
    ) {
        let title = match what {
            SearchIn::Files => words.search_files_title,
            SearchIn::Folder => words.search_folder_title,
        };
        let mut dialog = AsyncFileDialog::new().set_title(title);
        if let Some(window) = app.get_webview_window("main") {
            dialog = dialog.set_parent(&window);
        }
        // The toolkit cannot close it; an answer that comes late is not heard.
        drop(withdrawn);
        let paths = |files: Option<Vec<rfd::FileHandle>>| {
            files.into_iter().flatten().map(|file| file.path().to_owned()).collect()
        };
        match what {
            SearchIn::Files => {
                let shown = dialog.pick_files();
                tauri::async_runtime::spawn(async move { answer.send(paths(shown.await)) });
            }
            SearchIn::Folder => {
                let shown = dialog.pick_folder();
                tauri::async_runtime::spawn(
                    async move { answer.send(paths(shown.await.map(|one| vec![one]))) },
                );
            }
        }
    }

    pub(super) fn choose_where_to_save<R: Runtime>(
        app: &AppHandle<R>,
        words: &'static Words,
        name: &str,
        answer: oneshot::Sender<Option<PathBuf>>,
    ) {
        let mut dialog = AsyncFileDialog::new().set_title(words.save_title).set_file_name(name);
        if let Some(window) = app.get_webview_window("main") {
            dialog = dialog.set_parent(&window);
        }
        let shown = dialog.save_file();
        tauri::async_runtime::spawn(async move {
            let _ = answer.send(shown.await.map(|file| file.path().to_owned()));
        });
    }
}

#[cfg(test)]
mod tests {
    use calyptia_core::{
        Clipboard, Settings,
        messages::{Language, Preferences},
    };

    use super::*;

    #[tokio::test]
    async fn the_language_of_the_settings_comes_before_that_of_the_environment_and_counts_at_once() {
        let app = tauri::test::mock_app();
        let dialogs = Dialogs::new(app.handle().clone());
        let core = Connections::new(
            Settings::load(None),
            true,
            Clipboard::system(),
            Arc::new(Dialogs::new(app.handle().clone())),
        );
        app.manage(Arc::new(core));
        app.manage(Launch { language: Some("es".into()), ..Launch::default() });
        for (language, refuse) in [
            (Language::System, "No permitir"),
            (Language::En, "Don’t Allow"),
            (Language::Es, "No permitir"),
            (Language::System, "No permitir"),
        ] {
            let core = app.state::<Arc<Connections>>();
            let preferences = Preferences { language, ..core.preferences() };
            // Without a folder it cannot be saved, but it is in force.
            let _ = core.set_preferences(preferences).await;
            assert_eq!(dialogs.words().refuse, refuse, "{language:?}");
        }
    }
}
