//! Deadlines, cancelled requests, calls that hang, and stores that break.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use calyptia_vault::{Vault, VaultError};

use crate::support::{ACCOUNT, FakeStore, Fault, Gate, Op, eventually, failure, read, secret, write};

const SHORT: Duration = Duration::from_millis(20);

/// A vault whose store holds "one" and hangs in its next operation of this kind.
fn hanging_at(op: Op) -> (Arc<FakeStore>, Vault, Arc<Gate>) {
    let fake = FakeStore::new(None);
    fake.put(ACCOUNT, b"one");
    let (vault, gate) = (fake.vault(), Gate::new());
    fake.inject(op, Fault::HangBefore(Arc::clone(&gate)));
    (fake, vault, gate)
}

#[tokio::test]
async fn k2_a_read_that_hangs_times_out_and_the_next_one_waits_for_it() {
    for op in [Op::Open, Op::Get] {
        let (fake, vault, gate) = hanging_at(op);
        let short = vault.with_deadline(SHORT);
        assert_eq!(read(&short, ACCOUNT).await, Err(VaultError::TimedOut));
        assert_eq!(read(&short, ACCOUNT).await, Err(VaultError::TimedOut), "it is behind the first");
        gate.open();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
        assert_eq!(fake.opened.load(Ordering::SeqCst), 1, "by the same thread, with the same store");
    }
}

#[tokio::test]
async fn k2_what_the_session_keeps_is_read_while_the_keyring_hangs() {
    let (_fake, vault, gate) = hanging_at(Op::Get);
    assert_eq!(read(&vault.with_deadline(SHORT), ACCOUNT).await, Err(VaultError::TimedOut));
    vault.remember_for_session(ACCOUNT, secret("session"));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("session".into())));
    gate.open();
}

#[tokio::test]
async fn a_request_behind_a_slow_one_waits_for_it() {
    let (fake, vault, gate) = hanging_at(Op::Get);
    let open = async {
        gate.reached().await;
        gate.open();
    };
    let (first, second, ()) = tokio::join!(read(&vault, ACCOUNT), read(&vault, ACCOUNT), open);
    assert_eq!((first, second), (Ok(Some("one".into())), Ok(Some("one".into()))));
    assert_eq!(fake.opened.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn k2_a_request_whose_caller_gave_up_while_it_waited_never_begins() {
    let (fake, vault, gate) = hanging_at(Op::Get);
    let first = tokio::spawn({
        let vault = vault.clone();
        async move { read(&vault, ACCOUNT).await }
    });
    gate.reached().await;
    let short = vault.with_deadline(SHORT);
    assert_eq!(read(&short, ACCOUNT).await, Err(VaultError::TimedOut));
    assert_eq!(write(&short, ACCOUNT, "new").await, Err(VaultError::TimedOut));
    assert_eq!(short.delete(ACCOUNT).await, Err(VaultError::TimedOut));
    gate.open();
    assert_eq!(first.await.unwrap(), Ok(Some("one".into())));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    assert_eq!(fake.done.load(Ordering::SeqCst), 2, "two reads and nothing else");
}

#[tokio::test]
async fn a_deletion_whose_caller_has_gone_ends_before_its_next_operation() {
    let (fake, vault, gate) = hanging_at(Op::Get);
    assert_eq!(vault.with_deadline(SHORT).delete(ACCOUNT).await, Err(VaultError::TimedOut));
    gate.open();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())), "only its first read was done");
    assert_eq!(fake.done.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_deletion_that_comes_late_is_not_undone() {
    let (fake, vault, gate) = hanging_at(Op::Delete);
    assert_eq!(vault.with_deadline(SHORT).delete(ACCOUNT).await, Err(VaultError::TimedOut));
    gate.open();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    assert!(fake.accounts().is_empty());
}

#[tokio::test]
async fn k2_the_worker_ends_when_the_last_handle_is_dropped() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    let pending = vault.write(ACCOUNT, secret("one")).await.unwrap();
    drop(vault);
    assert!(Arc::strong_count(&fake) > 1, "the pending write still needs the worker");
    pending.commit();
    // The worker owns the store, and the store the fake.
    eventually("the store is dropped", || Arc::strong_count(&fake) == 1).await;
    assert_eq!(fake.text(ACCOUNT).as_deref(), Some("one"));
}

#[tokio::test]
async fn k3_after_a_failure_the_store_is_opened_again() {
    let fake = FakeStore::new(None);
    fake.put(ACCOUNT, b"one");
    let vault = fake.vault();
    fake.inject(Op::Open, Fault::Fail(failure("no keyring")));
    assert!(matches!(read(&vault, ACCOUNT).await, Err(VaultError::Failed { .. })));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    fake.inject(Op::Get, Fault::Fail(failure("broken")));
    assert!(matches!(read(&vault, ACCOUNT).await, Err(VaultError::Failed { .. })));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    assert_eq!(fake.opened.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_store_that_panics_has_failed_and_is_opened_again() {
    let fake = FakeStore::new(None);
    fake.put(ACCOUNT, b"one");
    let vault = fake.vault();
    for op in [Op::Open, Op::Get] {
        fake.inject(op, Fault::Panic);
        let panicked = VaultError::Failed { kind: "the keyring’s client panicked".into() };
        assert_eq!(read(&vault, ACCOUNT).await, Err(panicked));
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    }
}
