//! Locking after inactivity, with the desktop session and before sleep.

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

async fn lock_minutes(connections: &Connections, lock_minutes: Option<u32>) {
    let preferences = Preferences { lock_minutes, ..connections.preferences() };
    connections.set_preferences(preferences).await.expect("saved");
}

#[tokio::test]
async fn after_15_minutes_without_activity_the_app_locks_and_says_why() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let mut locks = connections.watch_locks();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    place.board.pass(14 * MINUTE);
    connections.report_activity();
    place.board.pass(14 * MINUTE);
    assert!(!connections.lock_if_idle());
    assert!(connections.session(ana.id).is_ok() && !locks.has_changed().expect("watched"));

    place.board.pass(MINUTE);
    assert!(connections.lock_if_idle());
    assert_eq!(code(connections.session(ana.id).map(drop)), ErrorCode::SignedOut);
    assert_eq!(*locks.borrow_and_update(), Some(LockReason::Idle { minutes: 15 }));
    place.board.pass(60 * MINUTE);
    assert!(!connections.lock_if_idle() && !locks.has_changed().expect("watched"), "locked is locked");
}

#[tokio::test]
async fn the_time_until_it_locks_is_a_preference_that_applies_at_once_and_can_be_never() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Session)
        .await
        .expect("connected");
    lock_minutes(&connections, None).await;
    place.board.pass(24 * 60 * MINUTE);
    assert!(!connections.lock_if_idle() && connections.session(ana.id).is_ok());
    connections.report_activity();
    lock_minutes(&connections, Some(5)).await;
    place.board.pass(5 * MINUTE);
    assert!(connections.lock_if_idle());
    assert_eq!(*connections.watch_locks().borrow(), Some(LockReason::Idle { minutes: 5 }));
}

#[tokio::test]
async fn whoever_wakes_the_computer_too_late_finds_it_locked_and_whoever_unlocks_has_the_full_time() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    place.board.pass(8 * 60 * MINUTE);
    connections.report_activity();
    assert!(connections.session(ana.id).is_err());

    place.board.pass(60 * MINUTE);
    connections.restore(ana.id).await.expect("from the keyring");
    assert!(!connections.lock_if_idle(), "signing in counts, even if the page reported nothing");
    place.board.pass(14 * MINUTE);
    assert!(!connections.lock_if_idle() && connections.session(ana.id).is_ok());
    place.board.pass(MINUTE);
    assert!(connections.lock_if_idle() && connections.session(ana.id).is_err());
}

#[tokio::test]
async fn the_idle_lock_waits_for_a_change_in_progress_and_the_desktop_s_does_not() {
    for desktop in [false, true] {
        let place = Place::new();
        let server = server_that_hangs_at(2).await;
        let connections = place.connections();
        let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
            .await
            .expect("connected");
        let session = connections.session(ana.id).expect("open");
        let delete = tokio::spawn({
            let session = Arc::clone(&session);
            async move { session.delete("a").await }
        });
        server.until("the request", |seen| seen.requests.len() == 2).await;
        place.board.pass(20 * MINUTE);
        assert!(connections.lock_if_idle(), "it is due");
        connections.report_activity();
        assert!(connections.session(ana.id).is_ok() && !delete.is_finished());
        if desktop {
            connections.lock_because(LockReason::Desktop);
            assert_eq!(code(delete.await.expect("no panic")), ErrorCode::SignedOut);
            assert_eq!(*connections.watch_locks().borrow(), Some(LockReason::Desktop));
        } else {
            session.cancel(Kind::Change);
            delete.await.expect("no panic").expect_err("cancelled");
            assert!(connections.lock_if_idle());
            assert_eq!(*connections.watch_locks().borrow(), Some(LockReason::Idle { minutes: 15 }));
        }
        assert!(connections.session(ana.id).is_err());
    }
}

#[tokio::test]
async fn before_sleep_the_clipboard_is_cleared_when_locking_returns() {
    let place = Place::new();
    let connections = place.connections();
    let sample = connections.connect_to_sample().await.expect("connected");
    let session = connections.session(sample.id).expect("open");
    session.load(sample.projects[0].id, |_| ()).await.expect("open");
    let row = session.rows(crate::testing::by_name(), 0, 1, None).rows.remove(0);
    connections.copy_token(sample.id, &row.id, None).await.expect("copied");
    connections.lock_because(LockReason::Sleep);
    assert_eq!(place.board.text(), None);
    assert!(connections.session(sample.id).is_err());
}
