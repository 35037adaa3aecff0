//! One entry: the item whose attributes name a service and a user.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use keyring::api::CredentialApi;
use keyring::{Credential, Error, Result};
use secret_service::blocking::Item as FoundItem;

use super::{Provider, collection, failure};

pub(super) struct Item {
    pub provider: Arc<Provider>,
    pub service: String,
    pub user: String,
    /// What a new item is called.
    pub label: String,
}

impl Item {
    fn attributes(&self) -> HashMap<&str, &str> {
        HashMap::from([("service", self.service.as_str()), ("username", self.user.as_str())])
    }

    /// The only item with these attributes in any collection, unlocked.
    fn find(&self) -> Result<FoundItem<'_>> {
        let found = self.provider.service.search_items(self.attributes()).map_err(failure)?;
        if !found.locked.is_empty() {
            let locked: Vec<_> = found.locked.iter().collect();
            self.provider.service.unlock_all(&locked).map_err(failure)?;
        }
        let mut items = found.unlocked.into_iter().chain(found.locked);
        match (items.next(), items.next()) {
            (None, _) => Err(Error::NoEntry),
            (Some(item), None) => Ok(item),
            // Nobody asks which.
            (Some(_), Some(_)) => Err(Error::Ambiguous(Vec::new())),
        }
    }
}

/// KeePassXC keeps text as the entry's password and everything else as an attachment; KWallet makes the same difference.
fn content_type(secret: &[u8]) -> &'static str {
    if std::str::from_utf8(secret).is_ok() { "text/plain" } else { "application/octet-stream" }
}

impl CredentialApi for Item {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        match self.find() {
            Ok(item) => item.set_secret(secret, content_type(secret)).map_err(failure),
            Err(Error::NoEntry) => {
                let collection = collection::default(&self.provider)?;
                let replace = true;
                collection
                    .create_item(&self.label, self.attributes(), secret, replace, content_type(secret))
                    .map_err(failure)?;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        self.find()?.get_secret().map_err(failure)
    }

    fn delete_credential(&self) -> Result<()> {
        self.find()?.delete().map_err(failure)
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        Some((self.service.clone(), self.user.clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret Service item")
    }
}
