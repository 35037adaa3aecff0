//! A service that restarts, dies, or never answers.

use std::time::Duration;

use calyptia_test_support::secret_service::{Answered, Method, Trick};
use calyptia_vault::VaultError;

use crate::support::service::{SHORT, WAIT, start_service, stored, vault};
use crate::support::{eventually, read, write};

const ACCOUNT: &str = "https://odd.example";

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k3_the_same_vault_finds_a_service_that_restarted() {
    let Some((mut service, vault)) = start_service("k3_the_same_vault_finds_a_service_that_restarted") else {
        return;
    };
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.start_again();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())), "the first try after a restart works");
    service.start_again();
    write(&vault, ACCOUNT, "two").await.unwrap();
    service.stop();
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::NoProvider));
    service.start_again();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("two".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k3_a_service_that_dies_in_the_middle_of_a_call_is_reported() {
    let Some((mut service, vault)) =
        start_service("k3_a_service_that_dies_in_the_middle_of_a_call_is_reported")
    else {
        return;
    };
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.trick(Method::GetSecret, Trick::Silent);
    let before = service.calls();
    let reading = tokio::spawn({
        let vault = vault.clone();
        async move { read(&vault, ACCOUNT).await }
    });
    eventually("the call", || service.calls() >= before + 2).await;
    service.stop();
    let ended = tokio::time::timeout(WAIT, reading).await.expect("it ends").unwrap();
    assert_eq!(ended, Err(VaultError::NoProvider));
    service.behave();
    service.start_again();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_requests_to_a_service_that_never_answers_end_at_their_deadlines_until_it_restarts() {
    let name = "k2_requests_to_a_service_that_never_answers_end_at_their_deadlines_until_it_restarts";
    let Some((mut service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "one").await.unwrap();
    let short = vault.with_deadline(SHORT);
    for method in [Method::SearchItems, Method::GetSecret, Method::SetSecret, Method::Delete] {
        service.trick(method, Trick::Silent);
        let ended = match method {
            Method::SetSecret => write(&short, ACCOUNT, "two").await,
            Method::Delete => short.delete(ACCOUNT).await,
            _ => read(&short, ACCOUNT).await.map(drop),
        };
        assert_eq!(ended, Err(VaultError::TimedOut), "{method:?}");
        assert_eq!(read(&short, ACCOUNT).await, Err(VaultError::TimedOut), "behind {method:?}");
        service.behave();
        service.start_again();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())), "{method:?}");
    }
    assert_eq!(stored(&service), ["one"]);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_service_that_never_opens_a_session_ends_the_request_at_its_deadline() {
    let name = "k2_a_service_that_never_opens_a_session_ends_the_request_at_its_deadline";
    let Some((service, vault)) = start_service(name) else { return };
    service.trick(Method::OpenSession, Trick::Silent);
    assert_eq!(read(&vault.with_deadline(SHORT), ACCOUNT).await, Err(VaultError::TimedOut));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k3_a_service_that_gives_up_its_name_and_takes_it_again_is_found_again() {
    let name = "k3_a_service_that_gives_up_its_name_and_takes_it_again_is_found_again";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "one").await.unwrap();
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
async fn k3_a_prompt_whose_service_restarted_blocks_the_vault_until_the_app_restarts() {
    let name = "k3_a_prompt_whose_service_restarted_blocks_the_vault_until_the_app_restarts";
    let Some((mut service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.lock(Answered::Never);
    tokio::select! {
        found = read(&vault, ACCOUNT) => panic!("{found:?}"),
        () = eventually("the prompt", || service.prompts() == 1) => {}
    }
    service.start_again();
    service.lock(Answered::After(Duration::ZERO));
    // The client of the Secret Service waits for a signal of a prompt that no longer exists.
    assert_eq!(read(&vault.with_deadline(SHORT), ACCOUNT).await, Err(VaultError::TimedOut));
    assert_eq!(read(&self::vault(), ACCOUNT).await, Ok(Some("one".into())), "as after a restart");
}
