//! Entries of the exception lists that Windows and macOS keep beside a proxy.

use std::net::IpAddr;

use url::Host;

use super::split_port;
use crate::Server;

/// Whether an entry matches a server: a host name or address in which `*` stands for any characters, optionally with a
/// scheme in front and a port behind. Without a wildcard, an entry matches this one host and none below it.
pub(super) fn matches(entry: &str, server: &Server) -> bool {
    let entry = entry.trim().to_lowercase();
    let (scheme, rest) =
        entry.split_once("://").map_or((None, &*entry), |(scheme, rest)| (Some(scheme), rest));
    if scheme.is_some_and(|scheme| scheme != server.scheme()) {
        return false;
    }
    let Some((host, port)) = split_port(rest.trim_end_matches('/')) else { return false };
    // A port that is no number matches none.
    if port.is_some_and(|port| port.parse() != Ok(server.port())) {
        return false;
    }
    let host = match host.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) if host.is_ascii() => host.to_owned(),
        Err(_) => Host::parse(host).map_or_else(|_| host.to_owned(), |host| host.to_string()),
    };
    matches_wildcards(&host, &server.host_name())
}

/// Whether an entry is a network that contains the server's address. IPv4 networks can be shortened, as in `169.254/16` or
/// `10`. Names are not resolved.
#[cfg(any(target_os = "macos", test))]
pub(super) fn is_network_of(entry: &str, server: &Server) -> bool {
    use std::net::{Ipv4Addr, Ipv6Addr};

    let (network, bits) = entry.trim().split_once('/').map_or((entry.trim(), None), |(n, b)| (n, Some(b)));
    match server.host_name().parse() {
        Ok(IpAddr::V4(address)) => {
            let bytes: Option<Vec<u8>> = network.split('.').map(|part| part.parse().ok()).collect();
            let Some(bytes) = bytes.filter(|bytes| bytes.len() <= 4) else { return false };
            let bits = bits.map_or(Some(8 * bytes.len() as u32), |bits| bits.parse().ok());
            let mut octets = [0; 4];
            octets[..bytes.len()].copy_from_slice(&bytes);
            let differing = u32::from(address) ^ u32::from(Ipv4Addr::from(octets));
            bits.is_some_and(|bits| bits <= 32 && differing.checked_shr(32 - bits).unwrap_or(0) == 0)
        }
        Ok(IpAddr::V6(address)) => {
            let bits = bits.map_or(Some(128), |bits| bits.parse::<u32>().ok());
            let Ok(network) = network.parse::<Ipv6Addr>() else { return false };
            let differing = u128::from(address) ^ u128::from(network);
            bits.is_some_and(|bits| bits <= 128 && differing.checked_shr(128 - bits).unwrap_or(0) == 0)
        }
        Err(_) => false,
    }
}

/// Whether a server's name has no dot. An address is not a name.
pub(super) fn is_simple_name(server: &Server) -> bool {
    let host = server.host_name();
    !host.contains('.') && host.parse::<IpAddr>().is_err()
}

fn matches_wildcards(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<_> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match text.split_once(part) {
            Some((_, rest)) => text = rest,
            None => return false,
        }
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(address: &str) -> Server {
        Server::parse(address).expect(address)
    }

    #[test]
    fn c30_an_exception_matches_by_wildcards_scheme_and_port() {
        for (entry, address, expected) in [
            ("*.corp.test", "https://api.corp.test", true),
            (" *.CORP.test ", "https://Api.Corp.Test", true),
            ("*.corp.test", "https://corp.test", false),
            ("corp.test", "https://api.corp.test", false),
            ("corp.test", "https://corp.test", true),
            ("*corp.test", "https://corp.test", true),
            ("api.*.test", "https://api.eu.corp.test", true),
            ("a*i.*.t*t", "https://api.corp.test", true),
            ("api.*.corp.test", "https://api.corp.test", false),
            ("ab*ba.test", "https://aba.test", false),
            ("*", "https://anything.test", true),
            ("", "https://anything.test", false),
            ("10.*", "https://10.1.2.3", true),
            ("10.*.3", "https://10.1.2.3", true),
            ("10.*", "https://110.1.2.3", false),
            ("https://*.corp.test", "https://api.corp.test", true),
            ("https://api.corp.test/", "https://api.corp.test", true),
            ("http://*.corp.test", "https://api.corp.test", false),
            ("*.corp.test:8443", "https://api.corp.test:8443", true),
            ("*.corp.test:8443", "https://api.corp.test", false),
            ("api.corp.test:443", "https://api.corp.test", true),
            ("api.corp.test:x", "https://api.corp.test", false),
            ("api.corp.test:", "https://api.corp.test", false),
            ("[fd00::1]", "https://[fd00::1]", true),
            ("FD00:0:0:0::1", "https://[fd00::1]", true),
            ("[fd00::1]:8443", "https://[fd00::1]:8443", true),
            ("[fd00::1]:8443", "https://[fd00::1]", false),
            ("[fd00::*]", "https://[fd00::1]", true),
            ("[fd00::1", "https://[fd00::1]", false),
            ("*.bücher.test", "https://api.bücher.test", true),
        ] {
            assert_eq!(matches(entry, &server(address)), expected, "{entry} for {address}");
        }
    }

    #[test]
    fn c30_a_network_can_be_shortened_and_names_are_in_none() {
        for (entry, address, expected) in [
            ("169.254/16", "https://169.254.9.9", true),
            ("169.254/16", "https://169.255.9.9", false),
            ("10.0.0.0/8", "https://10.9.9.9", true),
            ("10", "https://10.9.9.9", true),
            ("10.9", "https://10.8.9.9", false),
            ("10.1.2.3", "https://10.1.2.3", true),
            ("0.0.0.0/0", "https://10.1.2.3", true),
            ("10.1.2.3/33", "https://10.1.2.3", false),
            ("10.1.2.3.4", "https://10.1.2.3", false),
            ("10/x", "https://10.1.2.3", false),
            ("fd00::/8", "https://[fd12::1]", true),
            ("fd00::/8", "https://[fe80::1]", false),
            ("::/0", "https://[fe80::1]", true),
            ("10", "https://10.corp.test", false),
            ("", "https://10.1.2.3", false),
        ] {
            assert_eq!(is_network_of(entry, &server(address)), expected, "{entry} for {address}");
        }
    }

    #[test]
    fn c30_a_simple_name_has_no_dot_and_is_no_address() {
        for (address, expected) in [
            ("https://api", true),
            ("https://api.corp", false),
            ("https://[fd00::1]", false),
            ("https://10.1.2.3", false),
        ] {
            assert_eq!(is_simple_name(&server(address)), expected, "{address}");
        }
    }
}
