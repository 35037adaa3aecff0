//! Writes that are not committed, whatever became of their callers.

use std::sync::Arc;
use std::time::Duration;

use calyptia_vault::{PendingWrite, Storage, Vault, VaultError};

use crate::support::{
    ACCOUNT, FakeStore, Fault, Gate, Op, WINDOWS, eventually, failure, long, read, secret, write,
};

const SHORT: Duration = Duration::from_millis(20);

/// Starts a write, and drops it once the store's call hangs.
async fn cancel_at(gate: &Arc<Gate>, vault: &Vault, text: &str) {
    tokio::select! {
        biased;
        written = vault.write(ACCOUNT, secret(text)) => panic!("{written:?}"),
        () = gate.reached() => {}
    }
}

async fn pending(vault: &Vault, text: &str) -> PendingWrite {
    vault.write(ACCOUNT, secret(text)).await.unwrap()
}

#[tokio::test]
async fn k7_a_write_is_in_the_keyring_before_it_is_committed_and_stays_after() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    vault.remember_for_session(ACCOUNT, secret("session"));
    let write = pending(&vault, "one").await;
    assert_eq!(fake.text(ACCOUNT).as_deref(), Some("one"));
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Session);
    write.commit();
    assert_eq!(vault.storage_of(ACCOUNT), Storage::Keyring);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
async fn k7_a_write_dropped_without_a_commit_gives_the_previous_value_back() {
    for limit in [None, Some(WINDOWS)] {
        for old in [None, Some("old".to_owned()), Some(long('o', 8000))] {
            for new in ["new".to_owned(), long('n', 8000)] {
                let fake = FakeStore::new(limit);
                let vault = fake.vault();
                if let Some(old) = &old {
                    write(&vault, ACCOUNT, old).await.unwrap();
                }
                assert_eq!(read(&vault, ACCOUNT).await, Ok(old.clone()));
                let entries = fake.accounts().len();
                drop(pending(&vault, &new).await);
                assert_eq!(read(&vault, ACCOUNT).await, Ok(old.clone()));
                assert_eq!(fake.accounts().len(), entries, "left over: {:?}", fake.accounts());
            }
        }
    }
}

#[tokio::test]
async fn k7_what_waits_in_the_queue_sees_the_account_as_it_is_after_the_undoing() {
    let fake = FakeStore::new(None);
    fake.put(ACCOUNT, b"old");
    let vault = fake.vault();
    let write = pending(&vault, "new").await;
    let gate = Gate::new();
    fake.inject(Op::Get, Fault::HangBefore(Arc::clone(&gate)));
    let steps = async {
        gate.reached().await;
        drop(write);
        gate.open();
    };
    let other = read(&vault, "https://other.example");
    let (_, waiting, ()) = tokio::join!(other, read(&vault, ACCOUNT), steps);
    assert_eq!(waiting, Ok(Some("old".into())));
}

#[tokio::test]
async fn k7_a_deletion_after_an_abandoned_write_leaves_nothing() {
    for hang in [Fault::HangBefore, Fault::HangAfter] {
        let fake = FakeStore::new(None);
        fake.put(ACCOUNT, b"old");
        let vault = fake.vault();
        let gate = Gate::new();
        fake.inject(Op::Set, hang(Arc::clone(&gate)));
        cancel_at(&gate, &vault, "new").await;
        let (deleted, ()) = tokio::join!(vault.delete(ACCOUNT), async { gate.open() });
        assert_eq!(deleted, Ok(()));
        assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
        assert!(fake.accounts().is_empty());
    }
}

#[tokio::test]
async fn k7_a_write_dropped_after_a_later_change_is_not_undone() {
    let fake = FakeStore::new(None);
    fake.put(ACCOUNT, b"old");
    let vault = fake.vault();
    let first = pending(&vault, "first").await;
    write(&vault, ACCOUNT, "second").await.unwrap();
    drop(first);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("second".into())));
    let third = pending(&vault, "third").await;
    vault.delete(ACCOUNT).await.unwrap();
    drop(third);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    let fourth = pending(&vault, "fourth").await;
    fake.put(ACCOUNT, b"by another program");
    drop(fourth);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("by another program".into())));
}

#[tokio::test]
async fn k7_of_two_abandoned_writes_neither_value_comes_back_in_whichever_order_they_are_dropped() {
    for first_goes_first in [true, false] {
        let fake = FakeStore::new(None);
        fake.put(ACCOUNT, b"old");
        let vault = fake.vault();
        let (first, second) = (pending(&vault, "first").await, pending(&vault, "second").await);
        let mut writes = if first_goes_first { [first, second] } else { [second, first] }.into_iter();
        drop(writes.next());
        let between = if first_goes_first { "second" } else { "first" };
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(between.into())));
        drop(writes.next());
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())));
    }
}

#[tokio::test]
async fn k7_a_value_that_an_abandoned_and_a_standing_write_share_stays() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    let abandoned = pending(&vault, "same").await;
    let standing = pending(&vault, "same").await;
    let last = pending(&vault, "other").await;
    drop(last);
    drop(abandoned);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("same".into())));
    standing.commit();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("same".into())));
}

#[tokio::test]
async fn k7_an_abandoned_value_does_not_come_back_as_the_previous_value_of_a_later_write() {
    let fake = FakeStore::new(None);
    let vault = fake.vault();
    let first = pending(&vault, "abandoned").await;
    // The first write cannot be undone at once. The second changes nothing, and cannot even see that.
    for fault in [Fault::Fail(failure("not now")), Fault::None, Fault::Fail(failure("not now"))] {
        fake.inject(Op::Get, fault);
    }
    fake.inject(Op::Set, Fault::Fail(failure("not now")));
    drop(first);
    write(&vault, ACCOUNT, "never there").await.unwrap_err();
    assert_eq!(fake.text(ACCOUNT).as_deref(), Some("abandoned"));
    let last = pending(&vault, "abandoned").await;
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("abandoned".into())));
    drop(last);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
}

#[tokio::test]
async fn k7_a_cancelled_write_that_completes_late_gives_the_previous_value_back() {
    for hang in [Fault::HangBefore, Fault::HangAfter] {
        let fake = FakeStore::new(None);
        fake.put(ACCOUNT, b"old");
        let vault = fake.vault();
        let gate = Gate::new();
        fake.inject(Op::Set, hang(Arc::clone(&gate)));
        cancel_at(&gate, &vault, "new").await;
        gate.open();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())));
    }
}

#[tokio::test]
async fn k7_a_cancelled_write_that_completes_late_is_removed_where_there_was_nothing() {
    for limit in [None, Some(WINDOWS)] {
        for text in ["new".to_owned(), long('n', 8000)] {
            let fake = FakeStore::new(limit);
            let vault = fake.vault();
            let gate = Gate::new();
            fake.inject(Op::Set, Fault::HangAfter(Arc::clone(&gate)));
            cancel_at(&gate, &vault, &text).await;
            gate.open();
            assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
            assert!(fake.accounts().is_empty(), "{:?}", fake.accounts());
        }
    }
}

#[tokio::test]
async fn k7_a_write_past_its_deadline_is_undone_although_nobody_asks_again() {
    let fake = FakeStore::new(None);
    fake.put(ACCOUNT, b"old");
    let vault = fake.vault();
    let gate = Gate::new();
    fake.inject(Op::Set, Fault::HangAfter(Arc::clone(&gate)));
    let written = write(&vault.with_deadline(SHORT), ACCOUNT, "new").await;
    assert_eq!(written, Err(VaultError::TimedOut));
    gate.reached().await;
    assert_eq!(fake.text(ACCOUNT).as_deref(), Some("new"), "completed late");
    // Not even a handle is left.
    drop(vault);
    gate.open();
    eventually("the old value is back", || fake.text(ACCOUNT).as_deref() == Some("old")).await;
}

#[tokio::test]
async fn k7_a_write_answered_but_never_taken_is_undone() {
    let fake = FakeStore::new(None);
    fake.put(ACCOUNT, b"old");
    let vault = fake.vault();
    {
        let mut write = Box::pin(vault.write(ACCOUNT, secret("new")));
        // Polled once, so the request is on its way.
        tokio::select! {
            biased;
            written = &mut write => panic!("nobody waited for {written:?}"),
            () = std::future::ready(()) => {}
        }
        // Behind the write: when this is answered, so is the write.
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("new".into())));
    }
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())));
}

#[tokio::test]
async fn k7_an_abandoned_credential_is_never_read_even_if_undoing_it_fails_at_first() {
    let fake = FakeStore::new(None);
    fake.put(ACCOUNT, b"old");
    let vault = fake.vault();
    let write = pending(&vault, "new").await;
    for _ in 0..2 {
        fake.inject(Op::Set, Fault::Fail(failure("not now")));
    }
    drop(write);
    // The second failure is for this one.
    assert!(matches!(read(&vault, ACCOUNT).await, Err(VaultError::Failed { .. })));
    assert_eq!(fake.text(ACCOUNT).as_deref(), Some("new"));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())));
}

#[tokio::test]
async fn k6_a_write_that_fails_is_undone_before_the_failure_is_reported() {
    for fault in [Fault::Fail(failure("refused")), Fault::FailAfter(failure("refused")), Fault::Panic] {
        let fake = FakeStore::new(None);
        fake.put(ACCOUNT, b"old");
        let vault = fake.vault();
        fake.inject(Op::Set, fault);
        assert!(matches!(write(&vault, ACCOUNT, "new").await, Err(VaultError::Failed { .. })));
        assert_eq!(fake.text(ACCOUNT).as_deref(), Some("old"));
    }
}

#[tokio::test]
async fn k7_an_entry_that_cannot_be_read_is_not_put_back_but_the_new_value_goes() {
    let fake = FakeStore::new(Some(WINDOWS));
    fake.put(ACCOUNT, b"\x01calyptia-tokens/pieces/1 damaged");
    let vault = fake.vault();
    drop(pending(&vault, "new").await);
    assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
    assert!(fake.accounts().is_empty());
}

#[tokio::test]
async fn nothing_secret_shows_in_a_pending_write() {
    let vault = FakeStore::new(None).vault();
    let write = pending(&vault, "canary").await;
    assert_eq!(format!("{write:?}"), format!("PendingWrite {{ account: {ACCOUNT:?}, .. }}"));
    write.commit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_a_write_dropped_at_any_moment_beside_a_running_worker_is_undone() {
    let fake = FakeStore::new(Some(WINDOWS));
    let vault = fake.vault();
    let mut expected = None;
    for round in 0..2_000_u32 {
        let text =
            if round % 2 == 0 { format!("short {round}") } else { long('x', 3000) + &round.to_string() };
        let mut write = Box::pin(vault.write(ACCOUNT, secret(&text)));
        for _ in 0..round % 40 {
            if let std::task::Poll::Ready(written) = poll_once(write.as_mut()).await {
                if round % 3 == 0 {
                    written.unwrap().commit();
                    expected = Some(text);
                }
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(write);
        if round % 5 == 0 {
            assert_eq!(read(&vault, ACCOUNT).await, Ok(expected.clone()), "round {round}");
        }
    }
    vault.delete(ACCOUNT).await.unwrap();
    assert!(fake.accounts().is_empty());
}

/// Polls once.
async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
    std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context))).await
}
