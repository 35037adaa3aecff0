//! Its one collection.

use std::collections::HashMap;

use zbus::ObjectServer;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::item::{ItemObject, decrypt};
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
        let path = {
            let mut state = self.0.state();
            let old = state.matching(&attributes).into_iter().next().filter(|_| replace);
            let path = old.unwrap_or_else(|| state.fresh_path("collection/login"));
            if matches!(trick, Some(Trick::Pretend)) {
                return Ok((path, nothing()));
            }
            state.items.insert(path.clone(), Item { attributes, secret });
            path
        };
        server.at(&path, ItemObject { shared: self.0.clone(), path: path.clone() }).await?;
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
