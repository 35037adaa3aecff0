//! Faults on demand: a person can see, and a test can provoke, what a broken network or server does.

mod alter;
mod body;
mod connection;
mod edit;
mod endless;
mod gzip;
mod intercept;
mod kind;
mod list;
mod list_request;
mod middleware;
mod odd_projects;
mod odd_rows;
mod parse;
mod plan;
mod reply;
mod request_log;
mod rows;
mod spec;
mod table;
mod value;

pub(crate) use connection::{ConnectionControl, FaultListener};
pub(crate) use middleware::layer;
pub use parse::InvalidFault;
pub(crate) use plan::Faults;
pub(crate) use request_log::RequestLog;
pub use spec::Fault;
pub use table::fault_kinds;
