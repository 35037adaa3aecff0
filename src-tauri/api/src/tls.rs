//! TLS for one client: which certificates it trusts, and when a handshake with its server begins.
//!
//! The configuration is made here and not by reqwest, so that nothing is installed process-wide, an unusable certificate store
//! has an error of its own, and a failure behind a proxy differs from a failure of the proxy.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use rustls::{
    ClientConfig, NamedGroup, RootCertStore,
    client::{
        ClientSessionMemoryCache, ClientSessionStore, Resumption, Tls12ClientSessionValue,
        Tls13ClientSessionValue,
    },
    pki_types::ServerName,
};
use rustls_platform_verifier::Verifier;

use crate::{ClientError, Network, Server};

/// How many sessions are kept for resumption, as many as rustls keeps.
const SESSIONS: usize = 256;

/// Counts the handshakes with the server that have begun. Clones share the count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Handshakes(Arc<AtomicUsize>);

impl Handshakes {
    pub(crate) fn begun(&self) -> usize {
        self.0.load(Ordering::Relaxed)
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
    let extra = network.extra_certificates.iter().flat_map(|extra| extra.certificates().iter().cloned());
    let verifier = Verifier::new_with_extra_roots(extra, provider)
        .map_err(|_| ClientError::CertificateStore { variable: certificate_variable() })?;
    let mut config =
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
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
            self.handshakes.0.fetch_add(1, Ordering::Relaxed);
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
