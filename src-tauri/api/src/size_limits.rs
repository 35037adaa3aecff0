//! How much of a token list is read, and how much of a row is kept.

/// How much a server may send for a list of tokens, in bytes. More is [`Failure::TooLarge`](crate::Failure::TooLarge).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeLimits {
    /// For the body of one page. By default 64 MiB, some ninety times the size of a full page: a server may ignore the page
    /// size.
    pub page: u64,
    /// For the bodies of all pages together. By default 1 GiB: more than two million rows of the usual size.
    pub list: u64,
}

/// The longest name that is kept whole, in bytes. The API accepts 100 characters.
pub const MAX_NAME_BYTES: usize = 4 * 1024;
/// Stands for the rest of a longer name, so that the result is longer than any that is kept whole.
const REST: &str = " …";
/// The longest id. A longer one is not read, as a shorter one would name another token.
pub(crate) const MAX_ID_BYTES: usize = 1024;
/// The longest list of permissions, in bytes of its JSON. A longer one is not read, as a shorter one would claim that the token
/// can do less.
pub(crate) const MAX_PERMISSION_BYTES: usize = 4 * 1024;

impl Default for SizeLimits {
    fn default() -> Self {
        Self { page: 64 * 1024 * 1024, list: 1024 * 1024 * 1024 }
    }
}

/// Whether this is the start of a longer name, which ends with an ellipsis in place of the rest.
#[must_use]
pub fn is_shortened(name: &str) -> bool {
    name.len() > MAX_NAME_BYTES
}

/// The name as it is kept: whole, or its start and an ellipsis.
pub(crate) fn kept_name(name: &str) -> String {
    if !is_shortened(name) {
        return name.to_owned();
    }
    // A character has up to four bytes, and the rest's stand-in has as many.
    let kept = [&name[..name.floor_char_boundary(MAX_NAME_BYTES)], REST].concat();
    debug_assert!(is_shortened(&kept));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c17_a_name_is_kept_whole_or_is_recognizably_shortened() {
        for character in ["a", "é", "€", "🦀"] {
            for start in ["", "x", "xx", "xxx"] {
                let name = |bytes: usize| {
                    format!("{start}{}", character.repeat((bytes - start.len()) / character.len()))
                };
                let whole = name(MAX_NAME_BYTES);
                assert_eq!(kept_name(&whole), whole);
                assert!(!is_shortened(&whole));
                for longer in [MAX_NAME_BYTES + 4, 1024 * 1024] {
                    let kept = kept_name(&name(longer));
                    assert!(
                        is_shortened(&kept) && kept.len() <= MAX_NAME_BYTES + REST.len(),
                        "{}",
                        kept.len()
                    );
                    assert!(name(longer).starts_with(kept.strip_suffix(REST).expect("an ellipsis")));
                }
            }
        }
    }
}
