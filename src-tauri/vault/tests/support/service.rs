//! Vaults and a Secret Service that misbehaves, in a process and on a bus of their own.

use std::time::Duration;

use calyptia_test_support::{bus::Bus, secret_service::SecretService};
use calyptia_vault::Vault;

use super::WINDOWS;
use super::bus::{is_child, with_bus};

/// Longer than anything takes that ends at all.
pub const WAIT: Duration = Duration::from_secs(10);
/// For what does not end.
pub const SHORT: Duration = Duration::from_millis(300);

/// In a process with a bus of its own: the service, and a vault on the same bus. In any other process it runs the test
/// in such a process, and returns `None`.
pub fn start_service(test: &str) -> Option<(SecretService, Vault)> {
    if !is_child() {
        let bus = Bus::start();
        with_bus(test, bus.address());
        return None;
    }
    Some((service(), vault()))
}

/// The service, on the bus of this process.
pub fn service() -> SecretService {
    SecretService::start(&std::env::var("DBUS_SESSION_BUS_ADDRESS").unwrap())
}

pub fn vault() -> Vault {
    Vault::system().with_deadline(WAIT)
}

/// The system's store as it would be if its items held no more than those of Windows.
pub fn narrow_vault() -> Vault {
    Vault::system_with_limit(WINDOWS).with_deadline(WAIT)
}

/// The secrets that the service holds, sorted.
pub fn stored(service: &SecretService) -> Vec<String> {
    let mut texts: Vec<String> =
        service.items().into_iter().map(|item| String::from_utf8_lossy(&item.secret).into_owned()).collect();
    texts.sort();
    texts
}

/// Waits until one request is reported to be waiting.
pub async fn until_waiting(waits: &mut tokio::sync::watch::Receiver<usize>) {
    let waiting = tokio::time::timeout(WAIT, waits.wait_for(|waiting| *waiting == 1));
    // Without the value that arrived, which would hold the lock of the value.
    drop(waiting.await.expect("it is reported").unwrap());
}
