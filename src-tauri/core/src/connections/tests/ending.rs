//! What ends a session ends all of its work, and leaves nothing.

use super::*;

/// A sign-in is dropped when it is stopped, usually before it could do harm. It must not depend on that: it may be past its
/// last await.
#[tokio::test]
async fn t3_a_sign_in_that_was_stopped_or_whose_connection_is_being_removed_leaves_nothing() {
    for store in [CredentialStore::Keyring, CredentialStore::Session] {
        for removing in [false, true] {
            let place = Place::new();
            let server = server().await;
            let connections = place.connections();
            let token = token_of("ana@acme.example");
            let prepared = connections.prepare(None, address(&server), token, store, Asking::Allowed).await;
            let verified = connections.verify(prepared.expect("a client")).await.expect("verified");
            let entry = verified.saved.entry.clone();
            let attempt = CancellationToken::new();
            if removing {
                lock(&connections.state).removing.insert(verified.saved.id, CancellationToken::new());
            } else {
                attempt.cancel();
            }
            assert_eq!(code(connections.activate(verified, store, &attempt).await), ErrorCode::Cancelled);
            assert!(lock(&connections.state).current.is_none());
            assert_eq!(connections.vault.storage_of(&entry), calyptia_vault::Storage::Keyring);
            eventually("the entry is deleted", || place.entry(&entry).is_none()).await;
            eventually("the connection is forgotten", || connections.known().is_empty()).await;
        }
    }
}

#[tokio::test]
async fn t3_a_session_takes_no_bearer_token_of_a_sign_in_that_was_stopped() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let kept = place.entry(&server.url());
    for removing in [false, true] {
        let session = connections.session(ana.id).expect("open");
        let attempt = CancellationToken::new();
        if removing {
            lock(&connections.state).removing.insert(ana.id, CancellationToken::new());
        } else {
            attempt.cancel();
        }
        let token = token_of("bo@acme.example");
        let continued = connections.continue_with(&session, token, false, &attempt).await;
        assert_eq!(code(continued), ErrorCode::Cancelled);
        eventually("the earlier bearer token is back", || place.entry(&server.url()) == kept).await;
        assert_eq!(connections.known()[0].account.as_deref(), Some("ana@acme.example"));
    }
}

#[tokio::test]
async fn t3_a_locked_app_holds_nothing_and_the_keyring_is_read_again() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let bo =
        connect(&connections, &server, "bo@acme.example", CredentialStore::Session).await.expect("connected");
    place.board.put(token_of("cy@acme.example").secret().expose_secret());
    connections.paste_bearer_token(&server.url(), PasteSource::Clipboard).await.expect("pasted");
    let session = Arc::downgrade(&connections.session(bo.id).expect("open"));
    connections.lock();
    assert!(connections.session(bo.id).is_err());
    assert!(session.upgrade().is_none(), "with its client, its bearer token and its list");
    let pasted = connections.connect(None, &server.url(), None, true).await;
    assert_eq!(code(pasted), ErrorCode::PasteExpired, "nothing is pasted any more");
    assert_eq!(connections.restore(ana.id).await.expect("from the keyring").id, ana.id);
    assert_eq!(code(connections.restore(bo.id).await), ErrorCode::SignedOut, "it was in memory only");
}

/// What ends a session.
#[derive(Debug, Clone, Copy)]
enum End {
    Lock,
    SignOut,
    Forget,
    Switch,
}

impl End {
    const ALL: [Self; 4] = [Self::Lock, Self::SignOut, Self::Forget, Self::Switch];

    async fn make(self, connections: &Connections, id: Uuid, server: &raw::Server) {
        match self {
            Self::Lock => connections.lock(),
            Self::SignOut => drop(connections.sign_out(id).await.expect("signed out")),
            Self::Forget => drop(connections.forget(id).await.expect("forgotten")),
            Self::Switch => {
                connect(connections, server, "bo@acme.example", CredentialStore::Session)
                    .await
                    .expect("connected");
            }
        }
    }
}

#[tokio::test]
async fn t3_no_call_outlives_the_session_whatever_ends_it() {
    for end in End::ALL {
        let place = Place::new();
        let other = server().await;
        let server = server_that_hangs_at(2).await;
        let connections = place.connections();
        let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
            .await
            .expect("connected");
        let session = connections.session(ana.id).expect("open");
        let known = Arc::downgrade(&session);
        let call = tokio::spawn(async move { session.projects().await });
        server.until("the call", |seen| seen.requests.len() == 2).await;
        end.make(&connections, ana.id, &other).await;
        server.until("its connection is closed", |seen| seen.left == seen.connections).await;
        let result = call.await.expect("no panic");
        let expected = match end {
            End::Lock | End::Switch => ErrorCode::SignedOut,
            // Its work ends first, in case the keyring refuses.
            End::SignOut | End::Forget => ErrorCode::Cancelled,
        };
        assert_eq!(code(result), expected, "{end:?}");
        assert!(known.upgrade().is_none(), "{end:?}");
    }
}

#[tokio::test]
async fn t3_no_copied_token_outlives_the_session_whatever_ends_it() {
    let token = r#"{"id":"a","name":"edge","token":"a-value-of-some-length","permissions":["read:*"]}"#;
    for end in End::ALL {
        for slow in [None, Some(Call::Set), Some(Call::Get)] {
            let place = Place::new();
            let other = server().await;
            let server = raw::Server::start(move |request| {
                raw::Answer::json(if request.line().contains("project_tokens") { token } else { PROJECTS })
            })
            .await;
            let connections = place.connections();
            let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
                .await
                .expect("connected");
            match slow {
                None => {
                    connections.copy_token(ana.id, "a", None).await.expect("copied");
                    assert_eq!(place.board.text().as_deref(), Some("a-value-of-some-length"));
                }
                Some(call) => {
                    let gate = Arc::new(Gate::default());
                    place.board.trouble(call, Trouble::Hangs(Arc::clone(&gate)));
                    let copy = tokio::spawn({
                        let connections = Arc::clone(&connections);
                        async move { connections.copy_token(ana.id, "a", None).await }
                    });
                    let before = usize::from(call == Call::Get);
                    eventually("the clipboard is asked", || {
                        place.board.calls(Call::Set) == 1 && place.board.calls(call) >= before
                    })
                    .await;
                    end.make(&connections, ana.id, &other).await;
                    gate.open();
                    copy.await.expect("no panic").expect_err("the session ended");
                }
            }
            end.make_again(&connections, ana.id, &other).await;
            // Answered after whatever waited before.
            connections.clipboard.clear_and_wait();
            eventually("nothing is left", || place.board.text().is_none()).await;
        }
    }
}

impl End {
    /// For a session that may have ended.
    async fn make_again(self, connections: &Connections, id: Uuid, server: &raw::Server) {
        if connections.session(id).is_ok() {
            self.make(connections, id, server).await;
        }
    }
}

#[tokio::test]
async fn t3_a_sign_in_that_is_stopped_installs_nothing_and_leaves_nothing_in_the_keyring() {
    for end in [End::Lock, End::SignOut, End::Forget] {
        let place = Place::new();
        let server = server().await;
        let keyring = UnreliableKeyring::new(1);
        keyring.recover();
        let connections = place.connections_over(keyring.vault());
        let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
            .await
            .expect("connected");
        let gate = Arc::new(Gate::default());
        keyring.hang_next_write(Arc::clone(&gate));
        let sign_in = tokio::spawn({
            let (connections, address) = (Arc::clone(&connections), address(&server));
            async move {
                let token = token_of("bo@acme.example");
                connections.sign_in(None, address, token, CredentialStore::Keyring).await
            }
        });
        eventually("the keyring is asked", || keyring.writes() == 2).await;
        // Signing out waits for the keyring, too.
        let ending = tokio::spawn({
            let connections = Arc::clone(&connections);
            async move { end.make(&connections, ana.id, &server).await }
        });
        assert_eq!(code(sign_in.await.expect("no panic")), ErrorCode::Cancelled);
        gate.open();
        ending.await.expect("it ends");
        eventually("the connection that never was is forgotten", || {
            connections.known().iter().all(|known| known.account.as_deref() != Some("bo@acme.example"))
        })
        .await;
        let entry = format!("{} (2)", connections.settings.last().map_or(String::new(), |last| last.server));
        assert!(!keyring.holds(&entry), "{end:?}");
        assert!(lock(&connections.state).current.is_none(), "{end:?}");
    }
}

#[tokio::test]
async fn a_sign_in_for_the_session_survives_what_an_earlier_one_gives_back() {
    let place = Place::new();
    let server = server().await;
    let keyring = UnreliableKeyring::new(1);
    keyring.recover();
    let connections = place.connections_over(keyring.vault());
    let gate = Arc::new(Gate::default());
    keyring.hang_next_write(Arc::clone(&gate));
    let stopped = tokio::spawn({
        let (connections, address) = (Arc::clone(&connections), address(&server));
        async move {
            connections.sign_in(None, address, token_of("ana@acme.example"), CredentialStore::Keyring).await
        }
    });
    eventually("the keyring is asked", || keyring.writes() == 1).await;
    connections.cancel_sign_in();
    assert_eq!(code(stopped.await.expect("no panic")), ErrorCode::Cancelled);
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Session)
        .await
        .expect("connected");
    gate.open();
    eventually("the keyring is empty", || !keyring.holds(&server.url())).await;
    let _ = connections.vault.read("last").await;
    assert!(connections.known()[0].signed_in);
    connections.lock();
    assert_eq!(code(connections.restore(ana.id).await), ErrorCode::SignedOut);
}

#[tokio::test]
async fn t3_a_paste_that_is_read_after_locking_or_discarding_is_dropped() {
    for discard in [false, true] {
        let place = Place::new();
        let server = server().await;
        let connections = place.connections();
        place.board.put(token_of("cy@acme.example").secret().expose_secret());
        let gate = Arc::new(Gate::default());
        place.board.trouble(Call::Get, Trouble::Hangs(Arc::clone(&gate)));
        let paste = connections.paste_bearer_token("https://api.acme.example", PasteSource::Clipboard);
        let stop = async {
            tokio::task::yield_now().await;
            if discard {
                connections.discard_pasted()
            } else {
                connections.lock()
            }
            gate.open();
        };
        let (paste, ()) = tokio::join!(paste, stop);
        assert_eq!(code(paste), ErrorCode::Cancelled);
        let used = connections.connect(None, &server.url(), None, true).await;
        assert_eq!(code(used), ErrorCode::PasteExpired);
    }
}

#[tokio::test]
async fn a3_a_late_project_is_not_remembered_for_a_connection_that_was_forgotten() {
    let place = Place::new();
    let connections = place.connections();
    let sample = connections.connect_to_sample().await.expect("connected");
    let session: Weak<Session> = Arc::downgrade(&connections.session(sample.id).expect("open"));
    connections.sign_out(sample.id).await.expect("signed out");
    assert!(session.upgrade().is_none() && connections.known().is_empty());
    connections.save_project(sample.id, sample.projects[0].id).await;
    assert!(place.settings().connections().is_empty(), "and nothing is on disk");
}

#[tokio::test]
async fn closing_the_app_ends_everything_and_clears_the_clipboard() {
    let place = Place::new();
    let connections = place.connections();
    let sample = connections.connect_to_sample().await.expect("connected");
    let session = connections.session(sample.id).expect("open");
    session.load(sample.projects[0].id, |_| ()).await.expect("open");
    let row = session.rows(crate::testing::by_name(), 0, 1, None).rows.remove(0);
    connections.copy_token(sample.id, &row.id, None).await.expect("copied");
    assert!(place.board.text().is_some());
    connections.close();
    assert_eq!(place.board.text(), None);
    assert_eq!(code(session.projects().await), ErrorCode::SignedOut);
}
