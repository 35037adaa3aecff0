//! What the service refuses, and what is reported then.

use calyptia_test_support::bus::Bus;
use calyptia_test_support::secret_service::{Method, Trick};
use calyptia_vault::VaultError;

use crate::support::bus::{at_home, is_child};
use crate::support::service::{service, start_service, stored, vault};
use crate::support::{CANARY, long, read, secret, write};

const ACCOUNT: &str = "https://odd.example";

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k2_without_faults_the_service_works() {
    let Some((service, vault)) = start_service("k2_without_faults_the_service_works") else { return };
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    for text in ["one", "two"] {
        write(&vault, ACCOUNT, text).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text.into())));
        assert_eq!(service.items().len(), 1);
    }
    vault.delete(ACCOUNT).await.unwrap();
    assert!(service.items().is_empty());
    assert_eq!(service.prompts(), 0);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k4_two_items_odd_bytes_and_an_item_removed_elsewhere_are_distinguished() {
    let name = "k4_two_items_odd_bytes_and_an_item_removed_elsewhere_are_distinguished";
    let Some((service, vault)) = start_service(name) else { return };
    service.put(ACCOUNT, CANARY.as_bytes());
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
    service.put(ACCOUNT, b"another");
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Ambiguous));
    service.clear();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    let odd = "https://bytes.example";
    service.put(odd, &[CANARY.as_bytes(), b"\xff\xfe\x00"].concat());
    let error = read(&vault, odd).await.unwrap_err();
    assert_eq!(error, VaultError::Unrecognized);
    assert!(!format!("{error} {error:?}").contains(CANARY));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k4_an_answer_that_cannot_be_decrypted_is_a_failure_without_its_bytes() {
    let name = "k4_an_answer_that_cannot_be_decrypted_is_a_failure_without_its_bytes";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, CANARY).await.unwrap();
    service.trick(Method::GetSecret, Trick::Garble);
    let error = read(&vault, ACCOUNT).await.unwrap_err();
    assert!(matches!(error, VaultError::Failed { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains(CANARY));
    service.behave();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k5_long_credentials_are_stored_and_read_back_whole() {
    let Some((service, vault)) = start_service("k5_long_credentials_are_stored_and_read_back_whole") else {
        return;
    };
    for length in [2_561, 8_000] {
        let text = long('a', length);
        write(&vault, ACCOUNT, &text).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text)));
        assert_eq!(service.items().len(), 1, "one item is enough here");
    }
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k6_a_delete_that_fails_or_only_pretends_is_reported_and_the_credential_still_works() {
    let name = "k6_a_delete_that_fails_or_only_pretends_is_reported_and_the_credential_still_works";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "one").await.unwrap();
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
    let Some((service, vault)) = start_service("k6_a_write_that_is_refused_leaves_the_old_credential") else {
        return;
    };
    service.trick(Method::CreateItem, Trick::Refuse);
    assert_eq!(write(&vault, ACCOUNT, "one").await, Err(VaultError::Locked));
    assert!(service.items().is_empty());
    service.behave();
    write(&vault, ACCOUNT, "one").await.unwrap();
    service.trick(Method::SetSecret, Trick::Refuse);
    assert_eq!(write(&vault, ACCOUNT, "two").await, Err(VaultError::Locked));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k6_whatever_error_a_write_or_a_delete_is_refused_with_the_old_credential_works() {
    let name = "k6_whatever_error_a_write_or_a_delete_is_refused_with_the_old_credential_works";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, "old").await.unwrap();
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
            assert!(write(&vault, ACCOUNT, "new").await.is_err(), "{trick:?}");
            assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())), "{trick:?}");
            assert!(write(&vault, "https://new.example", "new").await.is_err(), "{trick:?}");
            service.behave();
            assert_eq!(read(&vault, "https://new.example").await, Ok(None), "{trick:?}");
        }
        service.trick(Method::Delete, Trick::Fail(error));
        assert!(vault.delete(ACCOUNT).await.is_err(), "{error}");
        service.behave();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())), "{error}");
    }
    write(&vault, ACCOUNT, "new").await.unwrap();
    assert_eq!(stored(&service), ["new"]);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn k1_without_a_default_collection_it_says_so_and_writes_nothing() {
    let name = "k1_without_a_default_collection_it_says_so_and_writes_nothing";
    let Some((service, vault)) = start_service(name) else { return };
    service.take_default_away();
    assert_eq!(write(&vault, ACCOUNT, CANARY).await, Err(VaultError::NoCollection));
    assert!(service.items().is_empty());
    vault.remember_for_session(ACCOUNT, secret(CANARY));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
}

/// Runs the test in a process with an empty home, and checks that the home is still empty.
fn leaves_no_file(test: &str, address: Option<&str>) {
    let home = tempfile::tempdir().unwrap();
    at_home(test, address, home.path());
    let files: Vec<_> = home.path().read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.is_empty(), "{files:?}");
}

/// The keyring cannot keep a credential, and the vault says why; the session can.
async fn only_for_this_session(expected: VaultError) {
    let vault = vault();
    assert_eq!(write(&vault, ACCOUNT, CANARY).await, Err(expected));
    vault.remember_for_session(ACCOUNT, secret(CANARY));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
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
