//! The object that everything begins with.

use std::collections::HashMap;

use zbus::ObjectServer;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use super::paths::{COLLECTION, nothing};
use super::prompt::Prompt;
use super::session::Session;
use super::{Method, Refusal, Shared};

pub struct Service(pub Shared);

#[zbus::interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    async fn open_session(
        &self,
        _algorithm: &str,
        input: Value<'_>,
    ) -> Result<(OwnedValue, OwnedObjectPath), Refusal> {
        self.0.begin(Method::OpenSession).await?;
        let client: Vec<u8> = input.try_to_owned().and_then(|value| value.try_into()).unwrap();
        let (session, public) = Session::agree(&client);
        let mut state = self.0.state();
        let path = state.fresh_path("session");
        state.sessions.insert(path.clone(), session);
        Ok((Value::from(public).try_into().unwrap(), path))
    }

    async fn search_items(
        &self,
        attributes: HashMap<String, String>,
    ) -> Result<(Vec<OwnedObjectPath>, Vec<OwnedObjectPath>), Refusal> {
        self.0.begin(Method::SearchItems).await?;
        let state = self.0.state();
        let found = state.matching(&attributes);
        Ok(if state.locked { (Vec::new(), found) } else { (found, Vec::new()) })
    }

    async fn unlock(
        &self,
        objects: Vec<OwnedObjectPath>,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<(Vec<OwnedObjectPath>, OwnedObjectPath), Refusal> {
        if !self.0.state().locked {
            return Ok((objects, nothing()));
        }
        let shared = self.0.clone();
        let unlock = move |_| {
            let (shared, objects) = (shared.clone(), objects.clone());
            async move {
                shared.state().locked = false;
                Ok(Value::from(objects))
            }
        };
        let path = Prompt::show(&self.0, server, unlock).await?;
        Ok((Vec::new(), path))
    }

    fn read_alias(&self, name: &str) -> OwnedObjectPath {
        let there = name == "default" && !self.0.state().without_default;
        if there { ObjectPath::from_static_str_unchecked(COLLECTION).into() } else { nothing() }
    }

    #[zbus(property)]
    fn collections(&self) -> Vec<OwnedObjectPath> {
        vec![ObjectPath::from_static_str_unchecked(COLLECTION).into()]
    }
}
