//! Questions to the tickets.

use serde::Deserialize;
use shared::{
    clock::Timestamp,
    id::{EventId, OrderId, OrganizationId, TicketId, TicketTypeId},
};
use sqlx::PgPool;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    http::{Cursor, Limit, Page},
    query_error::QueryError,
    status::TicketStatus,
    unreadable::Unreadable,
};

/// A single admission, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub ticket_id: TicketId,
    pub order_id: OrderId,
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub ticket_type_id: TicketTypeId,
    pub status: TicketStatus,
    pub issued_at: Timestamp,
    /// The place in the shard.
    pub position: i64,
}

/// The tickets of an order, summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    pub first_at: Timestamp,
    pub count: i64,
}

/// Which page of an order's tickets is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageWanted {
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<i64>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Limit,
}

/// One ticket.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(pool: &PgPool, ticket: TicketId) -> Result<Option<Ticket>, QueryError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT ticket_id, order_id, event_id, organization_id, ticket_type_id, status, issued_at,
                position
           FROM read.tickets WHERE ticket_id = $1",
    )
    .bind(ticket.uuid())
    .fetch_optional(pool)
    .await?;
    row.map(|row| row.read().map_err(Into::into)).transpose()
}

/// The tickets of an order, in the order in which they were issued.
///
/// # Errors
///
/// [`QueryError`].
pub async fn of_order(
    pool: &PgPool,
    order: OrderId,
    wanted: PageWanted,
) -> Result<Page<Ticket>, QueryError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT ticket_id, order_id, event_id, organization_id, ticket_type_id, status, issued_at,
                position
           FROM read.tickets WHERE order_id = $1 AND position > $2 ORDER BY position LIMIT $3",
    )
    .bind(order.uuid())
    .bind(wanted.cursor.map_or(0, |cursor| cursor.0))
    .bind(wanted.limit.plus_one())
    .fetch_all(pool)
    .await?;
    let tickets: Result<Vec<Ticket>, Unreadable> = rows.into_iter().map(Row::read).collect();
    Ok(Page::of(tickets?, wanted.limit, |last| last.position))
}

/// Which tickets of an event are looked for.
#[derive(Clone, Debug)]
pub struct OfEvent {
    pub event: EventId,
    pub ticket_type: Option<TicketTypeId>,
    pub status: Option<TicketStatus>,
}

/// The tickets of an event before a place in the list, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn latest(
    pool: &PgPool,
    wanted: &OfEvent,
    before: Option<i64>,
    count: i64,
) -> Result<Vec<Ticket>, QueryError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT ticket_id, order_id, event_id, organization_id, ticket_type_id, status, issued_at,
                position
           FROM read.tickets
          WHERE event_id = $1
            AND ($2::uuid IS NULL OR ticket_type_id = $2)
            AND ($3::text IS NULL OR status = $3)
            AND ($4::bigint IS NULL OR position < $4)
          ORDER BY position DESC LIMIT $5",
    )
    .bind(wanted.event.uuid())
    .bind(wanted.ticket_type.map(TicketTypeId::uuid))
    .bind(wanted.status.map(TicketStatus::code))
    .bind(before)
    .bind(count)
    .fetch_all(pool)
    .await?;
    read(rows)
}

/// The same, of these orders, and these tickets.
///
/// # Errors
///
/// [`QueryError`].
pub async fn named(
    pool: &PgPool,
    wanted: &OfEvent,
    (orders, tickets): (&[Uuid], &[Uuid]),
    (before, count): (Option<i64>, i64),
) -> Result<Vec<Ticket>, QueryError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT ticket_id, order_id, event_id, organization_id, ticket_type_id, status, issued_at,
                position
           FROM read.tickets
          WHERE (order_id = ANY($5::uuid[]) OR ticket_id = ANY($6::uuid[]))
            AND event_id = $1
            AND ($2::uuid IS NULL OR ticket_type_id = $2)
            AND ($3::text IS NULL OR status = $3)
            AND ($4::bigint IS NULL OR position < $4)
          ORDER BY position DESC LIMIT $7",
    )
    .bind(wanted.event.uuid())
    .bind(wanted.ticket_type.map(TicketTypeId::uuid))
    .bind(wanted.status.map(TicketStatus::code))
    .bind(before)
    .bind(orders)
    .bind(tickets)
    .bind(count)
    .fetch_all(pool)
    .await?;
    read(rows)
}

/// Tickets of an event, issued at this instant or later and before that.
#[derive(Clone, Copy, Debug)]
pub struct IssuedIn {
    pub event: EventId,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// The next tickets after a place in the list, the oldest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn after(
    pool: &PgPool,
    wanted: &IssuedIn,
    after: i64,
    count: i64,
) -> Result<Vec<Ticket>, QueryError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT ticket_id, order_id, event_id, organization_id, ticket_type_id, status, issued_at,
                position
           FROM read.tickets
          WHERE event_id = $1 AND position > $2
            AND issued_at >= coalesce($4, '-infinity') AND issued_at < coalesce($5, 'infinity')
          ORDER BY position LIMIT $3",
    )
    .bind(wanted.event.uuid())
    .bind(after)
    .bind(count)
    .bind(wanted.from)
    .bind(wanted.to)
    .fetch_all(pool)
    .await?;
    read(rows)
}

/// The tickets whose id ends like this.
///
/// # Errors
///
/// [`QueryError`].
pub async fn by_short(pool: &PgPool, short: &str) -> Result<Vec<Ticket>, QueryError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT ticket_id, order_id, event_id, organization_id, ticket_type_id, status, issued_at,
                position
           FROM read.tickets WHERE right(ticket_id::text, 12) = $1",
    )
    .bind(short)
    .fetch_all(pool)
    .await?;
    read(rows)
}

/// How many tickets there are.
///
/// # Errors
///
/// [`QueryError`].
pub async fn count(pool: &PgPool, wanted: &IssuedIn) -> Result<i64, QueryError> {
    let count = sqlx::query_scalar(
        "SELECT count(*) FROM read.tickets
          WHERE event_id = $1
            AND issued_at >= coalesce($2, '-infinity') AND issued_at < coalesce($3, 'infinity')",
    )
    .bind(wanted.event.uuid())
    .bind(wanted.from)
    .bind(wanted.to)
    .fetch_one(pool)
    .await?;
    Ok(count)
}

/// How many tickets an order has, and since when.
///
/// # Errors
///
/// [`QueryError`].
pub async fn issued(pool: &PgPool, order: OrderId) -> Result<Option<Issued>, QueryError> {
    let (first_at, count): (Option<Timestamp>, i64) =
        sqlx::query_as("SELECT min(issued_at), count(*) FROM read.tickets WHERE order_id = $1")
            .bind(order.uuid())
            .fetch_one(pool)
            .await?;
    Ok(first_at.map(|first_at| Issued { first_at, count }))
}

row!(
    struct Row {
        ticket_id: Uuid,
        order_id: Uuid,
        event_id: Uuid,
        organization_id: Uuid,
        ticket_type_id: Uuid,
        status: String,
        issued_at: Timestamp,
        position: i64,
    }
);

fn read(rows: Vec<Row>) -> Result<Vec<Ticket>, QueryError> {
    let tickets: Result<Vec<Ticket>, Unreadable> = rows.into_iter().map(Row::read).collect();
    Ok(tickets?)
}

impl Row {
    fn read(self) -> Result<Ticket, Unreadable> {
        Ok(Ticket {
            ticket_id: TicketId::new(self.ticket_id),
            order_id: OrderId::new(self.order_id),
            event_id: EventId::new(self.event_id),
            organization_id: OrganizationId::new(self.organization_id),
            ticket_type_id: TicketTypeId::new(self.ticket_type_id),
            status: self.status.parse()?,
            issued_at: self.issued_at,
            position: self.position,
        })
    }
}
