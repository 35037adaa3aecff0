//! What the tests of this crate share: sandboxes, sessions, and a clipboard that is as slow or broken as a test wants.

pub(crate) mod board;
pub(crate) mod keyring;
#[cfg(target_os = "linux")]
pub(crate) mod measure;
pub(crate) mod person;

use std::time::Duration;

use calyptia_api::{BearerToken, Client, Options, Server};
use calyptia_sandbox::{Fault, Method, Running, Sandbox};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::{
    messages::{Facets, SortKey, View},
    session::{Session, SessionOptions},
};

pub(crate) const CONNECTION: Uuid = Uuid::from_u128(1);

/// Looks that follow each other at once: the sandbox does not keep anyone waiting.
pub(crate) const AT_ONCE: [Duration; 3] =
    [Duration::ZERO, Duration::from_millis(5), Duration::from_millis(5)];

pub(crate) fn faults(specs: &[&str]) -> Vec<Fault> {
    specs.iter().map(|spec| spec.parse().expect("a fault")).collect()
}

pub(crate) async fn sandbox(tokens: usize, specs: &[&str]) -> Running {
    let options =
        calyptia_sandbox::Options { tokens: Some(tokens), faults: faults(specs), ..Default::default() };
    Sandbox::new(options).serve(0).await.expect("a free port")
}

/// A sandbox with this many tokens in its first project, and a session on it.
pub(crate) async fn session(tokens: usize, specs: &[&str]) -> (Running, Session, Uuid) {
    session_that_confirms(tokens, specs, AT_ONCE).await
}

pub(crate) async fn session_that_confirms(
    tokens: usize,
    specs: &[&str],
    confirm_after: [Duration; 3],
) -> (Running, Session, Uuid) {
    let sandbox = sandbox(tokens, specs).await;
    let server = Server::parse(&sandbox.url()).expect("loopback");
    let token = BearerToken::parse(sandbox.bearer_token().expose_secret()).expect("a bearer token");
    let client = Client::with_options(server, token, Options::default()).expect("a client");
    let options = SessionOptions { confirm_after, ..SessionOptions::default() };
    let project = sandbox.projects()[0].0;
    (sandbox, Session::new(CONNECTION, client, false, None, &options), project)
}

pub(crate) fn reads() -> [String; 1] {
    ["read:*".to_owned()]
}

pub(crate) fn by_name() -> View {
    View { filter: String::new(), facets: Facets::default(), sort: SortKey::Name, descending: false }
}

pub(crate) fn newest_first() -> View {
    View { filter: String::new(), facets: Facets::default(), sort: SortKey::Created, descending: true }
}

pub(crate) fn sent(sandbox: &Running, method: &Method) -> usize {
    sandbox.requests().iter().filter(|(sent, _)| sent == method).count()
}
