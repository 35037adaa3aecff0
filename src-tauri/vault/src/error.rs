//! What can go wrong with the keyring, in words a person can act on. A store's own errors end here: some of them carry
//! the secret, so they are matched and never printed.

use std::borrow::Cow;

use zeroize::Zeroize;

use crate::platform;

/// Why the keyring did not do what was asked. No variant holds a secret, so all of them may be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is no session bus to reach a keyring over.
    #[error(
        "This session has no D-Bus session bus, so no keyring can be reached. \
         Start the app from a desktop session, or keep the credential for this session only."
    )]
    NoBus,
    /// The session is there, but nothing in it keeps secrets.
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
    /// The keyring asked for its password or for permission, and the question was closed or refused.
    #[error("The keyring's question was dismissed. Try again and answer it to unlock the keyring.")]
    Dismissed,
    /// Several entries match one account.
    #[error(
        "The keyring holds several entries for this account. Remove all but one in the keyring's own settings, \
         then try again."
    )]
    Ambiguous,
    /// There is an entry, but no credential can be made of it.
    #[error(
        "The keyring's entry for this account is not a credential of this app. Enter the credential again."
    )]
    Unrecognised,
    /// The keyring had not answered when the deadline passed.
    #[error("The keyring did not answer in time. Look for its password prompt, answer it, and try again.")]
    TimedOut,
    /// The keyring reported a deletion, yet the entry is still there.
    #[error(
        "The keyring kept the entry although it was asked to delete it. Remove it in the keyring's own settings."
    )]
    NotDeleted,
    /// Anything else.
    #[error("The keyring failed ({kind}). Try again, or look into the keyring's own settings.")]
    Failed {
        /// The name or number of the failure; never a text that came with it.
        kind: Cow<'static, str>,
    },
}

impl VaultError {
    pub(crate) fn failed(kind: &'static str) -> Self {
        Self::Failed { kind: Cow::Borrowed(kind) }
    }
}

/// What a failure says about the store it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// The store answered, and the answer stands.
    Sound,
    /// The next request deserves a new store. This one must not be repeated by itself: it may have asked a person.
    Rebuild,
    /// The connection is gone, as after a restart of the keyring: with a new store this very request may work.
    Stale,
}

/// A failed step: what to tell the caller, and what to do with the store.
#[derive(Debug)]
pub(crate) struct Fault {
    pub error: VaultError,
    pub health: Health,
}

impl Fault {
    pub(crate) fn new(error: VaultError, health: Health) -> Self {
        Self { error, health }
    }

    /// The work was stopped because nobody waits for it any more.
    pub(crate) fn halted() -> Self {
        Self::new(VaultError::TimedOut, Health::Sound)
    }

    pub(crate) fn unrecognised() -> Self {
        Self::new(VaultError::Unrecognised, Health::Sound)
    }

    /// Whether what was asked for was there when it was looked for, and then was not.
    pub(crate) fn is_item_gone(&self) -> bool {
        matches!(&self.error, VaultError::Failed { kind } if ["NoSuchObject", "UnknownObject"].contains(&kind.as_ref()))
    }
}

impl From<keyring::Error> for Fault {
    fn from(error: keyring::Error) -> Self {
        use keyring::Error as E;

        match error {
            E::PlatformFailure(cause) => platform::diagnose(cause.as_ref(), false),
            E::NoStorageAccess(cause) => platform::diagnose(cause.as_ref(), true),
            // These two carry what the entry holds.
            E::BadEncoding(mut bytes) | E::BadDataFormat(mut bytes, _) => {
                bytes.zeroize();
                Self::unrecognised()
            }
            E::Ambiguous(_) => Self::new(VaultError::Ambiguous, Health::Sound),
            E::TooLong(..) => Self::new(VaultError::failed("too long for an entry"), Health::Sound),
            E::Invalid(..) => Self::new(VaultError::failed("invalid attribute"), Health::Sound),
            E::NotSupportedByStore(_) => Self::new(VaultError::failed("not supported"), Health::Rebuild),
            E::BadStoreFormat(_) => Self::new(VaultError::failed("malformed keyring"), Health::Rebuild),
            E::NoEntry => Self::new(VaultError::failed("no such entry"), Health::Sound),
            _ => Self::new(VaultError::failed("unknown failure"), Health::Rebuild),
        }
    }
}
