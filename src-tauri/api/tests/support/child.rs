//! Tests that need an environment of their own run in a process of their own: it cannot be changed safely in this one.

use std::{env, process::Stdio};

use tokio::process::Command;

use super::within;

const VARIABLES: [&str; 4] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/// What a test gave its child process; `None` in any other process.
pub fn given(name: &str) -> Option<String> {
    env::var(format!("CALYPTIA_TEST_{name}")).ok()
}

/// Runs one ignored test of this program. Gives back all it wrote; it must succeed.
pub async fn run(test: &str, environment: &[(&str, &str)], given: &[(&str, &str)]) -> String {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args([test, "--exact", "--ignored", "--nocapture"]);
    for variable in VARIABLES {
        command.env_remove(variable).env_remove(variable.to_lowercase());
    }
    // With it, `HTTP_PROXY` would not be read: it means a web server's child.
    command.env_remove("REQUEST_METHOD");
    command.envs(environment.iter().copied());
    command.envs(given.iter().map(|(name, value)| (format!("CALYPTIA_TEST_{name}"), value)));
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = within("a child process", command.output()).await.expect("it starts");
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    text
}
