//! Reading, writing, deleting, and keeping for this session only.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::support::{ACCOUNT, CANARY, FakeStore, Fault, Op, WINDOWS, failure, long, read, secret, write};
use calyptia_vault::{SERVICE, Storage, Vault, VaultError};
use keyring::{CredentialStore, Error, mock};

#[tokio::test]
async fn what_is_written_to_the_mock_store_is_read_back_and_deleted() {
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    let kept = Arc::clone(&store);
    let vault = Vault::with_store(move || Ok(Arc::clone(&kept)), None);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    write(&vault, ACCOUNT, "one").await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    write(&vault, ACCOUNT, "two").await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("two".into())));
    assert_eq!(store.build(SERVICE, ACCOUNT, None).unwrap().get_secret().unwrap(), b"two");
    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    vault.delete(ACCOUNT).await.unwrap();
}

#[tokio::test]
async fn an_error_of_the_mock_store_is_reported_and_the_next_request_works() {
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    let entry = store.build(SERVICE, ACCOUNT, None).unwrap();
    let vault = Vault::with_store(move || Ok(Arc::clone(&store)), None);
    write(&vault, ACCOUNT, "one").await.unwrap();
    let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
    credential.set_error(Error::Ambiguous(vec![]));
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Ambiguous));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
async fn nothing_is_opened_before_the_first_request() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    let _ = vault.storage_of(ACCOUNT);
    vault.remember_for_session(ACCOUNT, secret("one"));
    assert_eq!(fake.opened.load(Ordering::SeqCst), 0);
    assert_eq!(read(&vault, "https://other.example").await, Ok(None));
    assert_eq!(fake.opened.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn without_a_limit_the_plain_secret_is_the_only_entry() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    let text = long('a', 8000);
    write(&vault, ACCOUNT, &text).await.unwrap();
    assert_eq!(fake.accounts(), [ACCOUNT]);
    assert_eq!(fake.text(ACCOUNT), Some(text));
}

#[tokio::test]
async fn k4_odd_bytes_in_the_entry_are_unrecognized_and_can_be_written_over_and_deleted() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    fake.put(ACCOUNT, b"\xff\xfe odd");
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Unrecognized));
    write(&vault, ACCOUNT, "one").await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    fake.put(ACCOUNT, b"\xff\xfe odd");
    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
}

#[tokio::test]
async fn k4_an_entry_the_store_cannot_decode_is_unrecognized_and_can_be_written_over() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    fake.put(ACCOUNT, b"whatever");
    fake.inject(Op::Get, Fault::Fail(Error::BadEncoding(CANARY.into())));
    assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Unrecognized));
    fake.inject(Op::Get, Fault::Fail(Error::BadEncoding(CANARY.into())));
    write(&vault, ACCOUNT, "one").await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
async fn k6_a_deletion_the_store_only_pretends_is_an_error_and_the_credential_still_works() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    write(&vault, ACCOUNT, "one").await.unwrap();
    fake.inject(Op::Delete, Fault::Pretend);
    assert_eq!(vault.delete(ACCOUNT).await, Err(VaultError::NotDeleted));
    fake.inject(Op::Delete, Fault::Fail(failure("refused")));
    assert!(matches!(vault.delete(ACCOUNT).await, Err(VaultError::Failed { .. })));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
async fn k6_a_deletion_that_cannot_be_proven_is_an_error() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    write(&vault, ACCOUNT, "one").await.unwrap();
    // The first read finds the entry, the second is the proof.
    fake.inject(Op::Get, Fault::None);
    fake.inject(Op::Get, Fault::Fail(failure("no proof")));
    assert!(matches!(vault.delete(ACCOUNT).await, Err(VaultError::Failed { .. })));
    assert_eq!(vault.delete(ACCOUNT).await, Ok(()), "nothing to delete is fine");
}

#[tokio::test]
async fn c67_a_deletion_without_a_keyring_is_an_error_even_if_the_session_kept_a_credential() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    write(&vault, ACCOUNT, "in the keyring").await.unwrap();
    vault.remember_for_session(ACCOUNT, secret("session"));
    fake.inject(Op::Get, Fault::Fail(failure("gone")));
    vault.delete(ACCOUNT).await.unwrap_err();
    fake.inject(Op::Open, Fault::Fail(failure("the keyring is away")));
    vault.delete(ACCOUNT).await.unwrap_err();
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Session, "it stays for the next try");
    assert_eq!(fake.text(ACCOUNT).as_deref(), Some("in the keyring"));
    vault.delete(ACCOUNT).await.unwrap();
    assert!(fake.accounts().is_empty());
}

#[tokio::test]
async fn a_credential_for_this_session_is_read_first_and_never_reaches_the_keyring() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    write(&vault, ACCOUNT, "kept").await.unwrap();
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Keyring);
    vault.clone().remember_for_session(ACCOUNT, secret(CANARY));
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Session);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(CANARY.into())));
    assert_eq!(fake.text(ACCOUNT).as_deref(), Some("kept"));
    assert!(!format!("{vault:?}").contains(CANARY));
    assert!(vault.forget_for_session(ACCOUNT));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("kept".into())));
}

#[tokio::test]
async fn k6_a_failed_write_keeps_nothing_in_memory_and_a_good_one_ends_the_session_s() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    fake.inject(Op::Set, Fault::Fail(failure("refused")));
    write(&vault, ACCOUNT, "one").await.unwrap_err();
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Keyring);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    vault.remember_for_session(ACCOUNT, secret("two"));
    fake.inject(Op::Set, Fault::Fail(failure("refused")));
    write(&vault, ACCOUNT, "three").await.unwrap_err();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("two".into())));
    write(&vault, ACCOUNT, "three").await.unwrap();
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Keyring);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("three".into())));
}

#[tokio::test]
async fn k6_deleting_clears_the_keyring_and_leaves_what_the_session_keeps() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    write(&vault, ACCOUNT, "kept").await.unwrap();
    vault.remember_for_session(ACCOUNT, secret("session"));
    fake.inject(Op::Delete, Fault::Fail(failure("refused")));
    vault.delete(ACCOUNT).await.unwrap_err();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("session".into())));
    vault.delete(ACCOUNT).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("session".into())));
    assert!(vault.forget_for_session(ACCOUNT));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
}

#[tokio::test]
async fn accounts_do_not_see_each_other() {
    let fake = FakeStore::new(Some(WINDOWS));
    let vault = fake.vault();
    write(&vault, "https://one.example", &long('a', 8000)).await.unwrap();
    write(&vault, "https://two.example", "two").await.unwrap();
    vault.delete("https://one.example").await.unwrap();
    assert_eq!(fake.accounts(), ["https://two.example"]);
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
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    for make in errors {
        for op in [Op::Get, Op::Set, Op::Delete] {
            fake.put(ACCOUNT, CANARY.as_bytes());
            fake.inject(op, Fault::Fail(make()));
            let result = match op {
                Op::Set => write(&vault, ACCOUNT, CANARY).await,
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

/// The Keychain's own errors, through the store.
#[cfg(target_os = "macos")]
#[tokio::test]
async fn a_keychain_that_refuses_loses_nothing_and_is_asked_again() {
    use security_framework::base::Error as Status;

    for (status, error) in [
        (-128, VaultError::Dismissed),
        (-25308, VaultError::Locked),
        (-25291, VaultError::NoProvider),
        (-25307, VaultError::NoCollection),
        (-34018, VaultError::Failed { kind: "OSStatus -34018".into() }),
    ] {
        let fake = FakeStore::new(None);
        let vault = fake.vault();
        write(&vault, ACCOUNT, "one").await.unwrap();
        for op in [Op::Get, Op::Set] {
            let refusal = Error::PlatformFailure(Box::new(Status::from_code(status)));
            fake.inject(op, Fault::Fail(refusal));
            let refused = match op {
                Op::Get => read(&vault, ACCOUNT).await.map(|_| ()),
                _ => write(&vault, ACCOUNT, "two").await,
            };
            assert_eq!(refused, Err(error.clone()), "{status}");
            assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())), "{status}");
        }
    }
}
