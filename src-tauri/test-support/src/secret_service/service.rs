//! The object that everything begins with.

use std::collections::HashMap;

use zbus::ObjectServer;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use super::paths::{COLLECTION, nothing};
use super::prompt::Prompt;
use super::session::{ENCRYPTED, Session};
use super::{Method, Refusal, Shared, Trick};

pub struct Service(pub Shared);

#[zbus::interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    async fn open_session(
        &self,
        algorithm: &str,
        input: Value<'_>,
    ) -> Result<(OwnedValue, OwnedObjectPath), Refusal> {
        let trick = self.0.begin(Method::OpenSession).await?;
        let refusal = self.0.state().refused_algorithms.get(algorithm).copied();
        if let Some(error) = refusal {
            return Err(Refusal::named(error, "not this algorithm"));
        }
        let (session, output) = match algorithm {
            ENCRYPTED if !matches!(trick, Some(Trick::Plain)) => {
                let client: Vec<u8> = input.try_to_owned().and_then(|value| value.try_into()).unwrap();
                let (session, public) = Session::agree(&client);
                (session, Value::from(public))
            }
            _ => (Session::plain(), Value::from("")),
        };
        let mut state = self.0.state();
        let path = state.fresh_path("session");
        state.sessions.insert(path.clone(), session);
        Ok((output.try_into().unwrap(), path))
    }

    async fn create_collection(
        &self,
        mut properties: HashMap<String, OwnedValue>,
        alias: &str,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<(OwnedObjectPath, OwnedObjectPath), Refusal> {
        let trick = self.0.begin(Method::CreateCollection).await?;
        let (creates, asks) = {
            let state = self.0.state();
            (state.creates, state.asks.contains(&Method::CreateCollection))
        };
        if !creates {
            return Err(Refusal::named("org.freedesktop.DBus.Error.NotSupported", "it has what it has"));
        }
        let label = properties.remove("org.freedesktop.Secret.Collection.Label").unwrap();
        let label: String = label.try_into().unwrap();
        let alias = alias.to_owned();
        let shared = self.0.clone();
        let create = move || {
            let mut state = shared.state();
            state.collections_created += 1;
            state.label = label.clone();
            state.has_collection = true;
            state.without_default = alias != "default" || state.ignores_alias;
        };
        if !asks {
            create();
            return Ok((ObjectPath::from_static_str_unchecked(COLLECTION).into(), nothing()));
        }
        let grant = move |_| {
            create();
            let path = match trick {
                Some(Trick::Garble) => Value::from(COLLECTION),
                _ => Value::from(ObjectPath::from_static_str_unchecked(COLLECTION)),
            };
            async move { Ok(path) }
        };
        Ok((nothing(), Prompt::show(&self.0, server, grant).await?))
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
        let state = self.0.state();
        let there = name == "default" && !state.without_default;
        if there { ObjectPath::from_static_str_unchecked(COLLECTION).into() } else { nothing() }
    }

    #[zbus(property)]
    fn collections(&self) -> Vec<OwnedObjectPath> {
        let there = self.0.state().has_collection;
        there.then(|| ObjectPath::from_static_str_unchecked(COLLECTION).into()).into_iter().collect()
    }
}
