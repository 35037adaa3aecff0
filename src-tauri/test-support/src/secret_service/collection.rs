//! Its one collection.

use std::collections::HashMap;

use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, ObjectServer};

use super::item::{decrypt, put};
use super::paths::nothing;
use super::prompt::Prompt;
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
            let shared = self.0.clone();
            let create = move |connection: Connection| {
                let (shared, path, item) = (shared.clone(), path.clone(), item.clone());
                async move {
                    put(&shared, connection.object_server(), &path, item).await?;
                    shared.landed(None).await?;
                    Ok(Value::from(path))
                }
            };
            return Ok((nothing(), Prompt::show(&self.0, server, create).await?));
        }
        if !matches!(trick, Some(Trick::Pretend)) {
            put(&self.0, server, &path, item).await?;
            self.0.landed(trick).await?;
        }
        Ok((path, nothing()))
    }

    #[zbus(property)]
    fn locked(&self) -> zbus::fdo::Result<bool> {
        let state = self.0.state();
        if state.has_collection {
            Ok(state.locked)
        } else {
            Err(zbus::fdo::Error::UnknownObject("it was deleted".into()))
        }
    }

    #[zbus(property)]
    fn label(&self) -> String {
        self.0.state().label.clone()
    }
}
