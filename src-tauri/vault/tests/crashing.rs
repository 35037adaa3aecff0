//! Long bearers in a Secret Service whose items are as short as those of Windows, and crashes while they are written: of
//! the process that writes, and of the service.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod support;

use std::process::Stdio;

use calyptia_test_support::secret_service::SecretService;
use calyptia_vault::VaultError;
use support::bus::{Process, again_bare, is_child};
use support::meeting::{kept, meet, narrow_vault};
use support::{WINDOWS, eventually, long, read, secret};

const ACCOUNT: &str = "https://long.example";
/// How long the bearer is that the process writes; 0 to delete it.
const LENGTH: &str = "VAULT_TEST_LENGTH";

/// What there was before, and the length of what comes: into nothing, over a short one, over pieces with fewer and with
/// more, and nothing again.
const CHANGES: [(usize, usize); 5] = [(0, 8_000), (40, 2_561), (8_000, 2_561), (2_561, 8_000), (8_000, 0)];

fn bearer(seed: char, length: usize) -> Option<String> {
    (length > 0).then(|| long(seed, length))
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k5_long_bearers_are_kept_whole_in_items_no_longer_than_those_of_windows() {
    let name = "k5_long_bearers_are_kept_whole_in_items_no_longer_than_those_of_windows";
    let Some((service, _)) = meet(name) else { return };
    let vault = narrow_vault();
    for length in [2_560, 2_561, 8_000, 40, 8_000] {
        let text = long('a', length);
        vault.write(ACCOUNT, secret(&text)).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text.clone())));
        assert_eq!(read(&narrow_vault(), ACCOUNT).await, Ok(Some(text)));
        assert!(kept(&service).iter().all(|text| text.len() <= WINDOWS));
    }
    vault.delete(ACCOUNT).await.unwrap();
    assert!(service.items().is_empty());
}

/// The process of [`k5_a_process_killed_at_any_change_leaves_one_bearer_whole`].
#[tokio::test]
#[ignore = "a part of another test"]
async fn change_and_be_killed() {
    if !is_child() {
        return;
    }
    let length = std::env::var(LENGTH).unwrap().parse().unwrap();
    let vault = narrow_vault();
    match bearer('n', length) {
        Some(text) => vault.write(ACCOUNT, secret(&text)).await.unwrap(),
        None => vault.delete(ACCOUNT).await.unwrap(),
    }
    // Sweeping goes on after the answer; this request waits for it.
    read(&vault, ACCOUNT).await.unwrap();
}

/// The service with a bearer of this length, that goes on for so many changes more.
async fn prepare(service: &SecretService, old: Option<&str>, changes: usize) {
    service.behave();
    service.clear();
    if let Some(old) = old {
        let vault = narrow_vault();
        vault.write(ACCOUNT, secret(old)).await.unwrap();
        // Or its sweeping would count as changes.
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(old.into())));
    }
    service.hang_after(changes);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k5_a_process_killed_at_any_change_leaves_one_bearer_whole() {
    let name = "k5_a_process_killed_at_any_change_leaves_one_bearer_whole";
    let Some((service, _)) = meet(name) else { return };
    for (old, new) in CHANGES {
        let (old, next) = (bearer('o', old), bearer('n', new));
        let (mut saw_old, mut saw_new) = (false, false);
        for changes in 0.. {
            prepare(&service, old.as_deref(), changes).await;
            let mut command = again_bare("change_and_be_killed");
            command.env(LENGTH, new.to_string()).stdout(Stdio::null());
            let mut child = Process(command.spawn().unwrap());
            let mut ended = false;
            eventually("it hangs or ends", || {
                ended = child.0.try_wait().unwrap().is_some();
                ended || service.stuck() > 0
            })
            .await;
            drop(child);
            let hung = service.stuck() > 0;
            service.behave();
            let vault = narrow_vault();
            let found = read(&vault, ACCOUNT).await.unwrap();
            let place = format!("{:?} to {new}, killed at change {changes}", old.as_ref().map(String::len));
            assert!(found == old || found == next, "{place}: a mixed value");
            saw_old |= found == old;
            saw_new |= found == next;
            // Whoever comes next leaves nothing of it behind.
            vault.write(ACCOUNT, secret(&long('e', 5_000))).await.unwrap();
            assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(long('e', 5_000))), "{place}");
            vault.delete(ACCOUNT).await.unwrap();
            assert_eq!(kept(&service), Vec::<String>::new(), "{place}: left over");
            if !hung {
                assert!(ended && found == next, "{place}");
                break;
            }
        }
        assert!(saw_old && saw_new);
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k5_a_service_that_dies_at_any_change_leaves_one_bearer_whole() {
    let name = "k5_a_service_that_dies_at_any_change_leaves_one_bearer_whole";
    let Some((mut service, _)) = meet(name) else { return };
    for (old, new) in CHANGES {
        let (old, next) = (bearer('o', old), bearer('n', new));
        for changes in 0.. {
            prepare(&service, old.as_deref(), changes).await;
            let vault = narrow_vault();
            let changing = tokio::spawn({
                let (vault, next) = (vault.clone(), next.clone());
                async move {
                    match next {
                        Some(text) => vault.write(ACCOUNT, secret(&text)).await,
                        None => vault.delete(ACCOUNT).await,
                    }
                }
            });
            eventually("it hangs or ends", || changing.is_finished() || service.stuck() > 0).await;
            let hung = service.stuck() > 0;
            service.stop();
            let done: Result<(), VaultError> = changing.await.unwrap();
            service.behave();
            service.start_again();
            let place = format!("{:?} to {new}, died at change {changes}", old.as_ref().map(String::len));
            let found = read(&vault, ACCOUNT).await.unwrap();
            // Told that it failed, the old one is there; told that it was done, the new one.
            let expected = if done.is_ok() { &next } else { &old };
            assert!(found == *expected || (next.is_none() && found.is_none()), "{place}: {done:?}");
            vault.delete(ACCOUNT).await.unwrap();
            assert_eq!(kept(&service), Vec::<String>::new(), "{place}: left over");
            if !hung {
                break;
            }
        }
    }
}
