//! A sandbox before it is served: which projects and tokens it holds, and the bearer it accepts.

use std::{fmt, io};

use secrecy::SecretString;

use crate::{Fault, Running, bearer, sample, server, store::Store};

/// What a sandbox shall hold. Everything left out takes the sample's value.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How many projects the user is a member of. The sample projects come first; beyond them,
    /// projects that hold nothing but their `default` token are added.
    pub projects: Option<usize>,
    /// How many tokens the first project holds, its `default` token counted, in place of the sample
    /// tokens. At least one: no project is without its `default` token.
    pub tokens: Option<usize>,
    /// The user's bearer. Left out, it is a random one that reads like the real service's.
    pub bearer: Option<SecretString>,
    /// What goes wrong from the first request on.
    pub faults: Vec<Fault>,
}

/// A server that is ready to start.
pub struct Sandbox {
    store: Store,
    bearer: SecretString,
    faults: Vec<Fault>,
}

impl Sandbox {
    /// The sample projects with a random bearer.
    pub fn sample() -> Self {
        Self::new(Options::default())
    }

    /// A sandbox made to measure.
    pub fn new(options: Options) -> Self {
        Self {
            store: sample::store(options.projects, options.tokens),
            bearer: options.bearer.unwrap_or_else(bearer::random),
            faults: options.faults,
        }
    }

    /// Serves on this port of 127.0.0.1, or on a free one when `port` is 0.
    ///
    /// The server has a thread and a runtime of its own, so a caller that is busy or stuck does not
    /// slow it down. It never listens on any address but loopback.
    pub async fn serve(self, port: u16) -> io::Result<Running> {
        server::start(self.store, self.bearer, self.faults, port).await
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

/// Serves the sample projects on a free port with a random bearer.
pub async fn start_sample() -> io::Result<Running> {
    Sandbox::sample().serve(0).await
}
