//! The question for the keyring's password or for permission, answered as the test says.

use std::pin::Pin;
use std::sync::Arc;

use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, Value};
use zbus::{Connection, ObjectServer};

use super::{Answered, Refusal, Shared, sleep};

/// What the client gets together with the yes.
type Granted = Pin<Box<dyn Future<Output = Result<Value<'static>, Refusal>> + Send>>;

pub struct Prompt {
    shared: Shared,
    path: OwnedObjectPath,
    /// Does what was asked about.
    grant: Arc<dyn Fn(Connection) -> Granted + Send + Sync>,
}

impl Prompt {
    /// Where the new question lies. It asks nobody until the client has it asked. Once the answer is yes, `grant` does
    /// what was asked about, and returns what the client gets.
    pub async fn show<F>(
        shared: &Shared,
        server: &ObjectServer,
        grant: impl Fn(Connection) -> F + Send + Sync + 'static,
    ) -> Result<OwnedObjectPath, Refusal>
    where
        F: Future<Output = Result<Value<'static>, Refusal>> + Send + 'static,
    {
        let path = shared.state().fresh_path("prompt");
        let grant = Arc::new(move |connection| -> Granted { Box::pin(grant(connection)) });
        server.at(&path, Self { shared: shared.clone(), path: path.clone(), grant }).await?;
        Ok(path)
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
        let connection = connection.clone();
        let (path, grant) = (self.path.clone(), Arc::clone(&self.grant));
        let answer = async move {
            let (dismissed, result) = match answered {
                Answered::Never => return,
                Answered::Dismissed => (true, Value::from("")),
                Answered::InVain => (false, Value::from("")),
                Answered::After(time) => {
                    sleep(time).await;
                    (false, grant(connection.clone()).await.unwrap())
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
