//! Its one collection.

use std::collections::HashMap;

use zbus::ObjectServer;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::item::{ItemObject, decrypt};
use super::prompt::{Prompt, Wish};
use super::service::nothing;
use super::{Item, Method, Refusal, Secret, Shared, Trick};

pub struct Collection(pub Shared);

#[zbus::interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    async fn create_item(
        &self,
        mut properties: HashMap<String, OwnedValue>,
        secret: Secret,
        replace: bool,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<(OwnedObjectPath, OwnedObjectPath), Refusal> {
        let trick = self.0.begin(Method::CreateItem).await?;
        let attributes = properties.remove("org.freedesktop.Secret.Item.Attributes").unwrap();
        let attributes: HashMap<String, String> = attributes.try_into().unwrap();
        let secret = decrypt(&self.0, &secret)?;
        let (path, asks) = {
            let mut state = self.0.state();
            let old = state.matching(&attributes).into_iter().next().filter(|_| replace);
            let path = old.unwrap_or_else(|| state.fresh_path("collection/login"));
            (path, state.asks.contains(&Method::CreateItem))
        };
        let item = Item { attributes, secret };
        if asks {
            return Ok((nothing(), Prompt::show(&self.0, server, Wish::Create(path, item)).await?));
        }
        if !matches!(trick, Some(Trick::Pretend)) {
            put(&self.0, server, &path, item).await?;
            self.0.landed(trick).await?;
        }
        Ok((path, nothing()))
    }

    #[zbus(property)]
    fn locked(&self) -> bool {
        self.0.state().locked
    }

    #[zbus(property)]
    fn label(&self) -> String {
        "Login".into()
    }
}

/// Keeps the item, and shows it on the bus.
pub async fn put(
    shared: &Shared,
    server: &ObjectServer,
    path: &OwnedObjectPath,
    item: Item,
) -> Result<(), Refusal> {
    shared.state().items.insert(path.clone(), item);
    server.at(path, ItemObject { shared: shared.clone(), path: path.clone() }).await?;
    Ok(())
}
