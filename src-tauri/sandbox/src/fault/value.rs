//! Reading what stands behind the name of a fault.

use std::{ops::RangeInclusive, str::FromStr, time::Duration};

use axum::http::{HeaderValue, StatusCode};
use url::Url;

use super::kind::{ErrorBody, Instead, Kind};

/// What stands behind the name.
pub(super) struct Value<'a>(pub(super) Option<&'a str>);

impl<'a> Value<'a> {
    pub(super) fn none(&self, kind: Kind) -> Result<Kind, String> {
        match self.0 {
            None => Ok(kind),
            Some(value) => Err(format!("it takes no value, but `{value}` was given")),
        }
    }

    fn text(&self) -> Result<&'a str, String> {
        self.0.filter(|value| !value.is_empty()).ok_or("it needs a value".to_owned())
    }

    pub(super) fn number<T: FromStr>(&self) -> Result<T, String> {
        let text = self.text()?;
        text.parse().map_err(|_| format!("`{text}` is not a whole number in range"))
    }

    pub(super) fn milliseconds(&self) -> Result<Duration, String> {
        self.number().map(Duration::from_millis)
    }

    /// Everything behind `retry-after=` is its text: a date holds commas.
    pub(super) fn status(&self) -> Result<Instead, String> {
        let text = self.text()?;
        let (text, retry_after) = match text.split_once(",retry-after=") {
            Some((text, retry_after)) => (text, Some(header(retry_after)?)),
            None => (text, None),
        };
        let (code, body) = match text.split_once(",body=") {
            None => (text, ErrorBody::Json),
            Some((code, "html")) => (code, ErrorBody::Html),
            Some((code, bytes)) => {
                let bytes = bytes.parse().map_err(|_| format!("`{bytes}` is neither a length nor `html`"))?;
                (code, ErrorBody::Bytes(bytes))
            }
        };
        Ok(Instead::Status { status: status(code, 200..=599)?, body, retry_after })
    }

    pub(super) fn redirect(&self) -> Result<Instead, String> {
        let text = self.text()?;
        let (target, code) = text.rsplit_once(",status=").unwrap_or((text, "302"));
        Ok(Instead::Redirect { status: status(code, 300..=399)?, target: header(target)? })
    }

    pub(super) fn origin(&self, default: &str) -> Result<Url, String> {
        let origin = self.0.unwrap_or(default);
        match Url::parse(origin) {
            Ok(url) if url.has_host() => Ok(url),
            _ => Err(format!("`{origin}` is no origin, such as http://127.0.0.1:8080")),
        }
    }
}

fn status(code: &str, range: RangeInclusive<u16>) -> Result<StatusCode, String> {
    let number = code.parse().ok().filter(|number| range.contains(number));
    number
        .and_then(|number| StatusCode::from_u16(number).ok())
        .ok_or_else(|| format!("`{code}` is not a status from {} to {}", range.start(), range.end()))
}

fn header(text: &str) -> Result<HeaderValue, String> {
    text.parse().map_err(|_| format!("no header can hold `{}`", text.escape_debug()))
}
