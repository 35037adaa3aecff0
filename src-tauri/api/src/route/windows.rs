//! The proxy settings of Windows, read as Windows' own programs (WinINet) read them.
//!
//! Only `https` is looked at: plain `http` never leaves this computer, and needs no proxy. *Automatically detect settings* is
//! on by default and usually finds nothing, so it is not taken for a script.

use super::{
    exceptions::{is_simple_name, matches},
    system::SystemProxy,
};
use crate::Server;

/// The values of the registry's key `Internet Settings`.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// `ProxyServer`, if `ProxyEnable` is set.
    pub(super) proxies: String,
    /// `ProxyOverride`.
    pub(super) exceptions: String,
    /// Whether `AutoConfigURL` names a configuration script.
    pub(super) has_script: bool,
}

impl Settings {
    pub(super) fn proxy_for(&self, server: &Server) -> SystemProxy {
        match https_proxy(&self.proxies) {
            // A script may know a proxy also for what a fixed one makes an exception of.
            Some(_) if self.is_exception(server) && self.has_script => SystemProxy::Script,
            Some(_) if self.is_exception(server) => SystemProxy::Exception,
            Some(address) => SystemProxy::Address(address),
            None if self.has_script => SystemProxy::Script,
            None => SystemProxy::NotConfigured,
        }
    }

    fn is_exception(&self, server: &Server) -> bool {
        let entries = self.exceptions.split(|c: char| c == ';' || c.is_whitespace());
        entries.filter(|entry| !entry.is_empty()).any(|entry| match &*entry.to_ascii_lowercase() {
            "<local>" => is_simple_name(server),
            // Asks for a proxy also on the way to this computer, which no request of this client takes.
            "<-loopback>" => false,
            entry => matches(entry, server),
        })
    }
}

/// The proxy for `https` in a list such as `http=web:80;https=secure:443`, or the one for everything. What is left over goes
/// to `socks=`. Windows speaks SOCKS 4 there, which resolves names on this computer.
fn https_proxy(list: &str) -> Option<String> {
    let (mut https, mut any, mut socks) = (None, None, None);
    let list = without_spaces_around_equals(list);
    for entry in list.split(|c: char| c == ';' || c.is_whitespace()) {
        let (protocol, address) = match entry.split_once('=') {
            Some((protocol, address)) => (protocol.to_ascii_lowercase(), address),
            None => (String::new(), entry),
        };
        let slot = match &*protocol {
            "https" => &mut https,
            "" => &mut any,
            "socks" => &mut socks,
            _ => continue,
        };
        if slot.is_none() && !address.is_empty() {
            *slot = Some(address);
        }
    }
    let as_socks4 = |address: &str| {
        if address.contains("://") { address.to_owned() } else { format!("socks4://{address}") }
    };
    https.or(any).map(str::to_owned).or_else(|| socks.map(as_socks4))
}

fn without_spaces_around_equals(list: &str) -> String {
    list.split('=').map(str::trim).collect::<Vec<_>>().join("=")
}

/// The user's settings, or the computer's where a policy makes them the same for everybody.
#[cfg(windows)]
pub(super) fn read() -> Result<Settings, super::system::Unreadable> {
    use windows_registry::{CURRENT_USER, LOCAL_MACHINE};

    const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    const POLICY: &str = r"Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";

    let policy = found(LOCAL_MACHINE.open(POLICY))?;
    let per_user = policy.map(|key| found(key.get_u32("ProxySettingsPerUser"))).transpose()?.flatten();
    let root = if per_user == Some(0) { LOCAL_MACHINE } else { CURRENT_USER };
    let Some(key) = found(root.open(KEY))? else { return Ok(Settings::default()) };
    let text = |name| Ok(found(key.get_string(name))?.unwrap_or_default());
    let enabled = found(key.get_u32("ProxyEnable"))?.is_some_and(|enabled| enabled != 0);
    Ok(Settings {
        proxies: if enabled { text("ProxyServer")? } else { String::new() },
        exceptions: text("ProxyOverride")?,
        has_script: !text("AutoConfigURL")?.trim().is_empty(),
    })
}

/// `None` for what is not there. Anything else that cannot be read might have named a proxy.
#[cfg(windows)]
fn found<T>(read: windows_registry::Result<T>) -> Result<Option<T>, super::system::Unreadable> {
    /// `ERROR_FILE_NOT_FOUND`, as an `HRESULT`.
    const NOT_FOUND: u32 = 0x8007_0002;
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code().0.cast_unsigned() == NOT_FOUND => Ok(None),
        Err(_) => Err(super::system::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy_for(server: &str, proxies: &str, exceptions: &str) -> SystemProxy {
        let (proxies, exceptions) = (proxies.to_owned(), exceptions.to_owned());
        let settings = Settings { proxies, exceptions, has_script: false };
        settings.proxy_for(&Server::parse(server).expect("valid"))
    }

    #[test]
    fn c30_windows_names_a_proxy_for_each_protocol_or_one_for_all() {
        for (list, expected) in [
            ("proxy.corp:3128", Some("proxy.corp:3128")),
            ("http://proxy.corp:3128", Some("http://proxy.corp:3128")),
            ("http=web:80;https=secure:443", Some("secure:443")),
            ("https=secure:443;http=web:80;ftp=files:21;socks=old:1080", Some("secure:443")),
            ("HTTP=web:80;HTTPS=Secure:443;", Some("Secure:443")),
            (" http = web:80 ; https = secure:443 ; ", Some("secure:443")),
            ("http=web:80 https=secure:443", Some("secure:443")),
            ("https=http://secure:443", Some("http://secure:443")),
            ("https=[fd00::1]:443", Some("[fd00::1]:443")),
            ("[fd00::1]:3128", Some("[fd00::1]:3128")),
            ("http=web:80;socks=old:1080", Some("socks4://old:1080")),
            ("socks=old", Some("socks4://old")),
            ("socks=socks5://new:1080", Some("socks5://new:1080")),
            ("http=web:80;other:3128", Some("other:3128")),
            ("https=;socks=old:1080", Some("socks4://old:1080")),
            ("https=first:1;https=second:2", Some("first:1")),
            // Whether it can be used is decided later; it is never taken for none.
            ("https=secure:99999", Some("secure:99999")),
            ("https=web=80", Some("web=80")),
            ("http=web:80", None),
            ("ftp=files:21;gopher=old:70", None),
            ("https=", None),
            (";;", None),
            ("", None),
        ] {
            let found = match proxy_for("https://api.example.com", list, "") {
                SystemProxy::Address(address) => Some(address),
                SystemProxy::NotConfigured => None,
                other => panic!("{list}: {other:?}"),
            };
            assert_eq!(found.as_deref(), expected, "{list}");
        }
    }

    #[test]
    fn c30_windows_exceptions_are_read_as_windows_writes_them() {
        for (server, exceptions, expected) in [
            ("https://api.corp.test", "*.corp.test", true),
            ("https://api.corp.test", "<local>; *.CORP.test;", true),
            ("https://api.corp.test", "10.* 192.168.* *.corp.test", true),
            ("https://api.corp.test", "<local>", false),
            ("https://api", "<LOCAL>", true),
            ("https://api", "*.corp.test", false),
            ("https://api.corp.test", "<-loopback>", false),
            ("https://api.corp.test", "http://*.corp.test;api.corp.test:8443", false),
            ("https://api.corp.test", "", false),
            ("https://api.corp.test", ";;", false),
        ] {
            let found = proxy_for(server, "proxy.corp:3128", exceptions);
            let wanted = if expected {
                SystemProxy::Exception
            } else {
                SystemProxy::Address("proxy.corp:3128".to_owned())
            };
            assert_eq!(found, wanted, "{exceptions} for {server}");
        }
    }

    #[test]
    fn c30_a_script_of_windows_counts_only_where_no_fixed_proxy_does() {
        let server = Server::parse("https://api.corp.test").expect("valid");
        for (proxies, exceptions, expected) in [
            ("", "", SystemProxy::Script),
            ("http=web:80", "", SystemProxy::Script),
            ("", "*.corp.test", SystemProxy::Script),
            ("proxy.corp:3128", "", SystemProxy::Address("proxy.corp:3128".to_owned())),
            ("proxy.corp:3128", "*.corp.test", SystemProxy::Script),
        ] {
            let (proxies, exceptions) = (proxies.to_owned(), exceptions.to_owned());
            let settings = Settings { proxies, exceptions, has_script: true };
            assert_eq!(settings.proxy_for(&server), expected, "{settings:?}");
        }
    }
}
