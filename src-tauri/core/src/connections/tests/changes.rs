//! What has changed since the last look, across restarts, with colleagues who change tokens meanwhile.

use calyptia_api::{Client, NewToken, Permission, TokenChange, TokenId};
use calyptia_sandbox::Running;
use secrecy::ExposeSecret as _;

use super::*;
use crate::{
    Session,
    messages::{ChangeKind, CreateOutcome, ExpectedToken, ListChanges, RowAccess},
    testing::{faults, newest_first, reads, sandbox},
};

/// A sandbox, somebody else's client for it, and the app's folder.
struct Scene {
    place: Place,
    sandbox: Running,
    colleague: Client,
    project: Uuid,
}

impl Scene {
    async fn new(tokens: usize) -> Self {
        let sandbox = sandbox(tokens, &[]).await;
        let server = Server::parse(&sandbox.url()).expect("loopback");
        let token = BearerToken::parse(sandbox.bearer_token().expose_secret()).expect("a bearer token");
        let colleague = Client::new(server, token).expect("a client");
        let project = sandbox.projects()[0].0;
        Self { place: Place::new(), sandbox, colleague, project }
    }

    /// The app after a start, signed in.
    async fn app(&self) -> App {
        let connections = self.place.connections();
        let server = Server::parse(&self.sandbox.url()).expect("loopback");
        let token = BearerToken::parse(self.sandbox.bearer_token().expose_secret()).expect("a bearer token");
        let id = match connections.known().first() {
            Some(known) => connections.restore(known.id).await,
            None => connections.sign_in(None, server, token, CredentialStore::Keyring).await,
        };
        App { id: id.expect("connected").id, connections, project: self.project }
    }

    async fn add(&self, name: &str) -> TokenId {
        let new = NewToken::new(name, vec![Permission::Read]).expect("permissions");
        self.colleague.create_token(self.project, &new).await.expect("created").id
    }

    async fn change(&self, id: &TokenId, name: Option<&str>, permissions: Option<Vec<Permission>>) {
        let change = TokenChange::new(name.map(Into::into), permissions).expect("a change");
        self.colleague.update_token(id, &change).await.expect("changed");
    }

    fn files(&self) -> Vec<std::path::PathBuf> {
        let folder = self.place.folder.path().join("snapshots");
        std::fs::read_dir(folder)
            .map_or_else(|_| Vec::new(), |all| all.flatten().map(|one| one.path()).collect())
    }
}

struct App {
    connections: Arc<Connections>,
    id: Uuid,
    project: Uuid,
}

impl App {
    fn session(&self) -> Arc<Session> {
        self.connections.session(self.id).expect("signed in")
    }

    /// Loads the list and compares it.
    async fn look(&self) -> Option<ListChanges> {
        self.session().load(self.project, |_| ()).await.expect("loaded");
        self.changes().await
    }

    async fn changes(&self) -> Option<ListChanges> {
        self.session().what_changed(self.project).await.expect("compared")
    }

    /// Marks what a new comparison finds. False if that leaves something.
    async fn mark_seen(&self) -> bool {
        let Some(changes) = self.changes().await else { return true };
        self.mark(&changes).await
    }

    async fn mark(&self, changes: &ListChanges) -> bool {
        self.session().mark_changes_seen(self.project, changes.number).await.expect("noted")
    }
}

fn kinds(changes: Option<ListChanges>) -> Vec<(ChangeKind, String)> {
    let changes = changes.map(|changes| changes.changes).unwrap_or_default();
    changes.into_iter().map(|change| (change.kind, change.name)).collect()
}

#[tokio::test]
async fn what_colleagues_did_is_shown_until_it_was_seen_also_after_a_restart() {
    let scene = Scene::new(3).await;
    let [raised, doomed, renamed, lowered] = [
        scene.add("raised").await,
        scene.add("doomed").await,
        scene.add("old").await,
        scene.add("lowered").await,
    ];
    scene.change(&lowered, None, Some(vec![Permission::Read, Permission::Delete])).await;
    let app = scene.app().await;
    assert_eq!(app.look().await, None, "a first look shows nothing");
    assert_eq!(app.look().await, None, "nothing changed");
    app.connections.close();

    scene.add("new").await;
    scene.change(&raised, None, Some(Permission::KNOWN.to_vec())).await;
    scene.change(&lowered, None, Some(vec![Permission::Read])).await;
    scene.change(&renamed, Some("renamed"), None).await;
    scene.colleague.delete_token(&doomed).await.expect("deleted");
    let expected = [
        (ChangeKind::Raised, "raised"),
        (ChangeKind::New, "new"),
        (ChangeKind::Gone, "doomed"),
        (ChangeKind::Lowered, "lowered"),
        (ChangeKind::Renamed, "renamed"),
    ]
    .map(|(kind, name)| (kind, name.to_owned()));
    for restart in ["the first", "the second, as nobody has seen them"] {
        let app = scene.app().await;
        let changes = app.look().await.expect(restart);
        assert!(changes.since.is_some());
        let counts = [changes.raised, changes.new, changes.gone, changes.lowered, changes.renamed];
        assert_eq!(counts, [1; 5], "{restart}");
        let [up, new, gone, down, name] = &changes.changes[..] else { panic!("{changes:?}") };
        let some = |list: &[&str]| {
            Some(RowAccess::Some { permissions: list.iter().map(|one| (*one).to_owned()).collect() })
        };
        assert_eq!(up.before, some(&["read:*"]));
        assert_eq!(up.after, Some(RowAccess::Full { named: true, others: Vec::new() }));
        assert_eq!((&new.before, &new.after), (&None, &some(&["read:*"])));
        assert_eq!((&gone.before, &gone.after, &gone.id), (&some(&["read:*"]), &None, &doomed.to_string()));
        assert_eq!((&down.before, &down.after), (&some(&["read:*", "delete:*"]), &some(&["read:*"])));
        assert_eq!(name.previous_name.as_deref(), Some("old"));
        assert_eq!(kinds(Some(changes)), expected, "{restart}");
        app.connections.close();
    }

    let app = scene.app().await;
    assert_eq!(kinds(app.look().await), expected);
    app.mark_seen().await;
    assert_eq!(app.changes().await, None);
    app.connections.close();
    assert_eq!(scene.app().await.look().await, None, "they were seen");
}

#[tokio::test]
async fn what_is_done_here_is_no_news_and_hides_none() {
    let scene = Scene::new(2).await;
    let app = scene.app().await;
    app.look().await;
    let mine = scene.add("mine").await;
    let news = app.look().await.expect("news");
    assert_eq!(kinds(Some(news.clone())), [(ChangeKind::New, "mine".to_owned())]);

    // Everything that can be done to tokens, while there is news.
    let session = app.session();
    let created = session.create(scene.project, "created", &reads(), |_| ()).await.expect("created");
    let CreateOutcome::Created { row, .. } = created else { panic!("{created:?}") };
    let expected = ExpectedToken { name: "mine".into(), permissions: reads().into() };
    let more = ["read:*".to_owned(), "delete:*".to_owned()];
    session.update(&mine.to_string(), None, Some(&more), &expected).await.expect("changed");
    let expected = ExpectedToken { name: "created".into(), permissions: reads().into() };
    session.update(&row.id, Some("renamed"), None, &expected).await.expect("changed");
    let default = session.rows(newest_first(), 0, 9, None).rows.into_iter().find(|row| row.name == "default");
    session.delete(&default.expect("listed").id).await.expect("deleted");
    app.mark(&news).await;
    assert_eq!(app.look().await, None, "nor does what was seen overwrite what was done since");
    drop(session);
    app.connections.close();

    let app = scene.app().await;
    scene.change(&mine, None, Some(vec![Permission::Read])).await;
    assert_eq!(kinds(app.look().await), [(ChangeKind::Lowered, "mine".to_owned())]);
    app.session().delete(&mine.to_string()).await.expect("deleted");
    assert_eq!(app.changes().await, None);
}

#[tokio::test]
async fn d7_a_list_that_is_not_complete_makes_nothing_gone() {
    let scene = Scene::new(10).await;
    let app = scene.app().await;
    app.look().await;
    app.connections.lock();
    for spec in [&["page-size=4", "fail-page=2"][..], &["page-size=4", "same-cursor"]] {
        let app = scene.app().await;
        scene.sandbox.set_faults(faults(spec));
        assert_eq!(app.look().await, None, "{spec:?}");
    }
    scene.sandbox.set_faults(Vec::new());
    let new = scene.add("new").await;
    // Rows that cannot be read may be the ones that are missed.
    scene.sandbox.set_faults(faults(&["odd-rows"]));
    let app = scene.app().await;
    scene.colleague.delete_token(&new).await.expect("deleted");
    let changes = app.look().await.expect("the odd ones are new");
    assert_eq!(changes.gone, 0);
}

#[tokio::test]
async fn only_changes_that_were_shown_are_marked_as_seen() {
    let scene = Scene::new(2).await;
    let app = scene.app().await;
    app.look().await;
    scene.add("old").await;
    let shown = app.look().await.expect("news");
    scene.add("newer").await;
    let newer = app.look().await.expect("more news");
    assert!(!app.mark(&shown).await, "a newer comparison has replaced it");
    assert_eq!(kinds(app.changes().await).len(), 2);
    assert!(!app.mark(&newer).await, "again");
    assert!(app.mark_seen().await);
    assert_eq!(app.changes().await, None);
}

#[tokio::test]
async fn a_list_that_lacks_rows_is_not_written() {
    let scene = Scene::new(2).await;
    scene.sandbox.set_faults(faults(&["odd-rows"]));
    let app = scene.app().await;
    assert_eq!(app.look().await, None);
    assert_eq!(scene.files().len(), 0, "no first look");
    scene.sandbox.set_faults(Vec::new());
    app.look().await;
    for number in 0..503 {
        scene.add(&format!("new-{number}")).await;
    }
    scene.sandbox.set_faults(faults(&["odd-rows"]));
    let changes = app.look().await.expect("many");
    assert!(!app.mark(&changes).await, "those that are listed");
    let rest = app.changes().await.expect("the others");
    assert_eq!((rest.new, rest.since), (changes.new - 500, changes.since));
    assert!(app.mark(&rest).await);
    assert_eq!(app.changes().await, None);
}

#[tokio::test]
async fn a_token_that_may_be_among_the_rows_left_out_is_not_called_gone() {
    let scene = Scene::new(2).await;
    let revoked = scene.add("revoked").await;
    let app = scene.app().await;
    app.look().await;
    scene.colleague.delete_token(&revoked).await.expect("revoked");
    scene.sandbox.set_faults(faults(&["odd-rows"]));
    assert_eq!(app.look().await.expect("the odd ones are new").gone, 0);
    scene.sandbox.set_faults(Vec::new());
    assert_eq!(kinds(app.look().await), [(ChangeKind::Gone, "revoked".to_owned())]);
}

#[tokio::test]
async fn a_file_that_ends_within_a_token_is_replaced() {
    let scene = Scene::new(3).await;
    let app = scene.app().await;
    app.look().await;
    let mut bytes = std::fs::read(&scene.files()[0]).expect("a file");
    // The length of the body.
    bytes[16] = bytes[16].wrapping_sub(1);
    std::fs::write(&scene.files()[0], bytes).expect("written");
    assert_eq!(app.look().await, None);
    scene.add("new").await;
    assert_eq!(kinds(app.look().await), [(ChangeKind::New, "new".to_owned())]);
}

#[tokio::test]
async fn what_an_earlier_run_left_is_deleted_beside_the_start() {
    let scene = Scene::new(2).await;
    let app = scene.app().await;
    app.look().await;
    let left = scene.files()[0].with_file_name("0.0.snapshot");
    std::fs::write(&left, "").expect("written");
    app.connections.delete_leftover_snapshots();
    while left.exists() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(scene.files().len(), 1);
}

#[tokio::test]
async fn more_changes_than_are_listed_are_counted_and_can_be_seen() {
    let scene = Scene::new(2).await;
    let app = scene.app().await;
    app.look().await;
    for number in 0..503 {
        scene.add(&format!("new-{number}")).await;
    }
    let changes = app.look().await.expect("many");
    assert_eq!((changes.new, changes.changes.len()), (503, 500));
    app.mark_seen().await;
    assert_eq!(app.look().await, None);
}

#[tokio::test]
async fn nothing_is_left_of_a_connection_that_is_forgotten_nor_when_it_is_switched_off() {
    let scene = Scene::new(2).await;
    let app = scene.app().await;
    app.look().await;
    assert_eq!(scene.files().len(), 1);
    let off = |show_changes| Preferences { show_changes, ..Preferences::default() };
    app.connections.set_preferences(off(false)).await.expect("saved");
    assert_eq!(scene.files().len(), 0);
    scene.add("unseen").await;
    assert_eq!(app.look().await, None);
    assert_eq!(scene.files().len(), 0);
    app.connections.set_preferences(off(true)).await.expect("saved");
    assert_eq!(app.look().await, None, "a first look again");
    assert_eq!(scene.files().len(), 1);

    app.connections.sign_out(app.id).await.expect("signed out");
    assert_eq!(scene.files().len(), 1, "only Forget deletes it");
    app.connections.forget(app.id).await.expect("forgotten");
    assert_eq!(scene.files().len(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_snapshot_that_cannot_be_deleted_is_reported() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::new(2).await;
    let app = scene.app().await;
    app.look().await;
    // Something that no unlink removes, whoever runs the tests.
    let file = scene.files().remove(0);
    std::fs::remove_file(&file).expect("removed");
    std::fs::create_dir(&file).expect("a folder");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o700)).expect("set");
    let off = Preferences { show_changes: false, ..Preferences::default() };
    assert_eq!(code(app.connections.set_preferences(off).await), ErrorCode::SnapshotsNotDeleted);
    assert!(!app.connections.preferences().show_changes, "and nothing more is kept");
    let problem = app.connections.forget(app.id).await.expect("forgotten");
    assert_eq!(problem.map(|problem| problem.code), Some(ErrorCode::SnapshotsNotDeleted));
}

#[tokio::test]
async fn t3_a_session_that_is_closed_writes_nothing_and_answers_nobody() {
    let scene = Scene::new(2).await;
    let app = scene.app().await;
    let session = app.session();
    session.load(scene.project, |_| ()).await.expect("loaded");
    app.connections.lock();
    assert_eq!(code(session.what_changed(scene.project).await), ErrorCode::SignedOut);
    assert_eq!(scene.files().len(), 0);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_no_fault_of_the_list() {
    let scene = Scene::new(2).await;
    std::fs::write(scene.place.folder.path().join("snapshots"), "a file").expect("written");
    let app = scene.app().await;
    assert_eq!(app.look().await, None);
    app.session().create(scene.project, "created", &reads(), |_| ()).await.expect("created");
    assert_eq!(app.look().await, None);
}

#[tokio::test]
async fn the_snapshot_holds_no_value_no_suffix_and_no_account() {
    let scene = Scene::new(5).await;
    let app = scene.app().await;
    app.look().await;
    let rows = app.session().rows(newest_first(), 0, 9, None).rows;
    let bytes = std::fs::read(&scene.files()[0]).expect("a file");
    let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    for row in rows {
        assert!(has(&row.name), "the control");
        assert!(!has(row.suffix.as_deref().expect("listed")));
    }
    assert!(!has("eyJ") && !has("ana@acme.example"));
}

#[tokio::test]
async fn who_created_a_token_is_asked_in_the_name_of_the_session() {
    let scene = Scene::new(2).await;
    let app = scene.app().await;
    let id = scene.add("new").await;
    let session = app.session();
    let creator = session.created_by(scene.project, &id.to_string()).await.expect("open");
    assert_eq!(creator.as_deref(), Some("ana@acme.example"));
    scene.sandbox.set_faults(faults(&["/audit_logs:status=403"]));
    assert_eq!(session.created_by(scene.project, &id.to_string()).await.expect("open"), None);
    scene.sandbox.set_faults(faults(&["/audit_logs:hang"]));
    let stopped = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        session.cancel(Kind::Creator);
    };
    let id = id.to_string();
    let (creator, ()) = tokio::join!(session.created_by(scene.project, &id), stopped);
    assert_eq!(code(creator), ErrorCode::Cancelled);
}

/// Prints what docs/PERFORMANCE.md states.
#[cfg(target_os = "linux")]
#[allow(clippy::print_stdout, reason = "a measurement")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: docs/PERFORMANCE.md has its figures"]
async fn measured_a_million_tokens_are_compared_beside_the_list() {
    use crate::testing::measure::measure;

    let scene = Scene::new(1_000_000).await;
    let app = scene.app().await;
    let session = app.session();
    session.load(scene.project, |_| ()).await.expect("loaded");
    // Sorting happens once, before anything is measured.
    drop(session.rows(newest_first(), 0, 64, None));
    assert_eq!(measure("first look", &session, app.changes()).await, None);
    println!("file: {} bytes", std::fs::metadata(&scene.files()[0]).expect("a file").len());
    assert_eq!(measure("nothing changed", &session, app.changes()).await, None);
    for name in ["one", "two", "three"] {
        scene.add(name).await;
    }
    session.load(scene.project, |_| ()).await.expect("loaded");
    drop(session.rows(newest_first(), 0, 64, None));
    let changes = measure("three new", &session, app.changes()).await.expect("news");
    assert_eq!((changes.new, changes.gone), (3, 0));
    measure("marked as seen", &session, app.mark_seen()).await;
    assert_eq!(app.changes().await, None);
}
