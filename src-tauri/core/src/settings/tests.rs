//! The settings file, on good days and bad.

use std::{fs, path::Path};

use super::*;
use crate::messages::{ConnectionColor, Language, ProxyChoice, SortKey, Theme};

fn saved(number: u128) -> SavedConnection {
    SavedConnection {
        id: Uuid::from_u128(number),
        name: format!("Number {number}"),
        server: "https://api.example.com".into(),
        entry: "https://api.example.com".into(),
        credential: Credential::Keyring,
        in_keyring: true,
        account: Some("ana@acme.example".into()),
        project: Some(Uuid::from_u128(7)),
        production: false,
        color: None,
        recent_projects: Vec::new(),
    }
}

fn load(folder: &Path) -> Settings {
    Settings::load(Some(folder.to_owned()))
}

fn use_and_save(settings: &Settings, connection: SavedConnection) {
    settings.use_connection(connection);
    settings.save_now().expect("written");
}

fn notice(settings: &Settings) -> Option<ErrorCode> {
    settings.notice().map(|problem| problem.code)
}

#[test]
fn connections_are_there_at_the_next_start_with_the_one_used_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("made on the way");
    let settings = load(&inner);
    use_and_save(&settings, saved(1));
    use_and_save(&settings, saved(2));
    settings.change_connection(Uuid::from_u128(1), |one| one.name = "Renamed".into());
    settings.save_now().expect("written");
    let again = load(&inner);
    let names: Vec<_> = again.connections().into_iter().map(|connection| connection.name).collect();
    assert_eq!(names, ["Renamed", "Number 2"]);
    assert_eq!(again.last(), Some(saved(2)));

    again.forget_connection(Uuid::from_u128(2));
    again.change_connection(Uuid::from_u128(2), |gone| gone.name = "Late".into());
    again.save_now().expect("written");
    let again = load(&inner);
    assert_eq!((again.connections().len(), again.last()), (1, None));
    let files = fs::read_dir(inner).expect("the folder").count();
    assert_eq!(files, 1, "nothing but the settings is left behind");
}

#[test]
fn the_only_connection_of_version_1_is_kept_with_its_keyring_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = r#"{"version":1,"connection":{"server":"https://api.example.com","credential":"keyring",
        "project":"00000000-0000-0000-0000-000000000007"},"network":{"proxy":{"kind":"none"},"certificates":null}}"#;
    fs::write(folder.path().join("settings.json"), old).expect("written");
    let settings = load(folder.path());
    assert!(settings.notice().is_none());
    let last = settings.last().expect("the connection");
    assert_eq!((last.name.as_str(), last.entry.as_str()), ("api.example.com", "https://api.example.com"));
    assert_eq!((last.credential, last.project), (Credential::Keyring, Some(Uuid::from_u128(7))));
    assert_eq!(settings.network().proxy, ProxyChoice::None);
}

#[test]
fn m1_a_file_that_is_no_settings_file_is_set_aside_and_reported() {
    let mut large = br#"{"version":2,"connections":[],"current":null,"more":""#.to_vec();
    large.resize(5 * 1024 * 1024, b' ');
    for bad in [&b""[..], b"{", b"[]", b"\xff\xfe", &large] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("settings.json");
        for time in 1..=2 {
            fs::write(&file, bad).expect("written");
            let settings = load(folder.path());
            assert_eq!(notice(&settings), Some(ErrorCode::SettingsUnreadable));
            assert_eq!(settings.last(), None);
            let aside = folder.path().join(format!("settings.json.unreadable-{time}"));
            assert_eq!(fs::read(aside).expect("kept"), bad);
            use_and_save(&settings, saved(1));
            assert_eq!(load(folder.path()).last(), Some(saved(1)));
        }
    }
}

#[test]
fn c52_what_an_editor_makes_of_the_file_is_read_and_one_number_costs_one_preference() {
    let json = r#"{"version":2,"connections":[{"server":"https://api.example.com"}],"network":null,
        "preferences":{"theme":"dark","lockMinutes":5,"clipboardSeconds":3600}}"#;
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    for bytes in [
        json.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", json.as_bytes()].concat(),
        [&b"\xff\xfe"[..], &utf16(json)].concat(),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("settings.json"), bytes).expect("written");
        let settings = load(folder.path());
        assert_eq!(notice(&settings), None);
        assert_eq!(settings.connections().len(), 1);
        assert_eq!(settings.network(), NetworkSettings::default());
        let preferences = settings.preferences();
        let expected = (Theme::Dark, Some(5), Preferences::default().clipboard_seconds);
        assert_eq!((preferences.theme, preferences.lock_minutes, preferences.clipboard_seconds), expected);
    }
}

#[test]
fn c52_a_value_that_cannot_be_represented_costs_its_field_and_never_the_connections_or_the_route() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.json");
    let connection = r#"{"server":"https://api.example.com","name":"Lab"}"#;
    for (json, name, has_default_network) in [
        (format!(r#"{{"version":2,"zoom":1e999,"connections":[{connection}]}}"#), "Lab", true),
        (format!(r#"{{"version":2,"more":"\ud800","connections":[{connection}]}}"#), "Lab", true),
        (
            r#"{"version":2,"connections":[{"server":"https://api.example.com","name":"\ud800"}]}"#.into(),
            "api.example.com",
            true,
        ),
        (format!(r#"{{"version":2,"network":1e999,"connections":[{connection}]}}"#), "Lab", false),
        (
            format!(
                r#"{{"version":2,"network":{{"proxy":{{"kind":"address","url":"\udc00"}}}},"connections":[{connection}]}}"#
            ),
            "Lab",
            false,
        ),
    ] {
        fs::write(&file, &json).expect("written");
        let settings = load(folder.path());
        assert_eq!(notice(&settings), None, "{json}");
        let names: Vec<_> = settings.connections().into_iter().map(|one| one.name).collect();
        assert_eq!(names, [name], "{json}");
        assert_eq!(settings.network() == NetworkSettings::default(), has_default_network, "{json}");
    }
    let deep = format!(
        r#"{{"version":2,"more":{}1e999{},"connections":[{connection}]}}"#,
        "[".repeat(9_999),
        "]".repeat(9_999)
    );
    fs::write(&file, deep).expect("written");
    assert_eq!(load(folder.path()).connections().len(), 1);
}

#[test]
fn c52_an_unknown_value_costs_its_field_and_never_the_connections() {
    let good = r#"{"id":"00000000-0000-0000-0000-000000000001","name":"Number 1","server":"https://api.example.com",
        "entry":"https://api.example.com","credential":"keyring","in_keyring":true,"account":"ana@acme.example",
        "project":"00000000-0000-0000-0000-000000000007"}"#;
    let odd = [
        // What a newer version may write.
        ("\"keyring\"", "\"smart_card\"", SavedConnection { credential: Credential::SignedOut, ..saved(1) }),
        (
            "\"00000000-0000-0000-0000-000000000007\"",
            "\"legacy-1\"",
            SavedConnection { project: None, ..saved(1) },
        ),
        ("\"ana@acme.example\"", "7", SavedConnection { account: None, ..saved(1) }),
        ("\"in_keyring\":true", "\"in_keyring\":\"perhaps\"", saved(1)),
        ("\"Number 1\"", "null", SavedConnection { name: "api.example.com".into(), ..saved(1) }),
    ];
    for (from, to, expected) in odd {
        let folder = tempfile::tempdir().expect("a folder");
        let json = format!(
            r#"{{"version":2,"connections":[{}, 7, {{}}],"current":"00000000-0000-0000-0000-000000000001",
                "preferences":{{"theme":"high_contrast","density":"compact","clipboardSeconds":60}}}}"#,
            good.replace(from, to)
        );
        std::fs::write(folder.path().join("settings.json"), json).expect("written");
        let settings = load(folder.path());
        assert_eq!(notice(&settings), None, "{to}");
        assert_eq!(settings.connections(), [expected], "{to}");
        let preferences = settings.preferences();
        assert_eq!((preferences.theme, preferences.clipboard_seconds), (Theme::System, 60));
        assert_eq!(settings.network(), NetworkSettings::default());
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1, "nothing is set aside");
    }
}

#[test]
fn c27_the_largest_file_of_certificates_can_be_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let load = || Settings::load(Some(folder.path().to_owned()));
    let pem = format!("{}\n", "A".repeat(64)).repeat(4 * 1024 * 1024 / 65);
    let settings = load();
    let network = NetworkSettings {
        certificates: Some(SavedCertificates { file: "large.pem".into(), pem }),
        ..NetworkSettings::default()
    };
    settings.set_network(network.clone());
    settings.save_now().expect("saved");
    assert_eq!(load().network(), network);
}

#[test]
fn c28_a_private_key_that_an_earlier_version_saved_is_removed_from_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.json");
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let key = "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n";
    for pem in [format!("{certificate}{key}"), format!("{key}{certificate}{key}")] {
        let settings = serde_json::json!({
            "version": 2, "connections": [], "network": { "certificates": { "file": "corp.pem", "pem": pem } },
        });
        fs::write(&file, settings.to_string()).expect("written");
        let settings = Settings::load(Some(folder.path().to_owned()));
        let kept = settings.network().certificates.expect("kept").pem;
        assert!(kept.contains(certificate) && !kept.contains("PRIVATE"), "{kept}");
        let written = fs::read_to_string(&file).expect("written");
        assert!(written.contains("BEGIN CERTIFICATE") && !written.contains("c2VjcmV0"), "{written}");
    }
    fs::write(&file, serde_json::json!({ "network": { "certificates": { "file": "x", "pem": "-----BEGIN PRIVATE KEY-----\ncut" } } }).to_string()).expect("written");
    drop(Settings::load(Some(folder.path().to_owned())));
    assert!(!fs::read_to_string(&file).expect("written").contains("cut"));
}

#[test]
fn c22_a_proxy_that_is_not_understood_is_kept_as_one_that_cannot_be_used() {
    for network in
        [r#""fast""#, r#"{"proxy":{"kind":"pac"}}"#, r#"{"proxy":{"kind":"address"}}"#, r#"{"proxy":7}"#]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let json = format!(r#"{{"version":2,"connections":[],"network":{network}}}"#);
        fs::write(folder.path().join("settings.json"), json).expect("written");
        let settings = load(folder.path());
        let ProxyChoice::Address { url } = settings.network().proxy else { panic!("{network}") };
        assert!(calyptia_api::ProxyAddress::parse(&url).is_err(), "{url}");
        use_and_save(&settings, saved(1));
        assert_eq!(load(folder.path()).network(), settings.network(), "it stays as it is");
    }
}

#[test]
fn m1_a_disk_that_does_not_respond_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    use_and_save(&load(folder.path()), saved(1));
    let settings = Settings::load_within(Some(folder.path().to_owned()), std::time::Duration::ZERO);
    if settings.unread().is_some() {
        assert_eq!(notice(&settings), Some(ErrorCode::SettingsUnavailable));
        settings.save_now().expect("it can be read by now");
    }
    assert_eq!(settings.last(), Some(saved(1)));
    assert!(settings.unread().is_none());
}

#[test]
fn c52_settings_of_a_newer_version_are_read_and_a_copy_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let newer = r#"{"version":99,"connections":[{"server":"https://api.example.com","credential":"keyring"}],"more":1}"#;
    fs::write(folder.path().join("settings.json"), newer).expect("written");
    let settings = load(folder.path());
    assert_eq!(settings.connections().len(), 1);
    use_and_save(&settings, saved(2));
    let copy = fs::read_to_string(folder.path().join("settings.json.newer-1")).expect("a copy");
    assert_eq!(copy, newer);
    assert_eq!(load(folder.path()).connections().len(), 2);
}

#[test]
#[cfg(unix)]
fn c52_a_file_that_cannot_be_read_now_is_neither_moved_nor_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, away) = (folder.path().join("settings.json"), folder.path().join("away"));
    use_and_save(&load(folder.path()), saved(1));
    let before = fs::read(&file).expect("the file");
    // A link to itself cannot be read, whoever asks.
    fs::rename(&file, &away).expect("moved");
    std::os::unix::fs::symlink(&file, &file).expect("a link");
    let settings = load(folder.path());
    assert_eq!(notice(&settings), Some(ErrorCode::SettingsUnavailable));
    settings.use_connection(saved(2));
    assert!(settings.save_now().is_err());
    assert!(fs::symlink_metadata(&file).expect("there").is_symlink());

    // It can be read again: nothing is lost, and what has been changed meanwhile is added.
    fs::remove_file(&file).expect("removed");
    fs::rename(&away, &file).expect("back");
    assert_eq!(fs::read(&file).expect("the file"), before);
    settings.save_now().expect("written");
    assert_eq!(load(folder.path()).connections(), [saved(1), saved(2)]);
    assert_eq!(load(folder.path()).last(), Some(saved(2)));
}

#[test]
fn m1_a_folder_in_its_place_is_set_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("settings.json").join("a file");
    fs::create_dir(folder.path().join("settings.json")).expect("a folder");
    fs::write(inside, "of somebody").expect("written");
    let settings = load(folder.path());
    assert_eq!(notice(&settings), Some(ErrorCode::SettingsUnreadable));
    use_and_save(&settings, saved(1));
    assert_eq!(load(folder.path()).last(), Some(saved(1)));
    assert!(folder.path().join("settings.json.unreadable-1/a file").exists());
}

#[test]
#[cfg(unix)]
fn m1_a_gigabyte_a_pipe_and_a_device_are_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.json");
    // A gigabyte that takes no space on disk.
    fs::File::create(&file).and_then(|file| file.set_len(1 << 30)).expect("made");
    assert_eq!(notice(&load(folder.path())), Some(ErrorCode::SettingsUnreadable));
    assert!(std::process::Command::new("mkfifo").arg(&file).status().expect("mkfifo").success());
    assert_eq!(notice(&load(folder.path())), Some(ErrorCode::SettingsUnreadable));
    std::os::unix::fs::symlink("/dev/zero", &file).expect("a link");
    assert_eq!(notice(&load(folder.path())), Some(ErrorCode::SettingsUnreadable));
}

#[test]
#[cfg(unix)]
fn m1_a_link_is_followed_and_stays_a_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = tempfile::tempdir().expect("another");
    let (link, target) = (folder.path().join("settings.json"), kept.path().join("mine.json"));
    use_and_save(&load(kept.path()), saved(1));
    fs::rename(kept.path().join("settings.json"), &target).expect("moved");
    std::os::unix::fs::symlink(&target, &link).expect("a link");
    let settings = load(folder.path());
    assert_eq!(settings.last(), Some(saved(1)));
    use_and_save(&settings, saved(2));
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert_eq!(load(folder.path()).connections().len(), 2);
    assert!(fs::read_to_string(target).expect("written there").contains("Number 2"));

    // A link that leads nowhere is not a file yet.
    let empty = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("/nonexistent/settings.json", empty.path().join("settings.json"))
        .expect("a link");
    let settings = load(empty.path());
    assert!(settings.notice().is_none());
    use_and_save(&settings, saved(1));
    assert_eq!(load(empty.path()).last(), Some(saved(1)));
}

#[test]
fn m3_what_a_killed_process_left_is_removed_and_a_file_being_written_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let [old, new] = [".settings-old.tmp", ".settings-new.tmp"].map(|name| folder.path().join(name));
    for file in [&old, &new] {
        fs::write(file, "half of the set").expect("written");
    }
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    fs::File::options().write(true).open(&old).and_then(|file| file.set_modified(hour_ago)).expect("aged");
    use_and_save(&load(folder.path()), saved(1));
    assert!(!old.exists() && new.exists());
}

#[test]
fn n10_the_network_and_the_preferences_are_saved_beside_the_connections() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = load(folder.path());
    assert_eq!(settings.network(), NetworkSettings::default());
    use_and_save(&settings, saved(1));
    let network = NetworkSettings {
        proxy: ProxyChoice::Address { url: "http://proxy.corp:3128".into() },
        certificates: Some(SavedCertificates { file: "corp.pem".into(), pem: "-----".into() }),
    };
    settings.set_network(network.clone());
    let preferences = Preferences {
        language: Language::Es,
        theme: Theme::Dark,
        clipboard_seconds: 60,
        lock_minutes: Some(5),
        ..Preferences::default()
    };
    settings.set_preferences(preferences);
    settings.save_now().expect("written");
    let again = load(folder.path());
    assert_eq!((again.network(), again.last(), again.preferences()), (network, Some(saved(1)), preferences));
}

#[test]
fn m2_without_a_folder_the_app_works_and_reports_that_nothing_is_saved() {
    let settings = Settings::load(None);
    assert!(settings.notice().is_none());
    settings.use_connection(saved(1));
    assert!(settings.save_now().is_err());
    assert_eq!(settings.last(), Some(saved(1)));
}

/// Set where the tests below run in a process with fewer rights.
#[cfg(target_os = "linux")]
const CHILD: &str = "SETTINGS_TEST_FOLDER";

#[cfg(target_os = "linux")]
fn child(test: &str, shell: &str, folder: &Path) {
    let test = format!("settings::tests::{test}");
    let run = std::process::Command::new("sh")
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

/// The old settings are still on disk, the new ones are in force, and saving fails.
#[cfg(target_os = "linux")]
fn nothing_can_be_written(folder: &Path) {
    let settings = load(folder);
    assert_eq!((notice(&settings), settings.last()), (None, Some(saved(1))));
    settings.use_connection(saved(2));
    assert!(settings.save_now().is_err());
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
    use_and_save(&load(folder.path()), saved(1));
    // Files may have no length, so the write itself fails, as it does when the disk is full.
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
    use_and_save(&load(folder.path()), saved(1));
    for (path, mode) in [(folder.path().to_owned(), 0o555), (folder.path().join("settings.json"), 0o444)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("read-only");
    }
    // Permissions do not stop root, so root becomes nobody; this program may be where nobody cannot read it.
    let shell = r#"
        [ "$(id -u)" = 0 ] || exec "$@"
        copy=$(mktemp -d) && chmod 755 "$copy" && cp "$1" "$copy/test" && shift
        setpriv --reuid=65534 --regid=65534 --clear-groups "$copy/test" "$@"; status=$?
        rm -r "$copy"; exit "$status""#;
    child("m1_a_folder_without_write_permission_leaves_the_old_settings_whole", shell, folder.path());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("writable again");
}

#[test]
fn it_locks_after_15_minutes_unless_the_file_says_otherwise() {
    for (preferences, expected) in [
        ("{}", Some(15)),
        (r#"{"lockMinutes":"soon"}"#, Some(15)),
        (r#"{"lockMinutes":5}"#, Some(5)),
        (r#"{"lockMinutes":null}"#, None),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let json = format!(r#"{{"version":2,"preferences":{preferences}}}"#);
        std::fs::write(folder.path().join("settings.json"), json).expect("written");
        assert_eq!(load(folder.path()).preferences().lock_minutes, expected, "{preferences}");
    }
}

#[test]
fn c50_m10_the_zoom_and_the_order_of_the_lists_are_found_again_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = load(folder.path());
    assert_eq!((settings.zoom(), settings.order()), (Zoom::default(), ListOrder::default()));
    settings.change_zoom(ZoomStep::In);
    let order = ListOrder { sort: SortKey::Name, descending: true };
    settings.set_order(order);
    settings.save_now().expect("written");
    let again = load(folder.path());
    assert_eq!((again.zoom(), again.order()), (Zoom::nearest(110.0), order));
}

#[test]
fn c50_a_zoom_or_an_order_that_cannot_be_is_no_reason_to_lose_anything() {
    for (fields, zoom, order) in [
        (r#""zoom":20"#, 50.0, ListOrder::default()),
        (r#""zoom":500"#, 200.0, ListOrder::default()),
        (r#""zoom":-1e308"#, 50.0, ListOrder::default()),
        (r#""zoom":"large""#, 100.0, ListOrder::default()),
        (r#""zoom":150,"order":{"sort":"color","descending":true}"#, 150.0, ListOrder::default()),
        (
            r#""order":{"sort":"name","descending":false}"#,
            100.0,
            ListOrder { sort: SortKey::Name, descending: false },
        ),
        (r#""order":7"#, 100.0, ListOrder::default()),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let json = format!(r#"{{"version":2,"preferences":{{"theme":"dark"}},{fields}}}"#);
        std::fs::write(folder.path().join("settings.json"), json).expect("written");
        let settings = load(folder.path());
        assert_eq!((settings.zoom(), settings.order()), (Zoom::nearest(zoom), order), "{fields}");
        assert_eq!(settings.preferences().theme, Theme::Dark, "{fields}");
    }
}

#[test]
fn the_last_snippet_format_is_found_again_after_a_restart_and_an_unknown_one_is_ignored() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = load(folder.path());
    assert_eq!(settings.snippet_format(), SnippetFormat::FluentBit);
    settings.set_snippet_format(SnippetFormat::Vault);
    settings.set_order(ListOrder { sort: SortKey::Name, descending: true });
    settings.save_now().expect("written");
    let again = load(folder.path());
    assert_eq!(again.snippet_format(), SnippetFormat::Vault);

    let path = folder.path().join("settings.json");
    let json = fs::read_to_string(&path).expect("settings");
    fs::write(&path, json.replace("\"vault\"", "\"carrier_pigeon\"")).expect("written");
    let unknown = load(folder.path());
    assert_eq!((unknown.snippet_format(), unknown.order()), (SnippetFormat::FluentBit, again.order()));
}

#[test]
fn the_age_that_lists_were_narrowed_to_is_found_again_after_a_restart_and_an_unknown_one_is_a_year() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = load(folder.path());
    assert_eq!(settings.token_age(), TokenAge::Year);
    settings.set_token_age(TokenAge::HalfYear);
    settings.set_snippet_format(SnippetFormat::Vault);
    settings.save_now().expect("written");
    assert_eq!(load(folder.path()).token_age(), TokenAge::HalfYear);

    let path = folder.path().join("settings.json");
    let json = fs::read_to_string(&path).expect("settings");
    for other in ["\"decade\"", "182", "null"] {
        fs::write(&path, json.replace("\"half_year\"", other)).expect("written");
        let unknown = load(folder.path());
        let expected = (TokenAge::Year, SnippetFormat::Vault);
        assert_eq!((unknown.token_age(), unknown.snippet_format()), expected, "{other}");
    }
}

#[test]
fn a_mark_of_production_that_cannot_be_understood_stays() {
    for (text, marked) in [("true", true), ("false", false), ("7", true), ("null", true), ("\"no\"", true)] {
        let folder = tempfile::tempdir().expect("a folder");
        use_and_save(&load(folder.path()), SavedConnection { production: true, ..saved(1) });
        let path = folder.path().join("settings.json");
        let written = fs::read_to_string(&path).expect("written");
        let changed = written.replace("\"production\": true", &format!("\"production\": {text}"));
        fs::write(&path, changed).expect("changed");
        assert_eq!(load(folder.path()).connections()[0].production, marked, "{text}");
    }
}

#[test]
fn a_color_and_the_recent_projects_are_kept_and_go_with_their_connection() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = load(folder.path());
    let id = Uuid::from_u128(1);
    use_and_save(&settings, SavedConnection { color: Some(ConnectionColor::Pink), ..saved(1) });
    for project in [1, 2, 3, 4, 5, 6, 2] {
        settings.change_connection(id, |known| known.open_project(Uuid::from_u128(project)));
    }
    settings.save_now().expect("written");
    let known = load(folder.path()).connection(id).expect("known");
    assert_eq!((known.color, known.project), (Some(ConnectionColor::Pink), Some(Uuid::from_u128(2))));
    assert_eq!(known.recent_projects, [2, 6, 5, 4, 3].map(Uuid::from_u128), "few, and each once");
    settings.forget_connection(id);
    settings.save_now().expect("written");
    let text = fs::read_to_string(folder.path().join("settings.json")).expect("written");
    assert!(!text.contains("pink") && !text.contains(&Uuid::from_u128(6).to_string()), "{text}");
}

#[test]
fn c52_a_color_or_a_recent_project_that_cannot_be_read_costs_only_itself() {
    let uuid = |number: u128| format!("\"{}\"", Uuid::from_u128(number));
    let long = format!("[{}]", [1, 2, 3, 4, 5, 6, 7].map(uuid).join(","));
    let spoiled = format!("[{},7,\"x\",{},{},null]", uuid(1), uuid(2), uuid(1));
    for (color, recent, expected_color, expected_recent) in [
        ("\"green\"", long.as_str(), Some(ConnectionColor::Green), 5),
        ("\"ultraviolet\"", spoiled.as_str(), None, 2),
        ("7", "{}", None, 0),
        ("null", "null", None, 0),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let json = format!(
            r#"{{"version":2,"connections":[{{"server":"https://api.example.com","production":true,
                "color":{color},"recent_projects":{recent}}}]}}"#
        );
        fs::write(folder.path().join("settings.json"), &json).expect("written");
        let known = load(folder.path()).connections().remove(0);
        assert!(known.production);
        assert_eq!((known.color, known.recent_projects.len()), (expected_color, expected_recent), "{json}");
        assert_eq!(known.recent_projects, [1, 2, 3, 4, 5].map(Uuid::from_u128)[..expected_recent]);
    }
}

#[test]
fn the_language_is_found_again_after_a_restart_and_an_unknown_one_costs_only_itself() {
    for (json, expected) in [
        (r#""es""#, Language::Es),
        (r#""en""#, Language::En),
        (r#""system""#, Language::System),
        (r#""tlh""#, Language::System),
        ("7", Language::System),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let json =
            format!(r#"{{"version":2,"preferences":{{"language":{json},"theme":"dark"}},"zoom":150}}"#);
        fs::write(folder.path().join("settings.json"), json).expect("written");
        let settings = load(folder.path());
        assert_eq!(settings.preferences().language, expected);
        assert_eq!((settings.preferences().theme, settings.zoom()), (Theme::Dark, Zoom::nearest(150.0)));
        // Something else, so that the file is written.
        settings.change_zoom(ZoomStep::Reset);
        settings.save_now().expect("written");
        assert_eq!(load(folder.path()).preferences(), settings.preferences());
    }
}
