//! One item.

use std::collections::HashMap;

use zbus::zvariant::OwnedObjectPath;

use super::service::nothing;
use super::{Method, Refusal, Secret, Shared, Trick};

pub struct ItemObject {
    pub shared: Shared,
    pub path: OwnedObjectPath,
}

/// The secret, by the key of the session that it names.
pub fn decrypt(shared: &Shared, secret: &Secret) -> Result<Vec<u8>, Refusal> {
    let state = shared.state();
    let session = state.sessions.get(&secret.session).ok_or_else(|| Refusal::NoSession("unknown".into()))?;
    Ok(session.decrypt(&secret.parameters, &secret.value))
}

fn gone() -> Refusal {
    Refusal::NoSuchObject("it was deleted".into())
}

#[zbus::interface(name = "org.freedesktop.Secret.Item")]
impl ItemObject {
    async fn get_secret(&self, session: OwnedObjectPath) -> Result<(Secret,), Refusal> {
        let trick = self.shared.begin(Method::GetSecret).await?;
        let state = self.shared.state();
        if state.locked {
            return Err(Refusal::IsLocked("locked".into()));
        }
        let item = state.items.get(&self.path).ok_or_else(gone)?;
        let key = state.sessions.get(&session).ok_or_else(|| Refusal::NoSession("unknown".into()))?;
        let (parameters, mut value) = key.encrypt(&item.secret);
        if matches!(trick, Some(Trick::Garble)) {
            value.truncate(5);
        }
        Ok((Secret { session, parameters, value, content_type: "text/plain".into() },))
    }

    async fn set_secret(&self, secret: Secret) -> Result<(), Refusal> {
        let trick = self.shared.begin(Method::SetSecret).await?;
        let secret = decrypt(&self.shared, &secret)?;
        if !matches!(trick, Some(Trick::Pretend)) {
            self.shared.state().items.get_mut(&self.path).ok_or_else(gone)?.secret = secret;
        }
        Ok(())
    }

    async fn delete(&self) -> Result<OwnedObjectPath, Refusal> {
        let trick = self.shared.begin(Method::Delete).await?;
        if !matches!(trick, Some(Trick::Pretend)) {
            self.shared.state().items.remove(&self.path).ok_or_else(gone)?;
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
