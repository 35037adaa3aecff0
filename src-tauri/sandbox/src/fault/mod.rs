//! Faults on demand: a person can see, and a test can provoke, what a broken network or server does.

mod answer;
mod apply;
mod endless;
mod instead;
mod kind;
mod list;
mod odd_rows;
mod parse;
mod rows;
mod table;
mod value;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::http::{Method, Uri};

pub(crate) use apply::apply;
pub use parse::InvalidFault;
pub use table::fault_kinds;

use kind::{Kind, List};

/// One thing that goes wrong, written `[TARGET:]KIND[=VALUE][@TURNS]`.
///
/// - `TARGET` says which requests it concerns: a method (`POST`), how the path ends (`/tokens`), or both
///   (`GET/tokens`). Left out, it is every request. `/healthz` and `/openapi.json` are always spared, and
///   the kinds that change the token list concern nothing else.
/// - `KIND` is one of [`fault_kinds`].
/// - `TURNS` counts the requests it could step in on: `@2` is the first two, `@3-` all from the third on,
///   `@3-5` the third to the fifth. Left out, it is all of them.
///
/// A value is taken as it stands, commas, colons and all; only `@` with a number at its very end is not
/// part of it.
///
/// Several may be set. All the waits and all the changes to a list take effect together; of the others
/// the first whose turn it is steps in, and only it counts the request. So `status=503@2` and
/// `reset-after@1` make two requests fail and the third one break.
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
    turns: Turns,
    kind: Kind,
}

/// Which requests a fault concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Target {
    method: Option<Method>,
    /// How the path ends.
    path: String,
}

impl Target {
    fn concerns(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|own| own == method) && path.ends_with(&self.path)
    }
}

/// The requests it steps in on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Turns {
    first: u32,
    last: u32,
}

impl Turns {
    const ALL: Self = Self { first: 1, last: u32::MAX };
}

/// What goes wrong with one request.
#[derive(Default)]
struct Plan {
    wait: Duration,
    list: Vec<List>,
    /// Neither a wait nor a change of a list.
    act: Option<Kind>,
}

/// The faults that are set, and how far each has come.
#[derive(Default)]
pub(crate) struct Faults(Mutex<State>);

#[derive(Default)]
struct State {
    /// With each, how many requests it has counted.
    faults: Vec<(Fault, u32)>,
    /// The number of the last page of the token list that was asked for.
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
        let is_list = list::is_asked_for(method, path);
        if is_list {
            *page = if list::is_first_page(uri) { 1 } else { page.saturating_add(1) };
        }
        for (fault, counted) in faults {
            let could_step_in = fault.target.concerns(method, path)
                && match &fault.kind {
                    Kind::Latency(_) => true,
                    Kind::Instead(_) | Kind::After(_) => plan.act.is_none(),
                    Kind::List(List::FailPage(first)) => is_list && *page >= *first,
                    Kind::List(_) => is_list,
                };
            if !could_step_in {
                continue;
            }
            *counted = counted.saturating_add(1);
            if !(fault.turns.first..=fault.turns.last).contains(counted) {
                continue;
            }
            match &fault.kind {
                Kind::Latency(wait) => plan.wait = plan.wait.saturating_add(*wait),
                Kind::List(list) => plan.list.push(list.clone()),
                kind => plan.act = Some(kind.clone()),
            }
        }
        plan
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
