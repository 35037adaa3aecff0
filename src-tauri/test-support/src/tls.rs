//! Certificates made for the occasion, and servers that show them.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};
use tokio_rustls::TlsAcceptor;

/// Someone who vouches for servers.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    /// What a person would put into a file.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Lets nobody in without a certificate that this authority vouches for.
    pub fn require_client_certificate(
        &self,
        hosts: &[&str],
        version: &'static rustls::SupportedProtocolVersion,
    ) -> TlsAcceptor {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(hosts, |_| {}).signed_by(&key, &self.0).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("an authority");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .expect("a version")
            .with_client_cert_verifier(verifier.build().expect("a verifier"))
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a certificate and its key");
        TlsAcceptor::from(Arc::new(config))
    }

    /// Shows a certificate for these hosts, changed as told.
    pub fn vouch_for(&self, hosts: &[&str], change: impl FnOnce(&mut CertificateParams)) -> TlsAcceptor {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(hosts, change).signed_by(&key, &self.0).expect("a certificate");
        acceptor(certificate.der(), &key)
    }
}

/// Shows a certificate that nobody but the server vouches for.
pub fn self_signed(hosts: &[&str], change: impl FnOnce(&mut CertificateParams)) -> TlsAcceptor {
    self_signed_with_pem(hosts, change).0
}

/// The same, and what a person would put into a file.
pub fn self_signed_with_pem(
    hosts: &[&str],
    change: impl FnOnce(&mut CertificateParams),
) -> (TlsAcceptor, String) {
    let key = KeyPair::generate().expect("a key");
    let certificate = params(hosts, change).self_signed(&key).expect("a certificate");
    (acceptor(certificate.der(), &key), certificate.pem())
}

fn params(hosts: &[&str], change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts).expect("hosts");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    change(&mut params);
    params
}

fn acceptor(certificate: &CertificateDer<'static>, key: &KeyPair) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .expect("a certificate and its key");
    TlsAcceptor::from(Arc::new(config))
}
