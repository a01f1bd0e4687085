//! Questions to the orders that other read models and files ask.

use std::collections::HashMap;

use shared::{
    clock::Timestamp,
    id::{EventId, OrderId, OrganizationId, PersonId},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::query::{Order, Row, with_lines};
use crate::query_error::QueryError;

/// Who bought these orders.
///
/// # Errors
///
/// [`QueryError`].
pub async fn buyers(
    pool: &PgPool,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, PersonId>, QueryError> {
    let orders: Vec<Uuid> = orders.iter().map(|order| order.uuid()).collect();
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT order_id, person_id FROM read.orders WHERE order_id = ANY($1::uuid[])",
    )
    .bind(orders)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|(id, person)| (OrderId::new(id), PersonId::new(person))).collect())
}

/// What a person has bought of an event.
///
/// # Errors
///
/// [`QueryError`].
pub async fn of_person(
    pool: &PgPool,
    event: EventId,
    person: PersonId,
) -> Result<Vec<Uuid>, QueryError> {
    let orders = sqlx::query_scalar(
        "SELECT order_id FROM read.orders WHERE person_id = $1 AND event_id = $2",
    )
    .bind(person.uuid())
    .bind(event.uuid())
    .fetch_all(pool)
    .await?;
    Ok(orders)
}

/// Whether a person has bought anything of these organizations, or of any.
///
/// # Errors
///
/// [`QueryError`].
pub async fn has_bought(
    pool: &PgPool,
    organizations: Option<&[Uuid]>,
    person: PersonId,
) -> Result<bool, QueryError> {
    let has = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM read.orders
                         WHERE person_id = $1
                           AND ($2::uuid[] IS NULL OR organization_id = ANY($2)))",
    )
    .bind(person.uuid())
    .bind(organizations)
    .fetch_one(pool)
    .await?;
    Ok(has)
}

/// The orders whose id ends like this.
///
/// # Errors
///
/// [`QueryError`].
pub async fn by_short(pool: &PgPool, short: &str) -> Result<Vec<Uuid>, QueryError> {
    let orders =
        sqlx::query_scalar("SELECT order_id FROM read.orders WHERE right(order_id::text, 12) = $1")
            .bind(short)
            .fetch_all(pool)
            .await?;
    Ok(orders)
}

/// Orders of an organization, or of one of its events, paid at this instant or later and before that.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    pub organization: OrganizationId,
    pub event: Option<EventId>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// How many orders there are.
///
/// # Errors
///
/// [`QueryError`].
pub async fn count(pool: &PgPool, wanted: &Placed) -> Result<i64, QueryError> {
    let count = sqlx::query_scalar(
        "SELECT count(*) FROM read.orders
          WHERE organization_id = $1 AND ($2::uuid IS NULL OR event_id = $2)
            AND paid_at >= coalesce($3, '-infinity') AND paid_at < coalesce($4, 'infinity')",
    )
    .bind(wanted.organization.uuid())
    .bind(wanted.event.map(EventId::uuid))
    .bind(wanted.from)
    .bind(wanted.to)
    .fetch_one(pool)
    .await?;
    Ok(count)
}

/// The next orders after one, the oldest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn after(
    pool: &PgPool,
    wanted: &Placed,
    after: Option<(Timestamp, Uuid)>,
    count: i64,
) -> Result<Vec<Order>, QueryError> {
    let (after, after_id) = after.unzip();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT order_id, event_id, organization_id, person_id, status, total_minor, currency,
                provider, payment_reference, late, paid_at, completed_at
           FROM read.orders
          WHERE organization_id = $1 AND ($2::uuid IS NULL OR event_id = $2)
            AND ($3::timestamptz IS NULL OR (paid_at, order_id) > ($3, $4::uuid))
            AND paid_at >= coalesce($6, '-infinity') AND paid_at < coalesce($7, 'infinity')
          ORDER BY paid_at, order_id LIMIT $5",
    )
    .bind(wanted.organization.uuid())
    .bind(wanted.event.map(EventId::uuid))
    .bind(after)
    .bind(after_id)
    .bind(count)
    .bind(wanted.from)
    .bind(wanted.to)
    .fetch_all(pool)
    .await?;
    with_lines(pool, rows).await
}
