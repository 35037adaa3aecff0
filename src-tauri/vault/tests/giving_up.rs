//! Deadlines, hung keyrings, and changes that come too late.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use calyptia_vault::{Vault, VaultError};
use support::{ACCOUNT, Act, Drawer, Gate, Op, WINDOWS, eventually, failure, long, read, secret};

const SHORT: Duration = Duration::from_millis(200);

/// Starts a write, and drops it once the store's call hangs.
async fn cancel_at(gate: &Arc<Gate>, vault: &Vault, text: &str) {
    let value = secret(text);
    tokio::select! {
        biased;
        written = vault.write(ACCOUNT, value) => panic!("{written:?}"),
        () = gate.reached() => {}
    }
}

#[tokio::test]
async fn k2_a_hung_read_times_out_and_does_not_block_later_requests() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"one");
    let vault = drawer.vault();
    let gate = Gate::new();
    drawer.trick(Op::Get, Act::HangBefore(Arc::clone(&gate)));
    let start = Instant::now();
    assert_eq!(read(&vault.with_deadline(SHORT), ACCOUNT).await, Err(VaultError::TimedOut));
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    assert_eq!(drawer.built.load(Ordering::SeqCst), 2, "by a new thread, with a new store");
    gate.open();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
}

#[tokio::test]
async fn k2_a_store_that_hangs_while_it_opens_blocks_nobody_else() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"one");
    let vault = drawer.vault();
    let gate = Gate::new();
    drawer.trick(Op::Build, Act::HangBefore(Arc::clone(&gate)));
    assert_eq!(read(&vault.with_deadline(SHORT), ACCOUNT).await, Err(VaultError::TimedOut));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    gate.open();
}

#[tokio::test]
async fn k2_three_hung_threads_are_enough_and_requests_still_end_in_time() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"one");
    let vault = drawer.vault();
    let gate = Gate::new();
    for _ in 0..10 {
        drawer.trick(Op::Get, Act::HangBefore(Arc::clone(&gate)));
    }
    for _ in 0..6 {
        let start = Instant::now();
        assert_eq!(read(&vault.with_deadline(SHORT), ACCOUNT).await, Err(VaultError::TimedOut));
        assert!(start.elapsed() < Duration::from_secs(1));
    }
    assert_eq!(drawer.built.load(Ordering::SeqCst), 3);
    gate.open();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())), "a thread that came back goes on");
}

#[tokio::test]
async fn a_request_behind_a_slow_one_waits_for_it_and_is_not_given_another_thread() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"one");
    let vault = drawer.vault();
    let gate = Gate::new();
    drawer.trick(Op::Get, Act::HangBefore(Arc::clone(&gate)));
    let open = async {
        gate.reached().await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        gate.open();
    };
    let (first, second, ()) = tokio::join!(read(&vault, ACCOUNT), read(&vault, ACCOUNT), open);
    assert_eq!((first, second), (Ok(Some("one".into())), Ok(Some("one".into()))));
    assert_eq!(drawer.built.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn k3_after_a_failure_the_store_is_built_again() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"one");
    let vault = drawer.vault();
    drawer.trick(Op::Build, Act::Fail(failure("no keyring")));
    read(&vault, ACCOUNT).await.unwrap_err();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    drawer.trick(Op::Get, Act::Fail(failure("broken")));
    read(&vault, ACCOUNT).await.unwrap_err();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    assert_eq!(drawer.built.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_store_that_panics_is_a_failure_and_is_built_again() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"one");
    let vault = drawer.vault();
    for op in [Op::Build, Op::Get] {
        drawer.trick(op, Act::Panic);
        assert!(matches!(read(&vault, ACCOUNT).await, Err(VaultError::Failed { .. })));
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("one".into())));
    }
}

#[tokio::test]
async fn k7_a_cancelled_write_that_commits_late_gives_the_previous_value_back() {
    for act in [Act::HangBefore, Act::HangAfter] {
        let drawer = Drawer::new(None);
        drawer.put(ACCOUNT, b"old");
        let vault = drawer.vault();
        let gate = Gate::new();
        drawer.trick(Op::Set, act(Arc::clone(&gate)));
        cancel_at(&gate, &vault, "new").await;
        gate.open();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())));
    }
}

#[tokio::test]
async fn k7_a_cancelled_write_that_commits_late_is_removed_where_there_was_nothing() {
    for limit in [None, Some(WINDOWS)] {
        for text in ["new".to_owned(), long('n', 8000)] {
            let drawer = Drawer::new(limit);
            let vault = drawer.vault();
            let gate = Gate::new();
            drawer.trick(Op::Set, Act::HangAfter(Arc::clone(&gate)));
            cancel_at(&gate, &vault, &text).await;
            gate.open();
            assert_eq!(read(&vault, ACCOUNT).await, Ok(None));
            assert!(drawer.accounts().is_empty(), "{:?}", drawer.accounts());
        }
    }
}

#[tokio::test]
async fn k7_a_write_past_its_deadline_is_undone_although_nobody_asks_again() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"old");
    let vault = drawer.vault();
    let gate = Gate::new();
    drawer.trick(Op::Set, Act::HangAfter(Arc::clone(&gate)));
    let written = vault.with_deadline(SHORT).write(ACCOUNT, secret("new")).await;
    assert_eq!(written, Err(VaultError::TimedOut));
    assert_eq!(drawer.text(ACCOUNT).as_deref(), Some("new"), "committed late");
    // Not even a handle is left.
    drop(vault);
    gate.open();
    eventually("the old value is back", || drawer.text(ACCOUNT).as_deref() == Some("old")).await;
}

#[tokio::test]
async fn k7_a_late_commit_beside_a_newer_write_gives_way_to_the_newer_value() {
    for limit in [None, Some(WINDOWS)] {
        for (late, newer) in [
            ("late".to_owned(), "newer".to_owned()),
            (long('l', 8000), long('n', 8000)),
            (long('l', 8000), "newer".to_owned()),
            ("late".to_owned(), long('n', 8000)),
            ("same".to_owned(), "same".to_owned()),
        ] {
            // Every operation of the late write is once the one that hangs and commits after the newer write.
            for skip in 0..6 {
                let drawer = Drawer::new(limit);
                drawer.put(ACCOUNT, b"old");
                let vault = drawer.vault();
                let gate = Gate::new();
                for _ in 0..skip {
                    drawer.trick(
                        Op::Set,
                        Act::HangBefore({
                            let open = Gate::new();
                            open.open();
                            open
                        }),
                    );
                }
                drawer.trick(Op::Set, Act::HangBefore(Arc::clone(&gate)));
                let short = vault.with_deadline(SHORT);
                let written = short.write(ACCOUNT, secret(&late)).await;
                if written.is_ok() {
                    break;
                }
                assert_eq!(written, Err(VaultError::TimedOut));
                vault.write(ACCOUNT, secret(&newer)).await.unwrap();
                gate.open();
                eventually("the newer value stands", || drawer.text(ACCOUNT).is_some()).await;
                let end = Instant::now() + Duration::from_millis(300);
                let mut found = read(&vault, ACCOUNT).await;
                while Instant::now() < end {
                    found = read(&vault, ACCOUNT).await;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                assert_eq!(found, Ok(Some(newer.clone())), "limit {limit:?}, operation {skip}");
                vault.delete(ACCOUNT).await.unwrap();
                assert!(drawer.accounts().is_empty(), "left over: {:?}", drawer.accounts());
            }
        }
    }
}

#[tokio::test]
async fn a_late_deletion_does_not_take_a_newer_value_with_it() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"old");
    let vault = drawer.vault();
    let gate = Gate::new();
    drawer.trick(Op::Delete, Act::HangBefore(Arc::clone(&gate)));
    assert_eq!(vault.with_deadline(SHORT).delete(ACCOUNT).await, Err(VaultError::TimedOut));
    vault.write(ACCOUNT, secret("newer")).await.unwrap();
    gate.open();
    eventually("the deletion came", || drawer.done.load(Ordering::SeqCst) > 5).await;
    eventually("the newer value is back", || drawer.text(ACCOUNT).as_deref() == Some("newer")).await;
}

#[tokio::test]
async fn k7_a_write_cancelled_while_it_waits_in_the_queue_never_happens() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"old");
    let vault = drawer.vault();
    let gate = Gate::new();
    drawer.trick(Op::Get, Act::HangBefore(Arc::clone(&gate)));
    let first = tokio::spawn({
        let vault = vault.clone();
        async move { read(&vault, ACCOUNT).await }
    });
    gate.reached().await;
    cancel_at(&gate, &vault, "new").await;
    gate.open();
    assert_eq!(first.await.unwrap(), Ok(Some("old".into())));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())));
    assert_eq!(drawer.done.load(Ordering::SeqCst), 2, "two reads and nothing else");
}

#[tokio::test]
async fn k7_a_write_answered_but_never_taken_is_undone() {
    let drawer = Drawer::new(None);
    drawer.put(ACCOUNT, b"old");
    let vault = drawer.vault();
    {
        let mut write = Box::pin(vault.write(ACCOUNT, secret("new")));
        // Polled once, so the request is on its way; then the answer lies there and nobody looks.
        tokio::select! {
            biased;
            _ = &mut write => panic!("too fast"),
            () = std::future::ready(()) => {}
        }
        eventually("the write is done", || drawer.text(ACCOUNT).as_deref() == Some("new")).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("old".into())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_a_write_dropped_at_any_moment_either_stands_for_its_caller_or_never_was() {
    let drawer = Drawer::new(Some(WINDOWS));
    let vault = drawer.vault();
    let mut expected = None;
    for round in 0..400_u64 {
        let text =
            if round % 2 == 0 { format!("short {round}") } else { long('x', 3000) + &round.to_string() };
        let wait = Duration::from_micros(round * 7 % 900);
        if let Ok(written) = tokio::time::timeout(wait, vault.write(ACCOUNT, secret(&text))).await {
            written.unwrap();
            expected = Some(text);
        }
        assert_eq!(read(&vault, ACCOUNT).await, Ok(expected.clone()), "round {round}");
    }
    vault.delete(ACCOUNT).await.unwrap();
    assert!(drawer.accounts().is_empty());
}
