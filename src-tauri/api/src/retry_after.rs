//! How long a server asks to wait (`Retry-After`, RFC 9110).

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

/// The wait a response asks for: whole seconds, or the time until a date; zero if the date has passed. `None` for anything
/// else.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers.get(RETRY_AFTER)?)?;
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that does not fit is still a valid one, and too long for any caller.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    // By the server's clock if it says, as this computer's may be wrong.
    let now = headers
        .get(DATE)
        .and_then(|date| httpdate::parse_http_date(text(date)?).ok())
        .unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(value: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(value).ok()?);
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).ok()?);
        }
        retry_after(&headers).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_read_and_garbage_is_not() {
        let date = Some("Mon, 23 Nov 2026 12:00:00 GMT");
        for (value, seconds) in [
            ("2", Some(2)),
            (" 0 ", Some(0)),
            ("9999", Some(9999)),
            ("99999999999999999999999999", Some(u64::MAX)),
            ("Mon, 23 Nov 2026 12:00:07 GMT", Some(7)),
            ("Monday, 23-Nov-26 12:00:07 GMT", Some(7)),
            ("Mon, 23 Nov 2026 11:00:00 GMT", Some(0)),
            ("-1", None),
            ("1.5", None),
            ("+2", None),
            ("soon", None),
            ("", None),
            ("Mon, 99 Nov 2026 12:00:07 GMT", None),
        ] {
            assert_eq!(read(value, date), seconds, "{value:?}");
        }
        assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT", None), Some(0));
    }

    proptest! {
        #[test]
        fn any_value_is_read_without_panic(value in "[ -~]{0,40}", date in "[ -~]{0,40}") {
            let _ = read(&value, Some(&date));
        }

        #[test]
        fn a_date_is_as_far_away_as_it_says(now in 0u64..4_000_000_000, wait in 0u64..100_000) {
            let at = |seconds| httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            prop_assert_eq!(read(&at(now + wait), Some(&at(now))), Some(wait));
            prop_assert_eq!(read(&at(now), Some(&at(now + wait))), Some(0), "it has passed");
        }

        #[test]
        fn whole_seconds_are_what_they_say_and_nothing_near_them_is(
            seconds in any::<u64>(),
            spaces in "[ \t]{0,3}",
            other in "[!-/:-~]{1,3}",
        ) {
            // The server's clock has no say in it.
            for date in [None, Some("Mon, 23 Nov 2026 12:00:00 GMT"), Some("garbage")] {
                prop_assert_eq!(read(&format!("{spaces}{seconds}{spaces}"), date), Some(seconds));
                prop_assert_eq!(read(&format!("{seconds}{other}"), date), None);
                prop_assert_eq!(read(&format!("{other}{seconds}"), date), None);
            }
        }
    }
}
