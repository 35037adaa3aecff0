//! A real keyring, or none, on a session bus of its own. Some of these tests use the bus of `DBUS_SESSION_BUS_ADDRESS`:
//! never run them on the bus of your desktop, because they write into its keyring.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::bus::{Process, is_child, with_bus};
use crate::support::{CANARY, long, read, secret, write};
use calyptia_test_support::bus::Bus;
use calyptia_vault::{Storage, Vault, VaultError};

const WAIT: Duration = Duration::from_secs(10);

fn vault() -> Vault {
    Vault::system().with_deadline(WAIT)
}

/// What `secret-tool` prints, or `None` if it failed.
fn secret_tool(arguments: &[&str], input: &str) -> Option<String> {
    let mut child = Process(
        Command::new("timeout")
            .args(["10", "secret-tool"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    child.0.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let text = std::io::read_to_string(child.0.stdout.take().unwrap()).unwrap();
    child.end().success().then_some(text)
}

fn lookup(account: &str) -> Option<String> {
    secret_tool(&["lookup", "service", "calyptia-tokens", "username", account], "")
}

/// What Python's `keyring` reads: that of the system, which other programs use.
fn python(account: &str) -> Option<String> {
    const READ: &str =
        "import sys, keyring; sys.stdout.write(keyring.get_password('calyptia-tokens', sys.argv[1]) or '')";
    let run = Command::new("timeout").args(["30", "/usr/bin/python3", "-c", READ, account]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).ok().filter(|text| !text.is_empty())
}

fn store(account: &str, text: &str, more: &[&str]) {
    let mut arguments = vec!["store", "--label=test", "service", "calyptia-tokens", "username", account];
    arguments.extend(more);
    secret_tool(&arguments, text).unwrap();
}

#[tokio::test]
#[ignore = "needs a private D-Bus session with gnome-keyring: script/desktop"]
async fn k5_what_the_vault_writes_however_long_secret_tool_and_python_read() {
    let account = "https://write.example";
    for text in ["short".to_owned(), long('a', 8000)] {
        write(&vault(), account, &text).await.unwrap();
        assert_eq!(lookup(account), Some(text.clone()));
        assert_eq!(python(account), Some(text.clone()));
        assert_eq!(read(&vault(), account).await, Ok(Some(text)));
    }
    let found = secret_tool(&["search", "service", "calyptia-tokens", "username", account], "").unwrap();
    assert!(found.contains("label = Calyptia Tokens: https://write.example"), "{found}");
    vault().delete(account).await.unwrap();
    assert_eq!(lookup(account), None);
    assert_eq!(read(&vault(), account).await, Ok(None));
    vault().delete(account).await.unwrap();
}

#[tokio::test]
#[ignore = "needs a private D-Bus session with gnome-keyring: script/desktop"]
async fn what_secret_tool_stores_the_vault_reads_and_keeps_in_the_same_item() {
    let account = "https://store.example";
    store(account, "from outside", &[]);
    assert_eq!(read(&vault(), account).await, Ok(Some("from outside".into())));
    write(&vault(), account, "from the vault").await.unwrap();
    assert_eq!(lookup(account).as_deref(), Some("from the vault"));
    vault().delete(account).await.unwrap();
    assert_eq!(lookup(account), None);
}

#[tokio::test]
#[ignore = "needs a private D-Bus session with gnome-keyring: script/desktop"]
async fn k4_two_matching_items_are_ambiguous_until_one_is_gone() {
    let account = "https://two.example";
    store(account, CANARY, &["made-by", "one"]);
    store(account, CANARY, &["made-by", "two"]);
    let vault = vault();
    assert_eq!(read(&vault, account).await, Err(VaultError::Ambiguous));
    assert_eq!(write(&vault, account, "new").await, Err(VaultError::Ambiguous));
    assert_eq!(vault.delete(account).await, Err(VaultError::Ambiguous));
    secret_tool(&["clear", "service", "calyptia-tokens", "made-by", "one"], "").unwrap();
    assert_eq!(read(&vault, account).await, Ok(Some(CANARY.into())));
    vault.delete(account).await.unwrap();
}

#[tokio::test]
#[ignore = "needs a private D-Bus session with gnome-keyring: script/desktop"]
async fn k4_odd_bytes_in_a_real_item_are_unrecognized() {
    // secret-tool stores text only.
    const STORE: &str = "import sys, secretstorage; \
        collection = secretstorage.get_default_collection(secretstorage.dbus_init()); \
        attributes = {'service': 'calyptia-tokens', 'username': sys.argv[1]}; \
        collection.create_item('odd', attributes, b'\\xff\\xfe\\x00')";
    let account = "https://odd.example";
    let run =
        Command::new("timeout").args(["30", "/usr/bin/python3", "-c", STORE, account]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(read(&vault(), account).await, Err(VaultError::Unrecognized));
    vault().delete(account).await.unwrap();
    assert_eq!(read(&vault(), account).await, Ok(None));
}

/// Every operation fails alike, again and again; a credential for this session works.
async fn nothing_to_keep_it_in(expected: VaultError) {
    let vault = vault();
    let account = "https://nowhere.example";
    for _ in 0..2 {
        assert_eq!(read(&vault, account).await, Err(expected.clone()));
        assert_eq!(write(&vault, account, CANARY).await, Err(expected.clone()));
        assert_eq!(vault.delete(account).await, Err(expected.clone()));
    }
    assert_eq!(vault.storage_of(account), Storage::Keyring);
    vault.remember_for_session(account, secret(CANARY));
    assert_eq!(read(&vault, account).await, Ok(Some(CANARY.into())));
    // A keyring that is away can still hold the credential: it is not reported as deleted.
    assert_eq!(vault.delete(account).await, Err(expected.clone()));
    assert_eq!(vault.storage_of(account), Storage::Session);
    assert!(vault.forget_for_session(account));
    assert_eq!(read(&vault, account).await, Err(expected));
}

#[tokio::test]
async fn k1_without_a_bus_it_says_so() {
    if is_child() {
        return nothing_to_keep_it_in(VaultError::NoBus).await;
    }
    with_bus("k1_without_a_bus_it_says_so", "unix:path=/nonexistent");
    let folder = tempfile::tempdir().unwrap();
    // A socket nobody listens at any more, as after a session that ended badly.
    let socket = folder.path().join("bus");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    with_bus("k1_without_a_bus_it_says_so", &format!("unix:path={}", socket.display()));
    with_bus("k1_without_a_bus_it_says_so", "not an address");
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k1_on_a_bus_without_a_keyring_it_says_so() {
    if is_child() {
        return nothing_to_keep_it_in(VaultError::NoProvider).await;
    }
    let bus = Bus::start();
    with_bus("k1_on_a_bus_without_a_keyring_it_says_so", bus.address());
}

/// gnome-keyring on the bus of this process, with all it keeps in `folder`. Unlocked if it gets a password.
fn start_keyring(folder: &std::path::Path, password: Option<&str>) -> Process {
    let mut command = Command::new("gnome-keyring-daemon");
    command
        .args(["--foreground", "--components=secrets"])
        .env("XDG_DATA_HOME", folder)
        .env("XDG_RUNTIME_DIR", folder);
    if password.is_some() {
        command.arg("--unlock");
    }
    let child =
        command.env("HOME", folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut process = Process(child.unwrap());
    process.0.stdin.take().unwrap().write_all(password.unwrap_or_default().as_bytes()).unwrap();
    process
}

/// Waits until the keyring answers at all, with whatever result.
async fn answers(vault: &Vault, account: &str) -> Result<Option<String>, VaultError> {
    let end = Instant::now() + WAIT;
    loop {
        let found = read(vault, account).await;
        if found != Err(VaultError::NoProvider) || Instant::now() > end {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon and gnome-keyring: script/desktop"]
async fn k3_a_keyring_that_starts_restarts_and_locks_is_followed_by_the_same_vault() {
    if !is_child() {
        let bus = Bus::start();
        return with_bus(
            "k3_a_keyring_that_starts_restarts_and_locks_is_followed_by_the_same_vault",
            bus.address(),
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let account = "https://restart.example";
    let vault = vault();
    assert_eq!(read(&vault, account).await, Err(VaultError::NoProvider));

    let keyring = start_keyring(folder.path(), Some("pass"));
    assert_eq!(answers(&vault, account).await, Ok(None));
    write(&vault, account, "one").await.unwrap();
    drop(keyring);
    assert_eq!(read(&vault, account).await, Err(VaultError::NoProvider));

    let keyring = start_keyring(folder.path(), Some("pass"));
    assert_eq!(answers(&vault, account).await, Ok(Some("one".into())));
    drop(keyring);

    // Between two requests, so that the vault still holds the store of the one before.
    let probe = self::vault();
    let keyring = start_keyring(folder.path(), Some("pass"));
    assert_eq!(answers(&probe, account).await, Ok(Some("one".into())));
    write(&vault, account, "two").await.unwrap();
    drop(keyring);
    let keyring = start_keyring(folder.path(), Some("pass"));
    assert_eq!(answers(&self::vault(), account).await, Ok(Some("two".into())));
    assert_eq!(read(&vault, account).await, Ok(Some("two".into())), "the first try after a restart works");
    drop(keyring);

    // Locked, and nobody there to show the prompt.
    let keyring = start_keyring(folder.path(), None);
    assert_eq!(answers(&vault, account).await, Err(VaultError::Dismissed));
    drop(keyring);
}

#[tokio::test]
#[ignore = "needs dbus-daemon and gnome-keyring: script/desktop"]
async fn c54_gnome_keyring_without_a_collection_is_asked_to_create_one() {
    if !is_child() {
        let bus = Bus::start();
        return with_bus("c54_gnome_keyring_without_a_collection_is_asked_to_create_one", bus.address());
    }
    let folder = tempfile::tempdir().unwrap();
    let _keyring = start_keyring(folder.path(), None);
    let vault = vault();
    let account = "https://collection.example";
    assert_eq!(answers(&vault, account).await, Ok(None));
    // It asks for a new password, and here nobody can show its prompt.
    assert_eq!(write(&vault, account, CANARY).await, Err(VaultError::CreationDismissed));
}
