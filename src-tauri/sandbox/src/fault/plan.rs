//! Plans a request: which of the faults that are set apply to it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::http::{Method, Uri};

use super::{
    kind::{Alter, Intercept, Kind, ListFault, RequestEdit, ResponseEdit},
    list_request,
    spec::Fault,
};

/// All faults of one request, by stage.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) wait: Duration,
    /// Seconds.
    pub(super) clock: Option<i64>,
    pub(super) request: Vec<RequestEdit>,
    pub(super) list: Vec<ListFault>,
    pub(super) response: Vec<ResponseEdit>,
    pub(super) act: Option<Act>,
}

/// The kinds of which only one applies to a request.
pub(super) enum Act {
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

    pub(super) fn plan(&self, method: &Method, uri: &Uri) -> Plan {
        let mut plan = Plan::default();
        let path = uri.path();
        if ["/healthz", "/openapi.json"].contains(&path) {
            return plan;
        }
        let mut state = self.state();
        let State { faults, page } = &mut *state;
        let is_first_page = list_request::is_first_page(uri);
        let is_token_list = list_request::is_token_list(method, path);
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
