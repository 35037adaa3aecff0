//! KWallet before its first wallet is created, on a session bus of its own. It shows its windows nowhere.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::bus::{Process, is_child, with_bus};
use crate::support::service::until_waiting;
use crate::support::{CANARY, read, write};
use calyptia_test_support::bus::Bus;
use calyptia_vault::{Vault, VaultError};

const ACCOUNT: &str = "https://kwallet.example";
const WAIT: Duration = Duration::from_secs(20);

fn start(folder: &Path) -> Process {
    std::fs::write(folder.join("kwalletrc"), "[org.freedesktop.secrets]\napiEnabled=true\n").unwrap();
    let mut command = Command::new("kwalletd5");
    command.env("QT_QPA_PLATFORM", "offscreen").current_dir(folder);
    for name in ["HOME", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        command.env(name, folder);
    }
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Process(child.expect("kwalletd5"))
}

/// Where Debian installs no plugin for KWallet's encryption, it offers plain sessions only.
#[tokio::test]
#[ignore = "needs dbus-daemon and kwalletd5: script/desktop"]
async fn c46_c54_kwallet_without_a_wallet_is_read_and_asks_whether_to_create_one() {
    // Only Debian still has the program under this name everywhere; script/bootstrap installs it there.
    if !Path::new("/usr/bin/dpkg").exists() {
        return;
    }
    if !is_child() {
        let bus = Bus::start();
        let name = "c46_c54_kwallet_without_a_wallet_is_read_and_asks_whether_to_create_one";
        return with_bus(name, bus.address());
    }
    let folder = tempfile::tempdir().unwrap();
    let _kwallet = start(folder.path());
    let vault = Vault::system().with_deadline(WAIT);
    let end = Instant::now() + WAIT;
    let found = loop {
        match read(&vault, ACCOUNT).await {
            Err(VaultError::NoProvider) if Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            found => break found,
        }
    };
    assert_eq!(found, Ok(None));
    let mut waits = vault.watch_waits();
    tokio::select! {
        // Its window asks for the wallet's kind and password.
        done = write(&vault, ACCOUNT, CANARY) => panic!("{done:?}"),
        () = until_waiting(&mut waits) => {}
    }
}
