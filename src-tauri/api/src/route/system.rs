//! What the proxy settings of the system say. Windows and macOS have some of their own; elsewhere only variables count.

use crate::Server;

/// What the system's own settings say about requests to a server.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(
    not(any(windows, target_os = "macos", test)),
    expect(dead_code, reason = "there are no such settings")
)]
pub(super) enum SystemProxy {
    /// They name no proxy for `https`.
    NotConfigured,
    /// They name one, and this server as an exception.
    Exception,
    /// The address of a proxy. Whether it can be used is not known yet.
    Address(String),
    /// Only a configuration script would tell, which this client does not run.
    Script,
}

/// The settings are there, and cannot be read.
#[derive(Debug)]
pub(super) struct Unreadable;

pub(super) fn proxy_for(server: &Server) -> Result<SystemProxy, Unreadable> {
    #[cfg(windows)]
    return Ok(super::windows::read()?.proxy_for(server));
    #[cfg(target_os = "macos")]
    return Ok(super::macos::read()?.proxy_for(server));
    #[cfg(not(any(windows, target_os = "macos")))]
    {
        let _ = server;
        Ok(SystemProxy::NotConfigured)
    }
}
