//! The collection that new items go to. A provider can be without one: KWallet until its first wallet is created.

use keyring::{Error, Result};
use secret_service::blocking::Collection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::{Provider, bus_failure, failure};
use crate::diagnosis::{is_missing, is_refused};

/// As libsecret calls it.
const LABEL: &str = "Default keyring";
const ALIAS: &str = "default";

/// The provider asked whether to create a collection, and was refused.
#[derive(Debug, thiserror::Error)]
#[error("the creation of a collection was dismissed")]
pub(crate) struct CreationDismissed;

/// The default collection, unlocked. If there is none, the provider is asked to create one, as `secret-tool` does.
pub(super) fn default<'a>(provider: &'a Provider) -> Result<Collection<'a>> {
    let (collection, is_locked) = match existing(provider).map_err(failure)? {
        Some(found) => found,
        None => create(provider)?,
    };
    if is_locked {
        collection.unlock().map_err(failure)?;
    }
    Ok(collection)
}

/// The collection that the alias names, and whether it is locked. `None` also if the alias names one that is gone.
fn existing<'a>(
    provider: &'a Provider,
) -> std::result::Result<Option<(Collection<'a>, bool)>, secret_service::Error> {
    let found = provider.service.get_default_collection().and_then(with_state);
    match found {
        Ok(found) => Ok(Some(found)),
        Err(secret_service::Error::NoResult) => Ok(None),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn with_state(
    collection: Collection<'_>,
) -> std::result::Result<(Collection<'_>, bool), secret_service::Error> {
    let is_locked = collection.is_locked()?;
    Ok((collection, is_locked))
}

fn create<'a>(provider: &'a Provider) -> Result<(Collection<'a>, bool)> {
    // Where the alias is not supported, the collection of an earlier call is found by its label only.
    for path in all(provider)? {
        let found = provider.service.get_collection_by_path(path).map_err(failure)?;
        if found.get_label().is_ok_and(|label| label == LABEL) {
            return with_state(found).map_err(failure);
        }
    }
    match provider.service.create_collection(LABEL, ALIAS).and_then(with_state) {
        Ok(created) => Ok(created),
        Err(secret_service::Error::Prompt) => Err(Error::NoStorageAccess(Box::new(CreationDismissed))),
        // It was refused, or created and reported in another form than the specification's.
        Err(error) if is_refused(&error) || is_missing(&error) => {
            let created = existing(provider).map_err(failure)?;
            created.ok_or_else(|| failure(secret_service::Error::NoResult))
        }
        Err(error) => Err(failure(error)),
    }
}

/// Without the client's cache: not every provider says when the list changes.
fn all(provider: &Provider) -> Result<Vec<OwnedObjectPath>> {
    let reply = provider.bus.call_method(
        Some("org.freedesktop.secrets"),
        "/org/freedesktop/secrets",
        Some("org.freedesktop.DBus.Properties"),
        "Get",
        &("org.freedesktop.Secret.Service", "Collections"),
    );
    let value: OwnedValue = reply.and_then(|reply| reply.body().deserialize()).map_err(bus_failure)?;
    value.try_into().map_err(|error: zbus::zvariant::Error| failure(error.into()))
}
