//! A Secret Service that can misbehave, on a bus of its own. Told nothing, it works: it keeps items in memory, locks them
//! and asks. It is the tests' own reading of <https://specifications.freedesktop.org/secret-service-spec/>.

mod collection;
mod handle;
mod item;
mod paths;
mod prompt;
mod refusal;
mod service;
mod session;
mod state;

use std::collections::HashMap;
use std::time::Duration;

pub use handle::SecretService;
use refusal::Refusal;
pub use session::{ENCRYPTED, PLAIN};
use state::{Secret, Shared, sleep};

/// What the client calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    OpenSession,
    SearchItems,
    CreateCollection,
    CreateItem,
    GetSecret,
    SetSecret,
    Delete,
}

/// How one of its methods goes wrong.
#[derive(Clone, Copy, Debug)]
pub enum Trick {
    /// Never answers.
    Silent,
    /// Does its work, and answers, so much later.
    Late(Duration),
    /// Refuses as a locked keyring does.
    Refuse,
    /// Refuses with the D-Bus error of this name. Its text quotes all secrets that it keeps.
    Fail(&'static str),
    /// Does a write all the same, and refuses as [`Trick::Fail`] does.
    FailAfter(&'static str),
    /// Does a write, and never answers.
    Mute,
    /// Says that it was done, and does nothing.
    Pretend,
    /// Answers something that cannot be decrypted, or an object's path as a text.
    Garble,
    /// Answers with the secret itself, as in a session without encryption; opens such a session whatever it is asked for.
    Plain,
    /// Answers something of another type.
    Foreign,
}

/// What becomes of a question that it asks.
#[derive(Clone, Copy, Debug)]
pub enum Answered {
    /// With the password or a yes, after so long.
    After(Duration),
    /// By closing it.
    Dismissed,
    /// With a yes that changes nothing: what was locked stays locked.
    InVain,
    Never,
}

/// An item.
#[derive(Clone)]
pub struct Item {
    pub attributes: HashMap<String, String>,
    pub secret: Vec<u8>,
}
