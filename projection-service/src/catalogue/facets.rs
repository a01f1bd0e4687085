//! What the events on sale can be filtered by, and how many there are of each.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::{clock::Timestamp, id::OrganizationId, money::Currency};
use sqlx::PgPool;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::query::{LONGEST_EVENT, Stock};
use crate::{
    http::{amount, instant, text},
    query_error::QueryError,
};

/// More than this aren't counted.
const MOST_EVENTS: i64 = 10_000;
/// Rarer values aren't named.
const MOST_VALUES: i64 = 50;

/// Which events on sale are counted: as those that are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Counted {
    /// Begins at this instant or later. Without it: not over yet.
    #[serde(default, deserialize_with = "instant")]
    pub from: Option<DateTime<Utc>>,
    /// Begins before this instant.
    #[serde(default, deserialize_with = "instant")]
    pub to: Option<DateTime<Utc>>,
    /// In this city, whatever the case.
    #[serde(default, deserialize_with = "text")]
    #[param(min_length = 1, max_length = 200)]
    pub city: Option<String>,
    /// In this category, whatever the case.
    #[serde(default, deserialize_with = "text")]
    #[param(min_length = 1, max_length = 200)]
    pub category: Option<String>,
    /// An enabled ticket type costs at least this many minor units.
    #[serde(default, deserialize_with = "amount")]
    #[param(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub price_min: Option<i64>,
    /// An enabled ticket type costs at most this many minor units.
    #[serde(default, deserialize_with = "amount")]
    #[param(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub price_max: Option<i64>,
    /// Prices are in this currency.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "EUR")]
    pub currency: Option<Currency>,
    /// These words in title, description, category, tags or venue.
    #[serde(default, deserialize_with = "text")]
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// What is left of it.
    #[serde(default)]
    #[param(inline)]
    pub availability: Option<Stock>,
}

/// How many events each value of a filter would leave. A facet is counted with all filters but its
/// own.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetsView {
    /// Events that all filters leave.
    pub total: i64,
    /// Events of which there are tickets.
    pub available: i64,
    /// The most frequent first.
    pub cities: Vec<Facet>,
    /// The most frequent first.
    pub categories: Vec<Facet>,
    /// The most frequent first.
    pub currencies: Vec<Facet>,
    /// False if there are more events than are counted.
    pub is_complete: bool,
}

/// One value of a filter.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facet {
    pub value: String,
    /// Events that have it.
    pub count: i64,
}

/// Counts, without events of organizations that are suspended. `gone` are the ticket types of which
/// nothing is left.
///
/// # Errors
///
/// [`QueryError`].
pub async fn count(
    pool: &PgPool,
    counted: Counted,
    gone: &[Uuid],
    suspended: &[OrganizationId],
    now: Timestamp,
) -> Result<FacetsView, QueryError> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(include_str!("facets.sql"))
        .bind(counted.from)
        .bind(counted.to)
        .bind(now)
        .bind(now - LONGEST_EVENT)
        .bind(counted.city.map(|city| city.to_lowercase()))
        .bind(counted.category.map(|category| category.to_lowercase()))
        .bind(counted.price_min)
        .bind(counted.price_max)
        .bind(counted.currency.map(Currency::code))
        .bind(counted.q)
        .bind(counted.availability == Some(Stock::Available))
        .bind(MOST_EVENTS)
        .bind(MOST_VALUES)
        .bind(gone)
        .bind(super::query::ids(suspended))
        .fetch_all(pool)
        .await?;
    let mut facets = FacetsView::default();
    for (facet, value, count) in rows {
        match facet.as_str() {
            "matched" => facets.is_complete = count < MOST_EVENTS,
            "total" => facets.total = count,
            "available" => facets.available = count,
            "city" => facets.cities.push(Facet { value, count }),
            "category" => facets.categories.push(Facet { value, count }),
            _ => facets.currencies.push(Facet { value, count }),
        }
    }
    Ok(facets)
}
