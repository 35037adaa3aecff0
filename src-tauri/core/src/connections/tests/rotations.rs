//! Replacing a token with a successor, with restarts, lost responses and colleagues in between.

use calyptia_api::{Client, NewToken, Options, Permission, TokenChange};
use calyptia_sandbox::{Method, Running};

use super::*;
use crate::{
    messages::{CreateOutcome, ExpectedToken, ReplacedToken, Rotation, Row, RowAccess, UpdateOutcome},
    testing::{by_name, faults, sandbox, sent},
};

/// The app with a token "edge" that a person is about to replace.
struct Bench {
    place: Place,
    sandbox: Running,
    connections: Arc<Connections>,
    id: Uuid,
    project: Uuid,
    colleague: Client,
    edge: Row,
}

fn row_of(row: Row, name: &str) -> Option<Row> {
    (row.name == name).then_some(row)
}

fn permissions(row: &Row) -> Vec<String> {
    let RowAccess::Some { permissions } = &row.access else { panic!("{:?}", row.access) };
    permissions.clone()
}

fn expected(row: &Row) -> ExpectedToken {
    ExpectedToken { name: row.name.clone(), permissions: permissions(row) }
}

impl Bench {
    async fn new() -> Self {
        let place = Place::new();
        let sandbox = sandbox(3, &[]).await;
        let server = Server::parse(&sandbox.url()).expect("loopback");
        let token = BearerToken::parse(sandbox.bearer_token().expose_secret()).expect("a bearer token");
        let colleague = Client::with_options(server, token, Options::default()).expect("a client");
        let project = sandbox.projects()[0].0;
        let wanted = vec![Permission::Read, Permission::Update];
        let new = NewToken::new("edge", wanted).expect("permissions");
        colleague.create_token(project, &new).await.expect("created");
        let (connections, id, project) = opened(&place, &sandbox).await;
        let session = connections.session(id).expect("open");
        let rows = session.rows(by_name(), 0, 10, None).rows;
        let edge = rows.into_iter().find_map(|row| row_of(row, "edge")).expect("listed");
        Self { place, sandbox, connections, id, project, colleague, edge }
    }

    /// How often a request of this kind was sent, but for the one that made "edge".
    fn sent(&self, method: &Method) -> usize {
        sent(&self.sandbox, method) - usize::from(method == Method::POST)
    }

    fn row(&self, name: &str) -> Option<Row> {
        let session = self.connections.session(self.id).expect("open");
        session.rows(by_name(), 0, 10, None).rows.into_iter().find_map(|row| row_of(row, name))
    }

    async fn rotate(&self) -> Result<CreateOutcome, Problem> {
        let replaced = ReplacedToken { id: self.edge.id.clone(), expected: expected(&self.edge) };
        let permissions = permissions(&self.edge);
        let wanted = WantedToken {
            project: self.project,
            name: "edge (new)",
            permissions: &permissions,
            replaces: Some(&replaced),
        };
        self.connections.create_token(self.id, &wanted, |_| ()).await
    }

    async fn rotated(&self) -> Row {
        match self.rotate().await {
            Ok(CreateOutcome::Created { row, .. }) => row,
            other => panic!("{other:?}"),
        }
    }

    async fn pairs(&self) -> Vec<Rotation> {
        let rotations = self.connections.rotations(self.id, self.project).await.expect("open");
        assert!(rotations.problem.is_none());
        rotations.pairs
    }

    async fn pair(&self) -> Rotation {
        let mut pairs = self.pairs().await;
        assert_eq!(pairs.len(), 1, "{pairs:?}");
        pairs.remove(0)
    }

    async fn load(&self) {
        let session = self.connections.session(self.id).expect("open");
        session.load(self.project, |_| ()).await.expect("open");
    }

    async fn revoke(&self, row: &Row) {
        self.connections.session(self.id).expect("open").delete(&row.id).await.expect("revoked");
    }

    async fn rename(&self, row: &Row, name: &str) -> Result<UpdateOutcome, Problem> {
        self.connections.update_token(self.id, &row.id, Some(name), None, &expected(row)).await
    }

    fn settings(&self) -> String {
        std::fs::read_to_string(self.place.folder.path().join("settings.json")).expect("written")
    }

    /// Ends the app and starts it again, with the same project open.
    async fn restart(self) -> Self {
        self.connections.close();
        let (connections, id, project) = opened(&self.place, &self.sandbox).await;
        assert_eq!((id, project), (self.id, self.project));
        Self { connections, ..self }
    }
}

#[tokio::test]
async fn a_token_is_replaced_across_restarts_with_one_request_for_each_step() {
    let bench = Bench::new().await;
    let new = bench.rotated().await;
    assert_eq!(permissions(&new), ["read:*", "update:*"]);
    let pair = bench.pair().await;
    assert_eq!((pair.old_id.as_str(), pair.new.id.as_str()), (bench.edge.id.as_str(), new.id.as_str()));
    assert_eq!(pair.old.map(|old| old.name).as_deref(), Some("edge"));
    let saved = bench.settings();
    assert!(saved.contains(&new.id) && saved.contains(&bench.edge.id), "before anything else happens");
    assert!(!saved.contains("edge"), "no names");
    assert!(!saved.contains(new.suffix.as_deref().expect("listed")), "no part of a value");

    let bench = bench.restart().await;
    assert_eq!(bench.pair().await.rename_to.as_deref(), Some("edge"));
    bench.revoke(&bench.edge).await;
    let pair = bench.pair().await;
    assert!(pair.old.is_none(), "it is gone, and the pair is still there");

    let bench = bench.restart().await;
    let pair = bench.pair().await;
    assert_eq!((pair.old.is_none(), pair.rename_to.as_deref()), (true, Some("edge")));
    bench.rename(&pair.new, "edge").await.expect("renamed");
    assert!(bench.pairs().await.is_empty());
    assert!(!bench.settings().contains(&new.id));
    assert_eq!(bench.row("edge").expect("listed").id, new.id);
    assert_eq!([Method::POST, Method::DELETE, Method::PATCH].map(|method| bench.sent(&method)), [1, 1, 1]);
}

#[tokio::test]
async fn a_successor_whose_response_was_lost_is_found_and_paired() {
    let bench = Bench::new().await;
    bench.sandbox.set_faults(faults(&["POST:reset-after"]));
    let found = bench.rotate().await;
    assert!(matches!(found, Ok(CreateOutcome::Created { found: true, .. })), "{found:?}");
    assert_eq!(bench.pair().await.new.name, "edge (new)");
    assert_eq!(bench.sent(&Method::POST), 1);
}

#[tokio::test]
async fn one_that_is_found_only_when_a_person_checks_again_is_paired_then() {
    let bench = Bench::new().await;
    // Reading "edge" works, looking for the successor does not.
    bench.sandbox.set_faults(faults(&["POST:reset-after", "GET/tokens:status=500"]));
    let unknown = bench.rotate().await;
    assert!(matches!(unknown, Ok(CreateOutcome::Unknown { .. })), "{unknown:?}");
    assert!(bench.pairs().await.is_empty());
    bench.sandbox.set_faults(Vec::new());
    let found = bench.connections.check_create(bench.id, |_| ()).await;
    assert!(matches!(found, Ok(CreateOutcome::Created { found: true, .. })), "{found:?}");
    assert_eq!(bench.pair().await.old.expect("listed").name, "edge");
    assert_eq!(bench.sent(&Method::POST), 1);
}

#[tokio::test]
async fn one_that_nobody_waits_for_is_paired_once_a_list_shows_it() {
    let bench = Bench::new().await;
    bench.sandbox.set_faults(faults(&["POST:reset-after", "GET/tokens:status=500"]));
    let unknown = bench.rotate().await;
    assert!(matches!(unknown, Ok(CreateOutcome::Unknown { .. })), "{unknown:?}");
    // The dialog is closed.
    bench.connections.session(bench.id).expect("open").forget_created();
    bench.sandbox.set_faults(Vec::new());
    assert!(bench.pairs().await.is_empty());
    bench.load().await;
    let pair = bench.pair().await;
    assert_eq!((pair.old_id.as_str(), pair.new.name.as_str()), (bench.edge.id.as_str(), "edge (new)"));
    assert!(bench.settings().contains(&pair.new.id));
    assert_eq!(bench.sent(&Method::POST), 1);
}

#[tokio::test]
async fn a_token_that_was_there_before_is_not_taken_for_one_that_nobody_waits_for() {
    let bench = Bench::new().await;
    let namesake = NewToken::new("edge (new)", vec![Permission::Read, Permission::Update]).expect("one");
    bench.colleague.create_token(bench.project, &namesake).await.expect("created");
    bench.load().await;
    bench.sandbox.set_faults(faults(&["POST:reset-before", "GET/tokens:status=500"]));
    let unknown = bench.rotate().await;
    assert!(matches!(unknown, Ok(CreateOutcome::Unknown { .. })), "{unknown:?}");
    bench.connections.session(bench.id).expect("open").forget_created();
    bench.sandbox.set_faults(Vec::new());
    bench.load().await;
    assert!(bench.pairs().await.is_empty());
}

#[tokio::test]
async fn a_token_created_later_is_not_taken_for_one_that_nobody_waits_for() {
    let bench = Bench::new().await;
    bench.sandbox.set_faults(faults(&["POST:reset-before", "GET/tokens:status=500"]));
    let unknown = bench.rotate().await;
    assert!(matches!(unknown, Ok(CreateOutcome::Unknown { .. })), "{unknown:?}");
    bench.connections.session(bench.id).expect("open").forget_created();
    bench.sandbox.set_faults(Vec::new());
    // Of the same name, and with the same permissions.
    let permissions = permissions(&bench.edge);
    let wanted =
        WantedToken { project: bench.project, name: "edge (new)", permissions: &permissions, replaces: None };
    let other = bench.connections.create_token(bench.id, &wanted, |_| ()).await;
    assert!(matches!(other, Ok(CreateOutcome::Created { .. })), "{other:?}");
    bench.load().await;
    assert!(bench.pairs().await.is_empty());
}

#[tokio::test]
async fn a_token_created_after_a_rotation_that_failed_is_nobodys_successor() {
    let bench = Bench::new().await;
    bench.sandbox.set_faults(faults(&["POST:status=409,error=token name taken@1"]));
    assert_eq!(code(bench.rotate().await), ErrorCode::NameTaken);
    let permissions = ["read:*".to_owned()];
    let wanted =
        WantedToken { project: bench.project, name: "other", permissions: &permissions, replaces: None };
    let other = bench.connections.create_token(bench.id, &wanted, |_| ()).await;
    assert!(matches!(other, Ok(CreateOutcome::Created { .. })), "{other:?}");
    assert!(bench.pairs().await.is_empty());
}

#[tokio::test]
async fn two_rotations_at_once_are_one_request() {
    let bench = Bench::new().await;
    let (one, other) = tokio::join!(bench.rotate(), bench.rotate());
    assert!(matches!(one, Ok(CreateOutcome::Created { .. })), "{one:?}");
    assert_eq!(code(other), ErrorCode::Busy);
    assert_eq!((bench.sent(&Method::POST), bench.pairs().await.len()), (1, 1));
}

#[tokio::test]
async fn a_token_that_a_colleague_has_changed_or_revoked_is_not_replaced() {
    let bench = Bench::new().await;
    let id = bench.edge.id.as_str().into();
    let narrowed = TokenChange::new(None, Some(vec![Permission::Read])).expect("a change");
    bench.colleague.update_token(&id, &narrowed).await.expect("changed");
    assert_eq!(code(bench.rotate().await), ErrorCode::OriginalChanged);
    assert_eq!(permissions(&bench.row("edge").expect("listed")), ["read:*"], "as it is now");
    bench.colleague.delete_token(&id).await.expect("revoked");
    assert_eq!(code(bench.rotate().await), ErrorCode::OriginalChanged);
    assert!(bench.row("edge").is_none());
    assert_eq!(bench.sent(&Method::POST), 0);
}

#[tokio::test]
async fn an_old_token_that_a_colleague_revoked_is_gone_once_a_complete_list_says_so() {
    let bench = Bench::new().await;
    bench.rotated().await;
    bench.colleague.delete_token(&bench.edge.id.as_str().into()).await.expect("revoked");
    assert!(bench.pair().await.old.is_some(), "nobody knows yet");
    // A list that is cut off tells nothing about what it lacks.
    let bench = bench.restart().await;
    bench.sandbox.set_faults(faults(&["GET/tokens:truncate=40"]));
    bench.connections.session(bench.id).expect("open").load(Uuid::nil(), |_| ()).await.expect("open");
    bench.load().await;
    assert!(bench.pairs().await.is_empty());
    bench.sandbox.set_faults(Vec::new());
    bench.load().await;
    assert!(bench.pair().await.old.is_none());
}

#[tokio::test]
async fn a_pair_ends_with_its_successor_and_when_a_colleague_has_renamed_that_after_the_old_one() {
    let bench = Bench::new().await;
    let new = bench.rotated().await;
    bench.colleague.delete_token(&new.id.as_str().into()).await.expect("revoked");
    bench.load().await;
    assert!(bench.pairs().await.is_empty());
    assert!(!bench.settings().contains(&bench.edge.id));

    let new = bench.rotated().await;
    let renamed = TokenChange::new(Some("edge-2".into()), None).expect("a change");
    bench.colleague.update_token(&new.id.as_str().into(), &renamed).await.expect("renamed");
    bench.load().await;
    assert_eq!(bench.pair().await.rename_to, None);
    bench.revoke(&bench.edge).await;
    assert!(bench.pairs().await.is_empty());
}

#[tokio::test]
async fn a_person_can_keep_both_and_other_projects_and_forgotten_servers_have_no_pairs() {
    let bench = Bench::new().await;
    let new = bench.rotated().await;
    let (elsewhere, _) = bench.sandbox.projects()[1];
    let other = bench.connections.rotations(bench.id, elsewhere).await.expect("open");
    assert!(other.pairs.is_empty());
    bench.connections.end_rotation(bench.id, elsewhere, &bench.edge.id, &new.id).await.expect("saved");
    assert_eq!(bench.pairs().await.len(), 1);
    bench.connections.end_rotation(bench.id, bench.project, &bench.edge.id, &new.id).await.expect("saved");
    assert!(bench.pairs().await.is_empty());
    assert!(bench.row("edge").is_some() && bench.row("edge (new)").is_some());

    bench.connections.settings.add_rotation(crate::settings::SavedRotation {
        server: bench.connections.settings.connection(bench.id).expect("known").server,
        project: bench.project,
        old: bench.edge.id.clone(),
        new: new.id,
    });
    assert_eq!(bench.pairs().await.len(), 1);
    bench.connections.forget(bench.id).await.expect("forgotten");
    assert!(!bench.settings().contains(&bench.edge.id));
}

#[tokio::test]
async fn a_rename_that_the_server_refuses_leaves_the_pair() {
    let bench = Bench::new().await;
    bench.rotated().await;
    // Long before the old one is gone it is a name like any other.
    let pair = bench.pair().await;
    bench.rename(&pair.new, "edge (new 2)").await.expect("renamed");
    bench.revoke(&bench.edge).await;
    let pair = bench.pair().await;
    for fault in ["PATCH:status=409,error=token name taken", "PATCH:status=403,error=permission denied"] {
        bench.sandbox.set_faults(faults(&[fault]));
        bench.rename(&pair.new, "edge").await.expect_err(fault);
        assert_eq!(bench.pair().await.rename_to.as_deref(), Some("edge"), "{fault}");
    }
    // Its response is lost, and it happened.
    bench.sandbox.set_faults(faults(&["PATCH:reset-after"]));
    bench.rename(&pair.new, "edge").await.expect("found");
    assert!(bench.pairs().await.is_empty());
}

#[tokio::test]
async fn pairs_that_cannot_be_saved_are_reported_and_work() {
    let bench = Bench::new().await;
    let file = bench.place.folder.path().join("settings.json");
    std::fs::remove_file(&file).expect("removed");
    std::fs::create_dir(&file).expect("a folder in its place");
    bench.rotated().await;
    let rotations = bench.connections.rotations(bench.id, bench.project).await.expect("open");
    assert_eq!(rotations.problem.map(|problem| problem.code), Some(ErrorCode::SettingsNotSaved));
    assert_eq!(rotations.pairs.len(), 1);
}
