//! Lists tokens through the system's network settings in a process of its own, as a process cannot safely change its
//! environment.

#![allow(clippy::print_stdout, reason = "the test that starts the process reads it")]

use std::{env, process::Stdio};

use calyptia_api::{
    BearerToken, Client, ClientError, Error, ExtraCertificates, Network, Options, Proxy, Server,
};
use tokio::process::Command;
use uuid::Uuid;

use super::within;

/// What would change the network of the process.
const VARIABLES: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// All that the process writes in this environment. `ca` is a PEM file to trust.
pub async fn list_in(environment: &[(&str, &str)], url: &str, ca: Option<&str>) -> String {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", "support::system_network::list_tokens", "--ignored", "--nocapture"]);
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    // With it, no proxy variable would be read: it means a web server's child.
    command.env_remove("REQUEST_METHOD");
    command.envs(environment.iter().copied()).env("CALYPTIA_TEST_URL", url);
    if let Some(pem) = ca {
        command.env("CALYPTIA_TEST_CA", pem);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = within("the process", command.output()).await.expect("it starts");
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{text}");
    text
}

/// Prints everything that a log could contain.
#[tokio::test]
#[ignore = "list_in runs it, in an environment of its own"]
async fn list_tokens() {
    let [url, pem] = ["URL", "CA"].map(|name| env::var(format!("CALYPTIA_TEST_{name}")).ok());
    let Some(url) = url else { return };
    let extra_certificates = pem.map(|pem| ExtraCertificates::parse(pem.as_bytes()).expect("certificates"));
    let server = Server::parse(&url).expect("an address");
    let bearer = BearerToken::parse("head.payload.signature").expect("a bearer token");
    let network = Network { proxy: Proxy::System, extra_certificates };
    match Client::with_options(server, bearer, Options { network, ..Options::default() }) {
        Ok(client) => {
            println!("{client:?}\n{:?}", client.route());
            println!("proxy: {}", client.route().proxy().as_deref().unwrap_or("none"));
            match count(&client).await {
                Ok(rows) => println!("rows: {rows}"),
                Err(error) => println!("error: {error}\n{error:?}"),
            }
        }
        Err(error) => show(&error),
    }
}

async fn count(client: &Client) -> Result<usize, Error> {
    let mut list = client.tokens(Uuid::from_u128(9));
    let mut rows = 0;
    while let Some(batch) = list.next_batch().await? {
        rows += batch.len();
    }
    Ok(rows)
}

fn show(error: &ClientError) {
    println!("no client: {error}\n{error:?}");
}
