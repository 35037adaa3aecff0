//! The system's own store against a Secret Service that misbehaves, on a bus of its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use calyptia_test_support::bus::Bus;
use calyptia_test_support::secret_service::{Answered, Method, Trick};
use calyptia_vault::{Vault, VaultError};
use support::bus::{again, at_home, is_child};
use support::meeting::{SHORT, WAIT, kept, meet, service, vault};
use support::{CANARY, eventually, long, read, secret};

const ACCOUNT: &str = "https://odd.example";

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
    tokio::time::sleep(2 * SHORT).await;
    assert_eq!(service.prompts(), 1, "it is not asked again until somebody wishes it");
    service.lock(Answered::After(Duration::ZERO));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    assert_eq!(service.prompts(), 2);
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
    let status = again("hang_and_leave").status().unwrap();
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

/// Runs the test at a home of its own, and looks there.
fn leaves_no_file(test: &str, address: Option<&str>) {
    let home = tempfile::tempdir().unwrap();
    at_home(test, address, home.path());
    let files: Vec<_> = home.path().read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.is_empty(), "{files:?}");
}

/// A bearer cannot be kept, says why, and is kept for this session once that is what somebody wants.
async fn only_for_this_session(expected: VaultError) {
    let vault = vault();
    assert_eq!(vault.write(ACCOUNT, secret(CANARY)).await, Err(expected));
    vault.remember_for_session(ACCOUNT, secret(CANARY));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
    vault.delete(ACCOUNT).await.unwrap();
}

#[tokio::test]
async fn k1_without_a_bus_the_session_keeps_it_and_no_file_is_written() {
    if is_child() {
        return only_for_this_session(VaultError::NoBus).await;
    }
    for address in [None, Some("unix:path=/nonexistent")] {
        leaves_no_file("k1_without_a_bus_the_session_keeps_it_and_no_file_is_written", address);
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k1_without_a_keyring_the_session_keeps_it_and_no_file_is_written() {
    if is_child() {
        return only_for_this_session(VaultError::NoProvider).await;
    }
    let bus = Bus::start();
    leaves_no_file("k1_without_a_keyring_the_session_keeps_it_and_no_file_is_written", Some(bus.address()));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k1_without_a_default_collection_the_session_keeps_it_and_no_file_is_written() {
    if is_child() {
        let service = service();
        service.take_default_away();
        only_for_this_session(VaultError::NoCollection).await;
        assert!(service.items().is_empty());
        return;
    }
    let bus = Bus::start();
    let name = "k1_without_a_default_collection_the_session_keeps_it_and_no_file_is_written";
    leaves_no_file(name, Some(bus.address()));
}

/// The process of [`k2_a_process_that_leaves_main_ends_whatever_its_keyring_hangs_in`].
#[tokio::test]
#[ignore = "a part of another test"]
async fn hang_and_return() {
    if !is_child() {
        return;
    }
    let vault = vault();
    let change = async {
        vault.read(ACCOUNT).await.map(drop)?;
        vault.write(ACCOUNT, secret("late")).await
    };
    assert!(tokio::time::timeout(SHORT, change).await.is_err(), "it answered");
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_process_that_leaves_main_ends_whatever_its_keyring_hangs_in() {
    let name = "k2_a_process_that_leaves_main_ends_whatever_its_keyring_hangs_in";
    let Some((service, _)) = meet(name) else { return };
    let methods = [Method::OpenSession, Method::SearchItems, Method::GetSecret, Method::SetSecret];
    for hangs in methods.map(Some).into_iter().chain([None]) {
        service.behave();
        service.clear();
        service.put(ACCOUNT, b"one");
        match hangs {
            Some(method) => service.trick(method, Trick::Silent),
            None => service.lock(Answered::Never),
        }
        let start = Instant::now();
        assert!(again("hang_and_return").status().unwrap().success(), "{hangs:?}");
        assert!(start.elapsed() < SHORT + Duration::from_secs(1), "{hangs:?}: {:?}", start.elapsed());
        assert_eq!(kept(&service), ["one"]);
    }
    assert_eq!(service.prompts(), 1);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_service_that_asks_before_it_changes_anything_asks_once_for_each_wish() {
    let name = "k2_a_service_that_asks_before_it_changes_anything_asks_once_for_each_wish";
    let Some((service, vault)) = meet(name) else { return };
    service.ask_before(Method::CreateItem, Answered::Dismissed);
    assert_eq!(vault.write(ACCOUNT, secret("one")).await, Err(VaultError::Dismissed));
    assert_eq!((service.prompts(), service.items().len()), (1, 0));
    service.ask_before(Method::CreateItem, Answered::After(SHORT));
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    assert_eq!(service.prompts(), 2);
    service.ask_before(Method::Delete, Answered::Dismissed);
    assert_eq!(vault.delete(ACCOUNT).await, Err(VaultError::Dismissed));
    assert_eq!(service.prompts(), 3);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())), "it was not deleted");
    service.ask_before(Method::Delete, Answered::After(SHORT));
    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!((service.prompts(), service.items().len()), (4, 0));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_question_that_is_answered_in_vain_is_not_asked_again() {
    let Some((service, vault)) = meet("k2_a_question_that_is_answered_in_vain_is_not_asked_again") else {
        return;
    };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    service.lock(Answered::InVain);
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Locked));
    assert_eq!(vault.write(ACCOUNT, secret("two")).await, Err(VaultError::Locked));
    assert_eq!(vault.write("https://new.example", secret("two")).await, Err(VaultError::Locked));
    assert_eq!(vault.delete(ACCOUNT).await, Err(VaultError::Locked));
    assert_eq!(service.prompts(), 4, "one for each wish");
    assert_eq!(kept(&service), ["one"]);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_write_that_is_made_but_never_answered_ends_at_the_deadline_and_can_be_replaced() {
    let name = "k2_a_write_that_is_made_but_never_answered_ends_at_the_deadline_and_can_be_replaced";
    let Some((service, vault)) = meet(name) else { return };
    vault.write(ACCOUNT, secret("old")).await.unwrap();
    service.trick(Method::SetSecret, Trick::Mute);
    let written = vault.with_deadline(SHORT).write(ACCOUNT, secret("new")).await;
    assert_eq!(written, Err(VaultError::TimedOut));
    service.behave();
    vault.write(ACCOUNT, secret("newer")).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("newer".into())));
    assert_eq!(kept(&service), ["newer"]);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k3_a_service_that_restarts_frees_whatever_hung_in_it() {
    let Some((mut service, vault)) = meet("k3_a_service_that_restarts_frees_whatever_hung_in_it") else {
        return;
    };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    service.trick(Method::SearchItems, Trick::Silent);
    // More than the vault has threads for.
    for _ in 0..5 {
        let start = Instant::now();
        assert_eq!(read(&vault.with_deadline(SHORT), ACCOUNT).await, Err(VaultError::TimedOut));
        assert!(start.elapsed() < 2 * SHORT);
    }
    service.behave();
    service.start_again();
    for _ in 0..5 {
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    }
    vault.write(ACCOUNT, secret("two")).await.unwrap();
    assert_eq!(kept(&service), ["two"]);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k3_a_service_that_gives_up_its_name_and_comes_back_is_met_again() {
    let name = "k3_a_service_that_gives_up_its_name_and_comes_back_is_met_again";
    let Some((service, vault)) = meet(name) else { return };
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    service.trick(Method::GetSecret, Trick::Late(SHORT));
    let before = service.calls();
    let reading = tokio::spawn({
        let vault = vault.clone();
        async move { read(&vault, ACCOUNT).await }
    });
    eventually("the call", || service.calls() >= before + 2).await;
    service.drop_name();
    assert_eq!(reading.await.unwrap(), Ok(Some("one".into())), "it still answers what it was asked");
    service.behave();
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::NoProvider));
    service.take_name();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k6_whatever_a_write_or_a_delete_is_refused_with_the_old_credential_works() {
    let name = "k6_whatever_a_write_or_a_delete_is_refused_with_the_old_credential_works";
    let Some((service, vault)) = meet(name) else { return };
    vault.write(ACCOUNT, secret("old")).await.unwrap();
    for error in [
        "org.freedesktop.DBus.Error.AccessDenied",
        "org.freedesktop.DBus.Error.LimitsExceeded",
        "org.freedesktop.DBus.Error.NoReply",
        "org.freedesktop.DBus.Error.NotSupported",
        "org.freedesktop.Secret.Error.NoSession",
        "org.gnome.keyring.Error.Denied",
    ] {
        for trick in [Trick::Fail(error), Trick::FailAfter(error), Trick::Foreign] {
            // Both, since a second try finds what the first one made.
            service.trick(Method::CreateItem, trick);
            service.trick(Method::SetSecret, trick);
            assert!(vault.write(ACCOUNT, secret("new")).await.is_err(), "{trick:?}");
            assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())), "{trick:?}");
            assert!(vault.write("https://new.example", secret("new")).await.is_err(), "{trick:?}");
            service.behave();
            assert_eq!(read(&vault, "https://new.example").await, Ok(None), "{trick:?}");
        }
        service.trick(Method::Delete, Trick::Fail(error));
        assert!(vault.delete(ACCOUNT).await.is_err(), "{error}");
        service.behave();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())), "{error}");
    }
    vault.write(ACCOUNT, secret("new")).await.unwrap();
    assert_eq!(kept(&service), ["new"]);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_write_cancelled_while_the_question_is_open_is_not_there_after_the_answer() {
    let name = "k7_a_write_cancelled_while_the_question_is_open_is_not_there_after_the_answer";
    let Some((service, vault)) = meet(name) else { return };
    for before in [None, Some("old")] {
        if let Some(old) = before {
            vault.write(ACCOUNT, secret(old)).await.unwrap();
        }
        let asked = service.prompts();
        service.lock(Answered::After(3 * SHORT));
        tokio::select! {
            biased;
            written = vault.write(ACCOUNT, secret("late")) => panic!("{written:?}"),
            () = tokio::time::sleep(SHORT) => {}
        }
        assert_eq!(service.prompts(), asked + 1, "the question is open");
        tokio::time::sleep(5 * SHORT).await;
        assert_eq!(kept(&service), before.as_slice());
        assert_eq!(read(&vault, ACCOUNT).await, Ok(before.map(str::to_owned)));
        assert_eq!(service.prompts(), asked + 1);
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_newer_write_stands_when_a_late_one_lands_after_it() {
    let Some((service, vault)) = meet("k7_a_newer_write_stands_when_a_late_one_lands_after_it") else {
        return;
    };
    vault.write(ACCOUNT, secret("old")).await.unwrap();
    service.trick(Method::SetSecret, Trick::Late(Duration::from_secs(3)));
    let late = vault.with_deadline(SHORT).write(ACCOUNT, secret("late")).await;
    assert_eq!(late, Err(VaultError::TimedOut));
    // The late one sleeps already, and does not wake up for this.
    service.behave();
    vault.write(ACCOUNT, secret("newer")).await.unwrap();
    let landed = service.landed();
    eventually("the late write and its undoing", || service.landed() >= landed + 2).await;
    assert_eq!(kept(&service), ["newer"]);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("newer".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_late_write_is_undone_although_no_handle_is_left() {
    let Some((service, vault)) = meet("k7_a_late_write_is_undone_although_no_handle_is_left") else {
        return;
    };
    vault.write(ACCOUNT, secret("old")).await.unwrap();
    let landed = service.landed();
    service.trick(Method::SetSecret, Trick::Late(3 * SHORT));
    let late = vault.with_deadline(SHORT).write(ACCOUNT, secret("late")).await;
    assert_eq!(late, Err(VaultError::TimedOut));
    drop(vault);
    service.behave();
    eventually("the late write and its undoing", || service.landed() >= landed + 2).await;
    assert_eq!(kept(&service), ["old"]);
}
