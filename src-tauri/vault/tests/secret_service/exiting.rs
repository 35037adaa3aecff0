//! The process can exit while a keyring call hangs.

use calyptia_test_support::secret_service::{Answered, Method, SecretService, Trick};

use crate::support::bus::Process;
use crate::support::eventually;
use crate::support::service::{start_service, stored};

const ACCOUNT: &str = "https://odd.example";

/// Starts the helper, and lets it exit once it has made this many calls and prompts.
async fn exit_code(service: &SecretService, arguments: &[&str], calls: usize, prompts: usize) -> Option<i32> {
    let before = (service.calls(), service.prompts());
    let mut process = Process::helper_with("hang_and_exit", arguments);
    eventually("it hangs", || service.calls() >= before.0 + calls && service.prompts() >= before.1 + prompts)
        .await;
    drop(process.0.stdin.take());
    // That it ends is the proof: what it waits for never comes.
    process.end().code()
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_process_that_calls_exit_ends_while_its_keyring_hangs() {
    let name = "k2_a_process_that_calls_exit_ends_while_its_keyring_hangs";
    let Some((service, _)) = start_service(name) else { return };
    service.trick(Method::SearchItems, Trick::Silent);
    assert_eq!(exit_code(&service, &["7"], 2, 0).await, Some(7));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_a_process_that_returns_from_main_ends_wherever_its_keyring_hangs() {
    let name = "k2_a_process_that_returns_from_main_ends_wherever_its_keyring_hangs";
    let Some((service, _)) = start_service(name) else { return };
    // How many calls it makes up to the one that hangs: it opens a session, reads, reads again and writes.
    for (hangs, calls) in
        [(Method::OpenSession, 1), (Method::SearchItems, 2), (Method::GetSecret, 3), (Method::SetSecret, 7)]
    {
        service.behave();
        service.clear();
        service.put(ACCOUNT, b"one");
        service.trick(hangs, Trick::Silent);
        assert_eq!(exit_code(&service, &[], calls, 0).await, Some(0), "{hangs:?}");
        assert_eq!(stored(&service), ["one"]);
    }
    service.behave();
    service.lock(Answered::Never);
    assert_eq!(exit_code(&service, &[], 2, 1).await, Some(0), "in a prompt");
    assert_eq!(stored(&service), ["one"]);
}
