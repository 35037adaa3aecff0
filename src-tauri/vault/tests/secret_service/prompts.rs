//! Prompts for the keyring's password or for permission.

use std::time::{Duration, Instant};

use calyptia_test_support::secret_service::{Answered, Method};
use calyptia_vault::VaultError;

use crate::support::service::{SHORT, start_service, stored, vault};
use crate::support::{eventually, read, secret, write};

const ACCOUNT: &str = "https://odd.example";

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_keyring_that_is_unlocked_late_works_after_one_prompt() {
    let Some((service, vault)) = start_service("k2_a_keyring_that_is_unlocked_late_works_after_one_prompt")
    else {
        return;
    };
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.lock(Answered::After(SHORT));
    let start = Instant::now();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    assert!(start.elapsed() >= SHORT, "it waited for the answer");
    assert_eq!(service.prompts(), 1);
    service.lock(Answered::After(Duration::ZERO));
    write(&vault, "https://other.example", "two").await.unwrap();
    assert_eq!(service.prompts(), 2, "a write asks once, too");
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_prompt_that_is_closed_is_reported_and_not_shown_again() {
    let Some((service, vault)) = start_service("k2_a_prompt_that_is_closed_is_reported_and_not_shown_again")
    else {
        return;
    };
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.lock(Answered::Dismissed);
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Dismissed));
    assert_eq!(service.prompts(), 1);
    assert_eq!(write(&vault, ACCOUNT, "two").await, Err(VaultError::Dismissed));
    assert_eq!(service.prompts(), 2, "one for each request, and no loop");
    assert_eq!(vault.delete(ACCOUNT).await, Err(VaultError::Dismissed));
    assert_eq!(service.prompts(), 3);
    // Whoever tries again and answers is let in.
    service.lock(Answered::After(Duration::ZERO));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_prompt_that_nobody_answers_ends_at_the_deadline_and_is_not_shown_again() {
    let name = "k2_a_prompt_that_nobody_answers_ends_at_the_deadline_and_is_not_shown_again";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.lock(Answered::Never);
    tokio::select! {
        found = read(&vault, ACCOUNT) => panic!("{found:?}"),
        () = eventually("the prompt", || service.prompts() == 1) => {}
    }
    let short = vault.with_deadline(SHORT);
    for _ in 0..2 {
        assert_eq!(read(&short, ACCOUNT).await, Err(VaultError::TimedOut));
        assert_eq!(write(&short, ACCOUNT, "two").await, Err(VaultError::TimedOut));
        assert_eq!(service.prompts(), 1, "what comes later waits for the answer to the first");
    }
    vault.remember_for_session(ACCOUNT, secret("session"));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("session".into())));
    // As after a restart of the app.
    service.lock(Answered::After(Duration::ZERO));
    assert_eq!(read(&self::vault(), ACCOUNT).await, Ok(Some("one".into())));
    assert_eq!(service.prompts(), 2);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_after_a_prompt_that_is_answered_too_late_the_next_request_works() {
    let name = "k2_after_a_prompt_that_is_answered_too_late_the_next_request_works";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.lock(Answered::After(2 * SHORT));
    assert_eq!(read(&vault.with_deadline(SHORT), ACCOUNT).await, Err(VaultError::TimedOut));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    assert_eq!(service.prompts(), 1);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_service_that_prompts_before_each_change_prompts_once_for_each_request() {
    let name = "k2_a_service_that_prompts_before_each_change_prompts_once_for_each_request";
    let Some((service, vault)) = start_service(name) else { return };
    service.ask_before(Method::CreateItem, Answered::Dismissed);
    assert_eq!(write(&vault, ACCOUNT, "one").await, Err(VaultError::Dismissed));
    assert_eq!((service.prompts(), service.items().len()), (1, 0));
    service.ask_before(Method::CreateItem, Answered::After(SHORT));
    write(&vault, ACCOUNT, "one").await.unwrap();
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
async fn k2_a_prompt_that_is_answered_in_vain_is_not_shown_again() {
    let Some((service, vault)) = start_service("k2_a_prompt_that_is_answered_in_vain_is_not_shown_again")
    else {
        return;
    };
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.lock(Answered::InVain);
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Locked));
    assert_eq!(write(&vault, ACCOUNT, "two").await, Err(VaultError::Locked));
    assert_eq!(write(&vault, "https://new.example", "two").await, Err(VaultError::Locked));
    assert_eq!(vault.delete(ACCOUNT).await, Err(VaultError::Locked));
    assert_eq!(service.prompts(), 4, "one for each request");
    assert_eq!(stored(&service), ["one"]);
}
