//! Questions to the sales.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use shared::{
    clock::Timestamp,
    id::{EventId, OrganizationId, TicketTypeId},
    money::Currency,
};
use sqlx::PgPool;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{http::instant, query_error::QueryError, unreadable::Unreadable};

/// Events of a report at most; the totals cover all.
const MOST_EVENTS: i64 = 500;

/// Which sales are reported.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this event only; then also by day and hour in the event's time zone.
    #[serde(default)]
    pub event_id: Option<EventId>,
    /// In quarters of an hour that begin at this instant or later.
    #[serde(default, deserialize_with = "instant")]
    pub from: Option<DateTime<Utc>>,
    /// In quarters of an hour that begin before this instant.
    #[serde(default, deserialize_with = "instant")]
    pub to: Option<DateTime<Utc>>,
}

/// An event with its sales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoldEvent {
    pub event_id: EventId,
    pub title: String,
    pub time_zone: String,
    pub currency: Currency,
    pub orders: i64,
    pub revenue_minor: i64,
}

/// What all events of one currency sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoldTotal {
    pub currency: Currency,
    pub orders: i64,
    pub tickets: i64,
    pub revenue_minor: i64,
}

row!(
    /// A ticket type with its sales.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SoldType {
        pub event_id: Uuid,
        pub ticket_type_id: Uuid,
        pub name: String,
        pub tickets: i64,
        pub revenue_minor: i64,
    }
);

/// What one ticket type sold in a quarter of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoldQuarter {
    pub ticket_type_id: TicketTypeId,
    pub quarter: Timestamp,
    pub tickets: i64,
    pub revenue_minor: i64,
}

/// What all events sold, by currency.
///
/// # Errors
///
/// [`QueryError`].
pub async fn totals(
    pool: &PgPool,
    organization: OrganizationId,
    wanted: Wanted,
) -> Result<Vec<SoldTotal>, QueryError> {
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT e.currency, coalesce(sum(o.orders), 0)::bigint, coalesce(sum(t.tickets), 0)::bigint,
                coalesce(sum(o.revenue_minor), 0)::bigint
           FROM read.sales_events AS e
           LEFT JOIN LATERAL (
                SELECT sum(orders) AS orders, sum(revenue_minor) AS revenue_minor
                  FROM read.sales_orders
                 WHERE event_id = e.event_id AND quarter >= coalesce($3, '-infinity')
                   AND quarter < coalesce($4, 'infinity')) AS o ON true
           LEFT JOIN LATERAL (
                SELECT sum(sold) AS tickets FROM read.sales_tickets
                 WHERE event_id = e.event_id AND quarter >= coalesce($3, '-infinity')
                   AND quarter < coalesce($4, 'infinity')) AS t ON true
          WHERE e.organization_id = $1 AND ($2::uuid IS NULL OR e.event_id = $2)
          GROUP BY e.currency ORDER BY e.currency",
    )
    .bind(organization.uuid())
    .bind(wanted.event_id.map(EventId::uuid))
    .bind(wanted.from)
    .bind(wanted.to)
    .fetch_all(pool)
    .await?;
    let total = |(code, orders, tickets, revenue_minor): (String, i64, i64, i64)| {
        Ok(SoldTotal { currency: currency(&code)?, orders, tickets, revenue_minor })
    };
    rows.into_iter().map(total).collect()
}

/// The events of an organization with what they sold, the newest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn events(
    pool: &PgPool,
    organization: OrganizationId,
    wanted: Wanted,
) -> Result<Vec<SoldEvent>, QueryError> {
    let rows: Vec<(Uuid, String, String, String, i64, i64)> = sqlx::query_as(
        "SELECT e.event_id, e.title, e.time_zone, e.currency, coalesce(o.orders, 0)::bigint,
                coalesce(o.revenue_minor, 0)::bigint
           FROM read.sales_events AS e
           LEFT JOIN LATERAL (
                SELECT sum(orders) AS orders, sum(revenue_minor) AS revenue_minor
                  FROM read.sales_orders
                 WHERE event_id = e.event_id AND quarter >= coalesce($3, '-infinity')
                   AND quarter < coalesce($4, 'infinity')) AS o ON true
          WHERE e.organization_id = $1 AND ($2::uuid IS NULL OR e.event_id = $2)
          ORDER BY e.event_id DESC LIMIT $5",
    )
    .bind(organization.uuid())
    .bind(wanted.event_id.map(EventId::uuid))
    .bind(wanted.from)
    .bind(wanted.to)
    .bind(MOST_EVENTS)
    .fetch_all(pool)
    .await?;
    let mut events = Vec::with_capacity(rows.len());
    for (id, title, time_zone, code, orders, revenue_minor) in rows {
        let (event_id, currency) = (EventId::new(id), currency(&code)?);
        events.push(SoldEvent { event_id, title, time_zone, currency, orders, revenue_minor });
    }
    Ok(events)
}

/// What each ticket type of these events sold, in the order in which the types were added.
///
/// # Errors
///
/// [`QueryError`].
pub async fn types(
    pool: &PgPool,
    events: &[Uuid],
    wanted: Wanted,
) -> Result<Vec<SoldType>, QueryError> {
    let rows = sqlx::query_as(
        "SELECT k.event_id, k.ticket_type_id, k.name, coalesce(s.tickets, 0)::bigint AS tickets,
                coalesce(s.revenue_minor, 0)::bigint AS revenue_minor
           FROM read.sales_types AS k
           LEFT JOIN LATERAL (
                SELECT sum(sold) AS tickets, sum(revenue_minor) AS revenue_minor
                  FROM read.sales_tickets AS t
                 WHERE t.event_id = k.event_id AND t.ticket_type_id = k.ticket_type_id
                   AND t.quarter >= coalesce($2, '-infinity')
                   AND t.quarter < coalesce($3, 'infinity')) AS s ON true
          WHERE k.event_id = ANY($1::uuid[]) ORDER BY k.event_id, k.ordinal",
    )
    .bind(events)
    .bind(wanted.from)
    .bind(wanted.to)
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// What an event sold in each quarter of an hour, in order.
///
/// # Errors
///
/// [`QueryError`].
pub async fn quarters(
    pool: &PgPool,
    event: EventId,
    wanted: Wanted,
) -> Result<Vec<SoldQuarter>, QueryError> {
    let rows: Vec<(Uuid, Timestamp, i64, i64)> = sqlx::query_as(
        "SELECT ticket_type_id, quarter, sold, revenue_minor FROM read.sales_tickets
          WHERE event_id = $1 AND quarter >= coalesce($2, '-infinity')
            AND quarter < coalesce($3, 'infinity')
          ORDER BY quarter, ticket_type_id",
    )
    .bind(event.uuid())
    .bind(wanted.from)
    .bind(wanted.to)
    .fetch_all(pool)
    .await?;
    let sold = |(kind, quarter, tickets, revenue_minor)| {
        let ticket_type_id = TicketTypeId::new(kind);
        SoldQuarter { ticket_type_id, quarter, tickets, revenue_minor }
    };
    Ok(rows.into_iter().map(sold).collect())
}

fn currency(code: &str) -> Result<Currency, Unreadable> {
    Currency::parse(code).map_err(|_| Unreadable::new("currency", code))
}
