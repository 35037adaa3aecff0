//! The file of a snapshot: a project's tokens as they were when somebody last looked at them, and what has become of single tokens
//! since. Ids, names and permission bits; no value, no part of one, no account.
//!
//! A head with the time of the look, the length of the body and its SHA-256; the body, with the server, the project and a record
//! for each token; then changes, each with its length and a checksum. Changes are appended, so that one in a list of a million
//! tokens does not rewrite the file.

use std::{
    collections::{HashMap, hash_map::IntoValues},
    fs::File,
    io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use calyptia_api::TokenId;
use calyptia_catalog::AccessBits;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const MAGIC: &[u8; 8] = b"CTSNAP01";
/// Where the time of the look is.
const TIME_AT: u64 = MAGIC.len() as u64;
const HEAD: usize = MAGIC.len() + 8 + 8 + 32;
/// A million tokens with names of 100 characters take some 130 MB.
const MAX_BODY: u64 = 512 * 1024 * 1024;
/// No file has more changes than this, unless it is damaged.
const MAX_CHANGES: u64 = 4 * 1024 * 1024;
/// Beyond this, changes become part of the body.
pub(super) const MAX_APPENDED: u64 = 1024 * 1024;
const CHECKSUM: usize = 8;

const TOKEN: u8 = 1;
const TOKEN_WITH_TEXT_ID: u8 = 2;
const GONE: u8 = 3;
const GONE_WITH_TEXT_ID: u8 = 4;

/// A token as somebody saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenToken {
    pub(crate) id: TokenId,
    pub(crate) name: String,
    pub(crate) access: AccessBits,
}

/// Whose tokens these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subject<'s> {
    pub(crate) server: &'s str,
    pub(crate) project: Uuid,
}

/// Adds a token to a body.
pub(crate) fn push_token(buffer: &mut Vec<u8>, id: &TokenId, name: &str, access: AccessBits) {
    push_id(buffer, id, [TOKEN, TOKEN_WITH_TEXT_ID]);
    buffer.push(access.bits());
    push_text(buffer, name);
}

/// A token as a change to append.
pub(crate) fn changed(id: &TokenId, name: &str, access: AccessBits) -> Vec<u8> {
    let mut record = Vec::new();
    push_token(&mut record, id, name, access);
    record
}

/// The removal of a token as a change to append.
pub(crate) fn gone(id: &TokenId) -> Vec<u8> {
    let mut record = Vec::new();
    push_id(&mut record, id, [GONE, GONE_WITH_TEXT_ID]);
    record
}

fn push_id(buffer: &mut Vec<u8>, id: &TokenId, [uuid, text]: [u8; 2]) {
    match id {
        TokenId::Uuid(id) => {
            buffer.push(uuid);
            buffer.extend(id.as_bytes());
        }
        TokenId::Text(id) => {
            buffer.push(text);
            push_text(buffer, id);
        }
    }
}

/// The client reads no id and keeps no name that is longer.
fn push_text(buffer: &mut Vec<u8>, text: &str) {
    let text = &text[..text.floor_char_boundary(usize::from(u16::MAX))];
    buffer.extend((text.len() as u16).to_le_bytes());
    buffer.extend(text.as_bytes());
}

/// Writes a whole file. `more` adds tokens to an empty buffer until it returns false.
pub(super) fn write(
    file: &mut File,
    subject: Subject<'_>,
    time: i64,
    mut more: impl FnMut(&mut Vec<u8>) -> io::Result<bool>,
) -> io::Result<()> {
    file.write_all(&[0; HEAD])?;
    let mut hash = Sha256::new();
    let mut length = 0;
    let mut buffer = Vec::new();
    push_text(&mut buffer, subject.server);
    buffer.extend(subject.project.as_bytes());
    let mut goes_on = true;
    while goes_on {
        goes_on = more(&mut buffer)?;
        hash.update(&buffer);
        file.write_all(&buffer)?;
        length += buffer.len() as u64;
        buffer.clear();
        if length > MAX_BODY {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
    }
    let mut head = Vec::with_capacity(HEAD);
    head.extend(MAGIC);
    head.extend(time.to_le_bytes());
    head.extend(length.to_le_bytes());
    head.extend(&hash.finalize()[..]);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&head)
}

/// Appends changes to a file, in place of a record that is incomplete because the app was killed while it wrote. False if there
/// are so many changes that the file is to be written anew; nothing is appended then.
///
/// # Errors
/// `InvalidData` if the file is damaged; any other kind if it cannot be read or written.
pub(super) fn append(path: &Path, changes: &[&Vec<u8>]) -> io::Result<bool> {
    let mut bytes = Vec::new();
    for change in changes {
        bytes.extend((change.len() as u32).to_le_bytes());
        bytes.extend(checksum(change));
        bytes.extend(*change);
    }
    if bytes.is_empty() {
        return Ok(true);
    }
    let mut file = open_existing(path)?.read(true).write(true).open(path)?;
    let head = Head::read(&mut file)?;
    let (_, valid) = read_changes(&head.changes(&mut file)?);
    if valid + bytes.len() as u64 > MAX_APPENDED {
        return Ok(false);
    }
    let end = HEAD as u64 + head.length + valid;
    file.set_len(end)?;
    file.seek(SeekFrom::Start(end))?;
    file.write_all(&bytes)?;
    Ok(true)
}

/// Sets when somebody last looked.
pub(super) fn set_time(path: &Path, time: i64) -> io::Result<()> {
    let mut file = open_existing(path)?.write(true).open(path)?;
    file.seek(SeekFrom::Start(TIME_AT))?;
    file.write_all(&time.to_le_bytes())
}

/// Opening a pipe would wait for its other end, and a link may lead out of the app's folder.
fn open_existing(path: &Path) -> io::Result<std::fs::OpenOptions> {
    if std::fs::symlink_metadata(path)?.is_file() {
        Ok(File::options())
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let mut checksum = [0; CHECKSUM];
    checksum.copy_from_slice(&Sha256::digest(bytes)[..CHECKSUM]);
    checksum
}

/// The head of a file.
struct Head {
    time: i64,
    /// Of the body.
    length: u64,
    digest: [u8; 32],
}

impl Head {
    /// # Errors
    /// `InvalidData` if this is not a snapshot, or its lengths cannot be right.
    fn read(file: &mut File) -> io::Result<Self> {
        let mut head = [0; HEAD];
        file.read_exact(&mut head).map_err(damaged_if_short)?;
        let number = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&head[at..at + 8]);
            bytes
        };
        let (time, length) = (i64::from_le_bytes(number(8)), u64::from_le_bytes(number(16)));
        let after_head = file.metadata()?.len() - HEAD as u64;
        let changes = after_head.checked_sub(length).filter(|changes| *changes <= MAX_CHANGES);
        if &head[..MAGIC.len()] != MAGIC || length > MAX_BODY || changes.is_none() {
            return Err(damaged());
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(&head[24..]);
        Ok(Self { time, length, digest })
    }

    /// The bytes of the changes.
    fn changes(&self, file: &mut File) -> io::Result<Vec<u8>> {
        file.seek(SeekFrom::Start(HEAD as u64 + self.length))?;
        let mut bytes = Vec::new();
        file.take(MAX_CHANGES).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// A file that is being read, token by token.
pub(super) struct Reader {
    body: BufReader<Hashing>,
    digest: [u8; 32],
    time: i64,
    /// What has become of single tokens; `None` is a removal. Those that the body has are taken out as it is read.
    changes: Changes,
    /// The rest of them, once the body is read.
    created: Option<IntoValues<TokenId, Option<SeenToken>>>,
}

impl Reader {
    /// # Errors
    /// `InvalidData` if this is no such file, or another project's; any other kind if it cannot be read.
    pub(super) fn open(path: &Path, subject: Subject<'_>) -> io::Result<Self> {
        let mut file = open_existing(path)?.read(true).open(path)?;
        let head = Head::read(&mut file)?;
        let (changes, _) = read_changes(&head.changes(&mut file)?);
        let Head { time, length, digest } = head;
        file.seek(SeekFrom::Start(HEAD as u64))?;
        let body = Hashing { input: file.take(length), hash: Sha256::new() };
        let mut reader =
            Self { body: BufReader::with_capacity(64 * 1024, body), digest, time, changes, created: None };
        let server = read_text(&mut reader.body).map_err(damaged_if_short)?;
        let mut project = [0; 16];
        reader.body.read_exact(&mut project).map_err(damaged_if_short)?;
        if server != subject.server || Uuid::from_bytes(project) != subject.project {
            return Err(damaged());
        }
        Ok(reader)
    }

    /// Applies changes that are not in the file, before the first token is read.
    pub(super) fn apply(&mut self, changes: &[&Vec<u8>]) -> io::Result<()> {
        for change in changes {
            add_change(&mut self.changes, read_record(&mut change.as_slice())?);
        }
        Ok(())
    }

    /// When somebody last looked, in milliseconds since 1970.
    pub(super) fn time(&self) -> i64 {
        self.time
    }

    /// The next token, as it was when somebody saw it last.
    ///
    /// # Errors
    /// `InvalidData` if the file is damaged, which may only be known at its end.
    pub(super) fn next(&mut self) -> io::Result<Option<SeenToken>> {
        while self.created.is_none() && !self.body.fill_buf()?.is_empty() {
            let token = match read_record(&mut self.body).map_err(damaged_if_short)? {
                Record::Token(token) => token,
                Record::Gone(_) => return Err(damaged()),
            };
            match self.changes.remove(&token.id) {
                None => return Ok(Some(token)),
                Some(Some(changed)) => return Ok(Some(changed)),
                Some(None) => {}
            }
        }
        if self.created.is_none() && self.digest != self.body.get_ref().hash.clone().finalize()[..] {
            return Err(damaged());
        }
        // Those that were created since.
        let created = self.created.get_or_insert_with(|| std::mem::take(&mut self.changes).into_values());
        Ok(created.find_map(|created| created))
    }
}

/// Reads bytes and hashes them on the way.
struct Hashing {
    input: io::Take<File>,
    hash: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}

enum Record {
    Token(SeenToken),
    Gone(TokenId),
}

type Changes = HashMap<TokenId, Option<SeenToken>>;

/// Up to the first that is incomplete or damaged, as the app may have been killed while it appended, and how many bytes those are.
fn read_changes(all: &[u8]) -> (Changes, u64) {
    let mut changes = Changes::new();
    let mut bytes = all;
    while let Some((length, rest)) = bytes.split_first_chunk::<4>()
        && let Some((sum, rest)) = rest.split_first_chunk::<CHECKSUM>()
        && let Some((record, rest)) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)
        && checksum(record) == *sum
        && let Ok(record) = read_record(&mut &*record)
    {
        add_change(&mut changes, record);
        bytes = rest;
    }
    (changes, (all.len() - bytes.len()) as u64)
}

fn add_change(changes: &mut Changes, record: Record) {
    match record {
        Record::Token(token) => changes.insert(token.id.clone(), Some(token)),
        Record::Gone(id) => changes.insert(id, None),
    };
}

fn read_record(input: &mut impl Read) -> io::Result<Record> {
    let mut kind = [0];
    input.read_exact(&mut kind)?;
    let id = match kind[0] {
        TOKEN | GONE => {
            let mut id = [0; 16];
            input.read_exact(&mut id)?;
            TokenId::Uuid(Uuid::from_bytes(id))
        }
        TOKEN_WITH_TEXT_ID | GONE_WITH_TEXT_ID => TokenId::from(&*read_text(input)?),
        _ => return Err(damaged()),
    };
    if matches!(kind[0], GONE | GONE_WITH_TEXT_ID) {
        return Ok(Record::Gone(id));
    }
    let mut access = [0];
    input.read_exact(&mut access)?;
    let name = read_text(input)?;
    Ok(Record::Token(SeenToken { id, name, access: AccessBits::from_bits(access[0]) }))
}

fn read_text(input: &mut impl Read) -> io::Result<String> {
    let mut length = [0; 2];
    input.read_exact(&mut length)?;
    let mut text = vec![0; usize::from(u16::from_le_bytes(length))];
    input.read_exact(&mut text)?;
    String::from_utf8(text).map_err(|_| damaged())
}

fn damaged() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// A file that ends within a record is damaged.
fn damaged_if_short(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof { damaged() } else { error }
}
