//! Parses faults from text and prints them.

use std::{fmt, str::FromStr};

use axum::http::Method;

use super::{
    spec::{Fault, RequestRange, Target},
    table,
};

/// A text that is not a fault. `Display` shows the text and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{spec}` is not a fault: {problem}")]
pub struct InvalidFault {
    spec: String,
    problem: String,
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(spec: &str) -> Result<Self, InvalidFault> {
        parse(spec).map_err(|problem| InvalidFault { spec: spec.to_owned(), problem })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spec)
    }
}

fn parse(spec: &str) -> Result<Fault, String> {
    // A value can contain colons: a target's colon comes before any `=`.
    let (target, rest) = match spec.split_once(':') {
        Some((target, rest)) if !target.contains('=') => (parse_target(target)?, rest),
        _ => (Target::default(), spec),
    };
    // A value can contain `@`, as addresses do: it starts a range only if numbers follow.
    let (rest, requests) = match rest.rsplit_once('@') {
        Some((before, range)) if range.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
            (before, parse_range(range)?)
        }
        Some((before, _)) if !before.contains('=') => {
            return Err("@ takes N, FIRST- or FIRST-LAST".to_owned());
        }
        _ => (rest, RequestRange::ALL),
    };
    let (name, value) = match rest.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (rest, None),
    };
    let kind = table::parse(name, value)?;
    Ok(Fault { spec: spec.to_owned(), target, requests, kind })
}

fn parse_target(text: &str) -> Result<Target, String> {
    let (method, path) = text.split_at(text.find('/').unwrap_or(text.len()));
    let method = match method {
        "" if path.is_empty() => return Err("there is nothing before the colon".to_owned()),
        "" => None,
        "GET" => Some(Method::GET),
        "POST" => Some(Method::POST),
        "PATCH" => Some(Method::PATCH),
        "DELETE" => Some(Method::DELETE),
        _ => return Err(format!("`{method}` is not GET, POST, PATCH or DELETE")),
    };
    Ok(Target { method, path_suffix: path.to_owned() })
}

fn parse_range(text: &str) -> Result<RequestRange, String> {
    let number = |text: &str| {
        text.parse().ok().filter(|number| *number > 0).ok_or("@ counts requests from 1".to_owned())
    };
    let (first, last) = match text.split_once('-') {
        None => (1, number(text)?),
        Some((first, "")) => (number(first)?, u32::MAX),
        Some((first, last)) => (number(first)?, number(last)?),
    };
    if first > last {
        return Err(format!("{first} comes after {last}"));
    }
    Ok(RequestRange { first, last })
}
