//! The command: what it prints for scripts, how it ends, and how it rejects a wrong command line.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

use calyptia_sandbox::{Method, fault_kinds};
use serde_json::Value;
use uuid::Uuid;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_calyptia-sandbox"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// A running command that ends with its value, even if an assertion fails first.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the command and reads this many lines.
fn serve(arguments: &[&str], lines: usize) -> (Serving, Vec<String>) {
    let mut serving = Serving(command(arguments).spawn().unwrap());
    let out = BufReader::new(serving.0.stdout.take().unwrap());
    let lines = out.lines().take(lines).map(|line| line.unwrap()).collect();
    (serving, lines)
}

#[tokio::test]
async fn it_prints_url_bearer_token_and_projects_and_serves_them() {
    let (_serving, lines) = serve(&["--bearer-token", "ana", "--tokens=12", "--projects", "5"], 7);
    let url = lines[0].strip_prefix("url http://127.0.0.1:").unwrap();
    assert!(url.parse::<u16>().unwrap() > 0);
    assert_eq!(lines[1], "bearer-token ana");
    let projects: Vec<(Uuid, &str)> = lines[2..]
        .iter()
        .map(|line| line.strip_prefix("project ").unwrap().split_once(' ').unwrap())
        .map(|(id, name)| (id.parse().unwrap(), name))
        .collect();
    assert_eq!(projects.len(), 5);
    assert_eq!(projects[0].1, "Acme / production");
    assert_eq!(projects[4].1, "Fleet 005");

    let list = format!("http://127.0.0.1:{url}/v1/projects/{}/tokens", projects[0].0);
    let client = crate::test_server::client();
    let response = client.request(Method::GET, list).bearer_auth("ana").send().await.unwrap();
    assert_eq!(response.json::<Vec<Value>>().await.unwrap().len(), 12);
}

#[tokio::test]
async fn faults_given_on_the_command_line_apply() {
    let (_serving, lines) = serve(&["--fault", "status=429,retry-after=soon@1", "--fault=html"], 6);
    let list = format!("{}/v1/projects", lines[0].strip_prefix("url ").unwrap());
    let first = crate::test_server::client().get(&list).send().await.unwrap();
    assert_eq!((first.status().as_u16(), &first.headers()["retry-after"]), (429, &"soon".parse().unwrap()));
    let second = crate::test_server::client().get(&list).send().await.unwrap();
    assert_eq!(second.headers()["content-type"], "text/html; charset=utf-8");
}

#[cfg(unix)]
#[test]
fn it_ends_cleanly_when_interrupted_or_terminated() {
    for signal in ["-INT", "-TERM"] {
        let (mut serving, lines) = serve(&[], 6);
        assert!(lines[1].strip_prefix("bearer-token ").unwrap().split('.').count() == 3);
        let pid = serving.0.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        assert_eq!(serving.0.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_wrong_command_line_is_explained_and_ends_with_status_two() {
    let wrong: [(&[&str], &str); 14] = [
        (&["--frobnicate"], "--frobnicate"),
        (&["serve"], "serve"),
        (&["--port"], "--port"),
        (&["--port", "ninety"], "ninety"),
        (&["--port", "70000"], "70000"),
        (&["--tokens", "-3"], "-3"),
        (&["--tokens", "0"], "--tokens"),
        (&["--tokens", "5", "--projects", "0"], "--projects"),
        (&["--tokens", "5000001"], "5000000"),
        (&["--projects", "10001"], "10000"),
        (&["--projects", "1.5"], "1.5"),
        (&["--fault", "POST:frobnicate"], "frobnicate"),
        (&["--bearer-token", ""], "--bearer-token"),
        (&["--bearer-token", "two words"], "--bearer-token"),
    ];
    for (arguments, named) in wrong {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.starts_with("calyptia-sandbox: ") && message.contains(named), "{message}");
    }
}

#[test]
fn a_taken_port_is_reported_with_status_one() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let output = run(&["--port", &taken.local_addr().unwrap().port().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty() && !output.stderr.is_empty());
}

#[test]
fn help_lists_every_option_and_version_prints_the_version() {
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    for option in ["--port", "--bearer-token", "--tokens", "--projects", "--fault", "--help", "--version"] {
        assert!(help.contains(option), "{option}");
    }
    for (usage, description) in fault_kinds() {
        let described = |line: &str| line.trim_start().starts_with(usage) && line.ends_with(description);
        assert!(help.lines().any(described), "{usage}");
    }
    let version = String::from_utf8(run(&["--version"]).stdout).unwrap();
    assert_eq!(version, format!("calyptia-sandbox {}\n", env!("CARGO_PKG_VERSION")));
}
