use std::{fs, io::Write as _};

use super::*;
use crate::{
    messages::Preferences,
    settings::{Credential, SavedConnection},
};
use calyptia_api::{Permission, TokenId};
use calyptia_catalog::AccessBits;

const CONNECTION: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);
const SUBJECT: Subject<'static> = Subject { server: "https://api.example.com", project: Uuid::from_u128(9) };

/// The app's folder with two connections in its settings.
fn place() -> (tempfile::TempDir, Snapshots) {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings::load(Some(folder.path().to_owned()));
    for id in [CONNECTION, OTHER] {
        settings.use_connection(SavedConnection {
            id,
            name: "Lab".into(),
            server: SUBJECT.server.into(),
            entry: SUBJECT.server.into(),
            credential: Credential::Session,
            in_keyring: false,
            account: None,
            project: None,
            production: false,
            color: None,
            recent_projects: Vec::new(),
        });
    }
    (folder, Snapshots::new(settings))
}

fn token(id: &str, name: &str, permissions: &[Permission]) -> SeenToken {
    SeenToken { id: id.into(), name: name.into(), access: AccessBits::of(Some(permissions)) }
}

fn some_tokens() -> Vec<SeenToken> {
    let mut tokens: Vec<_> = (0..2_500)
        .map(|number| {
            token(&Uuid::from_u128(number).to_string(), &format!("edge-{number}"), &[Permission::Read])
        })
        .collect();
    tokens.push(token("not a UUID", "Größe 東京", &[]));
    tokens
}

fn write(snapshots: &Snapshots, tokens: &[SeenToken]) {
    let snapshot = snapshots.of(CONNECTION, SUBJECT).expect("it can be kept");
    let mut chunks = tokens.chunks(700);
    let written = snapshot.write(|buffer| {
        let chunk = chunks.next().unwrap_or_default();
        chunk.iter().for_each(|token| push_token(buffer, &token.id, &token.name, token.access));
        Ok(chunks.len() > 0)
    });
    written.expect("written");
}

fn read(snapshots: &Snapshots) -> Option<Vec<SeenToken>> {
    let snapshot = snapshots.of(CONNECTION, SUBJECT)?;
    let mut reading = snapshot.read()?;
    let mut all = Vec::new();
    loop {
        let some = reading.next(999).ok()?;
        all.extend(some.iter().cloned());
        if some.len() < 999 {
            return Some(all);
        }
    }
}

fn file(folder: &tempfile::TempDir) -> PathBuf {
    let mut files = fs::read_dir(folder.path().join(FOLDER)).expect("a folder").flatten();
    files.next().expect("a file").path()
}

#[test]
fn what_was_written_is_read_and_only_its_owner_can() {
    let (folder, snapshots) = place();
    assert_eq!(read(&snapshots), None, "a first look");
    let tokens = some_tokens();
    write(&snapshots, &tokens);
    assert_eq!(read(&snapshots), Some(tokens));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
        assert_eq!(mode(&file(&folder)), 0o600);
        assert_eq!(mode(&folder.path().join(FOLDER)), 0o700);
    }
    let count = fs::read_dir(folder.path().join(FOLDER)).expect("a folder").count();
    assert_eq!(count, 1, "nothing else is left");
}

#[test]
fn changes_are_added_to_what_was_seen() {
    let (folder, snapshots) = place();
    write(&snapshots, &[token("a", "one", &[Permission::Read]), token("b", "two", &[])]);
    let append = |changes: &[Vec<u8>]| {
        let snapshot = snapshots.of(CONNECTION, SUBJECT).expect("it can be kept");
        snapshot.append(changes).expect("appended");
    };
    let raised = token("a", "one", &[Permission::Read, Permission::Delete]);
    let new = token("c", "three", &[Permission::Read]);
    append(&[changed(&raised.id, &raised.name, raised.access), gone(&"b".into())]);
    append(&[changed(&new.id, &new.name, new.access), gone(&"never there".into())]);
    assert_eq!(read(&snapshots), Some(vec![raised.clone(), new.clone()]));
    // The app was killed while it appended.
    let whole = fs::read(file(&folder)).expect("a file");
    append(&[gone(&"a".into())]);
    let longer = fs::read(file(&folder)).expect("a file");
    for end in whole.len()..longer.len() {
        fs::write(file(&folder), &longer[..end]).expect("written");
        assert_eq!(read(&snapshots), Some(vec![raised.clone(), new.clone()]), "{end}");
        // What is appended later takes the place of the incomplete record.
        append(&[gone(&"c".into())]);
        assert_eq!(read(&snapshots), Some(vec![raised.clone()]), "{end}");
    }
}

#[test]
fn any_number_of_changes_is_kept() {
    let (folder, snapshots) = place();
    write(&snapshots, &some_tokens());
    let snapshot = || snapshots.of(CONNECTION, SUBJECT).expect("kept");
    format::set_time(&file(&folder), 7).expect("set");
    let empty = fs::metadata(file(&folder)).expect("a file").len();
    let name = "x".repeat(60_000);
    // More in one call than a file can have, and more in many calls.
    let mut all: Vec<_> = (0..75).map(|n| token(&format!("many {n}"), &name, &[])).collect();
    let records = |tokens: &[SeenToken]| -> Vec<_> {
        tokens.iter().map(|token| changed(&token.id, &token.name, token.access)).collect()
    };
    snapshot().append(&records(&all)).expect("appended");
    for number in 0..40 {
        let one = token(&format!("single {number}"), &name, &[Permission::Read]);
        snapshot().append(&records(std::slice::from_ref(&one))).expect("appended");
        all.push(one);
    }
    snapshot().append(&[gone(&"not a UUID".into())]).expect("appended");
    all.extend(some_tokens().into_iter().filter(|token| token.id != "not a UUID".into()));
    let sorted = |mut tokens: Vec<SeenToken>| {
        tokens.sort_by_key(|token| token.id.to_string());
        tokens
    };
    assert!(sorted(read(&snapshots).expect("readable")) == sorted(all), "all of them");
    assert_eq!(snapshot().read().expect("readable").time(), Some(7));
    let length = fs::metadata(file(&folder)).expect("a file").len();
    assert!(length < empty + 116 * 60_100, "each is in the file once: {length} bytes");
    assert_eq!(fs::read_dir(folder.path().join(FOLDER)).expect("a folder").count(), 1);
}

#[test]
fn what_an_earlier_run_left_is_deleted_at_the_start() {
    let (folder, snapshots) = place();
    let exists = |of| fs::exists(folder.path().join(FOLDER).join(of)).expect("known");
    let [known, unknown, strange] = [CONNECTION, Uuid::from_u128(3), Uuid::nil()]
        .map(|id| format!("{}.{}.{EXTENSION}", id.simple(), SUBJECT.project.simple()));
    let strange = strange.replace('0', "x");
    write(&snapshots, &[]);
    for name in [&unknown, &strange] {
        fs::write(folder.path().join(FOLDER).join(name), "").expect("written");
    }
    snapshots.delete_leftovers().expect("deleted");
    assert_eq!([&known, &unknown, &strange].map(exists), [true, false, false]);
    snapshots.settings.set_preferences(Preferences { show_changes: false, ..Preferences::default() });
    snapshots.delete_leftovers().expect("deleted");
    assert!(!folder.path().join(FOLDER).exists());
}

#[test]
fn settings_that_cannot_be_read_delete_nothing() {
    let (folder, snapshots) = place();
    write(&snapshots, &[]);
    // The disk is too slow.
    let unread =
        std::iter::repeat_with(|| Settings::load_within(Some(folder.path().to_owned()), Duration::ZERO));
    let unread = unread.take(1_000).find(|settings| settings.unread().is_some()).expect("too slow once");
    Snapshots::new(unread).delete_leftovers().expect("nothing to do");
    assert!(read(&snapshots).is_some());
}

#[test]
fn a_file_that_is_damaged_or_of_something_else_counts_as_none() {
    let (folder, snapshots) = place();
    write(&snapshots, &some_tokens()[2_490..]);
    let good = fs::read(file(&folder)).expect("a file");
    for at in 0..good.len() {
        // Any time is a time.
        if (8..16).contains(&at) {
            continue;
        }
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(file(&folder), &bad).expect("written");
        assert_eq!(read(&snapshots), None, "byte {at}");
        fs::write(file(&folder), &good[..at]).expect("written");
        assert_eq!(read(&snapshots), None, "{at} bytes");
    }
    for content in [&b""[..], b"{}", &[0xff; 4096]] {
        fs::write(file(&folder), content).expect("written");
        assert_eq!(read(&snapshots), None);
    }
    fs::write(file(&folder), &good).expect("written");
    assert!(read(&snapshots).is_some(), "the control");
    let mut long = fs::File::options().append(true).open(file(&folder)).expect("a file");
    long.write_all(&vec![0; 5 * 1024 * 1024]).expect("written");
    assert_eq!(read(&snapshots), None, "too many changes");
    // Another server, as after somebody changed the settings.
    fs::write(file(&folder), &good).expect("written");
    let other = Subject { server: "https://other.example.com", ..SUBJECT };
    assert!(snapshots.of(CONNECTION, other).expect("it can be kept").read().is_none());
    write(&snapshots, &some_tokens());
    assert_eq!(read(&snapshots), Some(some_tokens()), "replaced");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_neither_read_nor_written_through() {
    let (folder, snapshots) = place();
    write(&snapshots, &[]);
    let path = file(&folder);
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(&path, &elsewhere).expect("moved");
    std::os::unix::fs::symlink(&elsewhere, &path).expect("a link");
    assert_eq!(read(&snapshots), None);
    let snapshot = snapshots.of(CONNECTION, SUBJECT).expect("it can be kept");
    let before = fs::read(&elsewhere).expect("a file");
    snapshot.append(&[gone(&"a".into())]).expect_err("a link");
    snapshot.touch().expect_err("a link");
    drop(snapshot);
    write(&snapshots, &some_tokens());
    assert_eq!(read(&snapshots), Some(some_tokens()), "the link is replaced");
    assert_eq!(fs::read(&elsewhere).expect("a file"), before);
}

#[test]
fn a_write_that_fails_leaves_the_snapshot_before() {
    let (folder, snapshots) = place();
    write(&snapshots, &some_tokens());
    let snapshot = snapshots.of(CONNECTION, SUBJECT).expect("it can be kept");
    snapshot.write(|_| Err(io::ErrorKind::Interrupted.into())).expect_err("stopped");
    drop(snapshot);
    assert_eq!(read(&snapshots), Some(some_tokens()));
    assert_eq!(fs::read_dir(folder.path().join(FOLDER)).expect("a folder").count(), 1);
}

#[test]
fn the_time_of_the_look_is_told_unless_the_clock_is_behind_it() {
    let (folder, snapshots) = place();
    let before = now();
    write(&snapshots, &[]);
    let time = || snapshots.of(CONNECTION, SUBJECT).expect("kept").read().expect("readable").time();
    let first = time().expect("known");
    assert!((before..=now()).contains(&first));
    format::set_time(&file(&folder), 7).expect("set");
    assert_eq!(time(), Some(7));
    snapshots.of(CONNECTION, SUBJECT).expect("kept").touch().expect("set");
    assert!(time().expect("known") >= first);
    format::set_time(&file(&folder), now() + 60_000).expect("set");
    assert_eq!(time(), None);
}

#[test]
fn forgetting_a_connection_deletes_what_is_its_and_nothing_else() {
    let (folder, snapshots) = place();
    write(&snapshots, &[]);
    let other = snapshots.of(OTHER, SUBJECT).expect("kept");
    other.write(|_| Ok(false)).expect("written");
    drop(other);
    let beside = folder.path().join(FOLDER).join("notes.txt");
    fs::write(&beside, "mine").expect("written");
    snapshots.forget(CONNECTION).expect("deleted");
    assert_eq!(read(&snapshots), None);
    assert!(snapshots.of(OTHER, SUBJECT).expect("kept").read().is_some());
    snapshots.clear().expect("deleted");
    assert!(snapshots.of(OTHER, SUBJECT).expect("kept").read().is_none());
    assert!(beside.exists());
    fs::remove_file(beside).expect("removed");
    snapshots.clear().expect("nothing to delete");
    assert!(!folder.path().join(FOLDER).exists());
    snapshots.clear().expect("no folder");
}

#[test]
fn nothing_is_kept_of_a_connection_that_is_unknown_or_if_nobody_wants_it() {
    let (_folder, snapshots) = place();
    assert!(snapshots.of(Uuid::from_u128(3), SUBJECT).is_none());
    snapshots.settings.forget_connection(CONNECTION);
    assert!(snapshots.of(CONNECTION, SUBJECT).is_none());
    snapshots.settings.set_preferences(Preferences { show_changes: false, ..Preferences::default() });
    assert!(snapshots.of(OTHER, SUBJECT).is_none());
    assert!(Snapshots::new(Settings::load(None)).of(CONNECTION, SUBJECT).is_none());
}

#[test]
fn the_number_of_snapshots_is_bounded_and_the_oldest_makes_room() {
    let (folder, snapshots) = place();
    write(&snapshots, &[]);
    let old = fs::File::options().write(true).open(file(&folder)).expect("a file");
    old.set_modified(SystemTime::UNIX_EPOCH).expect("set");
    for number in 0..MAX_SNAPSHOTS as u128 {
        let subject = Subject { project: Uuid::from_u128(100 + number), ..SUBJECT };
        snapshots.of(CONNECTION, subject).expect("kept").write(|_| Ok(false)).expect("written");
    }
    assert_eq!(fs::read_dir(folder.path().join(FOLDER)).expect("a folder").count(), MAX_SNAPSHOTS);
    assert_eq!(read(&snapshots), None, "the oldest is gone");
}

#[test]
fn no_id_or_name_is_too_long() {
    let (_folder, snapshots) = place();
    let long = SeenToken {
        id: TokenId::from("x".repeat(1024).as_str()),
        ..token("", &"é".repeat(2_050), &[Permission::Other("future:x".into())])
    };
    write(&snapshots, std::slice::from_ref(&long));
    assert_eq!(read(&snapshots), Some(vec![long]));
}
