//! The client against the sandbox: what works, and the API's own errors.

use std::collections::HashSet;

use calyptia_api::{
    Access, BearerToken, Client, Error, Failure, ListedToken, NewToken, Operation, Permission, Reason,
    Server, TokenId,
};
use calyptia_sandbox::{Method, Options, Running, Sandbox};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::support::{
    PROJECT, plain_client,
    raw::{Answer, Server as RawServer},
    refusal,
};

async fn sandbox(tokens: Option<usize>) -> (Running, Client) {
    let running = Sandbox::new(Options { tokens, ..Options::default() }).serve(0).await.expect("a free port");
    let client = client(&running, running.bearer_token().expose_secret());
    (running, client)
}

fn client(running: &Running, bearer: &str) -> Client {
    let server = Server::parse(&running.url()).expect("loopback");
    Client::new(server, BearerToken::parse(bearer).expect("a bearer")).expect("a client")
}

async fn list(client: &Client, project: Uuid) -> Result<Vec<ListedToken>, Error> {
    let mut list = client.tokens(project);
    let mut all = Vec::new();
    while let Some(batch) = list.next_batch().await? {
        all.extend(batch);
    }
    Ok(all)
}

#[tokio::test]
async fn projects_come_by_name() {
    let (running, client) = sandbox(None).await;
    let projects = client.projects().await.expect("projects");
    let named: Vec<_> = projects.iter().map(|project| (project.id, project.name.clone())).collect();
    assert_eq!(named, running.projects());
    assert!(client.health().await.expect("health").version.is_some());
}

#[tokio::test]
async fn projects_are_followed_over_pages() {
    let running = Sandbox::new(Options { projects: Some(250), ..Options::default() })
        .serve(0)
        .await
        .expect("a free port");
    let client = client(&running, running.bearer_token().expose_secret());
    assert_eq!(client.projects().await.expect("projects").len(), 250);
    assert_eq!(running.requests().len(), 3);
}

#[tokio::test]
async fn a_list_is_followed_to_its_end_newest_first() {
    let (running, client) = sandbox(Some(5_000)).await;
    let tokens = list(&client, running.projects()[0].0).await.expect("a list");
    assert_eq!(tokens.len(), 5_000);
    assert_eq!(tokens.iter().map(|token| token.id.clone()).collect::<HashSet<_>>().len(), 5_000);
    assert!(tokens.is_sorted_by(|newer, older| newer.created_at >= older.created_at));
    assert_eq!(tokens[4_999].name, "default");
    assert_eq!(Access::of(tokens[4_999].permissions.as_deref()), Access::Full { named: false });
    assert!(tokens.iter().all(|token| token.suffix.is_some()));
    assert_eq!(running.requests().len(), 3, "pages of 2,000");
}

#[tokio::test]
async fn a_created_token_is_listed_first_and_can_be_fetched() {
    let (running, client) = sandbox(None).await;
    let project = running.projects()[0].0;
    let new =
        NewToken::new("edge-agent-ap", vec![Permission::Read, Permission::Update]).expect("permissions");
    let created = client.create_token(project, &new).await.expect("created");
    assert_eq!(created.name, "edge-agent-ap");
    let tokens = list(&client, project).await.expect("a list");
    assert_eq!(tokens[0], ListedToken::from(&created));
    let fetched = client.token(&created.id).await.expect("fetched");
    let [fetched_value, created_value] =
        [&fetched, &created].map(|token| token.value.as_ref().expect("a value").secret().expose_secret());
    assert_eq!(fetched_value, created_value);
    assert!(!format!("{fetched:?}").contains(created_value));
}

#[tokio::test]
async fn the_servers_refusals_keep_status_reason_and_message() {
    let (running, client_with_bearer) = sandbox(None).await;
    let project = running.projects()[0].0;
    let new = |name: &str| NewToken::new(name, vec![Permission::Read]).expect("permissions");
    let taken = client_with_bearer.create_token(project, &new("default")).await.expect_err("taken");
    let invalid = client_with_bearer.create_token(project, &new(" ")).await.expect_err("invalid");
    let foreign = list(&client_with_bearer, Uuid::from_u128(1)).await.expect_err("foreign");
    let unknown = client_with_bearer.token(&TokenId::Uuid(Uuid::from_u128(1))).await.expect_err("unknown");
    let stranger = client(&running, "wrong.bearer.canary").projects().await.expect_err("wrong bearer");
    for (error, status, reason) in [
        (&taken, 409, Reason::TokenNameTaken),
        (&invalid, 400, Reason::InvalidTokenName),
        (&foreign, 403, Reason::PermissionDenied),
        (&unknown, 404, Reason::TokenNotFound),
        (&stranger, 401, Reason::InvalidToken),
    ] {
        assert_eq!(error.failure, Failure::Refused(refusal(status, reason)));
        assert!(!error.outcome_unknown());
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}

#[tokio::test]
async fn d4_an_id_that_would_name_another_endpoint_is_never_sent() {
    let (running, client) = sandbox(None).await;
    for id in ["..", ".", ""] {
        let error = client.token(&TokenId::from(id)).await.expect_err("refused here");
        assert!(matches!(error.failure, Failure::InvalidRequest(_)), "{id:?}: {error}");
    }
    assert!(running.requests().is_empty());
    let error = client.token(&TokenId::from("../../users")).await.expect_err("refused there");
    assert_eq!(error.status(), Some(400));
    assert_eq!(running.requests(), [(Method::GET, "/v1/project_tokens/..%2F..%2Fusers".to_owned())]);
}

#[tokio::test]
async fn who_created_a_token_is_asked_once_and_known_or_not() {
    let (running, client) = sandbox(None).await;
    let project = running.projects()[0].0;
    let new = NewToken::new("mine", vec![Permission::Read]).expect("a permission");
    let mine = client.create_token(project, &new).await.expect("created").id;
    assert_eq!(client.creator(project, &mine).await.as_deref(), Some("ana@acme.example"));
    let all = list(&client, project).await.expect("a list");
    let hotfix = all.iter().find(|token| token.name == "edge-agent-eu").expect("a sample token");
    assert_eq!(client.creator(project, &hotfix.id).await.as_deref(), Some("bo@acme.example"));
    let default = all.iter().find(|token| token.name == "default").expect("every project has one");
    assert_eq!(client.creator(project, &default.id).await, None, "the log does not have it");

    let fault = |spec: &str| vec![spec.parse().expect("a fault")];
    for spec in [
        "/audit_logs:status=404",
        "/audit_logs:status=503,retry-after=1",
        "/audit_logs:status=401",
        "/audit_logs:bad-json",
        "/audit_logs:empty-body",
        "/audit_logs:deep",
        "/audit_logs:endless",
        "/audit_logs:html",
        r#"/audit_logs:set=items:[7,null,{"identity":1}]"#,
    ] {
        running.set_faults(fault(spec));
        let before = running.requests().len();
        assert_eq!(client.creator(project, &mine).await, None, "{spec}");
        assert!(running.requests().len() <= before + 1, "{spec}: it is not worth a retry");
    }
}

#[tokio::test]
async fn no_credential_is_taken_for_a_name() {
    let (running, client) = sandbox(None).await;
    let project = running.projects()[0].0;
    let token = list(&client, project).await.expect("a list").remove(0);
    let entry = |email: &str| {
        let (id, url) = (&token.id, format!("/v1/projects/{project}/tokens"));
        format!(
            r#"/audit_logs:set=items:[{{"action":"CREATE","url":"{url}","components":{{"id":"{id}"}},"identity":{{"email":"{email}"}}}}]"#
        )
    };
    for (email, is_shown) in [
        ("bo@acme.example", true),
        (running.bearer_token().expose_secret(), false),
        ("eyJUb2tlbklEIjoi", false),
    ] {
        running.set_faults(vec![entry(email).parse().expect("a fault")]);
        assert_eq!(client.creator(project, &token.id).await.is_some(), is_shown, "{email}");
    }
}

#[tokio::test]
async fn an_old_token_is_looked_for_on_a_few_pages_only() {
    let (running, client) = sandbox(Some(1)).await;
    let project = running.projects()[0].0;
    let mut created = Vec::new();
    for number in 0..501 {
        let new = NewToken::new(format!("n{number}"), vec![Permission::Read]).expect("a permission");
        created.push(client.create_token(project, &new).await.expect("created").id);
    }
    let before = running.requests().len();
    assert_eq!(client.creator(project, &created[0]).await, None);
    assert_eq!(running.requests().len(), before + 5);
    assert_eq!(client.creator(project, &created[1]).await.as_deref(), Some("ana@acme.example"));
}

#[tokio::test]
async fn the_names_of_fleets_are_asked_once_and_come_as_they_are() {
    let (running, client) = sandbox(None).await;
    let project = running.projects()[0].0;
    let names = client.fleet_names(project).await.expect("fleets");
    assert_eq!(names, ["edge-eu", "edge-us", "payments \"PCI\""]);

    let fault = |spec: &str| vec![spec.parse().expect("a fault")];
    for spec in ["status=404", "status=503,retry-after=1", "status=401", "bad-json", "endless", "html"] {
        running.set_faults(fault(&format!("/fleets:{spec}")));
        let before = running.requests().len();
        let failed = client.fleet_names(project).await;
        assert!(failed.is_err_and(|error| error.operation == Operation::ListFleets), "{spec}");
        assert!(running.requests().len() <= before + 1, "{spec}: it is not worth a retry");
    }
    running.set_faults(fault("/fleets:deep"));
    assert!(client.fleet_names(project).await.expect("a list").is_empty());
}

#[tokio::test]
async fn fleets_without_a_name_that_can_be_used_are_left_out() {
    let long = "x".repeat(5000);
    let body = format!(
        r#"[{{"name":"b\u0007\"","id":7}},null,7,"a",["a"],{{}},{{"name":null}},{{"name":" "}},{{"name":7}},{{"name":"\ud800"}},
            {{"name":"{long}"}},{{"name":"a"}},{{"name":"a"}},{{"name":"eyJUb2tlbklEIjoi"}},{{"name":"opaque-bearer-0123456789"}}]"#
    );
    let server = RawServer::start(move |_| Answer::json(&body)).await;
    let bearer = BearerToken::parse("opaque-bearer-0123456789").expect("a bearer");
    let client = Client::new(Server::parse(&server.url()).expect("loopback"), bearer).expect("a client");
    assert_eq!(client.fleet_names(PROJECT).await.expect("fleets"), ["a", "b\u{7}\""]);

    let many: Vec<_> = (0..2000).map(|number| format!(r#"{{"name":"n{number}"}}"#)).collect();
    for (body, count) in [("null".to_owned(), 0), (format!("[{}]", many.join(",")), 1000)] {
        let server = RawServer::start(move |_| Answer::json(&body)).await;
        assert_eq!(plain_client(&server.url()).fleet_names(PROJECT).await.expect("fleets").len(), count);
    }
}
