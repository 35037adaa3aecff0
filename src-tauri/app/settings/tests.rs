//! The settings file on good and on bad days.

use std::{fs, path::Path, process::Command};

use super::*;
use crate::contract::ProxyChoice;

fn saved(number: u128) -> SavedConnection {
    SavedConnection {
        id: Uuid::from_u128(number),
        name: format!("Number {number}"),
        server: "https://api.example.com".into(),
        entry: "https://api.example.com".into(),
        credential: Credential::Keyring,
        account: Some("ana@acme.example".into()),
        project: Some(Uuid::from_u128(7)),
    }
}

fn load(folder: &Path) -> Settings {
    Settings::load(Some(folder.to_owned()))
}

#[test]
fn connections_are_there_at_the_next_start_with_the_one_used_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("made on the way");
    let settings = load(&inner);
    settings.use_connection(saved(1)).expect("written");
    settings.use_connection(saved(2)).expect("written");
    settings.change_connection(Uuid::from_u128(1), |one| one.name = "Renamed".into()).expect("written");
    let again = load(&inner);
    let names: Vec<_> = again.connections().into_iter().map(|connection| connection.name).collect();
    assert_eq!(names, ["Renamed", "Number 2"]);
    assert_eq!(again.last(), Some(saved(2)));

    again.forget_connection(Uuid::from_u128(2)).expect("written");
    again.change_connection(Uuid::from_u128(2), |gone| gone.name = "Late".into()).expect("nothing to do");
    let again = load(&inner);
    assert_eq!((again.connections().len(), again.last()), (1, None));
    let files = fs::read_dir(inner).expect("the folder").count();
    assert_eq!(files, 1, "nothing but the settings is left behind");
}

#[test]
fn the_only_connection_of_the_first_version_is_kept_with_its_entry_in_the_keyring() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = r#"{"version":1,"connection":{"server":"https://api.example.com","credential":"keyring",
        "project":"00000000-0000-0000-0000-000000000007"},"network":{"proxy":{"kind":"none"},"certificates":null}}"#;
    fs::write(folder.path().join("settings.json"), old).expect("written");
    let settings = load(folder.path());
    assert!(!settings.unreadable);
    let last = settings.last().expect("the connection");
    assert_eq!((last.name.as_str(), last.entry.as_str()), ("api.example.com", "https://api.example.com"));
    assert_eq!((last.credential, last.project), (Credential::Keyring, Some(Uuid::from_u128(7))));
    assert_eq!(settings.network().proxy, ProxyChoice::None);
}

#[test]
fn m1_a_file_that_cannot_be_read_is_kept_aside_and_told() {
    let mut large = br#"{"version":2,"connections":[],"current":null,"more":""#.to_vec();
    large.resize(5 * 1024 * 1024, b' ');
    for bad in [&b""[..], b"{", b"[]", b"\xff\xfe", br#"{"version":99,"connections":[]}"#, &large] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("settings.json");
        for time in 1..=2 {
            fs::write(&file, bad).expect("written");
            let settings = load(folder.path());
            assert!(settings.unreadable);
            assert_eq!(settings.last(), None);
            let aside = folder.path().join(format!("settings.json.unreadable-{time}"));
            assert_eq!(fs::read(aside).expect("kept"), bad);
            settings.use_connection(saved(1)).expect("written");
            assert_eq!(load(folder.path()).last(), Some(saved(1)));
        }
    }
}

#[test]
fn m1_a_folder_in_its_place_is_kept_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("settings.json").join("a file");
    fs::create_dir(folder.path().join("settings.json")).expect("a folder");
    fs::write(inside, "of somebody").expect("written");
    let settings = load(folder.path());
    assert!(settings.unreadable);
    settings.use_connection(saved(1)).expect("written");
    assert_eq!(load(folder.path()).last(), Some(saved(1)));
    assert!(folder.path().join("settings.json.unreadable-1/a file").exists());
}

#[test]
#[cfg(unix)]
fn m1_a_gigabyte_a_pipe_and_a_device_are_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.json");
    // A gigabyte that takes no room.
    fs::File::create(&file).and_then(|file| file.set_len(1 << 30)).expect("made");
    assert!(load(folder.path()).unreadable);
    assert!(Command::new("mkfifo").arg(&file).status().expect("mkfifo").success());
    assert!(load(folder.path()).unreadable);
    std::os::unix::fs::symlink("/dev/zero", &file).expect("a link");
    assert!(load(folder.path()).unreadable);
}

#[test]
#[cfg(unix)]
fn m1_a_link_is_followed_and_stays_a_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = tempfile::tempdir().expect("another");
    let (link, target) = (folder.path().join("settings.json"), kept.path().join("mine.json"));
    load(kept.path()).use_connection(saved(1)).expect("written");
    fs::rename(kept.path().join("settings.json"), &target).expect("moved");
    std::os::unix::fs::symlink(&target, &link).expect("a link");
    let settings = load(folder.path());
    assert_eq!(settings.last(), Some(saved(1)));
    settings.use_connection(saved(2)).expect("written");
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert_eq!(load(folder.path()).connections().len(), 2);
    assert!(fs::read_to_string(target).expect("written there").contains("Number 2"));

    // One that leads nowhere is no file yet.
    let empty = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("/nonexistent/settings.json", empty.path().join("settings.json"))
        .expect("a link");
    let settings = load(empty.path());
    assert!(!settings.unreadable);
    settings.use_connection(saved(1)).expect("written");
    assert_eq!(load(empty.path()).last(), Some(saved(1)));
}

#[test]
fn m3_what_a_killed_process_left_behind_is_removed_and_what_is_being_written_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let [old, new] = [".settings-old.tmp", ".settings-new.tmp"].map(|name| folder.path().join(name));
    for file in [&old, &new] {
        fs::write(file, "half of the set").expect("written");
    }
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    fs::File::options().write(true).open(&old).and_then(|file| file.set_modified(hour_ago)).expect("aged");
    load(folder.path()).use_connection(saved(1)).expect("written");
    assert!(!old.exists() && new.exists());
}

#[test]
fn n10_the_network_is_kept_beside_the_connections() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = load(folder.path());
    assert_eq!(settings.network(), NetworkSettings::default());
    settings.use_connection(saved(1)).expect("written");
    let network = NetworkSettings {
        proxy: ProxyChoice::Address { url: "http://proxy.corp:3128".into() },
        certificates: Some(SavedCertificates { file: "corp.pem".into(), pem: "-----".into() }),
    };
    settings.set_network(network.clone()).expect("written");
    let preferences = Preferences {
        theme: crate::contract::Theme::Dark,
        clipboard_seconds: 60,
        lock_minutes: Some(5),
        ..Preferences::default()
    };
    settings.set_preferences(preferences).expect("written");
    let again = load(folder.path());
    assert_eq!((again.network(), again.last(), again.preferences()), (network, Some(saved(1)), preferences));
}

#[test]
fn m2_without_a_folder_the_app_works_and_says_that_nothing_is_kept() {
    let settings = Settings::load(None);
    assert!(!settings.unreadable);
    assert!(settings.use_connection(saved(1)).is_err());
    assert_eq!(settings.last(), Some(saved(1)));
}

/// What the tests below do in a process of their own, as somebody who may do less.
const CHILD: &str = "SETTINGS_TEST_FOLDER";

fn child(test: &str, shell: &str, folder: &Path) {
    let test = format!("settings::tests::{test}");
    let run = Command::new("sh")
        .args(["-c", shell, "sh"])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", &test, "--nocapture"])
        .env(CHILD, folder)
        .output()
        .expect("sh");
    let report = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success() && report.contains("1 passed"),
        "{report}{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

/// The old settings are still there, the new ones in force, and it is told that they are not kept.
fn nothing_can_be_written(folder: &Path) {
    let settings = load(folder);
    assert_eq!((settings.unreadable, settings.last()), (false, Some(saved(1))));
    assert!(settings.use_connection(saved(2)).is_err());
    assert_eq!(settings.last(), Some(saved(2)));
    assert_eq!(load(folder).last(), Some(saved(1)), "on disk nothing changed");
}

#[test]
#[cfg(target_os = "linux")]
fn m1_a_full_disk_leaves_the_old_settings_whole() {
    if let Some(folder) = std::env::var_os(CHILD) {
        return nothing_can_be_written(Path::new(&folder));
    }
    let folder = tempfile::tempdir().expect("a folder");
    load(folder.path()).use_connection(saved(1)).expect("written");
    // Files may have no length: the write itself fails, as it does when the disk is full.
    child(
        "m1_a_full_disk_leaves_the_old_settings_whole",
        r#"trap "" XFSZ; ulimit -f 0; exec "$@""#,
        folder.path(),
    );
    let files = fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(files, 1, "no half-written file is left behind");
}

#[test]
#[cfg(target_os = "linux")]
fn m1_a_folder_without_write_permission_leaves_the_old_settings_whole() {
    use std::os::unix::fs::PermissionsExt as _;

    if let Some(folder) = std::env::var_os(CHILD) {
        return nothing_can_be_written(Path::new(&folder));
    }
    let folder = tempfile::tempdir().expect("a folder");
    load(folder.path()).use_connection(saved(1)).expect("written");
    for (path, mode) in [(folder.path().to_owned(), 0o555), (folder.path().join("settings.json"), 0o444)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("read-only");
    }
    // Permissions do not hold root back, so root becomes nobody; this program may lie where nobody may not look.
    let shell = r#"
        [ "$(id -u)" = 0 ] || exec "$@"
        copy=$(mktemp -d) && chmod 755 "$copy" && cp "$1" "$copy/test" && shift
        setpriv --reuid=65534 --regid=65534 --clear-groups "$copy/test" "$@"; status=$?
        rm -r "$copy"; exit "$status""#;
    child("m1_a_folder_without_write_permission_leaves_the_old_settings_whole", shell, folder.path());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("writable again");
}
