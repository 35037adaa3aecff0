//! Lists the tokens of all projects of a user. The bearer token comes from standard input, so that neither the process list
//! nor the shell history shows it:
//!
//! ```sh
//! secret-tool lookup service calyptia-tokens username https://cloud-api.calyptia.com |
//!     cargo run -p calyptia-api --example list_tokens -- https://cloud-api.calyptia.com
//! ```

#![allow(clippy::print_stdout, reason = "the output of a command")]

use std::{error::Error, io::Read as _};

use calyptia_api::{Access, BearerToken, Client, Server};
use secrecy::zeroize::Zeroizing;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = match std::env::args().nth(1) {
        Some(address) => Server::parse(&address)?,
        None => Server::production(),
    };
    let mut text = Zeroizing::new(String::with_capacity(2 * BearerToken::MAX_BYTES));
    std::io::stdin().read_to_string(&mut text)?;
    let client = Client::new(server, BearerToken::parse(&text)?)?;

    for project in client.projects().await? {
        println!("{}", project.name);
        let mut tokens = client.tokens(project.id);
        while let Some(batch) = tokens.next_batch().await? {
            for token in batch {
                let access = match Access::of(token.permissions.as_deref()) {
                    Access::Full { .. } => "full access".to_owned(),
                    Access::Some(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                    Access::Unreadable => "unknown".to_owned(),
                };
                println!("    {}: {access}", token.name);
            }
        }
    }
    Ok(())
}
