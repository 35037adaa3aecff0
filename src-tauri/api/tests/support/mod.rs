//! What the tests share: clients with short or long time limits, servers that misbehave, and waits that end.

pub mod system_network;

use std::time::Duration;

use calyptia_api::{
    BearerToken, Client, Error, ExtraCertificates, ListedToken, Network, NewToken, Options, Permission,
    Proxy, Reason, Refusal, Responder, Server, Timeouts,
};
use calyptia_sandbox::{Fault, Options as Contents, Running, Sandbox};
pub use calyptia_test_support::{forward_proxy, raw, socks_proxy, tls, within};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

/// Timeouts that nothing on this computer reaches unless it hangs.
pub const PATIENT: Timeouts = Timeouts {
    connect: Duration::from_secs(20),
    response: Duration::from_secs(20),
    read: Duration::from_secs(20),
    body: Duration::from_secs(20),
};

/// Short enough to wait for.
pub const SHORT: Duration = Duration::from_millis(250);

/// The project that raw servers are asked for; they ignore it.
pub const PROJECT: Uuid = Uuid::from_u128(9);

pub fn options(timeouts: Timeouts) -> Options {
    let network = Network { proxy: Proxy::Direct, extra_certificates: None };
    Options { network, timeouts, ..Options::default() }
}

/// Connects directly, and trusts the certificates in this PEM file.
pub fn trusting(pem: &str, timeouts: Timeouts) -> Options {
    let extra_certificates = Some(ExtraCertificates::parse(pem.as_bytes()).expect("certificates"));
    Options { network: Network { proxy: Proxy::Direct, extra_certificates }, ..options(timeouts) }
}

pub fn client(url: &str, options: Options) -> Client {
    let server = Server::parse(url).expect("an address");
    Client::with_options(
        server,
        BearerToken::parse("head.payload.signature").expect("a bearer token"),
        options,
    )
    .expect("a client")
}

/// A client with long time limits that connects directly.
pub fn plain_client(url: &str) -> Client {
    client(url, options(PATIENT))
}

/// A sandbox whose first project has this many tokens, and a client for it.
pub async fn sandbox(tokens: usize, faults: &[&str], timeouts: Timeouts) -> (Running, Client) {
    let contents = Contents { tokens: Some(tokens), faults: read_faults(faults), ..Contents::default() };
    let running = Sandbox::new(contents).serve(0).await.expect("a free port");
    let bearer = BearerToken::parse(running.bearer_token().expose_secret()).expect("a bearer token");
    let server = Server::parse(&running.url()).expect("loopback");
    let client = Client::with_options(server, bearer, options(timeouts)).expect("a client");
    (running, client)
}

pub fn read_faults(faults: &[&str]) -> Vec<Fault> {
    faults.iter().map(|fault| fault.parse().expect("a fault")).collect()
}

/// All rows that arrive, and how the list ended.
pub async fn list(client: &Client, project: Uuid) -> (Vec<ListedToken>, Result<(), Error>) {
    let mut list = client.tokens(project);
    let mut rows = Vec::new();
    let reading = async {
        loop {
            match list.next_batch().await {
                Ok(Some(batch)) => rows.extend(batch),
                Ok(None) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    };
    let end = within("a list", reading).await;
    (rows, end)
}

pub fn reader(name: &str) -> NewToken {
    NewToken::new(name, vec![Permission::Read]).expect("permissions")
}

/// A response with an error status that is not in the API's words.
pub fn other_refusal(status: u16) -> Refusal {
    Refusal { status, reason: None, responder: Responder::Other, message: None, retry_after: None }
}

/// A documented error.
pub fn refusal(status: u16, reason: Reason) -> Refusal {
    Refusal {
        reason: Some(reason),
        responder: Responder::Api,
        message: Some(reason.as_str().to_owned()),
        ..other_refusal(status)
    }
}
