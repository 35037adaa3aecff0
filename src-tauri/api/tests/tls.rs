//! Servers that cannot prove their identity: refused with the reason, and nothing is sent to them.

use calyptia_api::{
    CertificatesError, ConnectFailure, ExtraCertificates, Failure, Options, TlsFailure, TokenId,
};
use proptest::prelude::*;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;

#[cfg(all(unix, not(target_vendor = "apple")))]
use crate::support::system_network;
use crate::support::{
    PATIENT, PROJECT, client, list, options,
    raw::{Answer, Server},
    reader,
    tls::{Authority, self_signed, self_signed_with_pem},
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

#[tokio::test]
async fn c25_a_self_signed_certificate_is_trusted_for_its_hosts_and_its_time_once_it_is_added() {
    // With and without the mark of an authority, which most tools set.
    for is_ca in [IsCa::Ca(BasicConstraints::Unconstrained), IsCa::ExplicitNoCa, IsCa::NoCa] {
        let marked = |params: &mut CertificateParams| params.is_ca = is_ca;
        let (acceptor, pem) = self_signed_with_pem(&["localhost"], marked);
        let server = Server::start_tls(acceptor, |_| Answer::json(r#"[{"id":"a"}]"#)).await;
        let client = client(&server.https_url(), trusting(&pem, PATIENT));
        assert_eq!(list(&client, PROJECT).await.1, Ok(()), "{is_ca:?}");

        let (acceptor, pem) = self_signed_with_pem(&["other.example"], marked);
        let failure = refusal_of(acceptor, trusting(&pem, PATIENT)).await;
        assert_eq!(failure, ConnectFailure::Tls(TlsFailure::WrongHost), "{is_ca:?}");

        for (from, to) in [(2020, 2021), (3000, 3001)] {
            let (acceptor, pem) = self_signed_with_pem(&["localhost"], |params| {
                marked(params);
                params.not_before = date_time_ymd(from, 1, 1);
                params.not_after = date_time_ymd(to, 1, 1);
            });
            let failure = refusal_of(acceptor, trusting(&pem, PATIENT)).await;
            assert_eq!(failure, ConnectFailure::Tls(TlsFailure::Expired), "{is_ca:?}");
        }

        // Another certificate for the same host.
        let (_, pem) = self_signed_with_pem(&["localhost"], marked);
        let failure = refusal_of(self_signed(&["localhost"], marked), trusting(&pem, PATIENT)).await;
        assert!(matches!(failure, ConnectFailure::Tls(_)), "{failure:?}");
    }
}

#[tokio::test]
async fn c29_a_server_that_requires_a_client_certificate_is_named_for_it() {
    let ours = Authority::new("ours");
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let acceptor = ours.require_client_certificate(&["localhost"], version);
        let server = Server::start_tls(acceptor, |_| Answer::json("[]")).await;
        let client = client(&server.https_url(), trusting(&ours.pem(), PATIENT));
        let expected = Failure::NotConnected(ConnectFailure::Tls(TlsFailure::ClientCertificate));
        let error = within("a refusal", client.projects()).await.expect_err("refused");
        assert_eq!(error.failure, expected, "{version:?}");
        let error =
            within("a refusal", client.create_token(PROJECT, &reader("x"))).await.expect_err("refused");
        assert_eq!(error.failure, expected, "{version:?}");
        assert!(!error.outcome_unknown() && !error.is_retryable());
        assert!(server.seen().requests.is_empty());
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
    let not_der = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for (file, outcome) in [
        (whole.as_str(), Ok(1)),
        (&format!("{key}{whole}"), Err(CertificatesError::HasPrivateKey)),
        ("", Err(CertificatesError::None)),
        ("\u{0}\u{1}garbage", Err(CertificatesError::None)),
        (&key, Err(CertificatesError::HasPrivateKey)),
        (&cut_short, Err(CertificatesError::Unreadable(1))),
        (&cut_off, Err(CertificatesError::Unreadable(1))),
        (&not_base64, Err(CertificatesError::Unreadable(1))),
        (not_der, Err(CertificatesError::Unreadable(1))),
        (&format!("{whole}{cut_short}"), Err(CertificatesError::Unreadable(2))),
    ] {
        assert_eq!(read(file), outcome, "{file}");
    }
}

#[test]
fn c26_c31_certificates_are_found_however_their_file_is_written() {
    let read = |file: &[u8]| ExtraCertificates::parse(file).map(|certificates| certificates.to_pem());
    let (one, other) = (Authority::new("one").pem(), Authority::new("other").pem());
    let both = Ok(format!("{one}{other}").replace("\r\n", "\n"));
    let der = |pem: &str| ExtraCertificates::parse(pem.as_bytes()).expect("valid").to_der().remove(0);
    let base64: String = one.lines().filter(|line| !line.starts_with('-')).collect();
    let utf16: Vec<u8> = format!("\u{feff}{one}{other}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let openssl = one.replace("CERTIFICATE", "X509 CERTIFICATE");
    for file in [
        format!("{}{other}", one.trim_end()).as_bytes(),
        format!("{} {}", one.trim_end(), other.trim_end()).as_bytes(),
        format!("{one}{other}").replace('\n', "\r").as_bytes(),
        format!("  {}", format!("{one}{other}").replace('\n', "\n    ")).as_bytes(),
        format!("\u{feff}# Größe\nsubject=CN = one\n{openssl}\n# Label: \"other\"\n{other}\n").as_bytes(),
        &[der(&one), der(&other)].concat(),
        &[der(&one).as_slice(), b"\n", &der(&other), b"\n"].concat(),
        utf16.as_slice(),
        // As `copy` on Windows joins files.
        format!("{one}{other}\u{1a}").as_bytes(),
        format!("{one}{other}\0").as_bytes(),
    ] {
        assert_eq!(read(file), both, "{}", String::from_utf8_lossy(file));
    }
    for file in
        [der(&one).as_slice(), base64.as_bytes(), format!("{base64}\n").trim_end_matches('=').as_bytes()]
    {
        assert_eq!(read(file), read(one.as_bytes()));
    }
}

#[test]
fn c28_c31_another_format_is_named_and_no_key_is_read() {
    let certificate = Authority::new("ours");
    let pem = certificate.pem();
    let key = KeyPair::generate().expect("a key");
    let key_der = key.serialize_der();
    let der = ExtraCertificates::parse(pem.as_bytes()).expect("valid").to_der().remove(0);
    let pkcs12 = b"\x30\x82\x0a\x49\x02\x01\x03\x30\x82\x0a\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let pkcs12_without_length = b"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let pkcs7 = b"\x30\x82\x03\x01\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x82";
    let encrypted_key = b"\x30\x82\x00\x9b\x30\x57\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d\x30\x4a";
    let other = |name| Err(CertificatesError::OtherFormat(name));
    for (file, outcome) in [
        (&pkcs12[..], other("PKCS #12")),
        (&pkcs12_without_length[..], other("PKCS #12")),
        (&pkcs7[..], other("PKCS #7")),
        (b"-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n", other("PKCS #7")),
        (b"\xfe\xed\xfe\xed\x00\x00\x00\x02", other("Java KeyStore")),
        (&key_der, Err(CertificatesError::HasPrivateKey)),
        (&encrypted_key[..], Err(CertificatesError::HasPrivateKey)),
        (format!("{pem}-----BEGIN RSA PRIVATE KEY-----\n").as_bytes(), Err(CertificatesError::HasPrivateKey)),
        (format!("{pem}{}", key.serialize_pem()).as_bytes(), Err(CertificatesError::HasPrivateKey)),
        (&[der.as_slice(), &key_der].concat(), Err(CertificatesError::HasPrivateKey)),
        (&[der.as_slice(), pem.as_bytes()].concat(), Err(CertificatesError::Unreadable(1))),
        (&[pem.as_bytes(), &der].concat(), Err(CertificatesError::Unreadable(2))),
        (&der[..der.len() - 1], Err(CertificatesError::Unreadable(1))),
        (&[der.as_slice(), &der[..40]].concat(), Err(CertificatesError::Unreadable(2))),
        (b"\x30\x06\x02\x01\x00\x02\x01\x01", Err(CertificatesError::HasPrivateKey)),
        // A public key.
        (b"\x30\x0a\x02\x03\x01\x00\x01\x02\x03\x01\x00\x01", Err(CertificatesError::Unreadable(1))),
        (b"\x30\x00", Err(CertificatesError::Unreadable(1))),
    ] {
        let read = ExtraCertificates::parse(file).map(|certificates| certificates.count());
        assert_eq!(read, outcome, "{}", String::from_utf8_lossy(file));
    }
}

/// One certificate or something else, in one of the ways in which files hold them.
fn piece() -> impl Strategy<Value = (Vec<u8>, usize)> {
    let pem = Authority::new("one").pem();
    let der = ExtraCertificates::parse(pem.as_bytes()).expect("valid").to_der().remove(0);
    let key = KeyPair::generate().expect("a key").serialize_pem();
    prop_oneof![
        4 => Just((pem.clone().into_bytes(), 1)),
        2 => Just((pem.trim_end().as_bytes().to_vec(), 1)),
        1 => Just((pem.replace('\n', "\r\n").into_bytes(), 1)),
        2 => Just((der.clone(), 1)),
        1 => "[a-z #:=\n]{0,30}".prop_map(|text| (text.into_bytes(), 0)),
        1 => Just((pem.as_bytes()[..pem.len() / 2].to_vec(), 1)),
        1 => Just((der[..der.len() / 2].to_vec(), 1)),
        1 => Just((key.into_bytes(), 1)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn c26_c31_any_mixture_leads_to_all_certificates_in_it_or_to_a_refusal(
        pieces in prop::collection::vec(piece(), 0..4),
    ) {
        let file: Vec<u8> = pieces.iter().flat_map(|(bytes, _)| bytes.iter().copied()).collect();
        let all: usize = pieces.iter().map(|(_, count)| count).sum();
        if let Ok(certificates) = ExtraCertificates::parse(&file) {
            prop_assert_eq!(certificates.count(), all, "{}", String::from_utf8_lossy(&file));
        }
    }

    #[test]
    fn c31_any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), head in "(0\u{82}|-----BEGIN CERTIFICATE-----|MI)?") {
        let _ = ExtraCertificates::parse(&[head.as_bytes(), &bytes].concat());
        let _ = ExtraCertificates::parse(&[&[0x30], bytes.as_slice()].concat());
    }
}
