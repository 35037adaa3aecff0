//! The question for the keyring's password, answered as the test says.

use zbus::Connection;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, Value};

use super::{Answered, Shared, sleep};

pub struct Prompt {
    pub shared: Shared,
    pub path: OwnedObjectPath,
    pub objects: Vec<OwnedObjectPath>,
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
        let (path, objects) = (self.path.clone(), self.objects.clone());
        let answer = async move {
            let dismissed = match answered {
                Answered::Never => return,
                Answered::Dismissed => true,
                Answered::After(time) => {
                    sleep(time).await;
                    shared.state().locked = false;
                    false
                }
            };
            let emitter = SignalEmitter::new(&connection, path).unwrap();
            Prompt::completed(&emitter, dismissed, Value::from(objects)).await.unwrap();
        };
        std::thread::spawn(move || zbus::block_on(answer));
    }

    fn dismiss(&self) {}

    #[zbus(signal)]
    async fn completed(emitter: &SignalEmitter<'_>, dismissed: bool, result: Value<'_>) -> zbus::Result<()>;
}
