//! Reading, writing, deleting, and keeping for this session only.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use calyptia_vault::{SERVICE, Storage, Vault, VaultError};
use keyring::{CredentialStore, Error, mock};
use support::{ACCOUNT, Act, CANARY, Drawer, Op, WINDOWS, failure, long, read, secret};

#[tokio::test]
async fn what_is_written_to_the_mock_store_is_read_back_and_deleted() {
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    let kept = Arc::clone(&store);
    let vault = Vault::with_store(move || Ok(Arc::clone(&kept)), None);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    vault.write(ACCOUNT, secret("two")).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("two".into())));
    assert_eq!(store.build(SERVICE, ACCOUNT, None).unwrap().get_secret().unwrap(), b"two");
    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    vault.delete(ACCOUNT).await.unwrap();
}

#[tokio::test]
async fn an_error_of_the_mock_store_is_told_and_the_next_request_works() {
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    let entry = store.build(SERVICE, ACCOUNT, None).unwrap();
    let vault = Vault::with_store(move || Ok(Arc::clone(&store)), None);
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
    credential.set_error(Error::Ambiguous(vec![]));
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Ambiguous));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
async fn nothing_is_opened_before_the_first_request() {
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    let _ = vault.storage_of(ACCOUNT);
    vault.remember_for_session(ACCOUNT, secret("one"));
    assert_eq!(drawer.built.load(Ordering::SeqCst), 0);
    assert_eq!(read(&vault, "https://other.example").await, Ok(None));
    assert_eq!(drawer.built.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn without_a_limit_the_plain_secret_is_the_only_entry() {
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    let text = long('a', 8000);
    vault.write(ACCOUNT, secret(&text)).await.unwrap();
    assert_eq!(drawer.accounts(), [ACCOUNT]);
    assert_eq!(drawer.text(ACCOUNT), Some(text));
}

#[tokio::test]
async fn k4_odd_bytes_in_the_entry_are_unrecognised_and_can_be_written_over_and_deleted() {
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    drawer.put(ACCOUNT, b"\xff\xfe odd");
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Unrecognised));
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    drawer.put(ACCOUNT, b"\xff\xfe odd");
    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
}

#[tokio::test]
async fn k4_an_entry_the_store_cannot_decode_is_unrecognised_and_can_be_written_over() {
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    drawer.put(ACCOUNT, b"whatever");
    drawer.trick(Op::Get, Act::Fail(Error::BadEncoding(CANARY.into())));
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Unrecognised));
    drawer.trick(Op::Get, Act::Fail(Error::BadEncoding(CANARY.into())));
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
async fn k6_a_deletion_the_store_only_pretends_is_an_error_and_the_credential_still_works() {
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    drawer.trick(Op::Delete, Act::Pretend);
    assert_eq!(vault.delete(ACCOUNT).await, Err(VaultError::NotDeleted));
    drawer.trick(Op::Delete, Act::Fail(failure("refused")));
    assert!(matches!(vault.delete(ACCOUNT).await, Err(VaultError::Failed { .. })));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
async fn k6_a_deletion_that_cannot_be_proven_is_an_error() {
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    vault.write(ACCOUNT, secret("one")).await.unwrap();
    // The first read finds the entry, the second is the proof.
    drawer.trick(Op::Get, Act::FailAfter(Error::NoEntry));
    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!(
        drawer.text(ACCOUNT).as_deref(),
        Some("one"),
        "a store that finds nothing has nothing to delete"
    );
    drawer.trick(Op::Delete, Act::Pretend);
    assert_eq!(vault.delete(ACCOUNT).await, Err(VaultError::NotDeleted));
}

#[tokio::test]
async fn k6_a_refused_write_leaves_the_old_credential() {
    for act in [Act::Fail(failure("refused")), Act::FailAfter(failure("refused"))] {
        let drawer = Drawer::new(None);
        let vault = drawer.vault();
        vault.write(ACCOUNT, secret("old")).await.unwrap();
        drawer.trick(Op::Set, act);
        assert!(matches!(vault.write(ACCOUNT, secret("new")).await, Err(VaultError::Failed { .. })));
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())));
    }
}

#[tokio::test]
async fn a_credential_for_this_session_is_read_first_and_never_reaches_the_keyring() {
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    vault.write(ACCOUNT, secret("kept")).await.unwrap();
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Keyring);
    vault.clone().remember_for_session(ACCOUNT, secret(CANARY));
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Session);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
    assert_eq!(drawer.text(ACCOUNT).as_deref(), Some("kept"));
    assert!(!format!("{vault:?}").contains(CANARY));
    assert!(vault.forget_for_session(ACCOUNT));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("kept".into())));
}

#[tokio::test]
async fn k6_a_failed_write_keeps_nothing_in_memory_and_a_good_one_ends_the_session_s() {
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    drawer.trick(Op::Set, Act::Fail(failure("refused")));
    vault.write(ACCOUNT, secret("one")).await.unwrap_err();
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Keyring);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    vault.remember_for_session(ACCOUNT, secret("two"));
    drawer.trick(Op::Set, Act::Fail(failure("refused")));
    vault.write(ACCOUNT, secret("three")).await.unwrap_err();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("two".into())));
    vault.write(ACCOUNT, secret("three")).await.unwrap();
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Keyring);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("three".into())));
}

#[tokio::test]
async fn k6_deleting_clears_the_keyring_and_the_session_and_neither_when_the_keyring_fails() {
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    vault.write(ACCOUNT, secret("kept")).await.unwrap();
    vault.remember_for_session(ACCOUNT, secret("session"));
    drawer.trick(Op::Delete, Act::Fail(failure("refused")));
    vault.delete(ACCOUNT).await.unwrap_err();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("session".into())));
    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
}

#[tokio::test]
async fn accounts_do_not_see_each_other() {
    let drawer = Drawer::new(Some(WINDOWS));
    let vault = drawer.vault();
    vault.write("https://one.example", secret(&long('a', 8000))).await.unwrap();
    vault.write("https://two.example", secret("two")).await.unwrap();
    vault.delete("https://one.example").await.unwrap();
    assert_eq!(drawer.accounts(), ["https://two.example"]);
}

#[tokio::test]
async fn k4_no_error_shows_what_the_store_s_error_carried() {
    let errors: [fn() -> Error; 12] = [
        || Error::BadEncoding(CANARY.into()),
        || Error::BadDataFormat(CANARY.into(), Box::new(std::io::Error::other(CANARY))),
        || Error::PlatformFailure(Box::new(std::io::Error::other(CANARY))),
        || Error::NoStorageAccess(Box::new(std::io::Error::other(CANARY))),
        || Error::PlatformFailure(CANARY.into()),
        || Error::BadStoreFormat(CANARY.into()),
        || Error::TooLong(CANARY.into(), 1),
        || Error::Invalid(CANARY.into(), CANARY.into()),
        || Error::NotSupportedByStore(CANARY.into()),
        || Error::Ambiguous(vec![]),
        || Error::NoDefaultStore,
        || Error::NoEntry,
    ];
    let drawer = Drawer::new(None);
    let vault = drawer.vault();
    for make in errors {
        for op in [Op::Get, Op::Set, Op::Delete] {
            drawer.put(ACCOUNT, CANARY.as_bytes());
            drawer.trick(op, Act::Fail(make()));
            let result = match op {
                Op::Set => vault.write(ACCOUNT, secret(CANARY)).await,
                Op::Delete => vault.delete(ACCOUNT).await,
                _ => vault.read(ACCOUNT).await.map(drop),
            };
            let Err(error) = result else { continue };
            let shown = format!("{error} {error:?} {error:#?}");
            assert!(!shown.contains(CANARY), "{shown}");
            assert!(std::error::Error::source(&error).is_none());
            assert!(
                error.to_string().ends_with('.') && error.to_string().contains(". "),
                "a next step: {error}"
            );
        }
    }
}
