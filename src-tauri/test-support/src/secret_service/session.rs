//! How secrets cross the bus: as they are, or encrypted with AES in CBC mode after a Diffie-Hellman exchange.

use aes::Aes128;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hkdf::Hkdf;
use sha2::Sha256;

/// Length of the exchange's numbers.
const LENGTH: usize = 128;

pub const PLAIN: &str = "plain";
pub const ENCRYPTED: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

/// A client's key; none in a session without encryption.
pub struct Session(Option<[u8; 16]>);

impl Session {
    pub fn plain() -> Self {
        Self(None)
    }

    /// With the number one for a private key, what both sides share is the client's public key, and the service's own is
    /// the generator. It keeps nothing secret, and a test has no need to.
    pub fn agree(client: &[u8]) -> (Self, Vec<u8>) {
        let mut shared = [0; LENGTH];
        shared[LENGTH - client.len()..].copy_from_slice(client);
        let mut key = [0; 16];
        Hkdf::<Sha256>::new(None, &shared).expand(&[], &mut key).unwrap();
        (Self(Some(key)), vec![2])
    }

    pub fn encrypt(&self, secret: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let Some(key) = self.0 else { return (Vec::new(), secret.to_vec()) };
        let seed = [7; 16];
        let value =
            cbc::Encryptor::<Aes128>::new(&key.into(), &seed.into()).encrypt_padded_vec::<Pkcs7>(secret);
        (seed.to_vec(), value)
    }

    pub fn decrypt(&self, seed: &[u8], value: &[u8]) -> Vec<u8> {
        let Some(key) = self.0 else { return value.to_vec() };
        let seed: [u8; 16] = seed.try_into().unwrap();
        cbc::Decryptor::<Aes128>::new(&key.into(), &seed.into()).decrypt_padded_vec::<Pkcs7>(value).unwrap()
    }
}
