//! What the tests of this crate share: a sandbox and a connection to it.

use calyptia_api::{Bearer, NewToken, Options, Permission, Server};
use calyptia_sandbox::{Fault, Method, Running, Sandbox};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::active::Active;

pub(crate) fn faults(specs: &[&str]) -> Vec<Fault> {
    specs.iter().map(|spec| spec.parse().expect("a fault")).collect()
}

/// A sandbox with so many tokens in its first project, and a connection to it.
pub(crate) async fn connected(tokens: usize, specs: &[&str]) -> (Running, Active, Uuid) {
    let options =
        calyptia_sandbox::Options { tokens: Some(tokens), faults: faults(specs), ..Default::default() };
    let sandbox = Sandbox::new(options).serve(0).await.expect("a free port");
    let active = connect(&sandbox);
    let project = sandbox.projects()[0].0;
    (sandbox, active, project)
}

pub(crate) fn connect(sandbox: &Running) -> Active {
    let server = Server::parse(&sandbox.url()).expect("loopback");
    let bearer = Bearer::parse(sandbox.bearer().expose_secret()).expect("a bearer");
    Active::new(server, bearer, false, Options::default()).expect("a client")
}

pub(crate) fn new_token(name: &str) -> NewToken {
    NewToken::new(name, vec![Permission::Read]).expect("permissions")
}

pub(crate) fn sent(sandbox: &Running, method: &Method) -> usize {
    sandbox.requests().iter().filter(|(sent, _)| sent == method).count()
}
