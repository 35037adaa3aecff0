//! Who did what in a project.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use url::form_urlencoded;

use super::ids::ProjectId;
use crate::{
    api_error::ApiError,
    audit_log::{Action, Entry},
    auth::Caller,
    paging::{decode_cursor, encode_cursor},
    permission::Permission,
    shared::Shared,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'l> {
    items: Vec<&'l Entry>,
    end_cursor: Option<String>,
}

/// What the query asks for. `components` and `identity` must be there, and restrict nothing.
#[derive(Default)]
struct Query {
    first: usize,
    after: Option<u64>,
    action: Option<Action>,
    has_components: bool,
    has_identity: bool,
}

impl Query {
    fn parse(query: &str) -> Result<Self, ApiError> {
        let mut parsed = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match key.split('[').next().unwrap_or_default() {
                "components" => parsed.has_components = true,
                "identity" => parsed.has_identity = true,
                _ if value.is_empty() => {}
                "first" => parsed.first = value.parse().map_err(|_| ApiError::InvalidPageSize)?,
                "after" => parsed.after = Some(decode_cursor(&value)?),
                "action" => {
                    parsed.action = Some(Action::parse(&value).ok_or(ApiError::InvalidAction)?);
                }
                _ => {}
            }
        }
        if parsed.has_components && parsed.has_identity {
            Ok(parsed)
        } else {
            Err(ApiError::MissingParameter)
        }
    }
}

pub(super) async fn list(
    caller: Caller,
    ProjectId(project): ProjectId,
    RawQuery(query): RawQuery,
    State(shared): State<Arc<Shared>>,
) -> Result<Response, ApiError> {
    caller.require(Permission::Read, project)?;
    let query = Query::parse(&query.unwrap_or_default())?;
    let store = shared.store();
    let (items, next) = store.audit_log(project)?.page(query.first, query.after, query.action);
    Ok(Json(Page { items, end_cursor: next.map(encode_cursor) }).into_response())
}
