//! The system's own store against a Secret Service that misbehaves, on a bus of its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use calyptia_vault::{Vault, VaultError};
use support::bus::{bare_bus, is_child, with_bus};
use support::secret_service::{Answered, Method, SecretService, Trick};
use support::{CANARY, eventually, long, read, secret};

const ACCOUNT: &str = "https://odd.example";
const WAIT: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(500);

/// In a process of its own with a bus of its own: the service, and a vault that meets it. Elsewhere it runs the test
/// there.
fn meet(test: &str) -> Option<(SecretService, Vault)> {
    if !is_child() {
        let folder = tempfile::tempdir().unwrap();
        let (_bus, address) = bare_bus(folder.path());
        with_bus(test, &address);
        return None;
    }
    let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").unwrap();
    Some((SecretService::start(&address), Vault::system().with_deadline(WAIT)))
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_told_nothing_the_service_works() {
    let Some((service, vault)) = meet("k2_told_nothing_the_service_works") else { return };
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    for text in ["one", "two"] {
        vault.write(ACCOUNT, secret(text)).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text.into())));
        assert_eq!(service.items().len(), 1);
    }
    vault.delete(ACCOUNT).await.unwrap();
    assert!(service.items().is_empty());
    assert_eq!(service.prompts(), 0);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_keyring_that_is_unlocked_late_works_after_one_question() {
    let Some((service, vault)) = meet("k2_a_keyring_that_is_unlocked_late_works_after_one_question") else {
        return;
    };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    service.lock(Answered::After(Duration::from_secs(3)));
    let start = Instant::now();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    assert!(start.elapsed() >= Duration::from_secs(3), "it waited for the answer");
    assert_eq!(service.prompts(), 1);
    service.lock(Answered::After(Duration::ZERO));
    vault.write("https://other.example", secret("two")).await.unwrap();
    assert_eq!(service.prompts(), 2, "a write asks once, too");
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_question_that_is_closed_is_told_and_not_asked_again() {
    let Some((service, vault)) = meet("k2_a_question_that_is_closed_is_told_and_not_asked_again") else {
        return;
    };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    service.lock(Answered::Dismissed);
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Dismissed));
    assert_eq!(service.prompts(), 1);
    assert_eq!(vault.write(ACCOUNT, secret("two")).await, Err(VaultError::Dismissed));
    assert_eq!(service.prompts(), 2, "one for each wish, and no loop");
    assert_eq!(vault.delete(ACCOUNT).await, Err(VaultError::Dismissed));
    assert_eq!(service.prompts(), 3);
    // Whoever tries again and answers is let in.
    service.lock(Answered::After(Duration::ZERO));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_question_that_nobody_answers_ends_at_the_deadline_and_blocks_nobody() {
    let name = "k2_a_question_that_nobody_answers_ends_at_the_deadline_and_blocks_nobody";
    let Some((service, vault)) = meet(name) else { return };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    service.lock(Answered::Never);
    let start = Instant::now();
    assert_eq!(read(&vault.with_deadline(SHORT), ACCOUNT).await, Err(VaultError::TimedOut));
    assert!(start.elapsed() < 4 * SHORT);
    service.lock(Answered::After(Duration::ZERO));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_service_that_never_answers_ends_at_the_deadline_whatever_is_asked() {
    let name = "k2_a_service_that_never_answers_ends_at_the_deadline_whatever_is_asked";
    let Some((service, vault)) = meet(name) else { return };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    let short = vault.with_deadline(SHORT);
    for method in [Method::SearchItems, Method::GetSecret] {
        service.trick(method, Trick::Silent);
        assert_eq!(read(&short, ACCOUNT).await, Err(VaultError::TimedOut), "{method:?}");
        service.behave();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())), "{method:?}");
    }
    // A thread of the vault still hangs in each of them; the next request has yet another store.
    service.trick(Method::OpenSession, Trick::Silent);
    let other = Vault::system().with_deadline(SHORT);
    assert_eq!(read(&other, ACCOUNT).await, Err(VaultError::TimedOut));
}

/// The process of [`k2_a_process_ends_though_its_keyring_hangs`].
#[tokio::test]
#[ignore = "a part of another test"]
async fn hang_and_leave() {
    if !is_child() {
        return;
    }
    let vault = Vault::system();
    tokio::select! {
        found = vault.read(ACCOUNT) => panic!("it answered: {}", found.is_ok()),
        () = tokio::time::sleep(SHORT) => {}
    }
    std::process::exit(7);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_process_ends_though_its_keyring_hangs() {
    let Some((service, _)) = meet("k2_a_process_ends_though_its_keyring_hangs") else { return };
    service.trick(Method::SearchItems, Trick::Silent);
    let start = Instant::now();
    let status = Command::new("timeout")
        .args(["20", std::env::current_exe().unwrap().to_str().unwrap()])
        .args(["--exact", "hang_and_leave", "--include-ignored"])
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(7));
    assert!(start.elapsed() < SHORT + Duration::from_secs(1), "{:?}", start.elapsed());
    assert!(service.calls() >= 2, "it did ask");
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k3_a_service_that_restarts_is_met_again_by_the_same_vault() {
    let Some((mut service, vault)) = meet("k3_a_service_that_restarts_is_met_again_by_the_same_vault") else {
        return;
    };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    service.start_again();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())), "the first try after a restart works");
    service.start_again();
    vault.write(ACCOUNT, secret("two")).await.unwrap();
    service.stop();
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::NoProvider));
    service.start_again();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("two".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k3_a_service_that_dies_in_the_middle_of_a_call_is_told() {
    let Some((mut service, vault)) = meet("k3_a_service_that_dies_in_the_middle_of_a_call_is_told") else {
        return;
    };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    service.trick(Method::GetSecret, Trick::Silent);
    let before = service.calls();
    let reading = tokio::spawn({
        let vault = vault.clone();
        async move { read(&vault, ACCOUNT).await }
    });
    eventually("the call", || service.calls() >= before + 2).await;
    service.stop();
    let ended = tokio::time::timeout(WAIT, reading).await.expect("it ends by itself").unwrap();
    assert!(ended.is_err(), "{ended:?}");
    service.behave();
    service.start_again();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k4_two_items_odd_bytes_and_an_item_removed_elsewhere_are_told_apart() {
    let name = "k4_two_items_odd_bytes_and_an_item_removed_elsewhere_are_told_apart";
    let Some((service, vault)) = meet(name) else { return };
    service.put(ACCOUNT, CANARY.as_bytes());
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
    service.put(ACCOUNT, b"another");
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Ambiguous));
    service.clear();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    let odd = "https://bytes.example";
    service.put(odd, &[CANARY.as_bytes(), b"\xff\xfe\x00"].concat());
    let error = read(&vault, odd).await.unwrap_err();
    assert_eq!(error, VaultError::Unrecognised);
    assert!(!format!("{error} {error:?}").contains(CANARY));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k4_an_answer_that_cannot_be_decrypted_is_a_failure_without_its_bytes() {
    let name = "k4_an_answer_that_cannot_be_decrypted_is_a_failure_without_its_bytes";
    let Some((service, vault)) = meet(name) else { return };
    vault.write(ACCOUNT, secret(CANARY)).await.unwrap();
    service.trick(Method::GetSecret, Trick::Garble);
    let error = read(&vault, ACCOUNT).await.unwrap_err();
    assert!(matches!(error, VaultError::Failed { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains(CANARY));
    service.behave();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k5_long_bearers_are_stored_and_read_back_whole() {
    let Some((service, vault)) = meet("k5_long_bearers_are_stored_and_read_back_whole") else { return };
    for length in [2_561, 8_000] {
        let text = long('a', length);
        vault.write(ACCOUNT, secret(&text)).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text)));
        assert_eq!(service.items().len(), 1, "one item is enough here");
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k6_a_delete_that_fails_or_only_pretends_is_told_and_the_credential_still_works() {
    let name = "k6_a_delete_that_fails_or_only_pretends_is_told_and_the_credential_still_works";
    let Some((service, vault)) = meet(name) else { return };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    for (trick, expected) in [(Trick::Refuse, VaultError::Locked), (Trick::Pretend, VaultError::NotDeleted)] {
        service.trick(Method::Delete, trick);
        assert_eq!(vault.delete(ACCOUNT).await, Err(expected));
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    }
    service.behave();
    vault.delete(ACCOUNT).await.unwrap();
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k6_a_write_that_is_refused_leaves_the_old_credential() {
    let Some((service, vault)) = meet("k6_a_write_that_is_refused_leaves_the_old_credential") else { return };
    service.trick(Method::CreateItem, Trick::Refuse);
    assert_eq!(vault.write(ACCOUNT, secret("one")).await, Err(VaultError::Locked));
    assert!(service.items().is_empty());
    service.behave();
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    service.trick(Method::SetSecret, Trick::Refuse);
    assert_eq!(vault.write(ACCOUNT, secret("two")).await, Err(VaultError::Locked));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_write_that_lands_after_cancel_is_undone() {
    let Some((service, vault)) = meet("k7_a_write_that_lands_after_cancel_is_undone") else { return };
    let late = Trick::Late(Duration::from_secs(2));
    // A first bearer, which has to go again; then one in place of another, which has to come back.
    for (method, before) in [(Method::CreateItem, None), (Method::SetSecret, Some("old"))] {
        if let Some(old) = before {
            vault.write(ACCOUNT, secret(old)).await.unwrap();
        }
        service.trick(method, late);
        let calls = service.calls();
        tokio::select! {
            biased;
            written = vault.write(ACCOUNT, secret("late")) => panic!("{written:?}"),
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
        assert!(service.calls() > calls, "it was on its way");
        let texts = || service.items().into_iter().map(|item| item.secret).collect::<Vec<_>>();
        eventually("the late write", || texts() == [b"late"]).await;
        service.behave();
        let wanted: Vec<Vec<u8>> = before.iter().map(|old| old.as_bytes().to_vec()).collect();
        eventually("its undoing", || texts() == wanted).await;
        assert_eq!(read(&vault, ACCOUNT).await, Ok(before.map(str::to_owned)));
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k1_without_a_default_collection_it_says_so_and_writes_nothing() {
    let name = "k1_without_a_default_collection_it_says_so_and_writes_nothing";
    let Some((service, vault)) = meet(name) else { return };
    service.take_default_away();
    assert_eq!(vault.write(ACCOUNT, secret(CANARY)).await, Err(VaultError::NoCollection));
    assert!(service.items().is_empty());
    vault.remember_for_session(ACCOUNT, secret(CANARY));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
}
