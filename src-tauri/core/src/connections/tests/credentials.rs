//! What the keyring holds of each connection, and what is said when it refuses.

use super::*;

#[tokio::test]
async fn k6_what_the_settings_on_disk_do_not_say_yet_is_reported() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    for forget in [false, true] {
        let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
            .await
            .expect("connected");
        // A folder in its place cannot be overwritten.
        let file = place.folder.path().join("settings.json");
        std::fs::remove_file(&file).expect("saved before");
        std::fs::create_dir(&file).expect("a folder");
        let left = if forget { connections.forget(ana.id).await } else { connections.sign_out(ana.id).await };
        let notice = left.expect("the bearer token is gone").expect("a problem to report");
        assert_eq!(notice.code, ErrorCode::SettingsNotSaved);
        assert_eq!(place.entry(&server.url()), None);
        std::fs::remove_dir(&file).expect("the folder");
    }
}

#[tokio::test]
async fn each_account_of_a_server_has_its_own_entry_and_the_first_has_the_address() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let bo =
        connect(&connections, &server, "bo@acme.example", CredentialStore::Keyring).await.expect("connected");
    assert_ne!(ana.id, bo.id);
    assert_eq!(bo.name, format!("{} (2)", ana.name));
    let url = server.url();
    let kept = |email| Some(token_of(email).secret().expose_secret().to_owned());
    assert_eq!(place.entry(&url), kept("ana@acme.example"));
    assert_eq!(place.entry(&format!("{url} (2)")), kept("bo@acme.example"));

    // The same person again is the same connection, whatever its name is by now.
    connections.rename(ana.id, "  Acme EU ").await.expect("renamed");
    let again = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    assert_eq!((again.id, again.name.as_str()), (ana.id, "Acme EU"));

    // After a start both can be used, each with its own bearer token.
    let connections = place.connections();
    assert_eq!(connections.settings.last().map(|last| last.id), Some(ana.id));
    for (connection, email) in [(&bo, "bo@acme.example"), (&ana, "ana@acme.example")] {
        let restored = connections.restore(connection.id).await.expect("restored");
        assert_eq!((restored.id, restored.storage), (connection.id, CredentialStorage::Keyring));
        assert_eq!(restored.account.email.as_deref(), Some(email));
    }
}

#[tokio::test]
async fn k6_a_delete_that_fails_leaves_the_connection_signed_in_and_working() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    for forget in [false, true] {
        place.refuse(&server.url());
        let left = if forget { connections.forget(ana.id).await } else { connections.sign_out(ana.id).await };
        assert_eq!(code(left), ErrorCode::KeyringFailed);
        assert!(connections.known()[0].signed_in && connections.known()[0].in_keyring);
        connections.session(ana.id).expect("still open").projects().await.expect("it works");
    }
}

#[tokio::test]
async fn c53_signing_out_that_waits_for_the_keyring_can_be_stopped_and_changes_nothing() {
    let keyring = UnreliableKeyring::new(1);
    keyring.recover();
    let place = Place::new();
    let server = server().await;
    let connections = place.connections_over(keyring.vault());
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    // What keeps the keyring's thread, as its prompt does, is nobody's wait.
    let gate = Arc::new(Gate::default());
    keyring.hang_next_write(Arc::clone(&gate));
    let vault = connections.vault.with_deadline(Duration::from_millis(10));
    vault.write("another entry", "secret".to_owned().into()).await.expect_err("it hangs");
    let mut waits = connections.watch_keyring_waits();
    for forget in [false, true] {
        let leaving = {
            let connections = Arc::clone(&connections);
            tokio::spawn(async move {
                if forget { connections.forget(ana.id).await } else { connections.sign_out(ana.id).await }
            })
        };
        let waiting = tokio::time::timeout(Duration::from_secs(10), waits.wait_for(|waiting| *waiting == 1));
        waiting.await.expect("within 10 s").expect("the vault is there");
        connections.cancel_removal(ana.id);
        assert_eq!(code(leaving.await.expect("no panic")), ErrorCode::Cancelled);
        assert_eq!(*waits.borrow_and_update(), 0);
        assert!(connections.known()[0].signed_in && connections.known()[0].in_keyring);
        connections.session(ana.id).expect("still open").projects().await.expect("it works");
    }
    gate.open();
    connections.sign_out(ana.id).await.expect("signed out");
    assert!(!connections.known()[0].in_keyring && !keyring.holds(&server.url()));
    // Too late, and without effect.
    connections.cancel_removal(ana.id);
}

#[tokio::test]
async fn k6_a_write_that_is_refused_changes_nothing() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let typed =
        || Some(zeroize::Zeroizing::new(token_of("ana@acme.example").secret().expose_secret().to_owned()));
    place.refuse(&server.url());
    let refused = connections.reauthenticate(ana.id, typed(), false).await;
    assert_eq!(code(refused), ErrorCode::KeyringFailed);
    assert_eq!(connections.settings.last().expect("known").credential, Credential::Keyring);

    // For this session only it works without the keyring.
    let renewed = connections.reauthenticate(ana.id, typed(), true).await.expect("accepted");
    assert_eq!(renewed.storage, CredentialStorage::Session);
    assert_eq!(connections.settings.last().expect("known").credential, Credential::Session);
}

#[tokio::test]
async fn c67_a_credential_that_the_keyring_may_still_hold_is_not_reported_as_gone() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let session_only = connect(&connections, &server, "ana@acme.example", CredentialStore::Session).await;
    assert_eq!(session_only.expect("connected").storage, CredentialStorage::Session);
    assert!(place.entry(&server.url()).is_some(), "the earlier one");

    for forget in [false, true] {
        place.refuse(&server.url());
        let left = if forget { connections.forget(ana.id).await } else { connections.sign_out(ana.id).await };
        assert_eq!(code(left), ErrorCode::KeyringFailed);
        assert!(connections.known()[0].in_keyring, "offered again");
    }
    connections.forget(ana.id).await.expect("forgotten");
    assert_eq!(place.entry(&server.url()), None);
    assert!(connections.known().is_empty());
}

#[tokio::test]
async fn a_connection_that_never_was_in_the_keyring_is_forgotten_without_it() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Session)
        .await
        .expect("connected");
    assert!(!connections.known()[0].in_keyring);
    place.refuse(&server.url());
    connections.forget(ana.id).await.expect("forgotten");
}

#[tokio::test]
async fn k4_an_entry_that_holds_something_else_is_reported_and_signing_in_replaces_it() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let ana = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    let entry = place.keyring.build("calyptia-tokens", &server.url(), None).expect("an entry");
    for odd in [&b"not a bearer token"[..], b"\xff\xfe\x00"] {
        entry.set_secret(odd).expect("set");
        let problem = connections.restore(ana.id).await.expect_err("no bearer token");
        assert_eq!(problem.code, ErrorCode::KeyringUnrecognized);
        assert!(!format!("{problem:?}").contains("not a bearer token"));
    }
    entry.delete_credential().expect("removed elsewhere");
    assert_eq!(code(connections.restore(ana.id).await), ErrorCode::SignedOut);
    let again = connect(&connections, &server, "ana@acme.example", CredentialStore::Keyring)
        .await
        .expect("connected");
    assert_eq!(again.id, ana.id);
}
