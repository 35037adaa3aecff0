//! Lists the tokens of a project through the system's network settings, and prints everything that a log could contain. Tests
//! run it in an environment of its own, as a process cannot safely change its environment.

#![allow(clippy::print_stdout, reason = "the test reads it")]

use calyptia_api::{
    BearerToken, Client, ClientError, Error, ExtraCertificates, Network, Options, Proxy, Server,
};
use uuid::Uuid;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(list());
}

async fn list() {
    let [url, pem] = ["URL", "CA"].map(|name| std::env::var(format!("CALYPTIA_TEST_{name}")).ok());
    let extra_certificates = pem.map(|pem| ExtraCertificates::parse(pem.as_bytes()).expect("certificates"));
    let server = Server::parse(&url.expect("CALYPTIA_TEST_URL")).expect("an address");
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
