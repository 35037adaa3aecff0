//! What the errors of the stores and of the systems mean. They end here: some of them carry the secret, so they are
//! matched and never printed.

use std::error::Error;

use zeroize::Zeroize;

use crate::error::{StoreError, StoreState, VaultError};

impl From<keyring::Error> for StoreError {
    fn from(error: keyring::Error) -> Self {
        use keyring::Error as E;

        match error {
            E::PlatformFailure(cause) => diagnose(cause.as_ref(), false),
            E::NoStorageAccess(cause) => diagnose(cause.as_ref(), true),
            // These two carry the content of the entry.
            E::BadEncoding(mut bytes) | E::BadDataFormat(mut bytes, _) => {
                bytes.zeroize();
                Self::unrecognized()
            }
            E::Ambiguous(_) => Self::new(VaultError::Ambiguous, StoreState::Usable),
            E::TooLong(..) => Self::new(VaultError::failed("too long for an entry"), StoreState::Usable),
            E::Invalid(..) => Self::new(VaultError::failed("invalid attribute"), StoreState::Usable),
            E::NotSupportedByStore(_) => Self::new(VaultError::failed("not supported"), StoreState::Broken),
            E::BadStoreFormat(_) => Self::new(VaultError::failed("malformed keyring"), StoreState::Broken),
            E::NoEntry => Self::new(VaultError::failed("no such entry"), StoreState::Usable),
            _ => Self::new(VaultError::failed("unknown failure"), StoreState::Broken),
        }
    }
}

/// Classifies a platform's error. `no_access` is true if the store itself reported it as a lack of access.
fn diagnose(cause: &(dyn Error + Send + Sync + 'static), no_access: bool) -> StoreError {
    known(cause, no_access).unwrap_or_else(|| {
        // The text of an unknown error is not shown: it can contain anything, the secret included.
        let error =
            if no_access { VaultError::Locked } else { VaultError::failed("unknown platform failure") };
        StoreError::new(error, StoreState::Broken)
    })
}

#[cfg(target_os = "linux")]
fn known(cause: &(dyn Error + Send + Sync + 'static), _: bool) -> Option<StoreError> {
    if let Some(error) = cause.downcast_ref::<secret_service::Error>() {
        return Some(secret_service::diagnose(error));
    }
    if cause.is::<crate::secret_service::CreationDismissed>() {
        return Some(StoreError::new(VaultError::CreationDismissed, StoreState::Usable));
    }
    if let Some(error) = cause.downcast_ref::<zbus::Error>() {
        return Some(bus::diagnose(error));
    }
    cause.downcast_ref::<zbus::fdo::Error>().map(bus::diagnose_standard)
}

/// Whether the provider answered, and what it answered is a refusal or nothing that can be used.
#[cfg(target_os = "linux")]
pub(crate) fn is_refused(error: &secret_service::Error) -> bool {
    let diagnosis = secret_service::diagnose(error);
    diagnosis.state == StoreState::Broken && matches!(diagnosis.error, VaultError::Failed { .. })
}

/// Whether the provider says that there is no such object.
#[cfg(target_os = "linux")]
pub(crate) fn is_missing(error: &secret_service::Error) -> bool {
    let missing = ["NoSuchObject", "UnknownObject", "UnknownMethod", "UnknownInterface"];
    match secret_service::diagnose(error).error {
        VaultError::Failed { kind } => missing.contains(&kind.as_ref()),
        _ => false,
    }
}

#[cfg(target_os = "linux")]
mod secret_service {
    pub(super) use ::secret_service::Error;

    use super::{StoreError, StoreState, VaultError, bus};

    pub(super) fn diagnose(error: &Error) -> StoreError {
        match error {
            Error::Zbus(error) => bus::diagnose(error),
            Error::ZbusFdo(error) => bus::diagnose_standard(error),
            Error::Locked => StoreError::new(VaultError::Locked, StoreState::Usable),
            Error::Prompt => StoreError::new(VaultError::Dismissed, StoreState::Usable),
            // Only the lookup of the default collection reports this; a search without a match returns an empty list.
            Error::NoResult => StoreError::new(VaultError::NoCollection, StoreState::Usable),
            // Despite its name, it is only created from a failed connection to the bus.
            Error::Unavailable => StoreError::new(VaultError::NoBus, StoreState::Broken),
            // A person may have answered the prompt, so a second one would be a surprise.
            Error::PromptDisconnected => StoreError::new(VaultError::Dismissed, StoreState::Broken),
            Error::Crypto(_) => {
                StoreError::new(VaultError::failed("undecryptable answer"), StoreState::Disconnected)
            }
            Error::Zvariant(_) => StoreError::new(VaultError::failed("malformed answer"), StoreState::Broken),
            _ => StoreError::new(VaultError::failed("unknown Secret Service failure"), StoreState::Broken),
        }
    }
}

#[cfg(target_os = "linux")]
mod bus {
    use std::borrow::Cow;

    use zbus::{DBusError, Error, fdo};

    use super::{StoreError, StoreState, VaultError};

    pub(super) fn diagnose(error: &Error) -> StoreError {
        match error {
            Error::Connection(..) | Error::InputOutput(_) | Error::Handshake(_) | Error::Address(_) => {
                StoreError::new(VaultError::NoBus, StoreState::Disconnected)
            }
            Error::MethodError(name, ..) => diagnose_name(name.as_str()),
            Error::FDO(error) => diagnose_standard(error),
            Error::InterfaceNotFound => StoreError::new(VaultError::NoProvider, StoreState::Disconnected),
            _ => StoreError::new(VaultError::failed("D-Bus failure"), StoreState::Broken),
        }
    }

    pub(super) fn diagnose_standard(error: &fdo::Error) -> StoreError {
        match error {
            fdo::Error::ZBus(error) => diagnose(error),
            error => diagnose_name(error.name().as_str()),
        }
    }

    /// Uses the error's name alone: its text comes from the provider and can contain anything.
    fn diagnose_name(name: &str) -> StoreError {
        let short = name
            .strip_prefix("org.freedesktop.DBus.Error.")
            .or_else(|| name.strip_prefix("org.freedesktop.Secret.Error."))
            .or_else(|| name.strip_prefix("org.freedesktop.zbus."))
            .unwrap_or(name);
        let named = |state| {
            let kind: String = short.chars().take(80).collect();
            StoreError::new(VaultError::Failed { kind: Cow::Owned(kind) }, state)
        };
        match short {
            "ServiceUnknown" | "NameHasNoOwner" => {
                StoreError::new(VaultError::NoProvider, StoreState::Disconnected)
            }
            // The bus gave up starting the provider. That takes up to two minutes, so do not wait a second time.
            "TimedOut" => StoreError::new(VaultError::NoProvider, StoreState::Broken),
            _ if short.starts_with("Spawn.") => StoreError::new(VaultError::NoProvider, StoreState::Broken),
            "NoServer" => StoreError::new(VaultError::NoBus, StoreState::Disconnected),
            "IsLocked" => StoreError::new(VaultError::Locked, StoreState::Usable),
            // A restarted provider knows neither our session nor the object paths from before.
            "NoSession" | "NoSuchObject" | "UnknownObject" | "UnknownMethod" | "UnknownInterface"
            | "NoReply" | "Disconnected" => named(StoreState::Disconnected),
            _ => named(StoreState::Broken),
        }
    }
}

#[cfg(target_os = "macos")]
fn known(cause: &(dyn Error + Send + Sync + 'static), _: bool) -> Option<StoreError> {
    cause.downcast_ref::<security_framework::base::Error>().map(|error| keychain(error.code()))
}

/// What a status of the Keychain means (`SecBase.h`).
#[cfg(any(target_os = "macos", test))]
fn keychain(status: i32) -> StoreError {
    match status {
        // errSecUserCanceled
        -128 => StoreError::new(VaultError::Dismissed, StoreState::Usable),
        // errSecAuthFailed, errSecInteractionNotAllowed, errSecInteractionRequired
        -25293 | -25308 | -25315 => StoreError::new(VaultError::Locked, StoreState::Broken),
        // errSecNotAvailable
        -25291 => StoreError::new(VaultError::NoProvider, StoreState::Broken),
        // errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain
        -25294 | -25295 | -25307 => StoreError::new(VaultError::NoCollection, StoreState::Broken),
        status => StoreError::new(
            VaultError::Failed { kind: format!("OSStatus {status}").into() },
            StoreState::Broken,
        ),
    }
}

#[cfg(target_os = "windows")]
fn known(cause: &(dyn Error + Send + Sync + 'static), no_access: bool) -> Option<StoreError> {
    credential_manager(&cause.to_string(), no_access)
}

/// What an error of the Credential Manager means. The store's error type is private; its text is a code and nothing else. A text that
/// is anything more is ignored.
#[cfg(any(target_os = "windows", test))]
fn credential_manager(text: &str, no_access: bool) -> Option<StoreError> {
    if no_access {
        // Always ERROR_NO_SUCH_LOGON_SESSION: this logon session, often a remote one, has no Credential Manager.
        return Some(StoreError::new(VaultError::NoProvider, StoreState::Broken));
    }
    let code = text.strip_prefix("Windows ")?;
    let plain =
        code.len() <= 60 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _".contains(&byte));
    plain.then(|| StoreError::new(VaultError::Failed { kind: text.to_owned().into() }, StoreState::Broken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_of_the_keychain_says_whether_it_is_locked_refused_or_not_there() {
        for (status, error) in [
            (-128, VaultError::Dismissed),
            (-25293, VaultError::Locked),
            (-25308, VaultError::Locked),
            (-25315, VaultError::Locked),
            (-25291, VaultError::NoProvider),
            (-25294, VaultError::NoCollection),
            (-25295, VaultError::NoCollection),
            (-25307, VaultError::NoCollection),
            (-34018, VaultError::failed("OSStatus -34018")),
        ] {
            let diagnosed = keychain(status);
            assert_eq!(diagnosed.error, error, "{status}");
            // Only a person's own answer leaves the store as it was.
            assert_eq!(diagnosed.state == StoreState::Usable, status == -128, "{status}");
        }
    }

    #[test]
    fn an_error_of_the_credential_manager_is_named_by_its_code_and_by_nothing_else() {
        let error = |text, no_access| credential_manager(text, no_access).map(|known| known.error);
        assert_eq!(error("whatever", true), Some(VaultError::NoProvider));
        let plain = "Windows ERROR_INVALID_FLAGS";
        assert_eq!(error(plain, false), Some(VaultError::Failed { kind: plain.into() }));
        for odd in ["", "ERROR_INVALID_FLAGS", "Windows said: canary", "Windows \u{e9}"] {
            assert_eq!(error(odd, false), None, "{odd}");
        }
    }
}
