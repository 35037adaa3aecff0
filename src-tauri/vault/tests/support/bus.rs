//! Session buses of their own, and tests that run again in a process which sees one.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const CHILD: &str = "VAULT_TEST_CHILD";

/// Ends the process with the test, by its own id.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
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

/// Runs the test `name` of this program in a process that sees another bus.
pub fn with_bus(name: &str, address: &str) {
    pass(again(name).env("DBUS_SESSION_BUS_ADDRESS", address));
}

/// As [`with_bus`], or with none at all, in a process that keeps all its files in `home`.
pub fn at_home(name: &str, address: Option<&str>, home: &Path) {
    let mut command = again(name);
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

/// The test `name` of this program, to be run by itself and as a child, for two minutes at most.
pub fn again(name: &str) -> Command {
    let mut command = Command::new("timeout");
    command.arg("120").arg(std::env::current_exe().unwrap());
    child(command, name)
}

/// As [`again`], for who ends it himself: a killed `timeout` leaves what it runs alive.
pub fn again_bare(name: &str) -> Command {
    child(Command::new(std::env::current_exe().unwrap()), name)
}

fn child(mut command: Command, name: &str) -> Command {
    command.args(["--exact", name, "--include-ignored", "--nocapture"]).env(CHILD, "1").stdin(Stdio::null());
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
