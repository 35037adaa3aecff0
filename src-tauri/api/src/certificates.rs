//! Certificates to trust in addition to the platform's, read from a file: PEM or DER, one or many.

use std::fmt;

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use memchr::memmem;
use rustls::pki_types::CertificateDer;
use sha2::{Digest as _, Sha256};
use x509_cert::der::{Decode as _, Reader as _, SliceReader};

use crate::to_utf8;

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Certificates to trust in addition to the platform's: of authorities, or of single servers.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtraCertificates(Vec<CertificateDer<'static>>);

/// Why a file holds no certificates to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificatesError {
    /// It contains no certificate in PEM or DER.
    #[error("there is no certificate in this file")]
    None,
    /// The certificate with this number, counted from 1, cannot be read.
    #[error("certificate {0} in this file cannot be read")]
    Unreadable(usize),
    /// It also contains a private key, which belongs to nobody but its owner.
    #[error("this file contains a private key")]
    HasPrivateKey,
    /// It is a container of another format, named here. Most hold private keys.
    #[error("this file is in the format {0}")]
    OtherFormat(&'static str),
}

/// What people compare certificates by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateDetails {
    /// Its subject, in the form of RFC 4514.
    pub subject: String,
    /// The SHA-256 of the whole certificate, in hexadecimal.
    pub sha256: String,
}

impl ExtraCertificates {
    /// Reads a file: PEM with anything around it, DER, or the bare Base64 of either.
    ///
    /// # Errors
    /// If it contains no certificate, one that cannot be read, a private key, or another format.
    pub fn parse(file: &[u8]) -> Result<Self, CertificatesError> {
        let file = to_utf8(file);
        let mut found = Found::default();
        if memmem::find(&file, BEGIN).is_some() {
            // What `copy` on Windows puts behind files that it joins.
            let end = file.iter().rposition(|byte| !matches!(byte, 0 | 0x1a)).map_or(0, |last| last + 1);
            found.read_pem(&file[..end])?;
        } else if let Some(der) = bare_base64(&file) {
            found.read_der(&der)?;
        } else {
            found.read_der(&file)?;
        }
        let certificates = found.0;
        if certificates.is_empty() { Err(CertificatesError::None) } else { Ok(Self(certificates)) }
    }

    /// The number of certificates.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Each certificate's subject and digest, in the file's order.
    #[must_use]
    pub fn details(&self) -> Vec<CertificateDetails> {
        let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.0
            .iter()
            .map(|certificate| CertificateDetails {
                subject: x509_cert::Certificate::from_der(certificate)
                    .map(|certificate| certificate.tbs_certificate.subject.to_string())
                    .unwrap_or_default(),
                sha256: hexadecimal(&Sha256::digest(certificate)),
            })
            .collect()
    }

    /// The certificates as the text of a PEM file, and nothing else that was in theirs.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let mut pem = String::new();
        for certificate in &self.0 {
            let encoded = BASE64.encode(certificate);
            pem.push_str("-----BEGIN CERTIFICATE-----\n");
            for line in encoded.as_bytes().chunks(64) {
                pem.push_str(&String::from_utf8_lossy(line));
                pem.push('\n');
            }
            pem.push_str("-----END CERTIFICATE-----\n");
        }
        pem
    }

    /// The certificates in DER, in the file's order.
    #[must_use]
    pub fn to_der(&self) -> Vec<Vec<u8>> {
        self.0.iter().map(|certificate| certificate.to_vec()).collect()
    }

    pub(crate) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

impl fmt::Debug for ExtraCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtraCertificates({})", self.count())
    }
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

#[derive(Default)]
struct Found(Vec<CertificateDer<'static>>);

impl Found {
    fn unreadable(&self) -> CertificatesError {
        CertificatesError::Unreadable(self.0.len() + 1)
    }

    /// Blocks need no line breaks between them. Text around them is ignored, bytes that are no text are not: they may be
    /// certificates.
    fn read_pem(&mut self, file: &[u8]) -> Result<(), CertificatesError> {
        let mut rest = file;
        while let Some(begin) = memmem::find(rest, BEGIN) {
            self.pass(&rest[..begin])?;
            let block = &rest[begin + BEGIN.len()..];
            let label_end = memmem::find(block, DASHES).ok_or(self.unreadable())?;
            let (label, body) = (&block[..label_end], &block[label_end + DASHES.len()..]);
            let label = String::from_utf8_lossy(label);
            if label.contains("PRIVATE KEY") {
                return Err(CertificatesError::HasPrivateKey);
            }
            let end = memmem::find(body, END).ok_or(self.unreadable())?;
            match label.trim() {
                // The second and third are names that OpenSSL has used.
                "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                    self.add(&decoded(&body[..end]).ok_or(self.unreadable())?)?;
                }
                "PKCS7" | "CMS" | "PKCS #7 SIGNED DATA" => {
                    return Err(CertificatesError::OtherFormat("PKCS #7"));
                }
                _ => {}
            }
            let behind = &body[end + END.len()..];
            let line_end = memmem::find(behind, DASHES).ok_or(self.unreadable())?;
            rest = &behind[line_end + DASHES.len()..];
        }
        self.pass(rest)
    }

    /// What is between PEM blocks.
    fn pass(&self, text: &[u8]) -> Result<(), CertificatesError> {
        if memmem::find(text, b"PRIVATE KEY-----").is_some() {
            return Err(CertificatesError::HasPrivateKey);
        }
        let is_binary = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
        if text.iter().any(is_binary) { Err(self.unreadable()) } else { Ok(()) }
    }

    fn read_der(&mut self, file: &[u8]) -> Result<(), CertificatesError> {
        if let Some(error) = other_format(file) {
            return Err(error);
        }
        let mut rest = file.trim_ascii_start();
        while !rest.is_empty() {
            let Some(certificate) = element(rest) else {
                // Text, or nothing that anyone would take for a certificate.
                let starts_as_one = rest.starts_with(&[0x30, 0x82]);
                let is_none = self.0.is_empty() && !starts_as_one;
                return Err(if is_none { CertificatesError::None } else { self.unreadable() });
            };
            self.add(certificate)?;
            rest = rest[certificate.len()..].trim_ascii_start();
        }
        Ok(())
    }

    fn add(&mut self, der: &[u8]) -> Result<(), CertificatesError> {
        if let Some(error) = other_format(der) {
            return Err(error);
        }
        // Behind the certificate, OpenSSL's "trusted" form says what it is trusted for.
        let certificate = CertificateDer::from(element(der).ok_or(self.unreadable())?.to_vec());
        // Well-formed DER may be anything, so each one is tried.
        rustls::RootCertStore::empty().add(certificate.clone()).map_err(|_| self.unreadable())?;
        self.0.push(certificate);
        Ok(())
    }
}

fn decoded(base64: &[u8]) -> Option<Vec<u8>> {
    let base64: Vec<u8> = base64.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(base64).ok()
}

/// The DER in a file that holds its Base64 and nothing else.
fn bare_base64(file: &[u8]) -> Option<Vec<u8>> {
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    // A sequence, which all of these formats are, begins so.
    if !text.trim_ascii_start().starts_with(b"MI") {
        return None;
    }
    decoded(text)
}

/// The first element of a sequence of them, with its header.
fn element(der: &[u8]) -> Option<&[u8]> {
    SliceReader::new(der).ok()?.tlv_bytes().ok().filter(|element| element.first() == Some(&SEQUENCE))
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OBJECT_ID: u8 = 0x06;
/// The identifiers that PKCS #5 and #12 begin theirs with, for keys that are encrypted.
const PKCS_5: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05";
const PKCS_12: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c";

/// Names what is no certificate by how it begins. A certificate is a sequence that begins with another one, which begins with
/// its version or its serial number.
fn other_format(file: &[u8]) -> Option<CertificatesError> {
    if file.starts_with(b"\xfe\xed\xfe\xed") {
        return Some(CertificatesError::OtherFormat("Java KeyStore"));
    }
    let outer = content(file)?;
    match *outer.first()? {
        // The version comes first. Of a PKCS #12 file it is 3, and a sequence with the content follows.
        INTEGER if outer.starts_with(&[INTEGER, 1, 3, SEQUENCE]) => {
            Some(CertificatesError::OtherFormat("PKCS #12"))
        }
        // Public keys begin with a number, too, but with a long one.
        INTEGER if matches!(outer, [_, 1, 0 | 1, ..]) => Some(CertificatesError::HasPrivateKey),
        OBJECT_ID => Some(CertificatesError::OtherFormat("PKCS #7")),
        SEQUENCE => {
            let algorithm = content(outer)?;
            let is_key = |family: &&[u8]| algorithm.get(2..).is_some_and(|id| id.starts_with(family));
            let is_id = algorithm.first() == Some(&OBJECT_ID);
            (is_id && [PKCS_5, PKCS_12].iter().any(is_key)).then_some(CertificatesError::HasPrivateKey)
        }
        _ => None,
    }
}

/// What a sequence contains, also if its end is missing or its length is not given.
fn content(der: &[u8]) -> Option<&[u8]> {
    let (first, length) = (*der.first()?, *der.get(1)?);
    let header = if length < 0x80 { 2 } else { 2 + usize::from(length & 0x7f) };
    (first == SEQUENCE).then(|| der.get(header..))?
}
