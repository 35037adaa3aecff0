//! The clipboard against programs that are slow, broken or faster than the app.

use super::*;
use crate::testing::board::{Board, Call, Gate, Trouble, eventually};

const TIME: Duration = Duration::from_secs(30);

fn token(text: &str) -> SecretString {
    SecretString::from(text)
}

fn open() -> CancellationToken {
    CancellationToken::new()
}

async fn cleared(board: &Board) {
    eventually("the clipboard is cleared", || board.text().is_none()).await;
}

async fn cleared_while_time_passes(board: &Board) {
    eventually("the clipboard is cleared", || {
        board.pass(TIME);
        board.text().is_none()
    })
    .await;
}

#[tokio::test]
async fn m7_a_token_is_cleared_when_its_time_is_over_and_not_before() {
    let board = Board::new();
    let clipboard = board.clipboard();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    board.pass(TIME - Duration::from_millis(1));
    clipboard.read(PasteSource::Clipboard).await.expect("it is still there");
    assert_eq!(board.text().as_deref(), Some("A"));
    board.pass(Duration::from_millis(1));
    cleared(&board).await;
}

#[tokio::test]
async fn a_text_that_is_no_secret_stays_and_takes_the_place_of_a_token() {
    let board = Board::new();
    let clipboard = board.clipboard();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    clipboard.put_plain("an id").await.expect("copied");
    board.pass(TIME * 2);
    clipboard.clear_and_wait();
    assert_eq!(board.text().as_deref(), Some("an id"));
}

#[tokio::test]
async fn c49_a_token_does_not_outlive_its_time_while_the_computer_sleeps() {
    let board = Board::new();
    let clipboard = board.clipboard();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    // Hours pass by the clock, and no thread has waited for them.
    board.pass(Duration::from_secs(8 * 3600));
    cleared(&board).await;
}

#[tokio::test]
async fn m7_what_somebody_else_copied_is_left_alone() {
    let board = Board::new();
    let clipboard = board.clipboard();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    board.put("someone else's");
    clipboard.clear_and_wait();
    assert_eq!(board.text().as_deref(), Some("someone else's"));
}

#[tokio::test]
async fn a_look_finds_that_something_else_has_taken_the_tokens_place() {
    let board = Board::new();
    let clipboard = board.clipboard();
    let mut state = clipboard.watch();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    state.wait_for(|state| *state == ClipboardState::Held).await.expect("held");
    clipboard.look();
    clipboard.read(PasteSource::Clipboard).await.expect("after the look");
    assert_eq!(*state.borrow_and_update(), ClipboardState::Held);
    board.put("someone else's");
    clipboard.look();
    let gone =
        tokio::time::timeout(Duration::from_secs(5), state.wait_for(|s| *s == ClipboardState::NoToken));
    gone.await.expect("reported").expect("open");
    assert_eq!(board.text().as_deref(), Some("someone else's"));
}

#[tokio::test]
async fn m7_a_later_copy_has_its_own_time() {
    let board = Board::new();
    let clipboard = board.clipboard();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    board.pass(TIME / 2);
    clipboard.put(token("B"), TIME, &open()).await.expect("copied");
    board.pass(TIME / 2);
    clipboard.read(PasteSource::Clipboard).await.expect("it is still there");
    assert_eq!(board.text().as_deref(), Some("B"));
    board.pass(TIME / 2);
    cleared(&board).await;
}

#[tokio::test]
async fn c60_a_copy_that_nobody_waits_for_any_more_leaves_nothing() {
    for call in [Call::Set, Call::Get] {
        let board = Board::new();
        let clipboard = board.clipboard();
        board.trouble(call, Trouble::Slow(Duration::from_millis(30)));
        let owner = open();
        let put = clipboard.put(token("A"), TIME, &owner);
        tokio::time::timeout(Duration::from_millis(5), put).await.expect_err("it is slow");
        // Answered after the copy.
        clipboard.clear_and_wait();
        assert_eq!(board.text(), None, "{call:?}");
    }
}

#[tokio::test]
async fn t3_a_copy_of_a_session_that_ends_meanwhile_leaves_nothing() {
    let board = Board::new();
    let clipboard = board.clipboard();
    let owner = open();
    owner.cancel();
    let late = clipboard.put(token("A"), TIME, &owner).await;
    assert_eq!(late.expect_err("closed").code, ErrorCode::Superseded);
    assert_eq!(board.text(), None);

    let owner = open();
    board.trouble(Call::Set, Trouble::Slow(Duration::from_millis(30)));
    let put = clipboard.put(token("B"), TIME, &owner);
    let close = async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        owner.cancel();
    };
    let (_, ()) = tokio::join!(put, close);
    cleared(&board).await;
}

#[tokio::test]
async fn c60_the_latest_of_several_requests_decides() {
    for then_clear in [false, true] {
        let board = Board::new();
        let clipboard = board.clipboard();
        let owner = open();
        // The first is in progress while the others wait.
        board.trouble(Call::Set, Trouble::Slow(Duration::from_millis(60)));
        let first = clipboard.put(token("A"), TIME, &owner);
        let others = async {
            eventually("the first is in progress", || board.calls(Call::Set) == 1).await;
            let second = clipboard.put(token("B"), TIME, &owner);
            let third = clipboard.put(token("C"), TIME, &owner);
            let clear = async {
                if then_clear {
                    clipboard.clear();
                }
            };
            tokio::join!(second, third, clear)
        };
        let (first, (second, third, ())) = tokio::join!(first, others);
        first.expect("it was there for a moment");
        assert_eq!(second.expect_err("a newer one").code, ErrorCode::Superseded);
        if then_clear {
            assert_eq!(third.expect_err("a newer one").code, ErrorCode::Superseded);
            cleared(&board).await;
        } else {
            third.expect("copied");
            assert_eq!(board.text().as_deref(), Some("C"));
        }
    }
}

#[tokio::test]
async fn c48_clearing_is_tried_again_until_it_is_known_that_the_token_is_gone() {
    let board = Board::new();
    let clipboard = board.clipboard();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    for trouble in [
        (Call::Get, Trouble::Fails(ClipboardError::Occupied)),
        (Call::Clear, Trouble::Fails(ClipboardError::Occupied)),
        (Call::Get, Trouble::Fails(ClipboardError::Unknown)),
    ] {
        board.trouble(trouble.0, trouble.1);
    }
    cleared_while_time_passes(&board).await;
}

#[tokio::test]
async fn m7_a_token_that_cannot_be_cleared_is_reported_until_it_is_gone() {
    let board = Board::new();
    let clipboard = board.clipboard();
    let mut state = clipboard.watch();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    for _ in 0..10 {
        board.trouble(Call::Clear, Trouble::Fails(ClipboardError::Occupied));
    }
    let held = state.wait_for(|state| *state != ClipboardState::NoToken).await.map(|state| *state);
    assert_eq!(held.expect("reported"), ClipboardState::Held, "its time is not over");
    let reported = async {
        state.wait_for(|state| *state == ClipboardState::Overdue).await.expect("reported");
        assert_eq!(board.text().as_deref(), Some("A"));
        state.wait_for(|state| *state == ClipboardState::NoToken).await.expect("taken back");
        assert_eq!(board.text(), None);
    };
    tokio::join!(reported, cleared_while_time_passes(&board));
}

#[tokio::test]
async fn it_is_reported_that_a_token_is_there_and_that_it_is_gone_and_not_before() {
    let board = Board::new();
    let clipboard = board.clipboard();
    let mut state = clipboard.watch();
    assert_eq!(*state.borrow_and_update(), ClipboardState::NoToken);
    for replaced in [false, true] {
        clipboard.put(token("A"), TIME, &open()).await.expect("copied");
        state.wait_for(|state| *state == ClipboardState::Held).await.expect("reported");
        if replaced {
            clipboard.put_plain("an id").await.expect("copied");
        } else {
            // The first attempt to clear it fails: it is still there, and nothing else is reported.
            board.trouble(Call::Clear, Trouble::Fails(ClipboardError::Occupied));
            board.pass(TIME);
            eventually("it was tried", || board.calls(Call::Clear) == 1).await;
            assert_eq!((*state.borrow(), board.text().as_deref()), (ClipboardState::Held, Some("A")));
            board.pass(TIME);
        }
        state.wait_for(|state| *state == ClipboardState::NoToken).await.expect("reported");
        assert_ne!(board.text().as_deref(), Some("A"));
    }
}

#[tokio::test]
async fn c42_a_call_that_hangs_is_reported_and_the_next_works() {
    let board = Board::new();
    let clipboard = board.clipboard();
    let gate = Arc::new(Gate::default());
    board.trouble(Call::Get, Trouble::Hangs(Arc::clone(&gate)));
    let problem = clipboard.read(PasteSource::Clipboard).await.expect_err("it hangs");
    assert_eq!(problem.code, ErrorCode::ClipboardUnavailable);
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    assert_eq!(board.text().as_deref(), Some("A"));
    gate.open();
}

#[tokio::test]
async fn c42_a_late_call_that_puts_the_token_there_after_all_removes_it_again() {
    let board = Board::new();
    let clipboard = board.clipboard();
    let gate = Arc::new(Gate::default());
    board.trouble(Call::Set, Trouble::Hangs(Arc::clone(&gate)));
    let problem = clipboard.put(token("A"), TIME, &open()).await.expect_err("it hangs");
    assert_eq!(problem.code, ErrorCode::ClipboardUnavailable);
    board.put("someone else's");
    // Not even if the clipboard fails at first.
    board.trouble(Call::Get, Trouble::Fails(ClipboardError::Occupied));
    gate.open();
    eventually("it is there after all", || board.text().as_deref() == Some("A")).await;
    cleared_while_time_passes(&board).await;
}

#[tokio::test]
async fn c42_a_late_call_leaves_a_newer_copy_of_the_same_token_its_time() {
    let board = Board::new();
    let clipboard = board.clipboard();
    let gate = Arc::new(Gate::default());
    board.trouble(Call::Set, Trouble::Hangs(Arc::clone(&gate)));
    clipboard.put(token("A"), TIME, &open()).await.expect_err("it hangs");
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    board.put("someone else's");
    gate.open();
    eventually("the first is there after all", || board.text().as_deref() == Some("A")).await;
    board.pass(TIME - Duration::from_millis(1));
    clipboard.read(PasteSource::Clipboard).await.expect("it is still there");
    assert_eq!(board.text().as_deref(), Some("A"));
    cleared_while_time_passes(&board).await;
}

#[tokio::test]
async fn m7_a_copy_that_cannot_be_checked_is_not_called_copied_and_is_cleared() {
    let board = Board::new();
    let clipboard = board.clipboard();
    board.trouble(Call::Get, Trouble::Fails(ClipboardError::Occupied));
    let problem = clipboard.put(token("A"), TIME, &open()).await.expect_err("unknown");
    assert_eq!(problem.code, ErrorCode::ClipboardUnavailable);
    cleared(&board).await;
}

#[tokio::test]
async fn m7_a_copy_that_fails_after_the_text_is_there_is_cleared_and_an_earlier_one_keeps_its_time() {
    let board = Board::new();
    let clipboard = board.clipboard();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    board.trouble(Call::Set, Trouble::FailsAfter(ClipboardError::Unknown));
    clipboard.put(token("B"), TIME, &open()).await.expect_err("it failed");
    cleared(&board).await;

    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    board.trouble(Call::Set, Trouble::Fails(ClipboardError::Occupied));
    clipboard.put(token("B"), TIME, &open()).await.expect_err("it failed");
    clipboard.read(PasteSource::Clipboard).await.expect("the earlier one is there");
    assert_eq!(board.text().as_deref(), Some("A"));
    board.pass(TIME);
    cleared(&board).await;
}

#[tokio::test]
async fn m7_quitting_waits_for_the_clipboard_but_not_long() {
    let board = Board::new();
    let clipboard = board.clipboard();
    clipboard.put(token("A"), TIME, &open()).await.expect("copied");
    let gate = Arc::new(Gate::default());
    board.trouble(Call::Get, Trouble::Hangs(Arc::clone(&gate)));
    clipboard.clear_and_wait();
    assert_eq!(board.text().as_deref(), Some("A"), "the call hangs, and this returned");
    gate.open();
}

#[tokio::test]
async fn a_panic_in_a_call_is_reported_and_the_thread_goes_on() {
    struct Panics;
    impl Backend for Panics {
        fn set(&self, _: &str) -> Result<(), ClipboardError> {
            panic!("as intended")
        }
        fn get(&self) -> Result<Zeroizing<String>, ClipboardError> {
            Ok(Zeroizing::new("text".into()))
        }
        fn clear(&self) -> Result<(), ClipboardError> {
            Ok(())
        }
    }
    let clipboard = Clipboard::with(Arc::new(Panics), clock::system(), Timing::default());
    let problem = clipboard.put(token("A"), TIME, &open()).await.expect_err("it panicked");
    assert_eq!(problem.code, ErrorCode::ClipboardUnavailable);
    assert_eq!(clipboard.read(PasteSource::Clipboard).await.expect("it works").as_str(), "text");
}

#[cfg(target_os = "linux")]
mod system {
    use super::*;

    /// What another program finds on the clipboard.
    fn found() -> Option<String> {
        arboard::Clipboard::new().expect("a clipboard").get_text().ok().filter(|text| !text.is_empty())
    }

    /// The display has one clipboard.
    static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

    #[tokio::test]
    #[ignore = "needs a display of its own: script/desktop"]
    async fn m7_a_token_is_cleared_from_the_desktops_clipboard_in_time() {
        let _alone = ALONE.lock().await;
        let clipboard = Clipboard::system();
        clipboard.put(token("a token"), Duration::from_millis(300), &open()).await.expect("copied");
        assert_eq!(found().as_deref(), Some("a token"));
        eventually("it is cleared", || found().is_none()).await;
    }

    #[tokio::test]
    #[ignore = "needs a display of its own: script/desktop"]
    async fn m7_the_desktops_clipboard_is_left_alone_when_somebody_else_copied() {
        let _alone = ALONE.lock().await;
        let clipboard = Clipboard::system();
        clipboard.put(token("a token"), TIME, &open()).await.expect("copied");
        let mut other = arboard::Clipboard::new().expect("a clipboard");
        other.set_text("someone else's").expect("set");
        clipboard.clear_and_wait();
        assert_eq!(found().as_deref(), Some("someone else's"));
    }
}
