//! What the head entry says when a secret is split over several entries, and how those entries are named.

use uuid::Uuid;

/// Starts a manifest. An HTTP header value cannot hold a control character, so no bearer token starts like this.
pub(crate) const MANIFEST_PREFIX: &str = "\u{1}calyptia-tokens/pieces/1 ";

/// More than any bearer token needs. A manifest that names more is damaged, and must not make us allocate for it.
pub(super) const MAX_PIECES: usize = 1024;
pub(super) const MAX_SECRET_BYTES: usize = 1 << 20;

/// The entries that one long secret is split over. Each write creates new ones, so pieces of two writes never mix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pieces {
    generation: Uuid,
    pub(super) count: usize,
}

impl Pieces {
    pub(super) fn new(count: usize) -> Self {
        Self { generation: Uuid::new_v4(), count }
    }

    pub(super) fn accounts(&self, account: &str) -> impl Iterator<Item = String> {
        (0..self.count).map(move |index| format!("{account}#{}.{index}", self.generation.simple()))
    }

    pub(super) fn parse(words: &mut std::str::Split<'_, char>) -> Option<Self> {
        let generation = Uuid::try_parse(words.next()?).ok()?;
        let count = words.next()?.parse().ok().filter(|count| (1..=MAX_PIECES).contains(count))?;
        Some(Self { generation, count })
    }

    pub(super) fn line(&self) -> String {
        format!("{} {}", self.generation.simple(), self.count)
    }
}

/// The pieces, and enough about the whole secret to notice a damaged or foreign piece. The checksum guards against
/// accidents, not against someone who can write to the keyring.
pub(super) struct Manifest {
    pub pieces: Pieces,
    pub length: usize,
    pub checksum: u32,
}

impl Manifest {
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut words = std::str::from_utf8(text).ok()?.strip_prefix(MANIFEST_PREFIX)?.split(' ');
        let pieces = Pieces::parse(&mut words)?;
        let length = words.next()?.parse().ok().filter(|length| *length <= MAX_SECRET_BYTES)?;
        let checksum = words.next().filter(|digits| digits.len() == 8)?;
        let checksum = u32::from_str_radix(checksum, 16).ok()?;
        words.next().is_none().then_some(Self { pieces, length, checksum })
    }

    pub fn text(&self) -> String {
        format!("{MANIFEST_PREFIX}{} {} {:08x}", self.pieces.line(), self.length, self.checksum)
    }
}
