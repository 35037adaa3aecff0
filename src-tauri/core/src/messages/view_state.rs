//! What a person set in the window while using it, and finds again after a restart.

use serde::{Deserialize, Serialize};

use super::SortKey;

/// How large the page is drawn, in percent. Beyond these bounds the page is unreadable, or little of it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Zoom(u16);

/// A key or a turn of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ZoomStep {
    In,
    Out,
    Reset,
}

impl Zoom {
    const PERCENT: std::ops::RangeInclusive<u16> = 50..=200;
    const STEP: u16 = 10;

    /// The nearest zoom within the bounds.
    #[must_use]
    pub fn nearest(percent: f64) -> Self {
        // Anything but a number becomes the lower bound, which is visible and can be changed.
        let percent = percent.max((*Self::PERCENT.start()).into()).min((*Self::PERCENT.end()).into());
        Self(Self::PERCENT.rev().find(|bound| f64::from(*bound) <= percent).unwrap_or(*Self::PERCENT.start()))
    }

    /// The next zoom, or the same at a bound.
    #[must_use]
    pub fn step(self, step: ZoomStep) -> Self {
        match step {
            ZoomStep::In => Self(self.0.saturating_add(Self::STEP).min(*Self::PERCENT.end())),
            ZoomStep::Out => Self(self.0.saturating_sub(Self::STEP).max(*Self::PERCENT.start())),
            ZoomStep::Reset => Self::default(),
        }
    }

    /// As a factor.
    #[must_use]
    pub fn factor(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl Default for Zoom {
    fn default() -> Self {
        Self(100)
    }
}

/// The order of every list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ListOrder {
    pub sort: SortKey,
    pub descending: bool,
}

impl Default for ListOrder {
    /// The newest first.
    fn default() -> Self {
        Self { sort: SortKey::Created, descending: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c50_m10_zoom_stays_between_half_and_twice_the_size_and_every_size_can_be_left() {
        for (step, bound) in [(ZoomStep::In, 2.0), (ZoomStep::Out, 0.5)] {
            let mut zoom = Zoom::default();
            for _ in 0..20 {
                zoom = zoom.step(step);
            }
            assert!((zoom.factor() - bound).abs() < 1e-9, "{zoom:?}");
            assert_eq!(zoom.step(ZoomStep::Reset), Zoom::default());
        }
        let back = (0..5).fold(Zoom::default(), |zoom, _| zoom.step(ZoomStep::In));
        assert_eq!((0..5).fold(back, |zoom, _| zoom.step(ZoomStep::Out)), Zoom::default());
    }

    #[test]
    fn c50_a_zoom_from_outside_is_the_nearest_within_the_bounds() {
        for (percent, expected) in [
            (-7.0, 50),
            (0.0, 50),
            (20.0, 50),
            (50.0, 50),
            (125.0, 125),
            (133.7, 133),
            (200.0, 200),
            (200.5, 200),
            (500.0, 200),
            (1e300, 200),
            (f64::NAN, 50),
        ] {
            assert_eq!(Zoom::nearest(percent), Zoom(expected), "{percent}");
        }
    }
}
