//! The proxy settings of macOS, as its dynamic store has them.
//!
//! Only `https` is looked at: plain `http` never leaves this computer, and needs no proxy.

use std::net::Ipv6Addr;

use serde::Deserialize;

use super::{
    exceptions::{is_network_of, is_simple_name, matches},
    system::{SystemProxy, Unreadable},
};
use crate::Server;

/// The keys `kSCPropNetProxies…` that say something about `https`. What is switched on is 1.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Settings {
    #[serde(rename = "HTTPSEnable")]
    https_enable: i64,
    #[serde(rename = "HTTPSProxy")]
    https_proxy: String,
    #[serde(rename = "HTTPSPort")]
    https_port: Option<i64>,
    #[serde(rename = "SOCKSEnable")]
    socks_enable: i64,
    #[serde(rename = "SOCKSProxy")]
    socks_proxy: String,
    #[serde(rename = "SOCKSPort")]
    socks_port: Option<i64>,
    exceptions_list: Vec<String>,
    exclude_simple_hostnames: i64,
    proxy_auto_config_enable: i64,
    /// Off by default, unlike on Windows: somebody switched it on.
    proxy_auto_discovery_enable: i64,
}

impl Settings {
    /// Reads the store's dictionary, written as a property list.
    pub(super) fn parse(property_list: &[u8]) -> Result<Self, Unreadable> {
        plist::from_bytes(property_list).map_err(|_| Unreadable)
    }

    pub(super) fn proxy_for(&self, server: &Server) -> SystemProxy {
        let has_script = self.proxy_auto_config_enable != 0 || self.proxy_auto_discovery_enable != 0;
        match self.https_proxy() {
            // A script may know a proxy also for what a fixed one makes an exception of.
            Some(_) if self.is_exception(server) && has_script => SystemProxy::Script,
            Some(_) if self.is_exception(server) => SystemProxy::Exception,
            Some(address) => SystemProxy::Address(address),
            None if has_script => SystemProxy::Script,
            None => SystemProxy::NotConfigured,
        }
    }

    /// macOS speaks SOCKS 5, and lets the proxy resolve names.
    fn https_proxy(&self) -> Option<String> {
        let https = (self.https_enable != 0).then(|| address("http", &self.https_proxy, self.https_port));
        let socks = (self.socks_enable != 0).then(|| address("socks5h", &self.socks_proxy, self.socks_port));
        https.flatten().or_else(|| socks.flatten())
    }

    fn is_exception(&self, server: &Server) -> bool {
        (self.exclude_simple_hostnames != 0 && is_simple_name(server))
            || self.exceptions_list.iter().any(|entry| matches(entry, server) || is_network_of(entry, server))
    }
}

/// `None` without a host: what is switched on and names none is no proxy.
fn address(scheme: &str, host: &str, port: Option<i64>) -> Option<String> {
    let host = host.trim();
    if host.is_empty() {
        return None;
    }
    let host = if host.parse::<Ipv6Addr>().is_ok() { format!("[{host}]") } else { host.to_owned() };
    let port = port.filter(|port| *port != 0).map(|port| format!(":{port}")).unwrap_or_default();
    Some(if host.contains("://") { format!("{host}{port}") } else { format!("{scheme}://{host}{port}") })
}

#[cfg(target_os = "macos")]
pub(super) fn read() -> Result<Settings, Unreadable> {
    use system_configuration::{
        core_foundation::{
            base::TCFType as _,
            propertylist::{create_data, kCFPropertyListXMLFormat_v1_0},
        },
        dynamic_store::SCDynamicStoreBuilder,
    };

    let store = SCDynamicStoreBuilder::new("calyptia-tokens").build().ok_or(Unreadable)?;
    // Without any setting there is no dictionary.
    let Some(proxies) = store.get_proxies() else { return Ok(Settings::default()) };
    let data = create_data(proxies.as_CFTypeRef(), kCFPropertyListXMLFormat_v1_0).map_err(|_| Unreadable)?;
    Settings::parse(data.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(entries: &str) -> Settings {
        let list = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0"><dict>
            <key>FTPPassive</key><integer>1</integer>
            <key>__SCOPED__</key><dict><key>en0</key><dict><key>FTPPassive</key><integer>1</integer></dict></dict>
            {entries}
            </dict></plist>"#
        );
        Settings::parse(list.as_bytes()).expect(entries)
    }

    fn number(key: &str, value: i64) -> String {
        format!("<key>{key}</key><integer>{value}</integer>")
    }

    fn text(key: &str, value: &str) -> String {
        format!("<key>{key}</key><string>{value}</string>")
    }

    fn https(host: &str, port: i64) -> String {
        number("HTTPSEnable", 1) + &text("HTTPSProxy", host) + &number("HTTPSPort", port)
    }

    fn proxy_for(server: &str, entries: &str) -> SystemProxy {
        settings(entries).proxy_for(&Server::parse(server).expect("valid"))
    }

    #[test]
    fn c30_macos_names_a_proxy_for_https_or_a_socks_proxy() {
        let http = number("HTTPEnable", 1) + &text("HTTPProxy", "web") + &number("HTTPPort", 80);
        let socks = number("SOCKSEnable", 1) + &text("SOCKSProxy", "old") + &number("SOCKSPort", 1080);
        let disabled = https("secure", 443).replace("<integer>1<", "<integer>0<");
        for (entries, expected) in [
            (https("secure", 443), Some("http://secure:443")),
            (http.clone() + &https("secure", 443) + &socks, Some("http://secure:443")),
            (number("HTTPSEnable", 1) + &text("HTTPSProxy", "secure"), Some("http://secure")),
            (https("fd00::1", 443), Some("http://[fd00::1]:443")),
            (https("secure", 99_999), Some("http://secure:99999")),
            (disabled.clone() + &socks, Some("socks5h://old:1080")),
            (https("", 443) + &socks, Some("socks5h://old:1080")),
            (http, None),
            (disabled, None),
            (https("", 443), None),
            (String::new(), None),
        ] {
            let found = match proxy_for("https://api.example.com", &entries) {
                SystemProxy::Address(address) => Some(address),
                SystemProxy::NotConfigured => None,
                other => panic!("{entries}: {other:?}"),
            };
            assert_eq!(found.as_deref(), expected, "{entries}");
        }
    }

    #[test]
    fn c30_macos_exceptions_are_read_as_macos_writes_them() {
        let list = "<key>ExceptionsList</key><array><string>*.local</string><string>169.254/16</string>\
                    <string>api.corp.test</string></array>";
        let entries = https("secure", 443) + list;
        for (server, expected) in [
            ("https://printer.local", true),
            ("https://169.254.1.2", true),
            ("https://API.corp.test", true),
            ("https://eu.api.corp.test", false),
            ("https://api", false),
        ] {
            let is_exception = proxy_for(server, &entries) == SystemProxy::Exception;
            assert_eq!(is_exception, expected, "{server}");
        }
        let entries = entries + &number("ExcludeSimpleHostnames", 1);
        assert_eq!(proxy_for("https://api", &entries), SystemProxy::Exception);
    }

    #[test]
    fn c30_a_script_of_macos_counts_only_where_no_fixed_proxy_does() {
        let script =
            number("ProxyAutoConfigEnable", 1) + &text("ProxyAutoConfigURLString", "http://pac.corp/p.pac");
        let server = "https://api.example.com";
        assert_eq!(proxy_for(server, &script), SystemProxy::Script);
        assert_eq!(proxy_for(server, &number("ProxyAutoDiscoveryEnable", 1)), SystemProxy::Script);
        let both = script.clone() + &https("secure", 443);
        assert_eq!(proxy_for(server, &both), SystemProxy::Address("http://secure:443".to_owned()));
        let off = script.replace("<integer>1<", "<integer>0<");
        assert_eq!(proxy_for(server, &off), SystemProxy::NotConfigured);
    }

    #[test]
    fn c30_settings_of_macos_that_cannot_be_read_are_an_error() {
        for list in ["", "<plist><dict><key>HTTPSEnable</key><string>yes</string></dict></plist>"] {
            assert!(Settings::parse(list.as_bytes()).is_err(), "{list}");
        }
    }
}
