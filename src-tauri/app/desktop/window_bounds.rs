//! Keeps the window reachable: it opens where it was, and the monitor it was on may be gone or smaller now.

use tauri::{LogicalSize, PhysicalPosition, PhysicalRect, PhysicalSize, WebviewWindow};

type Bounds = PhysicalRect<i32, u32>;

/// The part of the title bar that must be visible to move a window, in pixels.
const GRIP: (i64, i64) = (120, 24);
/// How far a frame can extend beyond a monitor, in pixels: maximized windows have invisible edges.
const FRAME: u32 = 16;

/// What a title bar and panels take of a screen whose work area is not known, as on Wayland, in the toolkit's pixels.
const FURNITURE: f64 = 88.0;
/// On a screen that is too low for this and the furniture, the dialogs need all of it.
const LOW: f64 = 680.0;

/// How large a window opens for the first time: as it is meant to be or, on a smaller screen, as there is room for.
pub(super) fn first_size(wanted: LogicalSize<f64>, screen: LogicalSize<f64>) -> LogicalSize<f64> {
    let room = (screen.height - FURNITURE).max(screen.height.min(LOW));
    LogicalSize::new(wanted.width.min(screen.width), wanted.height.min(room))
}

/// Moves the window onto a monitor and shrinks it to fit, if necessary.
pub(super) fn keep_reachable(window: &WebviewWindow) -> tauri::Result<()> {
    if window.is_maximized()? || window.is_minimized()? {
        return Ok(());
    }
    let screens: Vec<_> = window.available_monitors()?.iter().map(|screen| *screen.work_area()).collect();
    #[cfg(target_os = "linux")]
    if super::saved_bounds::is_placed_by_the_compositor(window)? {
        return Ok(());
    }
    let (inner, outer) = (window.inner_size()?, window.outer_size()?);
    // The toolkit may not know the frame yet.
    let frame = (outer.width.saturating_sub(inner.width), outer.height.saturating_sub(inner.height));
    let content = content_size(window)?;
    let size = PhysicalSize::new(content.width + frame.0, content.height + frame.1);
    let now = PhysicalRect { position: window.outer_position()?, size };
    let Some(place) = reachable(now, &screens) else { return Ok(()) };
    window.set_size(PhysicalSize::new(
        place.size.width.saturating_sub(frame.0),
        place.size.height.saturating_sub(frame.1),
    ))?;
    window.set_position(place.position)
}

/// The size that `set_size` sets.
#[cfg(not(target_os = "linux"))]
fn content_size(window: &WebviewWindow) -> tauri::Result<PhysicalSize<u32>> {
    window.inner_size()
}

/// The size that `set_size` sets. With decorations that the toolkit draws, Tauri's inner size is larger.
#[cfg(target_os = "linux")]
fn content_size(window: &WebviewWindow) -> tauri::Result<PhysicalSize<u32>> {
    use gtk::prelude::GtkWindowExt as _;

    let (width, height) = window.gtk_window()?.size();
    Ok(tauri::LogicalSize::new(width, height).to_physical(window.scale_factor()?))
}

/// New bounds for a window that is not reachable.
fn reachable(window: Bounds, screens: &[Bounds]) -> Option<Bounds> {
    let size = window.size;
    let fits = |screen: &Bounds| {
        size.width <= screen.size.width + FRAME && size.height <= screen.size.height + FRAME
    };
    if screens.iter().any(fits) && screens.iter().any(|screen| can_be_moved(&window, screen)) {
        return None;
    }
    let screen = screens.first()?;
    let size = PhysicalSize::new(size.width.min(screen.size.width), size.height.min(screen.size.height));
    let middle =
        |start: i32, room: u32| i32::try_from(room / 2).map_or(start, |half| start.saturating_add(half));
    let position = PhysicalPosition::new(
        middle(screen.position.x, screen.size.width - size.width),
        middle(screen.position.y, screen.size.height - size.height),
    );
    Some(PhysicalRect { position, size })
}

fn can_be_moved(window: &Bounds, screen: &Bounds) -> bool {
    let span = |start: i32, length: u32| (i64::from(start), i64::from(start) + i64::from(length));
    let (left, right) = span(screen.position.x, screen.size.width);
    let (top, bottom) = span(screen.position.y, screen.size.height);
    let (start, end) = span(window.position.x, window.size.width);
    let y = i64::from(window.position.y);
    y + i64::from(FRAME) >= top && y + GRIP.1 <= bottom && end.min(right) - start.max(left) >= GRIP.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(x: i32, y: i32, width: u32, height: u32) -> Bounds {
        PhysicalRect { position: (x, y).into(), size: (width, height).into() }
    }

    /// A laptop's, and a larger one that stands on its right, a little higher.
    fn screens() -> [Bounds; 2] {
        [place(0, 0, 1366, 768), place(1366, -200, 1920, 1080)]
    }

    fn moved(window: Bounds) -> Option<(i32, i32, u32, u32)> {
        moved_to(window, &screens())
    }

    fn moved_to(window: Bounds, screens: &[Bounds]) -> Option<(i32, i32, u32, u32)> {
        reachable(window, screens)
            .map(|Bounds { position, size }| (position.x, position.y, size.width, size.height))
    }

    #[test]
    fn a_first_window_is_smaller_on_a_smaller_screen() {
        for (screen, expected) in [
            ((1920.0, 1080.0), (1080.0, 820.0)),
            ((1440.0, 900.0), (1080.0, 812.0)),
            ((1366.0, 768.0), (1080.0, 680.0)),
            ((1366.0, 728.0), (1080.0, 680.0)),
            ((1024.0, 600.0), (1024.0, 600.0)),
        ] {
            let size = first_size(LogicalSize::new(1080.0, 820.0), screen.into());
            assert_eq!((size.width, size.height), expected, "{screen:?}");
        }
    }

    #[test]
    fn a_window_stays_while_enough_of_its_upper_edge_is_on_a_screen() {
        for (x, y) in [(0, 0), (1200, 700), (-680, 100), (3160, -200), (1366, 500)] {
            assert_eq!(moved(place(x, y, 800, 600)), None, "{x} {y}");
        }
    }

    #[test]
    fn a_window_that_nobody_can_get_hold_of_goes_to_the_middle_of_a_screen() {
        for (x, y) in [(-681, 100), (0, -17), (0, 745), (3167, 0), (9000, 9000), (1366, -217)] {
            assert_eq!(moved(place(x, y, 800, 600)), Some((283, 84, 800, 600)), "{x} {y}");
        }
    }

    #[test]
    fn a_window_that_is_larger_than_every_screen_becomes_as_small_as_one() {
        assert_eq!(moved(place(0, 0, 1900, 1000)), None, "it fits the larger one");
        assert_eq!(
            moved_to(place(-7, 0, 697, 775), &[place(0, 0, 1366, 768)]),
            None,
            "half a screen of Windows"
        );
        assert_eq!(moved(place(0, 0, 3000, 700)), Some((0, 34, 1366, 700)));
        assert_eq!(moved(place(9000, 9000, 3000, 1800)), Some((0, 0, 1366, 768)));
        assert_eq!(moved_to(place(0, 0, 3000, 1800), &[]), None, "a desktop that names no screen");
    }
}
