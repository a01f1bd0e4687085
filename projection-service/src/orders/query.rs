//! Questions to the orders.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use shared::{
    clock::Timestamp,
    events::box_office::{Line, Provider},
    id::{EventId, OrderId, OrganizationId, PersonId, TicketTypeId},
    money::{Currency, Money},
};
use sqlx::PgPool;
use utoipa::IntoParams;
use uuid::Uuid;

use super::steps::StepKind;
use crate::{
    codes,
    http::{Cursor, Limit, Page, instant, text},
    query_error::QueryError,
    status::OrderStatus,
    unreadable::{Unreadable, count},
};

/// A purchase, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub order_id: OrderId,
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    pub status: OrderStatus,
    pub lines: Vec<Line>,
    pub total: Money,
    pub provider: Provider,
    pub payment_reference: String,
    pub late: bool,
    pub paid_at: Timestamp,
    pub completed_at: Option<Timestamp>,
}

/// A step about money, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStep {
    pub kind: StepKind,
    pub at: Timestamp,
    pub provider: Option<Provider>,
    pub amount: Option<Money>,
    pub reference: Option<String>,
    pub code: Option<String>,
}

/// Which orders are looked for. Everything is optional; what is given must all apply.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this organization.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    /// Of this event.
    #[serde(default)]
    pub event_id: Option<EventId>,
    /// In this status.
    #[serde(default)]
    pub status: Option<OrderStatus>,
    /// An order's or ticket's id or its last 12 characters, a ticket's code, an address, or words
    /// that occur in the buyer's name or address or in the payment's name. Looks through some
    /// thousand orders at a time: a page that isn't full may have a next one.
    #[serde(default, deserialize_with = "text")]
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// Paid at this instant or later.
    #[serde(default, deserialize_with = "instant")]
    pub from: Option<DateTime<Utc>>,
    /// Paid before this instant.
    #[serde(default, deserialize_with = "instant")]
    pub to: Option<DateTime<Utc>>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<(Timestamp, Uuid)>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Limit,
}

/// Which orders of one event are looked for: as [`Wanted`], without organization and event.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfEventWanted {
    /// In this status.
    #[serde(default)]
    pub status: Option<OrderStatus>,
    /// As of `GET /orders`.
    #[serde(default, deserialize_with = "text")]
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// Paid at this instant or later.
    #[serde(default, deserialize_with = "instant")]
    pub from: Option<DateTime<Utc>>,
    /// Paid before this instant.
    #[serde(default, deserialize_with = "instant")]
    pub to: Option<DateTime<Utc>>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<(Timestamp, Uuid)>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Limit,
}

impl OfEventWanted {
    /// The same of that event.
    pub fn of(self, event: EventId) -> Wanted {
        Wanted {
            organization_id: None,
            event_id: Some(event),
            status: self.status,
            q: self.q,
            from: self.from,
            to: self.to,
            cursor: self.cursor,
            limit: self.limit,
        }
    }
}

/// The orders that a list is made of.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of these organizations; absent: of all.
    pub organizations: Option<Vec<Uuid>>,
    pub event: Option<Uuid>,
    pub status: Option<OrderStatus>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// One of these.
    pub orders: Option<Vec<Uuid>>,
    pub person: Option<Uuid>,
}

/// One order.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(pool: &PgPool, order: OrderId) -> Result<Option<Order>, QueryError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT order_id, event_id, organization_id, person_id, status, total_minor, currency,
                provider, payment_reference, late, paid_at, completed_at
           FROM read.orders WHERE order_id = $1",
    )
    .bind(order.uuid())
    .fetch_all(pool)
    .await?;
    Ok(with_lines(pool, rows).await?.pop())
}

/// The orders that fit, before a place in the list, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn list(
    pool: &PgPool,
    filter: &Filter,
    before: Option<(Timestamp, Uuid)>,
    limit: Limit,
) -> Result<Page<Order>, QueryError> {
    let (before, before_id) = before.unzip();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT order_id, event_id, organization_id, person_id, status, total_minor, currency,
                provider, payment_reference, late, paid_at, completed_at
           FROM read.orders
          WHERE ($1::uuid[] IS NULL OR organization_id = ANY($1))
            AND ($2::uuid IS NULL OR event_id = $2)
            AND ($3::text IS NULL OR status = $3)
            AND ($4::timestamptz IS NULL OR (paid_at, order_id) < ($4, $5::uuid))
            AND ($6::timestamptz IS NULL OR paid_at >= $6)
            AND ($7::timestamptz IS NULL OR paid_at < $7)
            AND ($8::uuid[] IS NULL OR order_id = ANY($8))
            AND ($9::uuid IS NULL OR person_id = $9)
          ORDER BY paid_at DESC, order_id DESC LIMIT $10",
    )
    .bind(filter.organizations.as_deref())
    .bind(filter.event)
    .bind(filter.status.map(OrderStatus::code))
    .bind(before)
    .bind(before_id)
    .bind(filter.from)
    .bind(filter.to)
    .bind(filter.orders.as_deref())
    .bind(filter.person)
    .bind(limit.plus_one())
    .fetch_all(pool)
    .await?;
    let orders = with_lines(pool, rows).await?;
    Ok(Page::of(orders, limit, |last| (last.paid_at, last.order_id.uuid())))
}

/// The orders that these people have bought, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn of_persons(
    pool: &PgPool,
    persons: &[PersonId],
    before: Option<(Timestamp, Uuid)>,
    limit: Limit,
) -> Result<Page<Order>, QueryError> {
    let persons: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
    let (before, before_id) = before.unzip();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT order_id, event_id, organization_id, person_id, status, total_minor, currency,
                provider, payment_reference, late, paid_at, completed_at
           FROM read.orders
          WHERE person_id = ANY($1)
            AND ($2::timestamptz IS NULL OR (paid_at, order_id) < ($2, $3::uuid))
          ORDER BY paid_at DESC, order_id DESC LIMIT $4",
    )
    .bind(persons)
    .bind(before)
    .bind(before_id)
    .bind(limit.plus_one())
    .fetch_all(pool)
    .await?;
    let orders = with_lines(pool, rows).await?;
    Ok(Page::of(orders, limit, |last| (last.paid_at, last.order_id.uuid())))
}

/// What happened about the money of a reservation in this currency, in order.
///
/// # Errors
///
/// [`QueryError`].
pub async fn steps(
    pool: &PgPool,
    order: OrderId,
    currency: Currency,
) -> Result<Vec<KeptStep>, QueryError> {
    let rows: Vec<StepRow> = sqlx::query_as(
        "SELECT kind, at, provider, amount_minor, coalesce(currency, $2) AS currency, reference, code
           FROM read.order_steps WHERE order_id = $1 ORDER BY position",
    )
    .bind(order.uuid())
    .bind(currency.code())
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(|row| row.read().map_err(Into::into)).collect()
}

/// The orders in their order, each with its lines.
pub(super) async fn with_lines(pool: &PgPool, rows: Vec<Row>) -> Result<Vec<Order>, QueryError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.order_id).collect();
    let lines = match ids.as_slice() {
        // What a list of ids finds is planned anew each time, and that takes longer than the reading.
        [one] => sqlx::query_as(
            "SELECT order_id, ticket_type_id, quantity, unit_price_minor
               FROM read.order_lines WHERE order_id = $1 ORDER BY line",
        )
        .bind(*one),
        _ => sqlx::query_as(
            "SELECT order_id, ticket_type_id, quantity, unit_price_minor
               FROM read.order_lines WHERE order_id = ANY($1::uuid[]) ORDER BY order_id, line",
        )
        .bind(ids),
    };
    let lines: Vec<(Uuid, Uuid, i64, i64)> = lines.fetch_all(pool).await?;
    let mut of_orders: HashMap<Uuid, Vec<Line>> = HashMap::with_capacity(rows.len());
    for (order, kind, quantity, unit_price_minor) in lines {
        of_orders.entry(order).or_default().push(Line {
            ticket_type_id: TicketTypeId::new(kind),
            quantity: count(quantity)?,
            unit_price_minor,
        });
    }
    let mut orders = Vec::with_capacity(rows.len());
    for row in rows {
        let lines = of_orders.remove(&row.order_id).unwrap_or_default();
        orders.push(row.read(lines)?);
    }
    Ok(orders)
}

row!(
    pub(super) struct Row {
        order_id: Uuid,
        event_id: Uuid,
        organization_id: Uuid,
        person_id: Uuid,
        status: String,
        total_minor: i64,
        currency: String,
        provider: String,
        payment_reference: String,
        late: bool,
        paid_at: Timestamp,
        completed_at: Option<Timestamp>,
    }
);

impl Row {
    fn read(self, lines: Vec<Line>) -> Result<Order, Unreadable> {
        Ok(Order {
            order_id: OrderId::new(self.order_id),
            event_id: EventId::new(self.event_id),
            organization_id: OrganizationId::new(self.organization_id),
            person_id: PersonId::new(self.person_id),
            status: self.status.parse()?,
            lines,
            total: Money::new(self.total_minor, currency(&self.currency)?),
            provider: codes::parse_provider(&self.provider)?,
            payment_reference: self.payment_reference,
            late: self.late,
            paid_at: self.paid_at,
            completed_at: self.completed_at,
        })
    }
}

row!(
    struct StepRow {
        kind: String,
        at: Timestamp,
        provider: Option<String>,
        amount_minor: Option<i64>,
        currency: String,
        reference: Option<String>,
        code: Option<String>,
    }
);

impl StepRow {
    fn read(self) -> Result<KeptStep, Unreadable> {
        let currency = currency(&self.currency)?;
        Ok(KeptStep {
            kind: StepKind::parse(&self.kind)?,
            at: self.at,
            provider: self.provider.as_deref().map(codes::parse_provider).transpose()?,
            amount: self.amount_minor.map(|amount| Money::new(amount, currency)),
            reference: self.reference,
            code: self.code,
        })
    }
}

fn currency(code: &str) -> Result<Currency, Unreadable> {
    Currency::parse(code).map_err(|_| Unreadable::new("currency", code))
}
