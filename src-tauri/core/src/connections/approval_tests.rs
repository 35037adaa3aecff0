//! A page and a settings file that want a bearer token to go somewhere else.

use calyptia_api::Server;
use calyptia_test_support::{forward_proxy::ForwardProxy, raw, tls::Authority};
use secrecy::ExposeSecret as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    approval::{Asking, NETWORK_ENTRY},
    credentials::{PASTE_TIME, is_entry_of},
    prefetch::Prefetched,
    tests::{Place, address, code, projects, server, token_of},
    *,
};
use crate::{
    consent::Question,
    messages::{CertificatesChange, PasteSource, ProxyChoice},
    settings::{Credential, NetworkSettings, SavedCertificates, SavedConnection},
    testing::board::{Call, eventually},
};

const VICTIM: &str = "https://api.acme.test";

fn typed(email: &str) -> Option<Zeroizing<String>> {
    Some(Zeroizing::new(token_of(email).secret().expose_secret().to_owned()))
}

/// A server for `api.acme.test` that an authority of its own vouches for, and an open proxy that leads to it.
async fn interception() -> (raw::Server, ForwardProxy, Authority) {
    let authority = Authority::new("Interception");
    let acceptor = authority.vouch_for(&["api.acme.test", "localhost"], |_| ());
    let server = raw::Server::start_tls(acceptor, |_| raw::Answer::json(&projects())).await;
    let proxy = ForwardProxy::start_open(server.port).await;
    (server, proxy, authority)
}

fn intercepting(proxy: &ForwardProxy, authority: &Authority) -> NetworkSettings {
    NetworkSettings {
        proxy: ProxyChoice::Address { url: format!("http://{}", proxy.name()) },
        certificates: Some(SavedCertificates { file: "ca.pem".into(), pem: authority.pem() }),
    }
}

/// A connection whose bearer token is in the keyring, as after an earlier start.
fn kept(place: &Place, server: &str, entry: &str) -> Uuid {
    let item = place.keyring.build("calyptia-tokens", entry, None).expect("an entry");
    item.set_password(token_of("ana@acme.example").secret().expose_secret()).expect("kept");
    let settings = place.settings();
    let id = Uuid::from_u128(7);
    settings.use_connection(SavedConnection {
        id,
        name: "Acme".into(),
        server: server.into(),
        entry: entry.into(),
        credential: Credential::Keyring,
        in_keyring: true,
        account: None,
        project: None,
        production: false,
        color: None,
        recent_projects: Vec::new(),
    });
    settings.save_now().expect("saved");
    id
}

#[tokio::test]
async fn p7_a_new_server_gets_no_bearer_token_before_a_person_agrees_and_is_asked_about_once() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    place.person.refuse_next();
    let refused = connections.connect(None, &server.url(), typed("ana@acme.example"), true).await;
    assert_eq!(code(refused), ErrorCode::NotAllowed);
    assert_eq!(server.seen().connections, 0);
    let question = Question::Server { url: server.url(), encrypted: false };
    assert_eq!(place.person.asked(), [question]);

    let agreed = connections.connect(None, &server.url(), typed("ana@acme.example"), true).await;
    agreed.expect("connected");
    assert_eq!(place.person.asked().len(), 1);
    connections.connect(None, &server.url(), typed("bo@acme.example"), true).await.expect("connected");
    let connections = place.connections();
    connections.connect(None, &server.url(), typed("ana@acme.example"), true).await.expect("connected");
    assert_eq!(place.person.asked(), [], "it is saved");
}

#[tokio::test]
async fn p7_a_question_is_withdrawn_when_its_sign_in_is_stopped() {
    struct Thinks(tokio::sync::mpsc::UnboundedSender<&'static str>);
    impl Consent for Thinks {
        fn ask(&self, _: Question) -> crate::consent::Answer<bool> {
            let guard = Withdrawn(self.0.clone());
            let _ = self.0.send("asked");
            Box::pin(async move {
                let _guard = guard;
                std::future::pending().await
            })
        }
        fn choose_certificates(&self) -> crate::consent::Answer<Option<std::path::PathBuf>> {
            Box::pin(async { None })
        }
        fn choose_to_search(
            &self,
            _: crate::messages::SearchIn,
        ) -> crate::consent::Answer<Vec<std::path::PathBuf>> {
            Box::pin(async { Vec::new() })
        }
        fn choose_where_to_save(&self, _: &str) -> crate::consent::Answer<Option<std::path::PathBuf>> {
            Box::pin(async { None })
        }
    }
    struct Withdrawn(tokio::sync::mpsc::UnboundedSender<&'static str>);
    impl Drop for Withdrawn {
        fn drop(&mut self) {
            let _ = self.0.send("withdrawn");
        }
    }
    let place = Place::new();
    let (question, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let connections = Connections::with(
        place.settings(),
        false,
        calyptia_vault::Vault::system(),
        place.board.clipboard(),
        Arc::new(Thinks(question)),
    );
    let connect = connections.connect(None, "https://new.acme.test", typed("ana@acme.example"), true);
    let stop = async {
        let asked = seen.recv().await;
        connections.lock();
        asked
    };
    let (stopped, asked) = tokio::join!(connect, stop);
    assert_eq!((code(stopped), asked), (ErrorCode::Cancelled, Some("asked")));
    assert_eq!(seen.recv().await, Some("withdrawn"));
}

#[tokio::test]
async fn p7_a_proxy_and_certificates_set_by_the_page_see_nothing_unless_a_person_agrees() {
    let place = Place::new();
    let (server, proxy, authority) = interception().await;
    let id = kept(&place, VICTIM, VICTIM);
    let connections = place.connections();
    let file = place.folder.path().join("ca.pem");
    std::fs::write(&file, authority.pem()).expect("written");
    place.person.choose(file);
    let summary = connections.choose_certificates().await.expect("read").expect("chosen");
    assert_eq!((summary.file.as_str(), summary.count), ("ca.pem", 1));
    let choice = || ProxyChoice::Address { url: proxy.name() };

    place.person.refuse_next();
    let refused = connections.set_network(choice(), CertificatesChange::UseChosen).await;
    assert_eq!(code(refused), ErrorCode::NotAllowed);
    let asked = place.person.asked();
    let [Question::Network { proxy: Some(asked_proxy), certificates }] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert_eq!(*asked_proxy, format!("http://{}", proxy.name()));
    assert_eq!(certificates[0].subject, "CN=Interception");
    assert_eq!(certificates[0].sha256.len(), 64);
    assert_eq!(connections.settings.network(), NetworkSettings::default(), "nothing has changed");

    // The control: it works once somebody agrees.
    connections.set_network(choice(), CertificatesChange::UseChosen).await.expect("in force");
    connections.restore(id).await.expect("through the proxy");
    assert!(!server.seen().requests.is_empty() && !proxy.heads().is_empty());
    assert_eq!(place.person.asked().len(), 1);

    let connections = place.connections();
    connections.restore(id).await.expect("through the proxy");
    assert_eq!(place.person.asked(), [], "asked once, not at every start");

    connections.set_network(ProxyChoice::System, CertificatesChange::Remove).await.expect("in force");
    connections.settings.set_network(intercepting(&proxy, &authority));
    connections.save().await.expect("saved");
    let connections = place.connections();
    place.person.refuse_next();
    assert_eq!(code(connections.restore(id).await), ErrorCode::NotAllowed, "what was left is not remembered");
}

#[tokio::test]
async fn p7_a_network_in_a_changed_settings_file_sees_nothing_unless_a_person_agrees() {
    let place = Place::new();
    let (server, proxy, authority) = interception().await;
    let id = kept(&place, VICTIM, VICTIM);
    let settings = place.settings();
    settings.set_network(intercepting(&proxy, &authority));
    settings.save_now().expect("saved");
    let connections = place.connections();

    connections.prefetch();
    if let Some(prefetch) = connections.take_prefetched(id) {
        assert_eq!(
            prefetch.result().await.map(drop).expect_err("nobody was asked").code,
            ErrorCode::NotAllowed
        );
    }
    assert_eq!(place.person.asked(), [], "no question before the window is open");

    place.person.refuse_next();
    assert_eq!(code(connections.restore(id).await), ErrorCode::NotAllowed);
    let fresh = || connections.connect(Some(id), VICTIM, typed("ana@acme.example"), true);
    place.person.refuse_next();
    assert_eq!(code(fresh().await), ErrorCode::NotAllowed);
    assert_eq!((server.seen().connections, proxy.heads()), (0, Vec::new()));

    // The control.
    fresh().await.expect("through the proxy");
    assert!(!server.seen().requests.is_empty());
}

#[tokio::test]
async fn p7_no_client_is_built_for_a_network_that_was_not_agreed_to_whoever_asks_for_one() {
    let place = Place::new();
    let (_, proxy, authority) = interception().await;
    let settings = place.settings();
    settings.set_network(intercepting(&proxy, &authority));
    let connections = place.connections_with(settings);
    let (server, token) = (Server::parse(VICTIM).expect("a server"), token_of("ana@acme.example"));
    let built = connections.build_client(&server, token.clone()).await.map(drop);
    assert_eq!(built.expect_err("nobody agreed").code, ErrorCode::NotAllowed);
    connections.approve_network(Asking::Allowed).await.expect("agreed");
    connections.build_client(&server, token.clone()).await.map(drop).expect("the control");
}

#[tokio::test]
async fn p7_signing_in_again_asks_about_a_network_that_is_no_longer_agreed_to() {
    let place = Place::new();
    let (_server, proxy, authority) = interception().await;
    let id = kept(&place, VICTIM, VICTIM);
    let settings = place.settings();
    settings.set_network(intercepting(&proxy, &authority));
    let connections = place.connections_with(settings);
    connections.restore(id).await.expect("agreed");
    connections.forget_network().await;
    place.person.asked();
    place.person.refuse_next();
    let again = || connections.reauthenticate(id, typed("ana@acme.example"), false);
    assert_eq!(code(again().await), ErrorCode::NotAllowed);
    again().await.expect("agreed");
    assert_eq!(place.person.asked().len(), 2);
}

#[tokio::test]
async fn p7_sample_data_leaves_what_was_agreed_to_alone() {
    let place = Place::new();
    let (_, proxy, authority) = interception().await;
    let item = place.keyring.build("calyptia-tokens", NETWORK_ENTRY, None).expect("an entry");
    item.set_password("digest").expect("kept");
    let settings = Settings::load(None);
    settings.set_network(intercepting(&proxy, &authority));
    let keyring = Arc::clone(&place.keyring);
    let vault = calyptia_vault::Vault::with_store(move || Ok(Arc::clone(&keyring)), None);
    let person = Arc::clone(&place.person) as Arc<dyn Consent>;
    let sample = Connections::with(settings, true, vault, place.board.clipboard(), person);
    sample.set_network(ProxyChoice::System, CertificatesChange::Remove).await.expect("in force");
    assert_eq!(place.entry(NETWORK_ENTRY).as_deref(), Some("digest"));
}

#[cfg(unix)]
#[tokio::test]
async fn m1_settings_that_another_change_has_read_meanwhile_are_in_force() {
    let place = Place::new();
    // A link to itself cannot be read.
    let file = place.folder.path().join("settings.json");
    std::os::unix::fs::symlink(&file, &file).expect("a link");
    let server = server().await;
    let connections = place.connections();
    let connect =
        |person| connections.sign_in(None, address(&server), token_of(person), CredentialStore::Session);
    assert_eq!(code(connect("ana@acme.example").await), ErrorCode::SettingsUnavailable);
    std::fs::remove_file(&file).expect("it is back");
    let preferences = connections.preferences();
    connections.set_preferences(preferences).await.expect("saved");
    connect("ana@acme.example").await.expect("connected");
}

#[tokio::test]
async fn p7_an_entry_is_never_sent_to_another_server_than_its_own() {
    let place = Place::new();
    let server = server().await;
    let id = kept(&place, &server.url(), VICTIM);
    let connections = place.connections();
    assert_eq!(code(connections.restore(id).await), ErrorCode::EntryOfAnotherServer);
    connections.prefetch_connection(id, true);
    let prefetch = connections.take_prefetched(id).expect("begun");
    assert_eq!(prefetch.result().await.map(drop).expect_err("refused").code, ErrorCode::EntryOfAnotherServer);
    assert_eq!(server.seen().connections, 0);

    // Signing in there keeps the other server's entry as it is.
    connections
        .sign_in(Some(id), address(&server), token_of("bo@acme.example"), CredentialStore::Keyring)
        .await
        .expect("connected");
    let ana = token_of("ana@acme.example");
    assert_eq!(place.entry(VICTIM).as_deref(), Some(ana.secret().expose_secret()));
    assert!(place.entry(&server.url()).is_some());
    connections.restore(id).await.expect("its own entry");
}

#[test]
fn p7_an_entry_belongs_to_the_server_that_its_user_name_states() {
    let server = |url: &str| Server::parse(url).expect("a server");
    for (entry, url, belongs) in [
        ("https://api.acme.test", "https://api.acme.test", true),
        ("https://api.acme.test (2)", "https://api.acme.test", true),
        ("https://api.acme.test (2) (3)", "https://api.acme.test", false),
        ("https://api.acme.test8080", "https://api.acme.test", false),
        ("http://127.0.0.1:8080", "http://127.0.0.1:80", false),
        ("https://api.acme.test/v1", "https://api.acme.test", false),
        ("https://api.acme.test", "https://api.acme.test/v1", false),
        ("", "https://api.acme.test", false),
    ] {
        assert_eq!(is_entry_of(entry, &server(url)), belongs, "{entry} of {url}");
    }
}

#[tokio::test]
async fn p7_nothing_is_sent_over_plain_http_before_the_window_is_open() {
    let place = Place::new();
    let server = server().await;
    let id = kept(&place, &server.url(), &server.url());
    let connections = place.connections();
    connections.prefetch();
    let prefetched = connections.take_prefetched(id).expect("begun").result().await;
    assert!(matches!(prefetched, Ok(Prefetched::Prepared(_))));
    assert_eq!(server.seen().connections, 0);
    connections.restore(id).await.expect("the control");
    assert_eq!(server.seen().requests.len(), 1);
}

#[tokio::test]
async fn p7_a_pasted_bearer_token_is_for_the_server_named_when_it_was_pasted() {
    let place = Place::new();
    let (mine, elsewhere) = (server().await, server().await);
    let connections = place.connections();
    place.board.put(token_of("ana@acme.example").secret().expose_secret());
    connections.paste_bearer_token(&mine.url(), PasteSource::Clipboard).await.expect("pasted");
    let sent = connections.connect(None, &elsewhere.url(), None, true).await;
    assert_eq!(code(sent), ErrorCode::PastedForAnotherServer);
    assert_eq!(elsewhere.seen().connections, 0);
    connections.connect(None, &mine.url(), None, true).await.expect("the control");
    let again = connections.connect(None, &mine.url(), None, true).await;
    assert_eq!(code(again), ErrorCode::PasteExpired, "used once");
}

#[tokio::test(start_paused = true)]
async fn p7_a_pasted_bearer_token_is_forgotten_after_two_minutes() {
    let place = Place::new();
    let connections = place.connections();
    place.board.put(token_of("ana@acme.example").secret().expose_secret());
    connections.paste_bearer_token(VICTIM, PasteSource::Clipboard).await.expect("pasted");
    tokio::time::sleep(PASTE_TIME - Duration::from_secs(1)).await;
    assert!(lock(&connections.state).pasted.is_some());
    // Another paste has its own time.
    connections.paste_bearer_token(VICTIM, PasteSource::Clipboard).await.expect("pasted");
    tokio::time::sleep(PASTE_TIME - Duration::from_secs(1)).await;
    assert!(lock(&connections.state).pasted.is_some());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(lock(&connections.state).pasted.is_none());
    assert_eq!(code(connections.connect(None, VICTIM, None, true).await), ErrorCode::PasteExpired);
}

#[tokio::test]
async fn p7_the_pasted_bearer_token_can_be_cleared_from_the_clipboard_but_nothing_else() {
    let place = Place::new();
    let connections = place.connections();
    let text = format!("Bearer {}\n", token_of("ana@acme.example").secret().expose_secret());
    place.board.put(&text);
    connections.paste_bearer_token(VICTIM, PasteSource::Clipboard).await.expect("pasted");
    connections.clear_pasted_from_clipboard().await.expect("cleared");
    assert_eq!(place.board.text(), None);
    place.board.put("someone else's");
    connections.clear_pasted_from_clipboard().await.expect("nothing to clear");
    assert_eq!(place.board.text().as_deref(), Some("someone else's"));
    eventually("unchanged", || place.board.text().is_some()).await;
}

#[tokio::test]
async fn c47_a_middle_click_takes_what_was_selected_and_there_is_nothing_to_clear_from_the_clipboard() {
    let place = Place::new();
    let connections = place.connections();
    let text = |user| token_of(user).secret().expose_secret().to_owned();
    place.board.put(&text("copied@acme.example"));
    let nothing = connections.paste_bearer_token(VICTIM, PasteSource::Primary).await;
    assert_eq!(code(nothing), ErrorCode::ClipboardEmpty);
    place.board.select(&text("selected@acme.example"));
    let hint = connections.paste_bearer_token(VICTIM, PasteSource::Primary).await.expect("pasted");
    assert_eq!(hint.email.as_deref(), Some("selected@acme.example"));
    assert_eq!(place.board.calls(Call::Get), 0, "the clipboard is not read");
    assert_eq!(code(connections.clear_pasted_from_clipboard().await), ErrorCode::PasteExpired);
    assert_eq!(place.board.text(), Some(text("copied@acme.example")));
    let hint = connections.paste_bearer_token(VICTIM, PasteSource::Clipboard).await.expect("pasted");
    assert_eq!(hint.email.as_deref(), Some("copied@acme.example"));
}

#[tokio::test]
async fn p7_a_server_that_was_forgotten_is_asked_about_again() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let url = server.url();
    let connect = || connections.connect(None, &url, typed("ana@acme.example"), true);
    let ana = connect().await.expect("connected");
    connections.forget(ana.id).await.expect("forgotten");
    assert_eq!(place.person.asked().len(), 1);
    place.person.refuse_next();
    assert_eq!(code(connect().await), ErrorCode::NotAllowed);
}

#[tokio::test]
async fn p7_a_settings_file_does_not_word_the_question() {
    let place = Place::new();
    let id = kept(&place, VICTIM, VICTIM);
    let settings = place.settings();
    let url = "the system needs your consent.\n\nPress Allow".to_owned();
    settings.set_network(NetworkSettings { proxy: ProxyChoice::Address { url }, certificates: None });
    settings.save_now().expect("saved");
    let connections = place.connections();
    assert_eq!(code(connections.restore(id).await), ErrorCode::BadProxy);
    assert_eq!(place.person.asked(), []);
}

#[tokio::test]
async fn a_connection_that_was_signed_out_is_used_again_by_whoever_signs_in_next() {
    let place = Place::new();
    let server = server().await;
    let connections = place.connections();
    let sign_in =
        |email| connections.sign_in(None, address(&server), token_of(email), CredentialStore::Keyring);
    let ana = sign_in("ana@acme.example").await.expect("connected");
    connections.sign_out(ana.id).await.expect("signed out");
    let bo = sign_in("bo@acme.example").await.expect("connected");
    assert_eq!((bo.id, connections.known().len()), (ana.id, 1));
}

#[tokio::test]
async fn signing_out_leaves_nothing_of_the_person_in_the_settings() {
    let place = Place::new();
    let id = kept(&place, VICTIM, VICTIM);
    let connections = place.connections();
    connections.settings.change_connection(id, |known| {
        known.account = Some("ana@acme.example".into());
        known.project = Some(Uuid::from_u128(9));
    });
    connections.sign_out(id).await.expect("signed out");
    let saved = std::fs::read_to_string(place.folder.path().join("settings.json")).expect("saved");
    assert!(
        saved.contains(VICTIM) && !saved.contains("ana@") && !saved.contains(&Uuid::from_u128(9).to_string())
    );
}

#[tokio::test]
async fn c28_a_file_with_a_private_key_is_refused_and_only_certificates_are_kept() {
    let place = Place::new();
    let connections = place.connections();
    let authority = Authority::new("Acme");
    let file = place.folder.path().join("combined.pem");
    let key = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
    std::fs::write(&file, format!("{}{key}", authority.pem())).expect("written");
    place.person.choose(file.clone());
    assert_eq!(code(connections.choose_certificates().await), ErrorCode::CertificatesWithKey);

    std::fs::write(&file, format!("a comment with a password\n{}", authority.pem())).expect("written");
    connections.choose_certificates().await.expect("read");
    connections.set_network(ProxyChoice::System, CertificatesChange::UseChosen).await.expect("in force");
    let saved = std::fs::read_to_string(place.folder.path().join("settings.json")).expect("saved");
    assert!(!saved.contains("password") && saved.contains("BEGIN CERTIFICATE"));
    place.person.choose(place.folder.path().join("gone.pem"));
    assert_eq!(code(connections.choose_certificates().await), ErrorCode::CertificatesUnreadable);
}
