//! Long credentials in a store whose entries are short, and crashes between any two of its operations.

use std::sync::Arc;

use crate::support::{ACCOUNT, FakeStore, WINDOWS, eventually, long, read, write};
use calyptia_vault::VaultError;

#[tokio::test]
async fn k5_long_credentials_are_read_back_whole_under_the_limit_of_windows() {
    let fake = FakeStore::new(Some(WINDOWS));
    let vault = fake.vault();
    for (length, entries) in [(2560, 1), (2561, 4), (8000, 6), (40, 1), (8000, 6), (2561, 4)] {
        let text = long('a', length);
        write(&vault, ACCOUNT, &text).await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text)));
        assert_eq!(fake.accounts().len(), entries, "{length}: {:?}", fake.accounts());
    }
    vault.delete(ACCOUNT).await.unwrap();
    assert!(fake.accounts().is_empty());
}

#[tokio::test]
async fn k5_a_split_credential_is_text_beyond_ascii_as_well() {
    let vault = FakeStore::new(Some(WINDOWS)).vault();
    let text = "å∫ç🗝".repeat(700);
    write(&vault, ACCOUNT, &text).await.unwrap();
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(text)));
}

#[tokio::test]
async fn k5_a_missing_cut_changed_or_foreign_piece_is_unrecognized_and_can_be_written_over() {
    for damage in 0..6 {
        let fake = FakeStore::new(Some(WINDOWS));
        let vault = fake.vault();
        write(&vault, ACCOUNT, &long('a', 8000)).await.unwrap();
        {
            let mut items = fake.items.lock().unwrap();
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
        assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Unrecognized), "damage {damage}");
        write(&vault, ACCOUNT, "new").await.unwrap();
        assert_eq!(read(&vault, ACCOUNT).await, Ok(Some("new".into())));
    }
}

#[tokio::test]
async fn a_secret_that_looks_like_a_manifest_is_refused() {
    let fake = FakeStore::new(Some(WINDOWS));
    let vault = fake.vault();
    write(&vault, ACCOUNT, &long('a', 8000)).await.unwrap();
    let manifest = "\u{1}calyptia-tokens/pieces/1 00000000000000000000000000000000 1 3 00000000";
    let refused = VaultError::Failed { kind: "not a credential".into() };
    assert_eq!(write(&vault, ACCOUNT, manifest).await, Err(refused));
    assert_eq!(read(&vault, ACCOUNT).await, Ok(Some(long('a', 8000))));
}

#[tokio::test]
async fn pieces_whose_head_another_program_replaced_or_deleted_go_with_the_next_change() {
    for replaced in [true, false] {
        let fake = FakeStore::new(Some(WINDOWS));
        let vault = fake.vault();
        write(&vault, ACCOUNT, &long('a', 8000)).await.unwrap();
        if replaced {
            fake.put(ACCOUNT, b"by another program");
        } else {
            fake.items.lock().unwrap().remove(ACCOUNT);
        }
        vault.delete(ACCOUNT).await.unwrap();
        assert!(fake.accounts().is_empty(), "{:?}", fake.accounts());
    }
}

#[tokio::test]
async fn k4_a_manifest_with_absurd_numbers_is_unrecognized() {
    let fake = FakeStore::new(Some(WINDOWS));
    let vault = fake.vault();
    for numbers in ["99999999 1", "1 99999999999", "0 0", "-1 4"] {
        let head =
            format!("\u{1}calyptia-tokens/pieces/1 00000000000000000000000000000000 {numbers} 00000000");
        fake.put(ACCOUNT, head.as_bytes());
        assert_eq!(read(&vault, ACCOUNT).await, Err(VaultError::Unrecognized));
    }
    assert!(matches!(write(&vault, ACCOUNT, &long('a', 2_000_000)).await, Err(VaultError::Failed { .. })));
}

/// After a crash at every possible place: the old value or the new, whole; and nothing is left once it is deleted.
#[tokio::test]
async fn k5_a_crash_between_any_two_operations_leaves_the_old_value_or_the_new_one_whole() {
    let values = [None, Some("short".to_owned()), Some(long('a', 2561)), Some(long('b', 8000))];
    for old in &values {
        for new in [None, Some("other".to_owned()), Some(long('c', 2561)), Some(long('d', 8000))] {
            let (mut saw_old, mut saw_new) = (false, false);
            for operations in 0.. {
                let fake = FakeStore::new(Some(WINDOWS));
                if let Some(old) = old {
                    write(&fake.vault(), ACCOUNT, old).await.unwrap();
                    // It deletes leftovers after the answer. Two workers at once are not what is tested.
                    eventually("the first worker ends", || Arc::strong_count(&fake) == 1).await;
                }
                *fake.left.lock().unwrap() = Some(operations);
                let vault = fake.vault();
                let done = match &new {
                    Some(new) => write(&vault, ACCOUNT, new).await,
                    None => vault.delete(ACCOUNT).await,
                };
                // What the worker still tries after the answer fails, as it would for a process that is gone. Once the
                // worker has ended, nothing but this test and the next vault knows the store.
                drop(vault);
                eventually("the worker ends", || Arc::strong_count(&fake) == 1).await;
                let left = *fake.left.lock().unwrap();
                *fake.left.lock().unwrap() = None;
                let survivor = fake.vault();
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
                    write(&survivor, ACCOUNT, &long('e', 5000)).await.unwrap();
                    assert_eq!(read(&survivor, ACCOUNT).await, Ok(Some(long('e', 5000))));
                }
                survivor.delete(ACCOUNT).await.unwrap();
                assert!(fake.accounts().is_empty(), "{place}: left over {:?}", fake.accounts());
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
