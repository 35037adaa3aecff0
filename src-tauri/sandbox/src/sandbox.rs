//! A sandbox before it is served: its projects and tokens, and the bearer token it accepts.

use std::fmt;

use secrecy::SecretString;

#[cfg(feature = "faults")]
use crate::fault::Fault;
use crate::{bearer_token, sample, store::Store};

/// What a sandbox holds. Each field that is left out has the sample's value.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The number of projects that the user is a member of. The sample projects come first; projects
    /// beyond them hold only their `default` token.
    pub projects: Option<usize>,
    /// The number of tokens in the first project, including its `default` token, instead of the sample
    /// tokens. At least one: every project has its `default` token.
    pub tokens: Option<usize>,
    /// The bearer token of the user. Without one, it is random and has the real service's format.
    pub bearer_token: Option<SecretString>,
    /// The faults that apply from the first request on.
    #[cfg(feature = "faults")]
    pub faults: Vec<Fault>,
}

/// A server that is ready to start.
pub struct Sandbox {
    pub(crate) store: Store,
    pub(crate) bearer_token: SecretString,
    #[cfg(feature = "faults")]
    pub(crate) faults: Vec<Fault>,
}

impl Sandbox {
    /// The sample projects with a random bearer token.
    pub fn sample() -> Self {
        Self::new(Options::default())
    }

    /// A sandbox with these contents.
    pub fn new(options: Options) -> Self {
        Self {
            store: sample::store(options.projects, options.tokens),
            bearer_token: options.bearer_token.unwrap_or_else(bearer_token::random),
            #[cfg(feature = "faults")]
            faults: options.faults,
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}
