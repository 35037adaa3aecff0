//! The server, in a process of its own: neither its memory nor its work counts as the app's.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// To make a million tokens takes some seconds.
const DEADLINE: Duration = Duration::from_secs(60);

/// Where a program lies that was built beside the app.
pub fn beside_the_app(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_calyptia-tokens")).with_file_name(name)
}

/// A server that ends with its value.
pub struct Sandbox {
    child: Child,
    pub url: String,
    pub bearer: String,
    /// The id of the first project.
    pub project: String,
}

impl Sandbox {
    pub fn start(arguments: &[&str]) -> Self {
        let program = beside_the_app("calyptia-sandbox");
        let mut child = Command::new(&program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; script/bench builds it", program.display()));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut next = || lines.next().and_then(Result::ok).unwrap_or_default();
            let _ = tell.send([next(), next(), next()]);
            // What it says later must find a reader, or it ends.
            lines.for_each(drop);
        });
        let Ok([url, bearer, project]) = told.recv_timeout(DEADLINE) else {
            let _ = child.kill();
            panic!("the sandbox did not start");
        };
        let word = |line: String| line.split_whitespace().nth(1).expect("url, bearer and project").to_owned();
        Self { child, url: word(url), bearer: word(bearer), project: word(project) }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
