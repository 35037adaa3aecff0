//! What a person is asked outside the page before a bearer token goes somewhere new. The page is not trusted with these
//! decisions: a script in it could make them.

use std::{path::PathBuf, pin::Pin};

pub use calyptia_api::CertificateDetails;

use crate::messages::SearchIn;

/// The answer of a person, who may take their time.
pub type Answer<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Asks the person in front of the screen, in a dialog that the page cannot reach.
pub trait Consent: Send + Sync + 'static {
    /// Asks. True only if the person agreed. Dropping the answer withdraws the question.
    fn ask(&self, question: Question) -> Answer<bool>;

    /// Lets the person choose a file of certificates. `None` if they chose none.
    fn choose_certificates(&self) -> Answer<Option<PathBuf>>;

    /// Lets the person choose where to save a file, under this name or another. They have agreed to replace one that exists.
    fn choose_where_to_save(&self, name: &str) -> Answer<Option<PathBuf>>;

    /// Lets the person choose files, or a folder, to search. Nothing if they chose none. Dropping the answer withdraws the question.
    fn choose_to_search(&self, what: SearchIn) -> Answer<Vec<PathBuf>>;
}

/// What is about to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// A bearer token is sent to a server that is neither one of the vendor's nor saved.
    Server {
        /// Its base URL.
        url: String,
        /// Whether what is sent is encrypted. Otherwise it stays on this computer, where other users may listen.
        encrypted: bool,
    },
    /// Bearer tokens and tokens take another way than the one agreed to last.
    Network {
        /// The proxy that every request to another computer goes through.
        proxy: Option<String>,
        /// Who can vouch for servers besides the authorities that the system trusts. With such a certificate's key, traffic
        /// can be read.
        certificates: Vec<CertificateDetails>,
    },
}
