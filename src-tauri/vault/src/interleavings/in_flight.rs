//! A caller's request that has no answer yet.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use secrecy::{ExposeSecret, SecretString};

use crate::error::VaultError;
use crate::queue::PendingWrite;

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, VaultError>> + Send>>;

pub(super) enum InFlight {
    Read(Answer<Option<SecretString>>),
    Write(Answer<PendingWrite>),
    Delete(Answer<()>),
}

/// The answer to a request.
pub(super) enum Answered {
    Read(Result<Option<String>, VaultError>),
    Write(Result<PendingWrite, VaultError>),
    Delete(Result<(), VaultError>),
}

impl InFlight {
    /// The answer, if there is one. The test polls by hand: it knows when an answer comes.
    pub fn poll(&mut self) -> Option<Answered> {
        let mut context = Context::from_waker(Waker::noop());
        let answered = match self {
            Self::Read(answer) => answer.as_mut().poll(&mut context).map(|found| {
                Answered::Read(found.map(|secret| secret.map(|secret| secret.expose_secret().to_owned())))
            }),
            Self::Write(answer) => answer.as_mut().poll(&mut context).map(Answered::Write),
            Self::Delete(answer) => answer.as_mut().poll(&mut context).map(Answered::Delete),
        };
        match answered {
            Poll::Ready(answered) => Some(answered),
            Poll::Pending => None,
        }
    }
}
