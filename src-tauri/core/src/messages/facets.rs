//! Which kinds of tokens to show, and how many of each there are.

use calyptia_catalog as catalog;
use serde::{Deserialize, Serialize};

/// The kinds that were chosen. A token is shown if it is of all of them; none of them means every token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Facets {
    pub full_access: bool,
    pub can_delete: bool,
    pub older_than: Option<TokenAge>,
}

/// How old tokens must be to deserve a second look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum TokenAge {
    /// 90 days.
    NinetyDays,
    /// 182 days.
    HalfYear,
    /// 365 days.
    #[default]
    Year,
}

/// How many tokens of the whole list are of each kind, whatever was chosen, and whatever the filter.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FacetCounts {
    pub all: usize,
    pub full_access: usize,
    pub can_delete: usize,
    pub older_than: AgeCounts,
}

/// How many tokens are older than each [`TokenAge`].
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AgeCounts {
    pub ninety_days: usize,
    pub half_year: usize,
    pub year: usize,
}

impl From<Facets> for catalog::Facets {
    fn from(facets: Facets) -> Self {
        let older_than = facets.older_than.map(|age| match age {
            TokenAge::NinetyDays => catalog::Age::NinetyDays,
            TokenAge::HalfYear => catalog::Age::HalfYear,
            TokenAge::Year => catalog::Age::Year,
        });
        Self { full_access: facets.full_access, can_delete: facets.can_delete, older_than }
    }
}

impl From<catalog::FacetCounts> for FacetCounts {
    fn from(counts: catalog::FacetCounts) -> Self {
        let catalog::FacetCounts { all, full_access, can_delete, older_than } = counts;
        let [ninety_days, half_year, year] = older_than;
        Self { all, full_access, can_delete, older_than: AgeCounts { ninety_days, half_year, year } }
    }
}
