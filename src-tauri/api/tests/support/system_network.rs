//! Runs the helper program that lists tokens through the system's network settings.

use std::process::Stdio;

use tokio::process::Command;

use super::within;

/// What would change the network of the helper.
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

/// All that the helper writes in this environment. `ca` is a PEM file to trust.
pub async fn list_in(environment: &[(&str, &str)], url: &str, ca: Option<&str>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_list_through_system_network"));
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
    let output = within("the helper program", command.output()).await.expect("it starts");
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{text}");
    text
}
