//! Writes that complete after their callers have gone.

use calyptia_test_support::secret_service::{Answered, Method, Trick};
use calyptia_vault::VaultError;

use crate::support::service::{SHORT, start_service, stored};
use crate::support::{eventually, read, secret, write};

const ACCOUNT: &str = "https://odd.example";

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
    for (method, before) in [(Method::CreateItem, None), (Method::SetSecret, Some("old"))] {
        if let Some(old) = before {
            write(&vault, ACCOUNT, old).await.unwrap();
        }
        service.trick(method, Trick::Late(2 * SHORT));
        let landed = service.landed();
        let written = write(&vault.with_deadline(SHORT), ACCOUNT, "late").await;
        assert_eq!(written, Err(VaultError::TimedOut));
        // The late one sleeps already, and does not wake up for this.
        service.behave();
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
    service.trick(Method::SetSecret, Trick::Late(2 * SHORT));
    let late = write(&vault.with_deadline(SHORT), ACCOUNT, "late").await;
    assert_eq!(late, Err(VaultError::TimedOut));
    service.behave();
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
    service.trick(Method::SetSecret, Trick::Late(2 * SHORT));
    let late = write(&vault.with_deadline(SHORT), ACCOUNT, "late").await;
    assert_eq!(late, Err(VaultError::TimedOut));
    service.behave();
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
    let written = write(&vault.with_deadline(SHORT), ACCOUNT, "new").await;
    assert_eq!(written, Err(VaultError::TimedOut));
    assert_eq!(stored(&service), ["new"]);
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
        service.lock(Answered::After(2 * SHORT));
        let written = write(&vault.with_deadline(SHORT), ACCOUNT, "late").await;
        assert_eq!(written, Err(VaultError::TimedOut));
        assert_eq!(service.prompts(), prompts + 1, "the prompt is open");
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
    service.trick(Method::SetSecret, Trick::Late(3 * SHORT));
    let late = write(&vault.with_deadline(SHORT), ACCOUNT, "late").await;
    assert_eq!(late, Err(VaultError::TimedOut));
    drop(vault);
    service.behave();
    eventually("the late write and its undoing", || service.landed() >= landed + 2).await;
    assert_eq!(stored(&service), ["old"]);
}
