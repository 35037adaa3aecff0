//! The question for the keyring's password or for permission, answered as the test says.

use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, Value};
use zbus::{Connection, ObjectServer};

use super::collection::put;
use super::{Answered, Item, Refusal, Shared, sleep};

/// What is done once the answer is yes.
#[derive(Clone)]
pub enum Wish {
    Unlock(Vec<OwnedObjectPath>),
    Create(OwnedObjectPath, Item),
    Delete(OwnedObjectPath),
}

pub struct Prompt {
    shared: Shared,
    path: OwnedObjectPath,
    wish: Wish,
}

impl Prompt {
    /// Where the new question lies. It asks nobody until the client has it asked.
    pub async fn show(
        shared: &Shared,
        server: &ObjectServer,
        wish: Wish,
    ) -> Result<OwnedObjectPath, Refusal> {
        let path = shared.state().fresh_path("prompt");
        server.at(&path, Self { shared: shared.clone(), path: path.clone(), wish }).await?;
        Ok(path)
    }
}

/// What the client gets together with the yes.
async fn grant(shared: &Shared, server: &ObjectServer, wish: Wish) -> Result<Value<'static>, Refusal> {
    match wish {
        Wish::Unlock(objects) => {
            shared.state().locked = false;
            Ok(Value::from(objects))
        }
        Wish::Create(path, item) => {
            put(shared, server, &path, item).await?;
            shared.landed(None).await?;
            Ok(Value::from(path))
        }
        Wish::Delete(path) => {
            shared.state().items.remove(&path);
            shared.landed(None).await?;
            Ok(Value::from(""))
        }
    }
}

#[zbus::interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    async fn prompt(&self, _window: &str, #[zbus(connection)] connection: &Connection) {
        let answered = {
            let mut state = self.shared.state();
            state.prompts += 1;
            state.answered
        };
        let (connection, shared) = (connection.clone(), self.shared.clone());
        let (path, wish) = (self.path.clone(), self.wish.clone());
        let answer = async move {
            let (dismissed, result) = match answered {
                Answered::Never => return,
                Answered::Dismissed => (true, Value::from("")),
                Answered::InVain => (false, Value::from("")),
                Answered::After(time) => {
                    sleep(time).await;
                    (false, grant(&shared, connection.object_server(), wish).await.unwrap())
                }
            };
            let emitter = SignalEmitter::new(&connection, path).unwrap();
            Prompt::completed(&emitter, dismissed, result).await.unwrap();
        };
        std::thread::spawn(move || zbus::block_on(answer));
    }

    fn dismiss(&self) {}

    #[zbus(signal)]
    async fn completed(emitter: &SignalEmitter<'_>, dismissed: bool, result: Value<'_>) -> zbus::Result<()>;
}
