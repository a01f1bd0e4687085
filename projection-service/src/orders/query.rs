//! Questions to the orders.

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
    http::{Cursor, Limit, Page},
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
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<(Timestamp, Uuid)>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Limit,
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

/// The orders of these organizations, or of all, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn list(
    pool: &PgPool,
    organizations: Option<Vec<OrganizationId>>,
    wanted: Wanted,
) -> Result<Page<Order>, QueryError> {
    let organizations: Option<Vec<Uuid>> =
        organizations.map(|all| all.into_iter().map(OrganizationId::uuid).collect());
    let (before, before_id) = wanted.cursor.map(|cursor| cursor.0).unzip();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT order_id, event_id, organization_id, person_id, status, total_minor, currency,
                provider, payment_reference, late, paid_at, completed_at
           FROM read.orders
          WHERE ($1::uuid[] IS NULL OR organization_id = ANY($1))
            AND ($2::uuid IS NULL OR event_id = $2)
            AND ($3::text IS NULL OR status = $3)
            AND ($4::timestamptz IS NULL OR (paid_at, order_id) < ($4, $5::uuid))
          ORDER BY paid_at DESC, order_id DESC LIMIT $6",
    )
    .bind(organizations)
    .bind(wanted.event_id.map(EventId::uuid))
    .bind(wanted.status.map(OrderStatus::code))
    .bind(before)
    .bind(before_id)
    .bind(wanted.limit.plus_one())
    .fetch_all(pool)
    .await?;
    let orders = with_lines(pool, rows).await?;
    Ok(Page::of(orders, wanted.limit, |last| (last.paid_at, last.order_id.uuid())))
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

/// What happened about the money of a reservation, in order.
///
/// # Errors
///
/// [`QueryError`].
pub async fn steps(pool: &PgPool, order: OrderId) -> Result<Vec<KeptStep>, QueryError> {
    let rows: Vec<StepRow> = sqlx::query_as(
        "SELECT s.kind, s.at, s.provider, s.amount_minor, coalesce(s.currency, e.currency) AS currency,
                s.reference, s.code
           FROM read.order_steps AS s JOIN read.order_events AS e USING (event_id)
          WHERE s.order_id = $1 ORDER BY s.position",
    )
    .bind(order.uuid())
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(|row| row.read().map_err(Into::into)).collect()
}

/// The orders in their order, each with its lines.
async fn with_lines(pool: &PgPool, rows: Vec<Row>) -> Result<Vec<Order>, QueryError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.order_id).collect();
    let lines: Vec<(Uuid, Uuid, i64, i64)> = sqlx::query_as(
        "SELECT order_id, ticket_type_id, quantity, unit_price_minor
           FROM read.order_lines WHERE order_id = ANY($1::uuid[]) ORDER BY order_id, line",
    )
    .bind(ids)
    .fetch_all(pool)
    .await?;
    let mut orders = Vec::with_capacity(rows.len());
    for row in rows {
        let of_order = lines.iter().filter(|(order, ..)| *order == row.order_id);
        let lines: Result<Vec<Line>, Unreadable> = of_order
            .map(|(_, kind, quantity, unit_price_minor)| {
                Ok(Line {
                    ticket_type_id: TicketTypeId::new(*kind),
                    quantity: count(*quantity)?,
                    unit_price_minor: *unit_price_minor,
                })
            })
            .collect();
        orders.push(row.read(lines?)?);
    }
    Ok(orders)
}

row!(
    struct Row {
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
