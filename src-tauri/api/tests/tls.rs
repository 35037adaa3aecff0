//! Servers that cannot prove their identity: refused with the reason, and nothing is sent to them.

use calyptia_api::{
    CertificatesError, ConnectFailure, ExtraCertificates, Failure, Options, TlsFailure, TokenId,
};
use rcgen::{BasicConstraints, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;

use crate::support::{
    PATIENT, PROJECT, client, list, options,
    raw::{Answer, Server},
    reader, system_network,
    tls::{Authority, self_signed},
    trusting, within,
};

/// How reading and creating fail, while no request arrives.
async fn refusal(server: &Server, options: Options) -> ConnectFailure {
    let client = client(&server.https_url(), options);
    let error = within("a refusal", client.projects()).await.expect_err("refused");
    let connections = server.seen().connections;
    let create = within("a refusal", client.create_token(PROJECT, &reader("x"))).await.expect_err("refused");
    server.until("the client leaves", |seen| seen.left == seen.connections).await;
    let seen = server.seen();
    assert!(seen.requests.is_empty() && !String::from_utf8_lossy(&seen.noise).contains("HTTP"), "{seen:?}");
    assert_eq!(connections, 1, "a retry would change nothing");
    assert!(!error.is_retryable() && !create.is_retryable() && !create.outcome_unknown());
    assert_eq!(error.failure, create.failure);
    match error.failure {
        Failure::NotConnected(failure) => failure,
        other => panic!("{other}"),
    }
}

async fn refusal_of(acceptor: TlsAcceptor, options: Options) -> ConnectFailure {
    let server = Server::start_tls(acceptor, |_| Answer::json("[]")).await;
    refusal(&server, options).await
}

#[tokio::test]
async fn n9_a_certificate_outside_its_time_is_refused() {
    let authority = Authority::new("ours");
    let trusting = || trusting(&authority.pem(), PATIENT);
    let old = authority.vouch_for(&["localhost"], |params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    });
    assert_eq!(refusal_of(old, trusting()).await, ConnectFailure::Tls(TlsFailure::Expired));
    let early = authority.vouch_for(&["localhost"], |params| {
        params.not_before = date_time_ymd(3000, 1, 1);
    });
    assert_eq!(refusal_of(early, trusting()).await, ConnectFailure::Tls(TlsFailure::Expired));
}

#[tokio::test]
async fn n9_a_certificate_for_another_host_is_refused() {
    let authority = Authority::new("ours");
    for hosts in [&["other.example"][..], &["127.0.0.1"], &["localhost.example", "*.localhost"]] {
        let acceptor = authority.vouch_for(hosts, |_| {});
        let failure = refusal_of(acceptor, trusting(&authority.pem(), PATIENT)).await;
        assert_eq!(failure, ConnectFailure::Tls(TlsFailure::WrongHost), "{hosts:?}");
    }
}

#[tokio::test]
async fn n9_a_certificate_that_nobody_known_vouches_for_is_refused() {
    let unknown = ConnectFailure::Tls(TlsFailure::UnknownIssuer);
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let by_theirs = || theirs.vouch_for(&["localhost"], |_| {});
    assert_eq!(refusal_of(by_theirs(), trusting(&ours.pem(), PATIENT)).await, unknown);
    assert_eq!(refusal_of(by_theirs(), options(PATIENT)).await, unknown, "with the platform's own");
    assert_eq!(refusal_of(self_signed(&["localhost"], |_| {}), options(PATIENT)).await, unknown);
    // Most tools mark a self-signed certificate as an authority.
    let as_authority = self_signed(&["localhost"], |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });
    assert_eq!(refusal_of(as_authority, options(PATIENT)).await, unknown);
}

#[tokio::test]
async fn n9_a_server_that_speaks_only_old_versions_is_refused() {
    const ALERT: &[u8] = b"\x15\x03\x02\x00\x02\x02\x46";
    // TLS 1.1 with AES-128-CBC-SHA.
    const SERVER_HELLO: &[u8] = b"\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02\
        0123456789abcdef0123456789abcdef\x00\x00\x2f\x00";
    for answer in [ALERT, SERVER_HELLO] {
        let server = Server::start_canned(answer, false).await;
        let failure = refusal(&server, options(PATIENT)).await;
        assert_eq!(failure, ConnectFailure::Tls(TlsFailure::OldProtocol), "{answer:x?}");
    }
}

#[tokio::test]
async fn n9_a_server_that_does_not_speak_tls_is_reported() {
    let server = Server::start_canned(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", false).await;
    assert_eq!(refusal(&server, options(PATIENT)).await, ConnectFailure::NotTls);
}

#[tokio::test]
async fn n10_an_extra_certificate_makes_a_server_work() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let acceptor = ours.vouch_for(&["localhost", "127.0.0.1"], |_| {});
    let server = Server::start_tls(acceptor, |_| Answer::json(r#"[{"id":"a","name":"first"}]"#)).await;
    // As real files are: with comments, several certificates, and the line ends of Windows.
    let file = format!("# our own\n{}\n{}", other.pem(), ours.pem()).replace('\n', "\r\n");
    let client = client(&server.https_url(), trusting(&file, PATIENT));
    let (rows, end) = list(&client, PROJECT).await;
    assert_eq!((rows.len(), end), (1, Ok(())));
    assert_eq!(server.seen().requests[0].header("authorization"), Some("Bearer head.payload.signature"));

    let without = client.with_network(&options(PATIENT).network).expect("a client");
    let error = within("a refusal", without.token(&TokenId::from("a"))).await.expect_err("unknown");
    assert_eq!(
        error.failure,
        Failure::NotConnected(ConnectFailure::Tls(TlsFailure::UnknownIssuer)),
        "the client without the file still does not trust it"
    );
}

/// Only these systems read the variables.
#[cfg(all(unix, not(target_vendor = "apple")))]
#[tokio::test]
async fn c24_system_certificates_that_cannot_be_used_are_reported_and_extra_ones_work_without_them() {
    let ours = Authority::new("ours");
    let acceptor = ours.vouch_for(&["localhost"], |_| {});
    let server = Server::start_tls(acceptor, |_| Answer::json(r#"[{"id":"a"}]"#)).await;
    for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        let environment = [(variable, "/does/not/exist")];
        let output = system_network::list_in(&environment, &server.https_url(), None).await;
        let expected = format!("CertificateStore {{ variable: Some({variable:?}) }}");
        assert!(output.contains(&expected), "{output}");
        let output = system_network::list_in(&environment, &server.https_url(), Some(&ours.pem())).await;
        assert!(output.contains("rows: 1\n"), "{output}");
    }
}

#[test]
fn n10_a_file_without_certificates_is_refused() {
    let read = |pem: &str| ExtraCertificates::parse(pem.as_bytes()).map(|certificates| certificates.count());
    let whole = Authority::new("ours").pem();
    let lines: Vec<_> = whole.lines().collect();
    let key = KeyPair::generate().expect("a key").serialize_pem();
    let cut_short = [&lines[..3], &lines[lines.len() - 1..]].concat().join("\n");
    let cut_off = lines[..lines.len() - 1].join("\n");
    let not_base64 = whole.replacen("MII", "M*I", 1);
    for (file, outcome) in [
        (whole.as_str(), Ok(1)),
        (&format!("{key}{whole}"), Err(CertificatesError::HasPrivateKey)),
        ("", Err(CertificatesError::None)),
        ("\u{0}\u{1}garbage", Err(CertificatesError::None)),
        (&key, Err(CertificatesError::HasPrivateKey)),
        (&cut_short, Err(CertificatesError::Unreadable(1))),
        (&cut_off, Err(CertificatesError::Unreadable(1))),
        (&not_base64, Err(CertificatesError::Unreadable(1))),
        (&format!("{whole}{cut_short}"), Err(CertificatesError::Unreadable(2))),
    ] {
        assert_eq!(read(file), outcome, "{file}");
    }
    assert_eq!(
        ExtraCertificates::parse(b"\x30\x82\x01\x00\xff").map(|certificates| certificates.count()),
        Err(CertificatesError::None),
        "DER instead of PEM"
    );
}
