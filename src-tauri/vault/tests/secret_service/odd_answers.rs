//! Unusable answers of a Secret Service, and what must not be shown of them.

use crate::support::service::{SHORT, start_service, stored};
use crate::support::{CANARY, eventually, read, write};
use calyptia_test_support::log::Log;
use calyptia_test_support::secret_service::{Method, Trick};
use calyptia_vault::{Vault, VaultError};

const ACCOUNT: &str = "https://odd.example";

/// Whether a text shows the bytes, as a text or as a list of numbers.
fn shows(text: &str, bytes: &[u8]) -> bool {
    let numbers = format!("{bytes:?}");
    text.contains(&*String::from_utf8_lossy(bytes)) || text.contains(numbers.trim_matches(['[', ']']))
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k4_no_answer_however_odd_shows_in_an_error_or_in_any_log() {
    let name = "k4_no_answer_however_odd_shows_in_an_error_or_in_any_log";
    let Some((service, vault)) = start_service(name) else { return };
    let log = Log::start();
    write(&vault, ACCOUNT, CANARY).await.unwrap();
    for method in [Method::GetSecret, Method::SearchItems, Method::SetSecret, Method::Delete] {
        for trick in [
            Trick::Garble,
            Trick::Plain,
            Trick::Foreign,
            Trick::Refuse,
            Trick::Fail("org.freedesktop.DBus.Error.Failed"),
            Trick::Fail("org.freedesktop.DBus.Error.NoReply"),
            Trick::Fail("org.freedesktop.DBus.Error.InvalidArgs"),
            Trick::Fail("com.example.Odd"),
        ] {
            if method != Method::GetSecret && matches!(trick, Trick::Garble | Trick::Plain) {
                continue;
            }
            service.trick(method, trick);
            let failed = match method {
                Method::SetSecret => write(&vault, ACCOUNT, "canary-too-7b1c").await,
                Method::Delete => vault.delete(ACCOUNT).await,
                _ => vault.read(ACCOUNT).await.map(drop),
            };
            let error = failed.unwrap_err();
            let shown = format!("{error} {error:?} {error:#?}");
            assert!(!shows(&shown, CANARY.as_bytes()), "{method:?}, {trick:?}: {shown}");
            assert!(std::error::Error::source(&error).is_none());
            service.behave();
            assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())), "{method:?}, {trick:?}");
        }
    }
    let odd = [CANARY.as_bytes(), b"\xff\xfe\x00"].concat();
    service.put("https://bytes.example", &odd);
    assert_eq!(read(&vault, "https://bytes.example").await, Err(VaultError::Unrecognized));
    let log = log.text();
    assert!(log.contains("zbus") && log.lines().count() > 100, "it saw the bus at work:\n{log}");
    for bytes in [CANARY.as_bytes(), b"canary-too-7b1c"] {
        let line = log.lines().find(|line| shows(line, bytes));
        assert_eq!(line, None, "the log shows a secret");
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k4_a_session_that_cannot_be_agreed_on_is_a_failure_and_the_next_request_works() {
    let name = "k4_a_session_that_cannot_be_agreed_on_is_a_failure_and_the_next_request_works";
    let Some((service, vault)) = start_service(name) else { return };
    service.put(ACCOUNT, b"one");
    for trick in [Trick::Foreign, Trick::Fail("org.freedesktop.DBus.Error.NotSupported")] {
        service.trick(Method::OpenSession, trick);
        let error = read(&vault, ACCOUNT).await.unwrap_err();
        assert!(matches!(error, VaultError::Failed { .. }), "{trick:?}: {error:?}");
    }
    service.behave();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k4_bytes_that_are_no_text_or_a_broken_manifest_are_unrecognized_and_can_be_replaced() {
    let name = "k4_bytes_that_are_no_text_or_a_broken_manifest_are_unrecognized_and_can_be_replaced";
    let Some((service, vault)) = start_service(name) else { return };
    let missing = "\u{1}calyptia-tokens/pieces/1 00000000000000000000000000000000 1 3 00000000";
    let texts: [&[u8]; 4] =
        [b"\xff", b"\xed\xa0\x80 half a pair", missing.as_bytes(), &missing.as_bytes()[..40]];
    for bytes in texts {
        service.clear();
        service.put(ACCOUNT, bytes);
        assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Unrecognized), "{bytes:?}");
        write(&vault, ACCOUNT, "new").await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("new".into())));
        // In the same item. What the manifest named is deleted after the answer.
        eventually("nothing else is left", || stored(&service) == ["new"]).await;
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k4_of_two_items_neither_is_changed_or_deleted() {
    let Some((service, vault)) = start_service("k4_of_two_items_neither_is_changed_or_deleted") else {
        return;
    };
    service.put(ACCOUNT, b"one");
    service.put(ACCOUNT, b"two");
    for _ in 0..2 {
        assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Ambiguous));
        assert_eq!(write(&vault, ACCOUNT, "new").await, Err(VaultError::Ambiguous));
        assert_eq!(vault.delete(ACCOUNT).await, Err(VaultError::Ambiguous));
    }
    assert_eq!(stored(&service), ["one", "two"]);
    assert_eq!(service.landed(), 0);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k4_an_item_removed_elsewhere_in_the_middle_of_a_read_is_not_there() {
    let name = "k4_an_item_removed_elsewhere_in_the_middle_of_a_read_is_not_there";
    let Some((service, vault)) = start_service(name) else { return };
    // By a vault that has met the service before, and by one whose first request it is.
    for reader in [vault.clone(), Vault::system()] {
        write(&vault, ACCOUNT, "one").await.unwrap();
        service.trick(Method::GetSecret, Trick::Late(SHORT));
        let before = service.calls();
        let reading = tokio::spawn(async move { read(&reader, ACCOUNT).await });
        // The session's opening, the search and the reading itself, as far as it takes each of them.
        eventually("it was found", || service.calls() >= before + 2).await;
        tokio::time::sleep(SHORT / 2).await;
        service.clear();
        assert_eq!(reading.await.unwrap(), Ok(None));
        service.behave();
        vault.delete(ACCOUNT).await.unwrap();
    }
}
