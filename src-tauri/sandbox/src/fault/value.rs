//! Parses the value after the name of a fault.

use std::{ops::RangeInclusive, str::FromStr, time::Duration};

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value as Json;
use url::Url;

use super::kind::{ErrorBody, Kind, Reply, ResponseEdit};

/// The text after the name, if there is any.
pub(super) struct Value<'a>(pub(super) Option<&'a str>);

impl<'a> Value<'a> {
    pub(super) fn none(&self, kind: Kind) -> Result<Kind, String> {
        match self.0 {
            None => Ok(kind),
            Some(value) => Err(format!("it takes no value, but `{value}` was given")),
        }
    }

    pub(super) fn text(&self) -> Result<&'a str, String> {
        self.0.filter(|value| !value.is_empty()).ok_or("it needs a value".to_owned())
    }

    pub(super) fn number<T: FromStr>(&self) -> Result<T, String> {
        let text = self.text()?;
        text.parse().map_err(|_| format!("`{text}` is not a whole number in range"))
    }

    pub(super) fn milliseconds(&self) -> Result<Duration, String> {
        self.number().map(Duration::from_millis)
    }

    /// `retry-after` and `error` come last and in this order, because their text can contain commas.
    pub(super) fn error_reply(&self) -> Result<Reply, String> {
        let text = self.text()?;
        let (text, message) = split_option(text, ",error=");
        let (text, retry_after) = split_option(text, ",retry-after=");
        let (code, body) = split_option(text, ",body=");
        let message = message.map(str::to_owned);
        let body = match (body, message) {
            (None, message) => ErrorBody::Json(message),
            (Some("html"), message) => ErrorBody::Html(message),
            (Some(_), Some(_)) => return Err("a body of BYTES has no error text".to_owned()),
            (Some(bytes), None) => ErrorBody::Filler(
                bytes.parse().map_err(|_| format!("`{bytes}` is neither a length nor `html`"))?,
            ),
        };
        let retry_after = retry_after.map(header_value).transpose()?;
        Ok(Reply::Error { status: status(code, 200..=599)?, body, retry_after })
    }

    pub(super) fn redirect(&self) -> Result<Reply, String> {
        let text = self.text()?;
        let (target, code) = text.rsplit_once(",status=").unwrap_or((text, "302"));
        Ok(Reply::Redirect { status: status(code, 300..=399)?, target: header_value(target)? })
    }

    pub(super) fn origin(&self, default: &str) -> Result<Url, String> {
        let origin = self.0.unwrap_or(default);
        match Url::parse(origin) {
            Ok(url) if url.has_host() => Ok(url),
            _ => Err(format!("`{origin}` is not an origin, such as http://127.0.0.1:8080")),
        }
    }

    pub(super) fn field(&self) -> Result<(String, Json), String> {
        let text = self.text()?;
        let (field, json) = text.split_once(':').ok_or(format!("`{text}` is not FIELD:JSON"))?;
        let json = serde_json::from_str(json).map_err(|error| format!("`{json}` is not JSON: {error}"))?;
        Ok((field.to_owned(), json))
    }

    pub(super) fn header(&self) -> Result<ResponseEdit, String> {
        let text = self.text()?;
        let (name, value) = text.split_once(':').ok_or(format!("`{text}` is not NAME:TEXT"))?;
        let name = HeaderName::from_str(name).map_err(|_| format!("`{name}` is not a header's name"))?;
        Ok(ResponseEdit::Header(name, header_value(value.trim_start())?))
    }

    /// The text of a header, checked here and used later.
    pub(super) fn header_text(&self) -> Result<&'a str, String> {
        let text = self.text()?;
        header_value(text).map(|_| text)
    }
}

fn split_option<'a>(text: &'a str, separator: &str) -> (&'a str, Option<&'a str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn status(code: &str, range: RangeInclusive<u16>) -> Result<StatusCode, String> {
    let number = code.parse().ok().filter(|number| range.contains(number));
    number
        .and_then(|number| StatusCode::from_u16(number).ok())
        .ok_or_else(|| format!("`{code}` is not a status from {} to {}", range.start(), range.end()))
}

fn header_value(text: &str) -> Result<HeaderValue, String> {
    latin1(text).ok_or_else(|| format!("`{}` is not valid in a header", text.escape_debug()))
}

/// The text in Latin-1, the traditional encoding of headers; `None` if it cannot be in a header.
pub(super) fn latin1(text: &str) -> Option<HeaderValue> {
    let bytes: Vec<u8> = text.chars().map(u8::try_from).collect::<Result<_, _>>().ok()?;
    HeaderValue::from_bytes(&bytes).ok()
}
