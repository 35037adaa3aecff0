//! Writes the credential that it finds on its standard input, or deletes it if there is nothing, in a store whose items
//! are as short as those of Windows.

#![allow(clippy::unwrap_used)]

#[cfg(target_os = "linux")]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    use calyptia_vault::Vault;
    use secrecy::SecretString;

    const ACCOUNT: &str = "https://long.example";
    let text = std::io::read_to_string(std::io::stdin()).unwrap();
    let vault = Vault::system_with_limit(2560);
    if text.is_empty() {
        vault.delete(ACCOUNT).await.unwrap();
    } else {
        vault.write(ACCOUNT, SecretString::from(text)).await.unwrap().commit();
    }
    // Waits until what the old credential left is deleted.
    vault.read(ACCOUNT).await.unwrap();
}

#[cfg(not(target_os = "linux"))]
fn main() {}
