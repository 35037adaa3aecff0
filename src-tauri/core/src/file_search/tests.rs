//! Real files and folders, as a person may choose them.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::messages::FilePlace;

const PROJECT: Uuid = Uuid::from_u128(9);

fn value(id: u128) -> String {
    let ids = format!(r#"{{"TokenID":"{}","ProjectID":"{PROJECT}"}}"#, Uuid::from_u128(id));
    let signature: [u8; 48] = std::array::from_fn(|at| u8::try_from(at).expect("small"));
    format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(ids), BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, contents) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(path, contents).expect("written");
    }
    folder
}

fn search(chosen: &[PathBuf], limits: &SearchLimits) -> (SearchEnd, Tally) {
    let search = Search::default();
    let end = search.run(chosen, limits);
    (end, search.take())
}

fn search_in(folder: &TempDir) -> (SearchEnd, Tally) {
    search(&[folder.path().to_owned()], &SearchLimits::default())
}

/// The places of the token with this id.
fn places(tally: &Tally, id: u128) -> Vec<FilePlace> {
    let found = tally.tokens.iter().find(|token| token.id == Uuid::from_u128(id));
    let mut places = found.map(|token| token.places.clone()).unwrap_or_default();
    places.sort();
    places
}

fn place(file: &str, line: u64, base64: bool) -> FilePlace {
    let file = file.replace('/', std::path::MAIN_SEPARATOR_STR);
    FilePlace { file, line, base64 }
}

#[test]
fn tokens_are_found_in_every_file_of_a_folder_with_their_places() {
    let (one, two) = (value(1), value(2));
    let secret = format!("items:\n- data:\n    token: {}\n", BASE64_STANDARD.encode(format!("{one}\n")));
    let binary = [&[0, 0xff, 0xfe, b'\n'][..], two.as_bytes(), &[0; 300_000]].concat();
    let folder = folder(&[
        (".env", format!("A=1\nCALYPTIA_CLOUD_TOKEN={one}\n").as_bytes()),
        ("k8s/deep/secrets.yaml", secret.as_bytes()),
        ("bin/program", &binary),
        ("empty", b""),
    ]);
    let (end, tally) = search_in(&folder);
    assert_eq!(end, SearchEnd::Complete);
    assert_eq!(places(&tally, 1), [place(".env", 2, false), place("k8s/deep/secrets.yaml", 3, true)]);
    assert_eq!(places(&tally, 2), [place("bin/program", 2, false)]);
    assert_eq!((tally.files, tally.unreadable, tally.tokens.len()), (4, 0, 2));
    assert!(tally.bytes > 300_000 && tally.folder.is_some());
    let shown = format!("{:?}", tally.tokens.iter().map(|token| &token.places).collect::<Vec<_>>());
    assert!(!shown.contains("eyJ"), "no value");
}

#[test]
fn files_are_searched_as_chosen_and_named_without_their_folder() {
    let folder = folder(&[("a/one.env", value(1).as_bytes()), ("b/two.env", value(1).as_bytes())]);
    let chosen = [folder.path().join("a/one.env"), folder.path().join("b/two.env")];
    let (_, tally) = search(&chosen, &SearchLimits::default());
    assert_eq!(places(&tally, 1), [place("one.env", 1, false), place("two.env", 1, false)]);
    assert_eq!((tally.files, tally.folder), (2, None));
}

#[test]
fn what_is_longer_than_a_chunk_and_on_one_line_is_read() {
    let text = format!("{}{}{}", "x".repeat(CHUNK - 100), value(1), "y".repeat(2 * CHUNK));
    let folder = folder(&[("long", text.as_bytes())]);
    assert_eq!(places(&search_in(&folder).1, 1), [place("long", 1, false)]);
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_folder_or_around_in_it() {
    use std::os::unix::fs::symlink;

    let outside = folder(&[("secret/file", value(1).as_bytes())]);
    let inside = folder(&[("file", value(2).as_bytes())]);
    symlink(outside.path().join("secret"), inside.path().join("folder-link")).expect("a link");
    symlink(outside.path().join("secret/file"), inside.path().join("file-link")).expect("a link");
    symlink(inside.path(), inside.path().join("circle")).expect("a link");
    symlink("/nowhere/at/all", inside.path().join("dangling")).expect("a link");
    let (end, tally) = search_in(&inside);
    assert_eq!((end, tally.files, tally.links, tally.unreadable), (SearchEnd::Complete, 1, 4, 0));
    assert!(places(&tally, 1).is_empty());
    assert_eq!(places(&tally, 2), [place("file", 1, false)]);
    // A link that takes the place of a file after the folder was read.
    open(&inside.path().join("file-link")).expect_err("not followed");

    // One that was chosen itself is followed.
    let (_, tally) = search(
        &[inside.path().join("folder-link"), inside.path().join("file-link")],
        &SearchLimits::default(),
    );
    assert_eq!(places(&tally, 1), [place("file", 1, false)]);
    assert_eq!((tally.files, tally.folder.as_deref()), (2, Some("folder-link")));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_opened_so_that_nobody_waits_for_it() {
    use std::os::unix::net::UnixListener;

    let folder = folder(&[("file", value(1).as_bytes())]);
    let pipe = folder.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).expect("a pipe");
    let _socket = UnixListener::bind(folder.path().join("socket")).expect("a socket");
    let (end, tally) = search_in(&folder);
    assert_eq!((end, tally.files, tally.unreadable), (SearchEnd::Complete, 1, 0));
    // One that takes the place of a file after the folder was read, or was chosen.
    open(&pipe).expect_err("not a file");
    let (_, tally) = search(&[pipe], &SearchLimits::default());
    assert_eq!((tally.files, tally.refused), (0, Some(io::ErrorKind::InvalidInput)));
}

#[test]
fn what_cannot_be_read_is_counted_and_the_rest_is_read() {
    let folder = folder(&[("file", value(1).as_bytes())]);
    let gone = folder.path().join("gone");
    let (end, tally) = search(&[gone, folder.path().join("file")], &SearchLimits::default());
    assert_eq!(end, SearchEnd::Complete);
    assert_eq!((tally.files, tally.unreadable, tally.refused), (1, 1, Some(io::ErrorKind::NotFound)));
    assert_eq!(places(&tally, 1).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_file_and_a_folder_without_permission_are_counted() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder(&[("file", b""), ("closed-file", b"x"), ("closed/file", b"x")]);
    let close = |name: &str| {
        let path = folder.path().join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("changed");
        path
    };
    let (file, closed) = (close("closed-file"), close("closed"));
    // Everything is permitted to root.
    let closed_count = u64::from(File::open(file).is_err()) + u64::from(fs::read_dir(&closed).is_err());
    let (end, tally) = search_in(&folder);
    assert_eq!((end, tally.unreadable), (SearchEnd::Complete, closed_count));
    assert_eq!(tally.files, 3 - closed_count);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("so that it can be removed");
}

#[test]
fn each_limit_ends_a_search_or_leaves_out_what_is_beyond_it_and_says_so() {
    let token = value(1);
    let (before, after) = (".".repeat(1000), format!("{}{}", ".".repeat(4000), value(2)));
    let contents = format!("{before}{token}{after}");
    let folder = folder(&[("a", contents.as_bytes()), ("b/c/d", token.as_bytes())]);
    let with = |change: fn(&mut SearchLimits)| {
        let mut limits = SearchLimits::default();
        change(&mut limits);
        search(&[folder.path().to_owned()], &limits)
    };
    let (end, tally) = with(|limits| limits.files = 1);
    assert_eq!((end, tally.files), (SearchEnd::TooManyFiles, 1));
    let (end, tally) = with(|limits| limits.files = 2);
    assert_eq!((end, tally.files), (SearchEnd::Complete, 2));

    let (end, tally) = with(|limits| limits.file_bytes = 1500);
    assert_eq!((end, tally.cut, tally.bytes), (SearchEnd::Complete, 1, 1700));
    assert_eq!((places(&tally, 1).len(), places(&tally, 2).len()), (2, 0));

    let only_first = |bytes| {
        let limits = SearchLimits { bytes, ..SearchLimits::default() };
        search(&[folder.path().join("a")], &limits)
    };
    let (end, tally) = only_first(1500);
    assert_eq!((end, tally.bytes), (SearchEnd::TooMuch, 1500));
    assert_eq!((places(&tally, 1).len(), places(&tally, 2).len()), (1, 0), "what was read is kept");
    assert_eq!(only_first(contents.len() as u64).0, SearchEnd::Complete);

    let (end, tally) = with(|limits| limits.depth = 1);
    assert_eq!((end, tally.too_deep, tally.files), (SearchEnd::Complete, 1, 1));
    let (end, tally) = with(|limits| limits.time = Duration::ZERO);
    assert_eq!((end, tally.files), (SearchEnd::TooLong, 0));
}

#[test]
fn a_search_that_is_stopped_reads_no_further_and_keeps_what_it_has_found() {
    let folder = folder(&[("a", value(1).as_bytes())]);
    let endless = folder.path().join("endless");
    // Long, and nothing on the disk.
    File::create(&endless).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
    let search = Search::default();
    let limits = SearchLimits { file_bytes: u64::MAX, bytes: u64::MAX, ..SearchLimits::default() };
    let end = std::thread::scope(|scope| {
        let chosen = [folder.path().join("a"), endless];
        let (search, limits) = (&search, &limits);
        let reading = scope.spawn(move || search.run(&chosen, limits));
        let started = Instant::now();
        while search.progress().bytes < 1000 && started.elapsed() < Duration::from_secs(20) {
            std::thread::yield_now();
        }
        search.stop();
        reading.join().expect("no panic")
    });
    let tally = search.take();
    assert_eq!((end, tally.files), (SearchEnd::Stopped, 2));
    assert_eq!(places(&tally, 1).len(), 1);
    assert!(tally.bytes < 1 << 40);
}

#[cfg(unix)]
#[test]
fn what_the_system_makes_up_is_left_out() {
    for made_up in ["/proc", "/sys", "/dev"] {
        assert!(is_made_up(Path::new(made_up)), "{made_up}");
    }
    assert!(!is_made_up(Path::new("/home/ana/dev")) && !is_made_up(Path::new("/")));
}
