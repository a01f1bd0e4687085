//! Questions to the catalogue.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use shared::{
    clock::Timestamp,
    id::{EventId, OrganizationId},
    money::Currency,
};
use sqlx::PgPool;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    fold::Entry,
    rows::{self, EventRow, TypeRow},
};
use crate::{
    http::{Cursor, Limit, Page, amount, instant, text},
    query_error::QueryError,
};

/// Without a beginning in the question, events that began before are looked for this far back, in
/// case they still go on.
pub const LONGEST_EVENT: TimeDelta = TimeDelta::days(366);

/// What of an event is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stock {
    /// There are tickets of a type on offer, now or when its sale begins.
    Available,
}

/// Which events on sale are looked for. Everything is optional; what is given must all apply.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
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
    /// These words in title, description, category, tags or venue; `"…"`, `or` and `-` as in search
    /// engines.
    #[serde(default, deserialize_with = "text")]
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// What is left of it.
    #[serde(default)]
    #[param(inline)]
    pub availability: Option<Stock>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<(Timestamp, Uuid)>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Limit,
}

/// Which page of an organization's events is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageWanted {
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<(Timestamp, Uuid)>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Limit,
}

/// Events on sale, the soonest first, except those of organizations that are suspended. `gone` are the
/// ticket types of which nothing is left.
///
/// # Errors
///
/// [`QueryError`].
pub async fn list(
    pool: &PgPool,
    wanted: Wanted,
    gone: Vec<Uuid>,
    suspended: &[OrganizationId],
    now: Timestamp,
) -> Result<Page<Entry>, QueryError> {
    let (after, after_id) = wanted.cursor.map(|cursor| cursor.0).unzip();
    let rows: Vec<EventRow> = sqlx::query_as(include_str!("list_on_sale.sql"))
        .bind(after)
        .bind(after_id)
        .bind(wanted.from)
        .bind(wanted.to)
        .bind(now)
        .bind(now - LONGEST_EVENT)
        .bind(wanted.city.map(|city| city.to_lowercase()))
        .bind(wanted.category.map(|category| category.to_lowercase()))
        .bind(wanted.price_min)
        .bind(wanted.price_max)
        .bind(wanted.currency.map(Currency::code))
        .bind(wanted.q)
        .bind(wanted.limit.plus_one())
        .bind(wanted.availability.map(|Stock::Available| gone))
        .bind(ids(suspended))
        .fetch_all(pool)
        .await?;
    page(pool, rows, wanted.limit).await
}

/// All events of an organization, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn of_organization(
    pool: &PgPool,
    organization: OrganizationId,
    wanted: PageWanted,
) -> Result<Page<Entry>, QueryError> {
    let (before, before_id) = wanted.cursor.map(|cursor| cursor.0).unzip();
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT event_id, organization_id, status, title, description, category, tags, image_url,
                image_alt, venue, starts_at, ends_at, time_zone, currency, per_person_cap, hold_ttl_seconds,
                late_payment, total_capacity, cancellation_reason, drafted_at, published_at, version
           FROM read.events
          WHERE organization_id = $1
            AND ($2::timestamptz IS NULL OR (starts_at, event_id) < ($2, $3))
          ORDER BY starts_at DESC, event_id DESC LIMIT $4",
    )
    .bind(organization.uuid())
    .bind(before)
    .bind(before_id)
    .bind(wanted.limit.plus_one())
    .fetch_all(pool)
    .await?;
    page(pool, rows, wanted.limit).await
}

/// One event, whatever its status.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(pool: &PgPool, event: EventId) -> Result<Option<Entry>, QueryError> {
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT event_id, organization_id, status, title, description, category, tags, image_url,
                image_alt, venue, starts_at, ends_at, time_zone, currency, per_person_cap, hold_ttl_seconds,
                late_payment, total_capacity, cancellation_reason, drafted_at, published_at, version
           FROM read.events WHERE event_id = $1",
    )
    .bind(event.uuid())
    .fetch_all(pool)
    .await?;
    Ok(with_types(pool, rows).await?.pop())
}

/// Ids of the events on sale that aren't over, the soonest first; as many as a sitemap may have.
///
/// # Errors
///
/// [`QueryError`].
pub async fn upcoming(
    pool: &PgPool,
    suspended: &[OrganizationId],
    now: Timestamp,
) -> Result<Vec<EventId>, QueryError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT event_id FROM read.events
          WHERE status = 'PUBLISHED' AND starts_at >= $2 AND coalesce(ends_at, starts_at) >= $1
            AND NOT organization_id = ANY($3::uuid[])
          ORDER BY starts_at, event_id LIMIT 49999",
    )
    .bind(now)
    .bind(now - LONGEST_EVENT)
    .bind(ids(suspended))
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(EventId::new).collect())
}

/// Whether there is such an organization. Lists of organizations without events are empty; those of
/// others aren't there.
///
/// # Errors
///
/// [`QueryError`].
pub async fn organization_exists(
    pool: &PgPool,
    organization: OrganizationId,
) -> Result<bool, QueryError> {
    let exists =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM identity.organizations WHERE id = $1)")
            .bind(organization.uuid())
            .fetch_one(pool)
            .await?;
    Ok(exists)
}

/// Whose event it is; nobody's if there is none.
///
/// # Errors
///
/// [`QueryError`].
pub async fn seller(pool: &PgPool, event: EventId) -> Result<Option<OrganizationId>, QueryError> {
    let seller: Option<Uuid> =
        sqlx::query_scalar("SELECT organization_id FROM read.events WHERE event_id = $1")
            .bind(event.uuid())
            .fetch_optional(pool)
            .await?;
    Ok(seller.map(OrganizationId::new))
}

/// What these events are called.
///
/// # Errors
///
/// [`QueryError`].
pub async fn titles(pool: &PgPool, events: &[Uuid]) -> Result<HashMap<Uuid, String>, QueryError> {
    let titles: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT event_id, title FROM read.events WHERE event_id = ANY($1::uuid[])")
            .bind(events)
            .fetch_all(pool)
            .await?;
    Ok(titles.into_iter().collect())
}

/// What the ticket types of an event are called.
///
/// # Errors
///
/// [`QueryError`].
pub async fn type_names(
    pool: &PgPool,
    event: EventId,
) -> Result<HashMap<Uuid, String>, QueryError> {
    let names: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT ticket_type_id, name FROM read.ticket_types WHERE event_id = $1")
            .bind(event.uuid())
            .fetch_all(pool)
            .await?;
    Ok(names.into_iter().collect())
}

/// The name that an organization goes by.
///
/// # Errors
///
/// [`QueryError`].
pub async fn organization_name(
    pool: &PgPool,
    organization: OrganizationId,
) -> Result<Option<String>, QueryError> {
    let name = sqlx::query_scalar("SELECT name FROM identity.organizations WHERE id = $1")
        .bind(organization.uuid())
        .fetch_optional(pool)
        .await?;
    Ok(name)
}

pub(super) fn ids(organizations: &[OrganizationId]) -> Vec<Uuid> {
    organizations.iter().map(|organization| organization.uuid()).collect()
}

async fn page(pool: &PgPool, rows: Vec<EventRow>, limit: Limit) -> Result<Page<Entry>, QueryError> {
    let entries = with_types(pool, rows).await?;
    Ok(Page::of(entries, limit, |last| (last.details.starts_at, last.event_id.uuid())))
}

/// The events in their order, each with its ticket types.
async fn with_types(pool: &PgPool, rows: Vec<EventRow>) -> Result<Vec<Entry>, QueryError> {
    let ids: Vec<Uuid> = rows.iter().map(EventRow::event_id).collect();
    let types: Vec<TypeRow> = sqlx::query_as(
        "SELECT event_id, ticket_type_id, ordinal, name, description, price, allocation, enabled,
                sale_starts_at, sale_ends_at, min_per_order, max_per_order
           FROM read.ticket_types WHERE event_id = ANY($1::uuid[]) ORDER BY event_id, ordinal",
    )
    .bind(&ids)
    .fetch_all(pool)
    .await?;
    let mut entries = rows::assemble(rows, types)?;
    Ok(ids.into_iter().filter_map(|id| entries.remove(&EventId::new(id))).collect())
}
