//! Long credentials in a store whose entries are short, and crashes between any two of its operations.

#![allow(clippy::unwrap_used)]

mod support;

use calyptia_vault::VaultError;
use support::{ACCOUNT, Drawer, WINDOWS, long, read, secret};

#[tokio::test]
async fn k5_long_credentials_are_read_back_whole_under_the_limit_of_windows() {
    let drawer = Drawer::new(Some(WINDOWS));
    let vault = drawer.vault();
    for (length, entries) in [(2560, 1), (2561, 3), (8000, 5), (40, 1), (8000, 5), (2561, 3)] {
        let text = long('a', length);
        vault.write(ACCOUNT, secret(&text)).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text)));
        assert_eq!(drawer.accounts().len(), entries, "{length}: {:?}", drawer.accounts());
    }
    vault.delete(ACCOUNT).await.unwrap();
    assert!(drawer.accounts().is_empty());
}

#[tokio::test]
async fn k5_a_split_credential_is_text_beyond_ascii_as_well() {
    let vault = Drawer::new(Some(WINDOWS)).vault();
    let text = "å∫ç🗝".repeat(700);
    vault.write(ACCOUNT, secret(&text)).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text)));
}

#[tokio::test]
async fn k5_a_missing_cut_changed_or_foreign_piece_is_unrecognised_and_can_be_written_over() {
    for damage in 0..6 {
        let drawer = Drawer::new(Some(WINDOWS));
        let vault = drawer.vault();
        vault.write(ACCOUNT, secret(&long('a', 8000))).await.unwrap();
        {
            let mut items = drawer.items.lock().unwrap();
            let piece = items.keys().find(|account| account.ends_with(".1")).unwrap().clone();
            match damage {
                0 => drop(items.remove(&piece)),
                1 => items.get_mut(&piece).unwrap().truncate(100),
                2 => items.get_mut(&piece).unwrap()[17] ^= 1,
                3 => drop(items.insert(piece, long('b', WINDOWS).into_bytes())),
                4 => items.get_mut(ACCOUNT).unwrap().truncate(40),
                _ => items.get_mut(ACCOUNT).unwrap().extend_from_slice(b"0"),
            }
        }
        assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Unrecognised), "damage {damage}");
        vault.write(ACCOUNT, secret("new")).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("new".into())));
    }
}

#[tokio::test]
async fn a_credential_that_looks_like_a_manifest_is_still_a_credential() {
    for limit in [None, Some(WINDOWS)] {
        let drawer = Drawer::new(limit);
        let vault = drawer.vault();
        vault.write(ACCOUNT, secret(&long('a', 8000))).await.unwrap();
        let manifest = "\u{1}calyptia-tokens/pieces/1 00000000000000000000000000000000 1 3 0000000000000000";
        vault.write(ACCOUNT, secret(manifest)).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(manifest.into())));
        vault.delete(ACCOUNT).await.unwrap();
        assert!(drawer.accounts().is_empty());
    }
}

#[tokio::test]
async fn k4_a_manifest_that_asks_for_the_moon_is_unrecognised_at_once() {
    let drawer = Drawer::new(Some(WINDOWS));
    let vault = drawer.vault();
    for numbers in ["99999999 1", "1 99999999999", "0 0", "-1 4"] {
        let head = format!(
            "\u{1}calyptia-tokens/pieces/1 00000000000000000000000000000000 {numbers} 0000000000000000"
        );
        drawer.put(ACCOUNT, head.as_bytes());
        assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Unrecognised));
    }
    assert!(matches!(
        vault.write(ACCOUNT, secret(&long('a', 2_000_000))).await,
        Err(VaultError::Failed { .. })
    ));
}

/// After a crash at every possible place: the old value or the new, whole; and nothing is left once it is deleted.
#[tokio::test]
async fn k5_a_crash_between_any_two_operations_leaves_the_old_value_or_the_new_one_whole() {
    let values = [None, Some("short".to_owned()), Some(long('a', 2561)), Some(long('b', 8000))];
    for old in &values {
        for new in [None, Some("other".to_owned()), Some(long('c', 2561)), Some(long('d', 8000))] {
            let (mut saw_old, mut saw_new) = (false, false);
            for operations in 0.. {
                let drawer = Drawer::new(Some(WINDOWS));
                if let Some(old) = old {
                    drawer.vault().write(ACCOUNT, secret(old)).await.unwrap();
                }
                *drawer.left.lock().unwrap() = Some(operations);
                let vault = drawer.vault();
                let done = match &new {
                    Some(new) => vault.write(ACCOUNT, secret(new)).await,
                    None => vault.delete(ACCOUNT).await,
                };
                // Everything the thread still tries fails, as it would for a process that is gone.
                drop(vault);
                let survivor = drawer.vault();
                let left = loop {
                    let left = *drawer.left.lock().unwrap();
                    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                    if *drawer.left.lock().unwrap() == left {
                        break left;
                    }
                };
                *drawer.left.lock().unwrap() = None;
                let found = read(&survivor, ACCOUNT).await;
                let place = format!("{} to {}, crash after {operations}", length(old), length(&new));
                let found = found.unwrap_or_else(|error| panic!("{place}: {error}"));
                assert!(found == *old || found == new, "{place}: a mixed value");
                if done.is_ok() {
                    assert_eq!(found, new, "{place}");
                }
                saw_old |= found == *old;
                saw_new |= found == new;
                if operations % 2 == 0 {
                    survivor.write(ACCOUNT, secret(&long('e', 5000))).await.unwrap();
                    assert_eq!(read(&survivor, ACCOUNT).await, Ok(Some(long('e', 5000))));
                }
                survivor.delete(ACCOUNT).await.unwrap();
                assert!(drawer.accounts().is_empty(), "{place}: left over {:?}", drawer.accounts());
                if left > Some(0) {
                    assert!(done.is_ok());
                    break;
                }
            }
            assert!(saw_old && saw_new);
        }
    }
}

fn length(value: &Option<String>) -> usize {
    value.as_ref().map_or(0, String::len)
}
