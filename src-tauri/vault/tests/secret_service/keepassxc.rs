//! KeePassXC, with its database open or locked, on a session bus of its own. It shows its windows nowhere.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::bus::{Process, is_child, with_bus};
use crate::support::service::until_waiting;
use crate::support::{CANARY, read, write};
use calyptia_test_support::bus::Bus;
use calyptia_vault::{Vault, VaultError};

const ACCOUNT: &str = "https://keepassxc.example";
const PASSWORD: &str = "pass";
const WAIT: Duration = Duration::from_secs(20);

const SETTINGS: &str = "[General]
ConfigVersion=2
UpdateCheckMessageShown=true
[GUI]
CheckForUpdates=false
[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmAccessItem=false
ConfirmDeleteItem=false
UnlockBeforeSearch=true
";

/// A database with one group, which it exposes, and with a recycle bin, as a new one has.
const DATABASE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile>
  <Meta>
    <RecycleBinEnabled>True</RecycleBinEnabled>
    <HistoryMaxItems>10</HistoryMaxItems>
    <HistoryMaxSize>6291456</HistoryMaxSize>
    <CustomData><Item>
      <Key>FDO_SECRETS_EXPOSED_GROUP</Key>
      <Value>{00010203-0405-0607-0809-0a0b0c0d0e0f}</Value>
    </Item></CustomData>
  </Meta>
  <Root><Group><UUID>AAECAwQFBgcICQoLDA0ODw==</UUID><Name>Passwords</Name></Group></Root>
</KeePassFile>"#;

/// A KeePassXC program that keeps its files in this folder.
fn program(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(name);
    command.env("QT_QPA_PLATFORM", "offscreen");
    // One that runs already is recognized by a file in the folder for temporary files.
    for name in ["HOME", "TMPDIR", "XDG_RUNTIME_DIR"] {
        command.env(name, folder);
    }
    for kind in ["CONFIG", "DATA", "CACHE"] {
        command.env(format!("XDG_{kind}_HOME"), folder);
    }
    command.current_dir(folder);
    command
}

/// Runs a command of `keepassxc-cli` and returns what it prints.
fn cli(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut command = program("keepassxc-cli", folder);
    let mut child = Process(
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    child.0.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let text = std::io::read_to_string(child.0.stdout.take().unwrap()).unwrap();
    assert!(child.end().success(), "keepassxc-cli {arguments:?}");
    text
}

fn create_database(folder: &Path) {
    std::fs::write(folder.join("settings.ini"), SETTINGS).unwrap();
    std::fs::write(folder.join("database.xml"), DATABASE).unwrap();
    let twice = format!("{PASSWORD}\n{PASSWORD}\n");
    cli(folder, &["import", "-q", "-p", "-t", "100", "database.xml", "database.kdbx"], &twice);
}

/// Starts KeePassXC with the database, open if it is given a password.
fn start(folder: &Path, password: Option<&str>) -> Process {
    let mut command = program("keepassxc", folder);
    command.args(["--config", "settings.ini", "--localconfig", "local.ini"]);
    if password.is_some() {
        command.arg("--pw-stdin");
    }
    let child = command
        .arg("database.kdbx")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("keepassxc");
    let mut child = Process(child);
    let mut input = child.0.stdin.take().unwrap();
    writeln!(input, "{}", password.unwrap_or_default()).unwrap();
    child
}

/// Reads the account once KeePassXC is on the bus.
async fn first_read(vault: &Vault) -> Result<Option<String>, VaultError> {
    let end = Instant::now() + WAIT;
    loop {
        match read(vault, ACCOUNT).await {
            Err(VaultError::NoProvider) if Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            answer => return answer,
        }
    }
}

/// Waits until the database is open, which takes a moment also with the password.
async fn opened() {
    let end = Instant::now() + WAIT;
    loop {
        let locked = Command::new("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"])
            .args(["/org/freedesktop/secrets/aliases/default", "org.freedesktop.DBus.Properties.Get"])
            .args(["string:org.freedesktop.Secret.Collection", "string:Locked"])
            .output()
            .unwrap();
        if String::from_utf8_lossy(&locked.stdout).contains("boolean false") {
            return;
        }
        assert!(Instant::now() < end, "the database was not opened");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon and keepassxc: script/desktop"]
async fn c55_keepassxc_no_longer_gives_what_was_deleted_and_keeps_it_in_its_recycle_bin() {
    if !is_child() {
        let bus = Bus::start();
        let name = "c55_keepassxc_no_longer_gives_what_was_deleted_and_keeps_it_in_its_recycle_bin";
        return with_bus(name, bus.address());
    }
    let folder = tempfile::tempdir().unwrap();
    create_database(folder.path());
    let _keepassxc = start(folder.path(), Some(PASSWORD));
    let vault = Vault::system().with_deadline(WAIT);
    opened().await;
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    write(&vault, ACCOUNT, "earlier-token").await.unwrap();
    write(&vault, ACCOUNT, CANARY).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));

    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    // What docs/SECURITY.md says about it: an encrypted file in which both still are.
    let exported =
        || cli(folder.path(), &["export", "-q", "-f", "xml", "database.kdbx"], &format!("{PASSWORD}\n"));
    let end = Instant::now() + WAIT;
    let kept = loop {
        let text = exported();
        if text.contains("Recycle Bin") || Instant::now() > end {
            break text;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let (_, bin) = kept.split_once("Recycle Bin").expect("there is a recycle bin");
    assert!(bin.contains(CANARY), "the deleted entry is in the recycle bin");
    assert!(bin.contains("<History>") && bin.contains("earlier-token"), "and so is what it held before");

    // Signing in again makes a new entry, which the old one does not get in the way of.
    write(&vault, ACCOUNT, "later").await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("later".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon and keepassxc: script/desktop"]
async fn c53_a_locked_keepassxc_is_told_as_a_wait_that_can_be_given_up() {
    if !is_child() {
        let bus = Bus::start();
        return with_bus("c53_a_locked_keepassxc_is_told_as_a_wait_that_can_be_given_up", bus.address());
    }
    let folder = tempfile::tempdir().unwrap();
    create_database(folder.path());
    let _keepassxc = start(folder.path(), None);
    let vault = Vault::system().with_deadline(WAIT);
    let mut waits = vault.watch_waits();
    let start = Instant::now();
    tokio::select! {
        // It shows the window that asks for the database's password, and searches once that is answered.
        answer = first_read(&vault) => panic!("{answer:?}"),
        () = until_waiting(&mut waits) => {}
    }
    assert!(start.elapsed() < WAIT, "{:?}", start.elapsed());
    assert_eq!(*waits.borrow(), 0, "the wait was given up");
}
