//! Looking for tokens in files that the person chooses, and what ends that.

use secrecy::ExposeSecret as _;

use super::*;
use crate::{
    messages::{FileSearch, SearchEnd, SearchIn},
    testing::{by_name, sandbox},
};

/// A file that takes hours to read, and nothing on the disk.
fn endless(place: &Place) -> std::path::PathBuf {
    let path = place.folder.path().join("endless");
    std::fs::File::create(&path).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
    path
}

/// What a search of the endless file says when this happens in the middle of it.
async fn interrupted(
    connections: &Arc<Connections>,
    id: Uuid,
    act: impl FnOnce(),
) -> Result<Option<FileSearch>, Problem> {
    let (send, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let search = connections.search_files(id, SearchIn::Files, move |progress| {
        if progress.bytes > 0 {
            let _ = send.send(());
        }
    });
    let interrupt = async {
        begun.recv().await.expect("it reads");
        act();
    };
    tokio::join!(search, interrupt).0
}

#[tokio::test]
async fn tokens_in_files_are_matched_with_the_open_list_and_no_value_comes_back() {
    let place = Place::new();
    let sandbox = sandbox(3, &[]).await;
    let (connections, id, project) = opened(&place, &sandbox).await;
    let session = connections.session(id).expect("signed in");
    let search = || connections.search_files(id, SearchIn::Folder, |_| ());
    assert!(search().await.expect("asked").is_none(), "nothing was chosen");

    let row = session.rows(by_name(), 1, 1, None).rows.remove(0);
    let value = session.text_to_copy(&row.id.as_str().into(), None).await.expect("its value");
    let value = value.expose_secret();
    let (_, signature) = value.split_once('.').expect("two parts");
    let made_up = |token: &str, project: &str| {
        let ids = format!(r#"{{"TokenID":"{token}","ProjectID":"{project}"}}"#);
        let ids = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, ids);
        format!("{ids}.{signature}")
    };
    let other = Uuid::from_u128(77).to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "{}\n{}\n{}\n{value}\n",
        made_up(&row.id, &other),
        made_up(&other, &other),
        made_up(&other, &project.to_string()),
    );
    std::fs::write(folder.path().join(".env"), text).expect("written");
    place.person.choose(folder.path().to_owned());
    let found = search().await.expect("read").expect("chosen");
    assert_eq!((found.end, found.files, found.tokens.len()), (SearchEnd::Complete, 1, 4));
    let of: Vec<_> = found
        .tokens
        .iter()
        .map(|token| (token.row.as_ref().map(|row| row.name.clone()), token.elsewhere, token.places[0].line))
        .collect();
    assert_eq!(
        of,
        [(Some(row.name.clone()), false, 4), (None, false, 3), (None, true, 1), (None, true, 2)],
        "the id of a row with another project is not that row"
    );
    let sent = serde_json::to_string(&found).expect("JSON");
    assert!(!sent.contains(signature) && !sent.contains("eyJ"), "{sent}");
}

#[tokio::test]
async fn nothing_that_can_be_read_is_an_error_that_says_why() {
    let place = Place::new();
    let sandbox = sandbox(1, &[]).await;
    let (connections, id, _) = opened(&place, &sandbox).await;
    place.person.choose(place.folder.path().join("gone"));
    let problem = connections.search_files(id, SearchIn::Folder, |_| ()).await.expect_err("it is gone");
    assert_eq!(
        (problem.code, problem.detail.as_deref()),
        (ErrorCode::FilesNotRead, Some("entity not found"))
    );
}

#[tokio::test]
async fn a_search_that_is_stopped_keeps_what_it_has_found_and_another_takes_its_place() {
    let place = Place::new();
    let sandbox = sandbox(1, &[]).await;
    let (connections, id, _) = opened(&place, &sandbox).await;
    place.person.choose(endless(&place));
    let session = connections.session(id).expect("signed in");
    let stopped = interrupted(&connections, id, || session.cancel(Kind::Search)).await;
    let stopped = stopped.expect("kept").expect("chosen");
    assert_eq!((stopped.end, stopped.files), (SearchEnd::Stopped, 1));
    assert!(stopped.bytes > 0);

    let newer = Arc::clone(&connections);
    let superseded = interrupted(&connections, id, move || {
        tokio::spawn(async move { newer.search_files(id, SearchIn::Files, |_| ()).await });
    });
    assert_eq!(code(superseded.await), ErrorCode::Superseded);
    session.cancel(Kind::Search);
}

#[tokio::test]
async fn t3_locking_ends_a_search_and_lets_go_of_its_files() {
    let place = Place::new();
    let sandbox = sandbox(1, &[]).await;
    let (connections, id, _) = opened(&place, &sandbox).await;
    let path = endless(&place);
    place.person.choose(path.clone());
    let locked = interrupted(&connections, id, || connections.lock()).await;
    assert_eq!(code(locked), ErrorCode::SignedOut);
    assert_eq!(code(connections.search_files(id, SearchIn::Files, |_| ()).await), ErrorCode::SignedOut);
    #[cfg(target_os = "linux")]
    {
        let is_open = || {
            let files = std::fs::read_dir("/proc/self/fd").expect("the open files").flatten();
            files.filter_map(|file| std::fs::read_link(file.path()).ok()).any(|open| open == path)
        };
        eventually("the file is closed", || !is_open()).await;
    }
}

#[tokio::test]
async fn t3_locking_withdraws_the_question_what_to_search() {
    let place = Place::new();
    let sandbox = sandbox(1, &[]).await;
    let (connections, id, _) = opened(&place, &sandbox).await;
    let session = connections.session(id).expect("signed in");
    // Dropped with the future: whoever has not chosen by then is not asked any more.
    let (asked, mut withdrawn) = tokio::sync::oneshot::channel::<()>();
    let choose = async move {
        let _asked = asked;
        std::future::pending().await
    };
    let search = session.search_files(choose, |_| ());
    let lock = async { connections.lock() };
    assert_eq!(code(tokio::join!(search, lock).0), ErrorCode::SignedOut);
    assert!(
        withdrawn.try_recv().is_err_and(|error| error == tokio::sync::oneshot::error::TryRecvError::Closed)
    );
}
