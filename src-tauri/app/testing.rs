//! What the tests of this crate share: a sandbox and a connection to it.

use calyptia_api::{BearerToken, NewToken, Options, Permission, Server};
use calyptia_sandbox::{Fault, Method, Running, Sandbox};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::active::Active;

pub(crate) fn faults(specs: &[&str]) -> Vec<Fault> {
    specs.iter().map(|spec| spec.parse().expect("a fault")).collect()
}

pub(crate) async fn sandbox(tokens: usize, specs: &[&str]) -> Running {
    let options =
        calyptia_sandbox::Options { tokens: Some(tokens), faults: faults(specs), ..Default::default() };
    Sandbox::new(options).serve(0).await.expect("a free port")
}

/// A sandbox with so many tokens in its first project, and a connection to it.
pub(crate) async fn connected(tokens: usize, specs: &[&str]) -> (Running, Active, Uuid) {
    let sandbox = sandbox(tokens, specs).await;
    let active = connect(&sandbox);
    let project = sandbox.projects()[0].0;
    (sandbox, active, project)
}

pub(crate) fn connect(sandbox: &Running) -> Active {
    let server = Server::parse(&sandbox.url()).expect("loopback");
    let bearer = BearerToken::parse(sandbox.bearer().expose_secret()).expect("a bearer");
    let known = (Uuid::from_u128(1), server.to_string());
    Active::new(known, server, bearer, false, Options::default()).expect("a client")
}

pub(crate) fn new_token(name: &str) -> NewToken {
    NewToken::new(name, vec![Permission::Read]).expect("permissions")
}

pub(crate) fn sent(sandbox: &Running, method: &Method) -> usize {
    sandbox.requests().iter().filter(|(sent, _)| sent == method).count()
}
