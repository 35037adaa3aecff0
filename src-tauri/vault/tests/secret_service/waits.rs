//! What keeps a caller waiting is reported.

use std::time::{Duration, Instant};

use calyptia_test_support::secret_service::{Answered, Method, Trick};
use calyptia_vault::VaultError;

use crate::support::service::{start_service, until_waiting, vault};
use crate::support::{read, write};

const ACCOUNT: &str = "https://slow.example";
/// When a wait is reported, and how late that can be here.
const NOTICE: std::ops::Range<Duration> = Duration::from_millis(1_900)..Duration::from_secs(4);

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c53_whatever_keeps_a_request_waiting_for_two_seconds_is_told_until_it_ends() {
    let name = "c53_whatever_keeps_a_request_waiting_for_two_seconds_is_told_until_it_ends";
    let Some((mut service, vault)) = start_service(name) else { return };
    let mut waits = vault.watch_waits();
    write(&vault, ACCOUNT, "one").await.unwrap();
    assert!(!waits.has_changed().unwrap(), "nobody waited for long");

    // A prompt for the password that is answered late, for a read.
    service.lock(Answered::After(Duration::from_secs(3)));
    let start = Instant::now();
    let (found, after) = tokio::join!(read(&vault, ACCOUNT), async {
        until_waiting(&mut waits).await;
        start.elapsed()
    });
    assert_eq!(found, Ok(Some("one".into())));
    assert!(NOTICE.contains(&after), "{after:?}");
    assert_eq!(*waits.borrow_and_update(), 0, "it is over");

    // A service that searches only once its database is unlocked, as KeePassXC does; and a caller who gives up.
    service.trick(Method::SearchItems, Trick::Silent);
    tokio::select! {
        done = vault.delete(ACCOUNT) => panic!("{done:?}"),
        () = until_waiting(&mut waits) => {}
    }
    assert_eq!(*waits.borrow_and_update(), 0, "nobody waits any more");

    // The next request waits for that one, and its deadline passes.
    let short = vault.with_deadline(Duration::from_millis(2_500));
    let (written, ()) = tokio::join!(write(&short, ACCOUNT, "two"), until_waiting(&mut waits));
    assert_eq!(written, Err(VaultError::TimedOut));
    assert_eq!(*waits.borrow(), 0);
    service.stop();
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c53_an_entry_whose_deletion_was_given_up_during_a_prompt_stays() {
    let name = "c53_an_entry_whose_deletion_was_given_up_during_a_prompt_stays";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.lock(Answered::After(Duration::from_secs(1)));
    let prompted = async {
        while service.prompts() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        done = vault.delete(ACCOUNT) => panic!("{done:?}"),
        () = prompted => {}
    }
    // The prompt is answered, and nothing follows.
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    assert_eq!(read(&self::vault(), ACCOUNT).await, Ok(Some("one".into())));
}
