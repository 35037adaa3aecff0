//! What providers offer differs: sessions without encryption only, or no collection until somebody creates one.

use std::time::Duration;

use calyptia_test_support::secret_service::{Answered, ENCRYPTED, Method, PLAIN, Trick};
use calyptia_vault::VaultError;

use crate::support::service::{start_service, stored, vault};
use crate::support::{CANARY, read, write};

const ACCOUNT: &str = "https://odd.example";
const NOT_SUPPORTED: &str = "org.freedesktop.DBus.Error.NotSupported";

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c46_a_service_with_plain_sessions_only_works_however_it_refuses_the_others() {
    let name = "c46_a_service_with_plain_sessions_only_works_however_it_refuses_the_others";
    let Some((mut service, first)) = start_service(name) else { return };
    for error in [
        NOT_SUPPORTED,
        "org.freedesktop.DBus.Error.InvalidArgs",
        "org.freedesktop.DBus.Error.Failed",
        "org.example.Error.NoSuchAlgorithm",
    ] {
        service.refuse_algorithm(ENCRYPTED, error);
        let vault = vault();
        for text in ["one", "two"] {
            write(&vault, ACCOUNT, text).await.unwrap();
            assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text.into())), "{error}");
            assert_eq!(stored(&service), [text], "{error}");
        }
        vault.delete(ACCOUNT).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(None), "{error}");
    }
    // The same vault, before and after a restart of the service.
    write(&first, ACCOUNT, CANARY).await.unwrap();
    service.start_again();
    assert_eq!(read(&first, ACCOUNT).await, Ok(Some(CANARY.into())));
    assert_eq!(service.prompts(), 0);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c46_a_service_that_opens_a_plain_session_whatever_it_is_asked_for_works() {
    let name = "c46_a_service_that_opens_a_plain_session_whatever_it_is_asked_for_works";
    let Some((service, vault)) = start_service(name) else { return };
    service.trick(Method::OpenSession, Trick::Plain);
    write(&vault, ACCOUNT, CANARY).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
    assert_eq!(stored(&service), [CANARY]);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c46_a_service_that_offers_encryption_is_never_asked_for_a_plain_session() {
    let name = "c46_a_service_that_offers_encryption_is_never_asked_for_a_plain_session";
    let Some((service, vault)) = start_service(name) else { return };
    write(&vault, ACCOUNT, CANARY).await.unwrap();
    // In a plain session this answer would be the secret.
    service.trick(Method::GetSecret, Trick::Plain);
    assert!(matches!(read(&vault, ACCOUNT).await, Err(VaultError::Failed { .. })));
    service.behave();
    service.refuse_algorithm(PLAIN, NOT_SUPPORTED);
    assert_eq!(read(&self::vault(), ACCOUNT).await, Ok(Some(CANARY.into())));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c46_a_service_without_any_session_is_a_failure_with_its_name() {
    let name = "c46_a_service_without_any_session_is_a_failure_with_its_name";
    let Some((service, vault)) = start_service(name) else { return };
    service.refuse_algorithm(ENCRYPTED, "org.freedesktop.DBus.Error.Failed");
    service.refuse_algorithm(PLAIN, NOT_SUPPORTED);
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Failed { kind: "NotSupported".into() }));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c54_without_a_default_collection_the_service_is_asked_to_create_one() {
    let name = "c54_without_a_default_collection_the_service_is_asked_to_create_one";
    let Some((service, vault)) = start_service(name) else { return };
    service.take_default_away();
    service.allow_creation();
    // Only for what has to be kept there.
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    assert_eq!(vault.delete(ACCOUNT).await, Ok(()));
    assert_eq!((service.collections_created(), service.prompts()), (0, 0));
    service.ask_before(Method::CreateCollection, Answered::After(Duration::from_millis(50)));
    write(&vault, ACCOUNT, "one").await.unwrap();
    write(&vault, "https://other.example", "two").await.unwrap();
    assert_eq!(stored(&service), ["one", "two"]);
    assert_eq!((service.collections_created(), service.prompts()), (1, 1));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c54_a_refusal_to_create_a_collection_is_reported_as_such_and_can_be_reconsidered() {
    let name = "c54_a_refusal_to_create_a_collection_is_reported_as_such_and_can_be_reconsidered";
    let Some((service, vault)) = start_service(name) else { return };
    service.take_default_away();
    service.allow_creation();
    service.ask_before(Method::CreateCollection, Answered::Dismissed);
    assert_eq!(write(&vault, ACCOUNT, "one").await, Err(VaultError::CreationDismissed));
    assert_eq!((service.collections_created(), service.prompts()), (0, 1), "it asks once");
    service.ask_before(Method::CreateCollection, Answered::InVain);
    assert_eq!(write(&vault, ACCOUNT, "one").await, Err(VaultError::NoCollection));
    service.ask_before(Method::CreateCollection, Answered::After(Duration::ZERO));
    write(&vault, ACCOUNT, "one").await.unwrap();
    assert_eq!((service.collections_created(), service.prompts()), (1, 3));
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c54_however_a_service_creates_its_collection_the_credential_is_kept_there() {
    let name = "c54_however_a_service_creates_its_collection_the_credential_is_kept_there";
    let Some((service, vault)) = start_service(name) else { return };
    service.take_default_away();
    service.allow_creation();
    // Without a prompt.
    write(&vault, ACCOUNT, "one").await.unwrap();
    // It is deleted, and its alias stays.
    vault.delete(ACCOUNT).await.unwrap();
    service.take_default_away();
    service.leave_dangling_alias();
    write(&vault, ACCOUNT, "two").await.unwrap();
    assert_eq!(service.collections_created(), 2);
    // Its path is reported as a text.
    vault.delete(ACCOUNT).await.unwrap();
    service.take_default_away();
    service.ask_before(Method::CreateCollection, Answered::After(Duration::ZERO));
    service.trick(Method::CreateCollection, Trick::Garble);
    write(&vault, ACCOUNT, "three").await.unwrap();
    assert_eq!((service.collections_created(), service.prompts()), (3, 1));
    // No alias is kept: the next credential does not get another collection.
    vault.delete(ACCOUNT).await.unwrap();
    service.behave();
    service.take_default_away();
    service.ignore_alias();
    write(&vault, ACCOUNT, "four").await.unwrap();
    write(&vault, "https://other.example", "five").await.unwrap();
    assert_eq!(service.collections_created(), 4);
    assert_eq!(stored(&service), ["five", "four"]);
}

#[tokio::test]
#[ignore = "needs dbus-daemon: script/desktop"]
async fn c54_a_service_that_cannot_create_a_collection_is_reported_as_having_none() {
    let name = "c54_a_service_that_cannot_create_a_collection_is_reported_as_having_none";
    let Some((service, vault)) = start_service(name) else { return };
    service.take_default_away();
    assert_eq!(write(&vault, ACCOUNT, "one").await, Err(VaultError::NoCollection));
    service.allow_creation();
    for error in ["org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.UnknownMethod"] {
        service.trick(Method::CreateCollection, Trick::Fail(error));
        assert_eq!(write(&vault, ACCOUNT, "one").await, Err(VaultError::NoCollection), "{error}");
    }
    assert!(service.items().is_empty());
}
