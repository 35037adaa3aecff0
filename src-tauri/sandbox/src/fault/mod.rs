//! Faults on demand: a person can see, and a test can provoke, what a broken network or server does.

mod alter;
mod connection;
mod edit;
mod endless;
mod gzip;
mod intercept;
mod kind;
mod list;
mod middleware;
mod odd_projects;
mod odd_rows;
mod parse;
mod reply;
mod request_log;
mod rows;
mod table;
mod value;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::{self, Body, Bytes},
    extract::Request,
    http::{Method, StatusCode, Uri, header::CONTENT_LENGTH, request, response},
    response::Response,
};
use serde::Deserialize;
use uuid::Uuid;

pub(crate) use connection::{ConnectionControl, FaultListener};
pub(crate) use middleware::layer;
pub use parse::InvalidFault;
pub(crate) use request_log::RequestLog;
pub use table::fault_kinds;

use crate::body::MAX_BODY;
use kind::{Alter, Intercept, Kind, ListFault, RequestEdit, ResponseEdit};

/// A fault, written `[TARGET:]KIND[=VALUE][@REQUESTS]`.
///
/// - `TARGET` selects requests: by method (`POST`), by the end of the path (`/tokens`), or both
///   (`GET/tokens`). Without it, the fault applies to all requests. It never applies to `/healthz` and
///   `/openapi.json`, and the kinds that change the token list or the projects apply only to those.
/// - `KIND` is one of [`fault_kinds`].
/// - `REQUESTS` counts the selected requests from 1: `@2` means the first two, `@3-` all from the third
///   on, `@3-5` the third to the fifth. Without it, the fault applies to all of them.
///
/// A value is taken literally, including commas and colons. Only `@` with numbers at the very end does
/// not belong to it.
///
/// Several faults can be set. Waits, clocks, edits and list faults add up. Of the others, only the first
/// that applies takes effect, and only this one counts the request. So `status=503@2` and
/// `reset-after@1` make two requests fail and reset the third.
///
/// ```
/// # use calyptia_sandbox::Fault;
/// let fault: Fault = "POST:reset-after@1".parse()?;
/// assert_eq!(fault.to_string(), "POST:reset-after@1");
/// # Ok::<(), calyptia_sandbox::InvalidFault>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    spec: String,
    target: Target,
    requests: RequestRange,
    kind: Kind,
}

/// Which requests a fault selects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Target {
    method: Option<Method>,
    path_suffix: String,
}

impl Target {
    fn matches(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|own| own == method) && path.ends_with(&self.path_suffix)
    }
}

/// Which of the selected requests a fault applies to, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RequestRange {
    first: u32,
    last: u32,
}

impl RequestRange {
    const ALL: Self = Self { first: 1, last: u32::MAX };
}

/// All faults of one request, by stage.
#[derive(Default)]
struct Plan {
    wait: Duration,
    /// Seconds.
    clock: Option<i64>,
    request: Vec<RequestEdit>,
    list: Vec<ListFault>,
    response: Vec<ResponseEdit>,
    act: Option<Act>,
}

/// The kinds of which only one applies to a request.
enum Act {
    Intercept(Intercept),
    Alter(Alter),
}

/// The faults that are set, and how many requests each has counted.
#[derive(Default)]
pub(crate) struct Faults(Mutex<State>);

#[derive(Default)]
struct State {
    faults: Vec<(Fault, u32)>,
    /// The number of the token list's page that was requested last.
    page: u32,
}

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        let this = Self::default();
        this.set(faults);
        this
    }

    pub(crate) fn set(&self, faults: Vec<Fault>) {
        let faults = faults.into_iter().map(|fault| (fault, 0)).collect();
        *self.state() = State { faults, page: 0 };
    }

    fn plan(&self, method: &Method, uri: &Uri) -> Plan {
        let mut plan = Plan::default();
        let path = uri.path();
        if ["/healthz", "/openapi.json"].contains(&path) {
            return plan;
        }
        let mut state = self.state();
        let State { faults, page } = &mut *state;
        let is_first_page = list::is_first_page(uri);
        let is_token_list = list::is_token_list(method, path);
        let is_project_list = method == Method::GET && path == "/v1/projects";
        if is_token_list {
            *page = if is_first_page { 1 } else { page.saturating_add(1) };
        }
        for (fault, counted) in faults {
            let is_selected = fault.target.matches(method, path)
                && match &fault.kind {
                    Kind::Latency(_) | Kind::Clock(_) | Kind::Request(_) => true,
                    Kind::Intercept(_) | Kind::Alter(_) => plan.act.is_none(),
                    Kind::List(ListFault::FailPage(first)) => is_token_list && *page >= *first,
                    Kind::List(_) => is_token_list,
                    Kind::Response(ResponseEdit::OddProjects) => is_project_list && is_first_page,
                    Kind::Response(_) => true,
                };
            if !is_selected {
                continue;
            }
            *counted = counted.saturating_add(1);
            if !(fault.requests.first..=fault.requests.last).contains(counted) {
                continue;
            }
            match fault.kind.clone() {
                Kind::Latency(wait) => plan.wait = plan.wait.saturating_add(wait),
                Kind::Clock(seconds) => *plan.clock.get_or_insert_default() += i64::from(seconds),
                Kind::Request(edit) => plan.request.push(edit),
                Kind::List(list) => plan.list.push(list),
                Kind::Response(edit) => plan.response.push(edit),
                Kind::Intercept(intercept) => plan.act = Some(Act::Intercept(intercept)),
                Kind::Alter(alter) => plan.act = Some(Act::Alter(alter)),
            }
        }
        plan
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn read_request(request: Request) -> (request::Parts, Bytes) {
    let (parts, body) = request.into_parts();
    (parts, body::to_bytes(body, MAX_BODY).await.unwrap_or_default())
}

/// Without a limit: the body is the server's own and finite.
async fn read_all(response: Response) -> (response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    (parts, body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}

fn with_body(mut parts: response::Parts, body: impl Into<Body>) -> Response {
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, body.into())
}

/// The id of the token that this response says was created.
fn created_id(parts: &response::Parts, body: &[u8]) -> Option<Uuid> {
    #[derive(Deserialize)]
    struct Created {
        id: Uuid,
    }
    let created: Option<Created> = serde_json::from_slice(body).ok();
    created.filter(|_| parts.status == StatusCode::CREATED).map(|created| created.id)
}
