//! Writes that complete after their callers have gone.

use calyptia_test_support::secret_service::{Answered, Method, SecretService, Trick};
use calyptia_vault::Vault;

use crate::support::service::{SHORT, start_service, stored};
use crate::support::{eventually, read, secret, write};

const ACCOUNT: &str = "https://odd.example";

/// Starts a write, and cancels it once `begun` holds.
async fn cancel_once(vault: &Vault, begun: impl FnMut() -> bool) {
    tokio::select! {
        biased;
        written = vault.write(ACCOUNT, secret("late")) => panic!("{written:?}"),
        () = eventually("the write is under way", begun) => {}
    }
}

/// As [`cancel_once`], when the write has made so many calls.
async fn cancel_at_call(service: &SecretService, vault: &Vault, calls: usize) {
    let before = service.calls();
    cancel_once(vault, || service.calls() >= before + calls).await;
    // The call that is late already sleeps, and does not wake up for this.
    service.behave();
}

/// The calls of a write up to the one that creates an item, or changes it: two searches, and a read if there is one.
const CREATES: usize = 3;
const CHANGES: usize = 4;

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_write_dropped_without_a_commit_is_undone() {
    let Some((service, vault)) = start_service("k7_a_write_dropped_without_a_commit_is_undone") else {
        return;
    };
    for before in [None, Some("old")] {
        if let Some(old) = before {
            write(&vault, ACCOUNT, old).await.unwrap();
        }
        let pending = vault.write(ACCOUNT, secret("new")).await.unwrap();
        assert_eq!(stored(&service), ["new"]);
        drop(pending);
        assert_eq!(read(&vault, ACCOUNT).await, Ok(before.map(str::to_owned)));
        assert_eq!(stored(&service), before.as_slice());
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_write_that_completes_after_it_was_cancelled_is_undone() {
    let name = "k7_a_write_that_completes_after_it_was_cancelled_is_undone";
    let Some((service, vault)) = start_service(name) else { return };
    // A first credential, which has to go again; then one in place of another, which has to come back.
    for (method, calls, before) in
        [(Method::CreateItem, CREATES, None), (Method::SetSecret, CHANGES, Some("old"))]
    {
        if let Some(old) = before {
            write(&vault, ACCOUNT, old).await.unwrap();
        }
        service.trick(method, Trick::Late(SHORT));
        let landed = service.landed();
        cancel_at_call(&service, &vault, calls).await;
        assert_eq!(read(&vault, ACCOUNT).await, Ok(before.map(str::to_owned)));
        assert_eq!(service.landed(), landed + 2, "the late write and its undoing");
        assert_eq!(stored(&service), before.as_slice());
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_newer_write_waits_for_a_late_one_and_stands() {
    let name = "k7_a_newer_write_waits_for_a_late_one_and_stands";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "old").await.unwrap();
    service.trick(Method::SetSecret, Trick::Late(SHORT));
    cancel_at_call(&service, &vault, CHANGES).await;
    let newer = vault.write(ACCOUNT, secret("newer")).await.unwrap();
    assert_eq!(stored(&service), ["newer"]);
    drop(newer);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())), "the late one was undone before");
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_deletion_after_a_late_write_leaves_nothing() {
    let name = "k7_a_deletion_after_a_late_write_leaves_nothing";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "old").await.unwrap();
    service.trick(Method::SetSecret, Trick::Late(SHORT));
    cancel_at_call(&service, &vault, CHANGES).await;
    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    assert!(service.items().is_empty());
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_write_that_is_made_but_never_answered_is_undone_when_the_service_restarts() {
    let name = "k7_a_write_that_is_made_but_never_answered_is_undone_when_the_service_restarts";
    let Some((mut service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "old").await.unwrap();
    service.trick(Method::SetSecret, Trick::Mute);
    let landed = service.landed();
    cancel_once(&vault, || service.landed() > landed).await;
    assert_eq!(stored(&service), ["late"]);
    service.behave();
    service.start_again();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())));
    assert_eq!(stored(&service), ["old"]);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_write_cancelled_while_the_prompt_is_open_is_not_there_after_the_answer() {
    let name = "k7_a_write_cancelled_while_the_prompt_is_open_is_not_there_after_the_answer";
    let Some((service, vault)) = start_service(name) else { return };
    for before in [None, Some("old")] {
        if let Some(old) = before {
            write(&vault, ACCOUNT, old).await.unwrap();
        }
        let prompts = service.prompts();
        service.lock(Answered::After(SHORT));
        cancel_once(&vault, || service.prompts() > prompts).await;
        assert_eq!(read(&vault, ACCOUNT).await, Ok(before.map(str::to_owned)));
        assert_eq!(stored(&service), before.as_slice());
        assert_eq!(service.prompts(), prompts + 1);
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k7_a_late_write_is_undone_although_no_handle_is_left() {
    let Some((service, vault)) = start_service("k7_a_late_write_is_undone_although_no_handle_is_left") else {
        return;
    };
    write(&vault, ACCOUNT, "old").await.unwrap();
    let landed = service.landed();
    service.trick(Method::SetSecret, Trick::Late(SHORT));
    cancel_at_call(&service, &vault, CHANGES).await;
    drop(vault);
    eventually("the late write and its undoing", || service.landed() >= landed + 2).await;
    assert_eq!(stored(&service), ["old"]);
}
