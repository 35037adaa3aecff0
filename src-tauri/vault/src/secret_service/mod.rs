//! The Secret Service as a store: the keyrings of GNOME and KDE, KeePassXC, and whatever else offers
//! `org.freedesktop.secrets` on the session bus.
//!
//! The crate `zbus-secret-service-keyring-store` does the same, but only for a provider that offers an encrypted session
//! and has a default collection.

mod collection;
mod item;

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use keyring::api::CredentialStoreApi;
use keyring::{Entry, Error, Result};
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use zbus::blocking::Connection;

pub(crate) use self::collection::CreationDismissed;
use self::item::Item;
use crate::diagnosis::is_refused;

/// A session with the Secret Service, and the bus that it is on.
struct Provider {
    service: SecretService<'static>,
    bus: Connection,
}

/// The Secret Service's entries.
pub(crate) struct Store(Arc<Provider>);

impl Store {
    /// Connects to the session bus and opens a session. Blocks, and must not run inside an async runtime.
    ///
    /// The session is encrypted unless the provider refuses that. Nobody else can make it refuse: bus messages reach
    /// the provider as they were sent.
    pub fn open() -> Result<Arc<Self>> {
        let bus = Connection::session().map_err(bus_failure)?;
        let connect = |encryption| SecretService::connect_with_existing(encryption, bus.clone());
        let service = match connect(EncryptionType::Dh) {
            Err(error) if is_refused(&error) => {
                tracing::info!("the keyring offers no encrypted session");
                connect(EncryptionType::Plain)
            }
            connected => connected,
        };
        let service = service.map_err(failure)?;
        Ok(Arc::new(Self(Arc::new(Provider { service, bus }))))
    }
}

impl CredentialStoreApi for Store {
    fn vendor(&self) -> String {
        "Secret Service".to_owned()
    }

    fn id(&self) -> String {
        "session bus".to_owned()
    }

    fn build(&self, service: &str, user: &str, modifiers: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        let label = modifiers.and_then(|modifiers| modifiers.get("label")).copied().unwrap_or(user);
        let item = Item {
            provider: Arc::clone(&self.0),
            service: service.to_owned(),
            user: user.to_owned(),
            label: label.to_owned(),
        };
        Ok(Entry::new_with_credential(Arc::new(item)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret Service")
    }
}

/// The cause stays in the box, where `diagnosis` looks for it.
fn failure(error: secret_service::Error) -> Error {
    Error::PlatformFailure(Box::new(error))
}

fn bus_failure(error: zbus::Error) -> Error {
    Error::PlatformFailure(Box::new(error))
}
