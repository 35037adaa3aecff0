//! TLS for one client: which certificates it trusts, when a handshake with its server begins, and whether the server asks for a
//! client certificate.
//!
//! The configuration is made here and not by reqwest, so that nothing is installed process-wide, an unusable certificate store
//! has an error of its own, and a failure behind a proxy differs from a failure of the proxy.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, NamedGroup, RootCertStore, SignatureScheme,
    client::{
        ClientSessionMemoryCache, ClientSessionStore, ResolvesClientCert, Resumption,
        Tls12ClientSessionValue, Tls13ClientSessionValue,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
    sign::CertifiedKey,
};
use rustls_platform_verifier::Verifier;
use x509_cert::der::Decode as _;

use crate::{ClientError, Network, Server};

/// How many sessions are kept for resumption, as many as rustls keeps.
const SESSIONS: usize = 256;

/// Counts the handshakes with the server that have begun, and those in which it asked for a client certificate. Clones share
/// the counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Handshakes(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    begun: AtomicUsize,
    asked_for_certificate: AtomicUsize,
}

impl Handshakes {
    pub(crate) fn begun(&self) -> usize {
        self.0.begun.load(Ordering::Relaxed)
    }

    /// Whether the server has ever asked for a client certificate.
    pub(crate) fn asked_for_certificate(&self) -> bool {
        self.0.asked_for_certificate.load(Ordering::Relaxed) > 0
    }
}

/// # Errors
/// `CertificateStore` if the platform's certificates cannot be used and there are no others.
pub(crate) fn config(
    server: &Server,
    network: &Network,
    handshakes: &Handshakes,
) -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| ClientError::Tls)?;
    // Reading the platform's certificates takes time, and a system may have none.
    if !server.is_encrypted() {
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    }
    let extra: Vec<_> =
        network.extra_certificates.iter().flat_map(|extra| extra.certificates().iter().cloned()).collect();
    let verifier = Verifier::new_with_extra_roots(extra.clone(), provider)
        .map_err(|_| ClientError::CertificateStore { variable: certificate_variable() })?;
    let mut config = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(TrustsExtra { verifier, extra }))
        .with_client_cert_resolver(Arc::new(NoClientCertificate(handshakes.clone())));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.resumption = Resumption::store(Arc::new(Sessions {
        server: server.tls_name(),
        handshakes: handshakes.clone(),
        cache: ClientSessionMemoryCache::new(SESSIONS),
    }));
    Ok(config)
}

/// The variable that replaces the platform's certificates, if one is set. Only these platforms read them.
fn certificate_variable() -> Option<&'static str> {
    if cfg!(any(windows, target_vendor = "apple", target_os = "android")) {
        return None;
    }
    ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().find(|name| std::env::var_os(name).is_some())
}

/// The platform's verifier, which takes extra certificates for authorities. One that a server shows itself, as self-signed ones
/// are, is trusted for what it says, too: most tools mark it as an authority, which no server's may be in a chain.
#[derive(Debug)]
struct TrustsExtra {
    verifier: Verifier,
    extra: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for TrustsExtra {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified =
            self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        if verified.is_ok() || !self.extra.iter().any(|extra| extra == end_entity) {
            return verified;
        }
        let encoding = |_| rustls::Error::from(CertificateError::BadEncoding);
        let validity =
            x509_cert::Certificate::from_der(end_entity).map_err(encoding)?.tbs_certificate.validity;
        if now.as_secs() < validity.not_before.to_unix_duration().as_secs() {
            return Err(CertificateError::NotValidYet.into());
        }
        if now.as_secs() > validity.not_after.to_unix_duration().as_secs() {
            return Err(CertificateError::Expired.into());
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Notices that a server asks for a client certificate, and has none.
#[derive(Debug)]
struct NoClientCertificate(Handshakes);

impl ResolvesClientCert for NoClientCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.0.asked_for_certificate.fetch_add(1, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// The usual session cache. Each handshake asks it for a key exchange group first, which tells that one begins.
#[derive(Debug)]
struct Sessions {
    server: Option<ServerName<'static>>,
    handshakes: Handshakes,
    cache: ClientSessionMemoryCache,
}

impl ClientSessionStore for Sessions {
    fn kx_hint(&self, server_name: &ServerName<'_>) -> Option<NamedGroup> {
        // The same configuration serves proxies that speak TLS.
        if self.server.as_ref() == Some(server_name) {
            self.handshakes.0.begun.fetch_add(1, Ordering::Relaxed);
        }
        self.cache.kx_hint(server_name)
    }

    fn set_kx_hint(&self, server_name: ServerName<'static>, group: NamedGroup) {
        self.cache.set_kx_hint(server_name, group);
    }

    fn set_tls12_session(&self, server_name: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.cache.set_tls12_session(server_name, value);
    }

    fn tls12_session(&self, server_name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.cache.tls12_session(server_name)
    }

    fn remove_tls12_session(&self, server_name: &ServerName<'static>) {
        self.cache.remove_tls12_session(server_name);
    }

    fn insert_tls13_ticket(&self, server_name: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.cache.insert_tls13_ticket(server_name, value);
    }

    fn take_tls13_ticket(&self, server_name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.cache.take_tls13_ticket(server_name)
    }
}
