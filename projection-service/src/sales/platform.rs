//! What all organizations sold, for whoever runs the platform.

use chrono::NaiveDate;
use shared::{clock::Timestamp, id::OrganizationId, money::Currency};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{query_error::QueryError, unreadable::Unreadable};

/// What was sold in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sold {
    pub currency: Currency,
    pub orders: i64,
    pub tickets: i64,
    pub revenue_minor: i64,
}

/// What these organizations have sold, by currency.
///
/// # Errors
///
/// [`QueryError`].
pub async fn by_organization(
    pool: &PgPool,
    organizations: &[Uuid],
) -> Result<Vec<(OrganizationId, Sold)>, QueryError> {
    let rows: Vec<(Uuid, String, i64, i64, i64)> = sqlx::query_as(
        "SELECT e.organization_id, e.currency, coalesce(sum(o.orders), 0)::bigint,
                coalesce(sum(t.tickets), 0)::bigint, coalesce(sum(o.revenue_minor), 0)::bigint
           FROM read.sales_events AS e
           LEFT JOIN LATERAL (
                SELECT sum(orders) AS orders, sum(revenue_minor) AS revenue_minor
                  FROM read.sales_orders WHERE event_id = e.event_id) AS o ON true
           LEFT JOIN LATERAL (
                SELECT sum(sold) AS tickets
                  FROM read.sales_tickets WHERE event_id = e.event_id) AS t ON true
          WHERE e.organization_id = ANY($1::uuid[])
          GROUP BY e.organization_id, e.currency
         HAVING sum(o.orders) > 0 ORDER BY e.organization_id, e.currency",
    )
    .bind(organizations)
    .fetch_all(pool)
    .await?;
    let sold = |(id, code, orders, tickets, revenue_minor): (Uuid, String, i64, i64, i64)| {
        let currency = currency(&code)?;
        Ok((OrganizationId::new(id), Sold { currency, orders, tickets, revenue_minor }))
    };
    rows.into_iter().map(sold).collect()
}

/// What was sold on each day (UTC) from an instant to another, by currency, in order.
///
/// # Errors
///
/// [`QueryError`].
pub async fn by_day(
    pool: &PgPool,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(NaiveDate, Sold)>, QueryError> {
    let rows: Vec<(NaiveDate, String, i64, i64, i64)> = sqlx::query_as(
        "SELECT day, currency, sum(orders)::bigint, sum(tickets)::bigint,
                sum(revenue_minor)::bigint
           FROM (SELECT (o.quarter AT TIME ZONE 'UTC')::date AS day, e.currency, o.orders,
                        0 AS tickets, o.revenue_minor
                   FROM read.sales_orders AS o JOIN read.sales_events AS e USING (event_id)
                  WHERE o.quarter >= $1 AND o.quarter < $2
                  UNION ALL
                 SELECT (t.quarter AT TIME ZONE 'UTC')::date, e.currency, 0, t.sold, 0
                   FROM read.sales_tickets AS t JOIN read.sales_events AS e USING (event_id)
                  WHERE t.quarter >= $1 AND t.quarter < $2) AS sold
          GROUP BY day, currency ORDER BY day, currency",
    )
    .bind(from)
    .bind(to)
    .fetch_all(pool)
    .await?;
    let sold = |(day, code, orders, tickets, revenue_minor): (NaiveDate, String, i64, i64, i64)| {
        Ok((day, Sold { currency: currency(&code)?, orders, tickets, revenue_minor }))
    };
    rows.into_iter().map(sold).collect()
}

fn currency(code: &str) -> Result<Currency, QueryError> {
    Ok(Currency::parse(code).map_err(|_| Unreadable::new("currency", code))?)
}
