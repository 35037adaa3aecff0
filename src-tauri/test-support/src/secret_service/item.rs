//! One item.

use std::collections::HashMap;

use zbus::ObjectServer;
use zbus::zvariant::{OwnedObjectPath, Value};

use super::paths::nothing;
use super::prompt::Prompt;
use super::{Item, Method, Refusal, Secret, Shared, Trick};

pub struct ItemObject {
    pub shared: Shared,
    pub path: OwnedObjectPath,
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

/// The secret, by the key of the session that it names.
pub fn decrypt(shared: &Shared, secret: &Secret) -> Result<Vec<u8>, Refusal> {
    let state = shared.state();
    let session = state.sessions.get(&secret.session).ok_or_else(Refusal::no_session)?;
    Ok(session.decrypt(&secret.parameters, &secret.value))
}

#[zbus::interface(name = "org.freedesktop.Secret.Item")]
impl ItemObject {
    async fn get_secret(&self, session: OwnedObjectPath) -> Result<(Secret,), Refusal> {
        let trick = self.shared.begin(Method::GetSecret).await?;
        let state = self.shared.state();
        let item = state.items.get(&self.path).ok_or_else(Refusal::gone)?;
        let key = state.sessions.get(&session).ok_or_else(Refusal::no_session)?;
        let (mut parameters, mut value) = key.encrypt(&item.secret);
        match trick {
            Some(Trick::Garble) => value.truncate(5),
            Some(Trick::Plain) => (parameters, value) = (Vec::new(), item.secret.clone()),
            _ => {}
        }
        Ok((Secret { session, parameters, value, content_type: "text/plain".into() },))
    }

    async fn set_secret(&self, secret: Secret) -> Result<(), Refusal> {
        let trick = self.shared.begin(Method::SetSecret).await?;
        let secret = decrypt(&self.shared, &secret)?;
        if matches!(trick, Some(Trick::Pretend)) {
            return Ok(());
        }
        self.shared.state().items.get_mut(&self.path).ok_or_else(Refusal::gone)?.secret = secret;
        self.shared.landed(trick).await
    }

    async fn delete(&self, #[zbus(object_server)] server: &ObjectServer) -> Result<OwnedObjectPath, Refusal> {
        let trick = self.shared.begin(Method::Delete).await?;
        let asks = self.shared.state().asks.contains(&Method::Delete);
        if asks {
            let (shared, path) = (self.shared.clone(), self.path.clone());
            let delete = move |_| {
                let (shared, path) = (shared.clone(), path.clone());
                async move {
                    shared.state().items.remove(&path);
                    shared.landed(None).await?;
                    Ok(Value::from(""))
                }
            };
            return Prompt::show(&self.shared, server, delete).await;
        }
        if !matches!(trick, Some(Trick::Pretend)) {
            self.shared.state().items.remove(&self.path).ok_or_else(Refusal::gone)?;
            self.shared.landed(trick).await?;
        }
        Ok(nothing())
    }

    #[zbus(property)]
    fn locked(&self) -> bool {
        self.shared.state().locked
    }

    #[zbus(property)]
    fn attributes(&self) -> HashMap<String, String> {
        self.shared.state().items.get(&self.path).map(|item| item.attributes.clone()).unwrap_or_default()
    }

    #[zbus(property)]
    fn label(&self) -> String {
        "An item".into()
    }
}
