//! Tests that run again in a process with another session bus, and helper programs. A process finds its bus in its
//! environment, which a test cannot change for itself.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const CHILD: &str = "VAULT_TEST_CHILD";

/// A process that ends with the test.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    /// Starts the program of `tests/helpers` with this name, with a pipe for its standard input.
    pub fn helper(name: &str) -> Self {
        Self::helper_with(name, &[])
    }

    pub fn helper_with(name: &str, arguments: &[&str]) -> Self {
        let tests = std::env::current_exe().unwrap();
        let program = tests.parent().and_then(Path::parent).unwrap().join("examples").join(name);
        let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        Self(child.expect("built by `cargo test`, unless it is limited to one target"))
    }

    /// Waits for its end.
    pub fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the process did not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Runs the test whose name ends like this again, in a process with this bus.
pub fn with_bus(test: &str, address: &str) {
    pass(this_test(test).env("DBUS_SESSION_BUS_ADDRESS", address));
}

/// As [`with_bus`], or without a bus, in a process that keeps all its files in `home`.
pub fn at_home(test: &str, address: Option<&str>, home: &Path) {
    let mut command = this_test(test);
    command.current_dir(home).env_remove("DBUS_SESSION_BUS_ADDRESS");
    for folder in ["HOME", "TMPDIR"] {
        command.env(folder, home);
    }
    for folder in ["CONFIG_HOME", "DATA_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR"] {
        command.env(format!("XDG_{folder}"), home);
    }
    if let Some(address) = address {
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
    }
    pass(&mut command);
}

fn this_test(test: &str) -> Command {
    let mut command = Command::new("timeout");
    command
        .arg("120")
        .arg(std::env::current_exe().unwrap())
        .args([test, "--include-ignored", "--nocapture"])
        .env(CHILD, "1")
        .stdin(Stdio::null());
    command
}

fn pass(command: &mut Command) {
    let mut child = Process(command.stdout(Stdio::piped()).spawn().unwrap());
    let report = std::io::read_to_string(child.0.stdout.take().unwrap()).unwrap();
    assert!(child.end().success() && report.contains("1 passed"), "{report}");
}

/// Whether this is such a process.
pub fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}
