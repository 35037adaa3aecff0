//! Long credentials in a Secret Service whose items are as short as those of Windows, and crashes of the process or of the
//! service while they are written.

use std::io::Write;

use crate::support::bus::Process;
use crate::support::service::{narrow_vault, start_service, stored};
use crate::support::{WINDOWS, eventually, long, read, write};
use calyptia_test_support::secret_service::SecretService;
use calyptia_vault::VaultError;

const ACCOUNT: &str = "https://long.example";

/// Lengths of the old credential and of the new one; 0 for none.
const CHANGES: [(usize, usize); 5] = [(0, 8_000), (40, 2_561), (8_000, 2_561), (2_561, 8_000), (8_000, 0)];

fn credential(seed: char, length: usize) -> Option<String> {
    (length > 0).then(|| long(seed, length))
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k5_long_credentials_are_stored_whole_in_items_no_longer_than_those_of_windows() {
    let name = "k5_long_credentials_are_stored_whole_in_items_no_longer_than_those_of_windows";
    let Some((service, _)) = start_service(name) else { return };
    let vault = narrow_vault();
    for length in [2_560, 2_561, 8_000, 40, 8_000] {
        let text = long('a', length);
        write(&vault, ACCOUNT, &text).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text.clone())));
        assert_eq!(read(&narrow_vault(), ACCOUNT).await, Ok(Some(text)));
        assert!(stored(&service).iter().all(|text| text.len() <= WINDOWS));
    }
    vault.delete(ACCOUNT).await.unwrap();
    assert!(service.items().is_empty());
}

/// Has the service hold `old`, and hang after so many more changes.
async fn prepare(service: &SecretService, old: Option<&str>, changes: usize) {
    service.behave();
    service.clear();
    if let Some(old) = old {
        let vault = narrow_vault();
        write(&vault, ACCOUNT, old).await.unwrap();
        // Waits until leftovers are deleted; they would count as changes.
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(old.into())));
    }
    service.hang_after(changes);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k5_a_process_killed_at_any_change_leaves_one_credential_whole() {
    let name = "k5_a_process_killed_at_any_change_leaves_one_credential_whole";
    let Some((service, _)) = start_service(name) else { return };
    for (old, new) in CHANGES {
        let (old, next) = (credential('o', old), credential('n', new));
        let (mut saw_old, mut saw_new) = (false, false);
        for changes in 0.. {
            prepare(&service, old.as_deref(), changes).await;
            let mut child = Process::helper("change_long_credential");
            let text = next.as_deref().unwrap_or_default();
            child.0.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
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
            // The next change leaves nothing of it behind.
            write(&vault, ACCOUNT, &long('e', 5_000)).await.unwrap();
            assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(long('e', 5_000))), "{place}");
            vault.delete(ACCOUNT).await.unwrap();
            assert_eq!(stored(&service), Vec::<String>::new(), "{place}: left over");
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
async fn k5_a_service_that_dies_at_any_change_leaves_one_credential_whole() {
    let name = "k5_a_service_that_dies_at_any_change_leaves_one_credential_whole";
    let Some((mut service, _)) = start_service(name) else { return };
    for (old, new) in CHANGES {
        let (old, next) = (credential('o', old), credential('n', new));
        for changes in 0.. {
            prepare(&service, old.as_deref(), changes).await;
            let vault = narrow_vault();
            let changing = tokio::spawn({
                let (vault, next) = (vault.clone(), next.clone());
                async move {
                    match next {
                        Some(text) => write(&vault, ACCOUNT, &text).await,
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
            // If it was reported as failed, the old one is there; if as done, the new one.
            let expected = if done.is_ok() { &next } else { &old };
            assert!(found == *expected || (next.is_none() && found.is_none()), "{place}: {done:?}");
            vault.delete(ACCOUNT).await.unwrap();
            assert_eq!(stored(&service), Vec::<String>::new(), "{place}: left over");
            if !hung {
                break;
            }
        }
    }
}
