//! What a person has agreed to: servers that a bearer token may be sent to, and the network it may take.
//!
//! The settings file is no proof of that, because other programs can change it. A network other than the default one is agreed
//! to if the keyring holds its digest, under the account [`NETWORK_ENTRY`]: that of the one agreed to last.

use std::{collections::HashSet, time::Duration};

use calyptia_api::{ExtraCertificates, ProxyAddress, Server};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::Connections;
use crate::{
    consent::Question,
    lock::lock,
    messages::{ErrorCode, Problem, ProxyChoice},
    settings::NetworkSettings,
};

/// The keyring account of the digest.
pub(super) const NETWORK_ENTRY: &str = "network";

/// How long the keyring may take to say what was agreed to, before the person is asked again.
const KEYRING_TIME: Duration = Duration::from_secs(20);

/// What was agreed to since the app started.
#[derive(Default)]
pub(super) struct Approvals {
    servers: HashSet<String>,
    network: Option<NetworkDigest>,
}

/// Whether a person may be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    Allowed,
    /// Nobody is waiting.
    NotNow,
}

/// Stands for a proxy and extra certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NetworkDigest(String);

impl NetworkDigest {
    /// `None` for a network that needs no consent: the system decides the way, and who vouches for servers.
    pub(super) fn of(settings: &NetworkSettings) -> Option<Self> {
        let proxy = match &settings.proxy {
            ProxyChoice::Address { url } => url.as_str(),
            ProxyChoice::System | ProxyChoice::None => "",
        };
        let pem = settings.certificates.as_ref().map_or("", |certificates| certificates.pem.as_str());
        if proxy.is_empty() && pem.is_empty() {
            return None;
        }
        // Neither contains a NUL.
        let digest = Sha256::digest(format!("{proxy}\0{pem}"));
        Some(Self(digest.iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

impl Connections {
    /// Asks before a bearer token goes to a server that is neither one of the vendor's nor saved.
    pub(super) async fn approve_server(&self, server: &Server) -> Result<(), Problem> {
        let url = server.as_str();
        let is_saved = self.settings.connections().iter().any(|saved| saved.server == url);
        if server.is_known() || is_saved || lock(&self.approvals).servers.contains(url) {
            return Ok(());
        }
        let question = Question::Server { url: url.to_owned(), encrypted: server.is_encrypted() };
        if !self.consent.ask(question).await {
            return Err(not_allowed());
        }
        lock(&self.approvals).servers.insert(url.to_owned());
        Ok(())
    }

    /// Makes sure that the network of the settings was agreed to, by asking if need be.
    pub(super) async fn approve_network(&self, asking: Asking) -> Result<(), Problem> {
        self.approve(&self.settings.network(), asking).await
    }

    /// Makes sure that a network was agreed to, by asking if need be.
    pub(super) async fn approve(&self, settings: &NetworkSettings, asking: Asking) -> Result<(), Problem> {
        let Some(digest) = NetworkDigest::of(settings) else { return Ok(()) };
        if self.is_approved(Some(&digest)) || self.keyring_has(&digest).await {
            lock(&self.approvals).network = Some(digest);
            return Ok(());
        }
        let question = question(settings)?;
        if asking == Asking::NotNow || !self.consent.ask(question).await {
            return Err(not_allowed());
        }
        self.remember_network(digest).await;
        Ok(())
    }

    /// Whether a network was agreed to, or needs no consent.
    pub(super) fn is_approved(&self, digest: Option<&NetworkDigest>) -> bool {
        digest.is_none() || lock(&self.approvals).network.as_ref() == digest
    }

    async fn keyring_has(&self, digest: &NetworkDigest) -> bool {
        if self.sample_only {
            return false;
        }
        let kept = self.vault.with_deadline(KEYRING_TIME).read(NETWORK_ENTRY).await;
        matches!(kept, Ok(Some(kept)) if kept.expose_secret() == digest.0)
    }

    /// Without a keyring the person is asked again at the next start.
    async fn remember_network(&self, digest: NetworkDigest) {
        let text = SecretString::from(digest.0.as_str());
        lock(&self.approvals).network = Some(digest);
        if self.sample_only {
            return;
        }
        match self.vault.with_deadline(KEYRING_TIME).write(NETWORK_ENTRY, text).await {
            Ok(write) => write.commit(),
            Err(error) => tracing::warn!("the keyring does not remember the network agreed to: {error}"),
        }
    }

    /// A server that was forgotten is a new one.
    pub(super) fn forget_server(&self, server: &str) {
        lock(&self.approvals).servers.remove(server);
    }

    /// Takes back what was agreed to: a network that was left must not come back unasked.
    pub(super) async fn forget_network(&self) {
        lock(&self.approvals).network = None;
        if !self.sample_only
            && let Err(error) = self.vault.with_deadline(KEYRING_TIME).delete(NETWORK_ENTRY).await
        {
            tracing::warn!("the keyring still remembers the network agreed to before: {error}");
        }
    }
}

fn question(settings: &NetworkSettings) -> Result<Question, Problem> {
    let certificates = match &settings.certificates {
        Some(certificates) => ExtraCertificates::parse(certificates.pem.as_bytes())?.details(),
        None => Vec::new(),
    };
    let proxy = match &settings.proxy {
        // Parsed, so that it is what will be used, and not a text that somebody wrote into the settings.
        ProxyChoice::Address { url } => Some(ProxyAddress::parse(url)?.as_str().to_owned()),
        ProxyChoice::System | ProxyChoice::None => None,
    };
    Ok(Question::Network { proxy, certificates })
}

pub(super) fn not_allowed() -> Problem {
    Problem::new(ErrorCode::NotAllowed, "the person did not agree")
}
