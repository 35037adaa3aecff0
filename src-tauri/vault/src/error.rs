//! What can go wrong with the keyring, in words a person can act on.

use std::borrow::Cow;

/// Why the keyring did not do what was asked. No variant holds a secret, so all of them can be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is no session bus through which to reach a keyring.
    #[error(
        "This session has no D-Bus session bus, so no keyring can be reached. \
         Start the app from a desktop session, or keep the credential for this session only."
    )]
    NoBus,
    /// There is a session bus, but no keyring on it.
    #[error(
        "No keyring is running in this session. Start GNOME Keyring, KWallet or KeePassXC and try again, \
         or keep the credential for this session only."
    )]
    NoProvider,
    /// The keyring is running, but has no default collection to put an entry in.
    #[error(
        "The keyring has no default collection. Create one in its own settings (or open its database) and try again, \
         or keep the credential for this session only."
    )]
    NoCollection,
    /// The keyring is locked and did not ask for its password.
    #[error("The keyring is locked. Unlock it and try again.")]
    Locked,
    /// The keyring asked for its password or for permission, and the prompt was closed or refused.
    #[error("The keyring prompt was closed. Try again and answer it to unlock the keyring.")]
    Dismissed,
    /// The keyring has no default collection, asked whether to create one, and was refused.
    #[error(
        "The keyring has no place for entries yet, and its prompt to create one was closed. Try again and answer it, \
         or keep the credential for this session only."
    )]
    CreationDismissed,
    /// Several entries match one account.
    #[error(
        "The keyring holds several entries for this account. Remove all but one in the keyring’s own settings, \
         then try again."
    )]
    Ambiguous,
    /// There is an entry, but it does not hold a credential of this app.
    #[error(
        "The keyring entry for this account is not a credential of this app. Enter the credential again."
    )]
    Unrecognized,
    /// The keyring had not answered when the deadline passed.
    #[error(
        "The keyring did not answer in time. Look for its password prompt, answer it, and try again. \
         If there is no prompt, restart the app."
    )]
    TimedOut,
    /// The keyring reported a deletion, yet the entry is still there.
    #[error("The keyring did not delete the entry. Remove it in the keyring’s own settings.")]
    NotDeleted,
    /// Anything else.
    #[error("The keyring failed ({kind}). Try again, or check the keyring’s own settings.")]
    Failed {
        /// The name or number of the failure; never a text that came with it.
        kind: Cow<'static, str>,
    },
}

impl VaultError {
    pub(crate) fn failed(kind: &'static str) -> Self {
        Self::Failed { kind: Cow::Borrowed(kind) }
    }

    /// Whether a person, or the lock, refused the operation: nothing was changed, and trying again would prompt again.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Dismissed | Self::CreationDismissed | Self::Locked)
    }
}

/// What a failure says about the store it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreState {
    /// The store answered, and can be used again.
    Usable,
    /// The next request needs a new store. Do not retry this one automatically: it may have prompted the user.
    Broken,
    /// The connection is gone, as after a restart of the keyring: with a new store this very request can succeed.
    Disconnected,
}

/// A failed operation of the store: the error for the caller, and what to do with the store.
#[derive(Debug)]
pub(crate) struct StoreError {
    pub error: VaultError,
    pub state: StoreState,
}

impl StoreError {
    pub(crate) fn new(error: VaultError, state: StoreState) -> Self {
        Self { error, state }
    }

    /// The work was stopped because its caller has gone.
    pub(crate) fn cancelled() -> Self {
        Self::new(VaultError::TimedOut, StoreState::Usable)
    }

    pub(crate) fn unrecognized() -> Self {
        Self::new(VaultError::Unrecognized, StoreState::Usable)
    }

    /// Whether the entry was found, and then removed by another program before it was used.
    pub(crate) fn is_item_gone(&self) -> bool {
        matches!(&self.error, VaultError::Failed { kind } if ["NoSuchObject", "UnknownObject"].contains(&kind.as_ref()))
    }
}
