//! Has a read and a write under way, and exits when its standard input ends: through `exit` with the code of its first
//! argument, or by returning from `main` if there is none.

#![allow(clippy::unwrap_used)]

use calyptia_vault::Vault;
use secrecy::SecretString;

const ACCOUNT: &str = "https://odd.example";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let vault = Vault::system();
    let change = async {
        drop(vault.read(ACCOUNT).await);
        vault.write(ACCOUNT, SecretString::from("late")).await
    };
    let input_ends = tokio::task::spawn_blocking(|| std::io::read_to_string(std::io::stdin()));
    tokio::select! {
        written = change => panic!("it did not hang: {written:?}"),
        ended = input_ends => drop(ended.unwrap().unwrap()),
    }
    if let Some(code) = std::env::args().nth(1) {
        std::process::exit(code.parse().unwrap());
    }
}
