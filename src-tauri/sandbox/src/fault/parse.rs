//! Reading a fault from its text.

use std::{fmt, str::FromStr};

use axum::http::Method;

use super::{Fault, Target, Turns, table};

/// A text that is no fault, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{spec}` is no fault: {problem}")]
pub struct InvalidFault {
    spec: String,
    problem: String,
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(spec: &str) -> Result<Self, InvalidFault> {
        read(spec).map_err(|problem| InvalidFault { spec: spec.to_owned(), problem })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spec)
    }
}

fn read(spec: &str) -> Result<Fault, String> {
    // A value may hold colons of its own: only what stands before any `=` names a target.
    let (target, rest) = match spec.split_once(':') {
        Some((target, rest)) if !target.contains('=') => (read_target(target)?, rest),
        _ => (Target::default(), spec),
    };
    // A value may hold `@` too, as addresses do: only numbers behind it are turns.
    let (rest, turns) = match rest.rsplit_once('@') {
        Some((before, turns)) if turns.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
            (before, read_turns(turns)?)
        }
        Some((before, _)) if !before.contains('=') => {
            return Err("@ takes N, FIRST- or FIRST-LAST".to_owned());
        }
        _ => (rest, Turns::ALL),
    };
    let (name, value) = match rest.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (rest, None),
    };
    let kind = table::read(name, value)?;
    Ok(Fault { spec: spec.to_owned(), target, turns, kind })
}

fn read_target(text: &str) -> Result<Target, String> {
    let (method, path) = text.split_at(text.find('/').unwrap_or(text.len()));
    let method = match method {
        "" if path.is_empty() => return Err("nothing stands before the colon".to_owned()),
        "" => None,
        "GET" => Some(Method::GET),
        "POST" => Some(Method::POST),
        "PATCH" => Some(Method::PATCH),
        "DELETE" => Some(Method::DELETE),
        _ => return Err(format!("`{method}` is none of GET, POST, PATCH and DELETE")),
    };
    Ok(Target { method, path: path.to_owned() })
}

fn read_turns(text: &str) -> Result<Turns, String> {
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
    Ok(Turns { first, last })
}
