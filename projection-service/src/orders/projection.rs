//! Projection `orders`: purchases, their items and what happened about their money.

use futures::future::BoxFuture;
use shared::{events::box_office::Line, money::Currency};
use sqlx::PgConnection;

use super::{
    fold::{Changes, EventFacts, Paid},
    steps::Step,
};
use crate::{
    codes,
    generation::Generation,
    projection::{Fact, FoldError, Projection},
    status::OrderStatus,
};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Orders;

/// The name of the projection.
pub const NAME: &str = "orders";

const STORE_EVENTS: &str = "
    INSERT INTO read.order_events_vN (event_id, organization_id, currency)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[])";

const CHANGE_EVENTS: &str = "
    UPDATE read.order_events_vN AS e SET currency = c.currency
      FROM unnest($1::uuid[], $2::text[]) AS c (event_id, currency)
     WHERE e.event_id = c.event_id";

const INSERT_ORDERS: &str = "
    INSERT INTO read.orders_vN (order_id, event_id, organization_id, person_id, status, total_minor,
           currency, provider, payment_reference, late, paid_at, completed_at)
    SELECT p.order_id, p.event_id, e.organization_id, p.person_id, p.status, p.total_minor,
           e.currency, p.provider, p.payment_reference, p.late, p.paid_at, p.completed_at
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[],
                  $7::text[], $8::boolean[], $9::timestamptz[], $10::timestamptz[])
        AS p (order_id, event_id, person_id, status, total_minor, provider, payment_reference, late,
              paid_at, completed_at)
      JOIN read.order_events_vN AS e ON e.event_id = p.event_id";

const INSERT_LINES: &str = "
    INSERT INTO read.order_lines_vN (order_id, line, ticket_type_id, quantity, unit_price_minor)
    SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::bigint[], $5::bigint[])";

const COMPLETE: &str = "
    UPDATE read.orders_vN AS o SET status = $3, completed_at = c.at
      FROM unnest($1::uuid[], $2::timestamptz[]) AS c (order_id, at)
     WHERE o.order_id = c.order_id";

const INSERT_STEPS: &str = "
    INSERT INTO read.order_steps_vN
           (order_id, position, event_id, at, kind, provider, amount_minor, currency, reference,
            code)
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::text[],
                         $6::text[], $7::bigint[], $8::text[], $9::text[], $10::text[])";

impl Projection for Orders {
    fn name(&self) -> &'static str {
        NAME
    }

    fn code_version(&self) -> i32 {
        5
    }

    fn tables(&self) -> &'static [&'static str] {
        &["order_events", "orders", "order_lines", "order_steps"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn wanted(&self) -> &'static [&'static str] {
        &[
            "EventDrafted",
            "EventDetailsChanged",
            "PaymentStarted",
            "PaymentFailed",
            "OrderPaid",
            "OrderCompleted",
            "RefundRequested",
            "RefundSettled",
        ]
    }

    fn fold<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        generation: Generation,
        facts: &'a [Fact<'a>],
    ) -> BoxFuture<'a, Result<(), FoldError>> {
        Box::pin(async move {
            let changes = Changes::of(facts);
            store_events(tx, generation, &changes).await?;
            insert_orders(tx, generation, &changes.paid).await?;
            insert_lines(tx, generation, &changes.paid).await?;
            complete(tx, generation, &changes).await?;
            insert_steps(tx, generation, &changes.steps).await
        })
    }
}

async fn store_events(
    tx: &mut PgConnection,
    generation: Generation,
    changes: &Changes<'_>,
) -> Result<(), FoldError> {
    if changes.events.is_empty() {
        return Ok(());
    }
    let currency = |facts: &EventFacts| facts.currency.code();
    let (mut ids, mut organizations, mut currencies) = (Vec::new(), Vec::new(), Vec::new());
    let (mut changed_ids, mut changed_currencies) = (Vec::new(), Vec::new());
    for (id, facts) in &changes.events {
        if let Some(organization) = facts.organization_id {
            ids.push(id.uuid());
            organizations.push(organization.uuid());
            currencies.push(currency(facts));
        } else {
            changed_ids.push(id.uuid());
            changed_currencies.push(currency(facts));
        }
    }
    sqlx::query(&generation.sql(STORE_EVENTS))
        .bind(ids)
        .bind(organizations)
        .bind(currencies)
        .execute(&mut *tx)
        .await?;
    sqlx::query(&generation.sql(CHANGE_EVENTS))
        .bind(changed_ids)
        .bind(changed_currencies)
        .execute(tx)
        .await?;
    Ok(())
}

async fn insert_orders(
    tx: &mut PgConnection,
    generation: Generation,
    paid: &[Paid<'_>],
) -> Result<(), FoldError> {
    if paid.is_empty() {
        return Ok(());
    }
    let all = || paid.iter();
    let inserted = sqlx::query(&generation.sql(INSERT_ORDERS))
        .bind(all().map(|order| order.order_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|order| order.event_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|order| order.person_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|order| status(order).code()).collect::<Vec<_>>())
        .bind(all().map(|order| order.total_minor).collect::<Vec<_>>())
        .bind(all().map(|order| codes::provider(order.provider)).collect::<Vec<_>>())
        .bind(all().map(|order| order.payment_reference).collect::<Vec<_>>())
        .bind(all().map(|order| order.late).collect::<Vec<_>>())
        .bind(all().map(|order| order.paid_at).collect::<Vec<_>>())
        .bind(all().map(|order| order.completed_at).collect::<Vec<_>>())
        .execute(tx)
        .await?
        .rows_affected();
    if usize::try_from(inserted) == Ok(paid.len()) {
        Ok(())
    } else {
        Err(FoldError::Contradiction("an order of an event that was never drafted".to_owned()))
    }
}

fn status(order: &Paid<'_>) -> OrderStatus {
    if order.completed_at.is_some() { OrderStatus::Completed } else { OrderStatus::Paid }
}

async fn insert_lines(
    tx: &mut PgConnection,
    generation: Generation,
    paid: &[Paid<'_>],
) -> Result<(), FoldError> {
    let lines: Vec<(&Paid<'_>, i32, &Line)> = paid
        .iter()
        .flat_map(|order| order.lines.iter().zip(1..).map(move |(line, n)| (order, n, line)))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let all = || lines.iter();
    sqlx::query(&generation.sql(INSERT_LINES))
        .bind(all().map(|(order, ..)| order.order_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|(_, number, _)| *number).collect::<Vec<_>>())
        .bind(all().map(|(.., line)| line.ticket_type_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|(.., line)| i64::from(line.quantity)).collect::<Vec<_>>())
        .bind(all().map(|(.., line)| line.unit_price_minor).collect::<Vec<_>>())
        .execute(tx)
        .await?;
    Ok(())
}

async fn complete(
    tx: &mut PgConnection,
    generation: Generation,
    changes: &Changes<'_>,
) -> Result<(), FoldError> {
    if changes.completed.is_empty() {
        return Ok(());
    }
    let (ids, at): (Vec<_>, Vec<_>) =
        changes.completed.iter().map(|(id, at)| (id.uuid(), *at)).unzip();
    sqlx::query(&generation.sql(COMPLETE))
        .bind(ids)
        .bind(at)
        .bind(OrderStatus::Completed.code())
        .execute(tx)
        .await?;
    Ok(())
}

async fn insert_steps(
    tx: &mut PgConnection,
    generation: Generation,
    steps: &[Step<'_>],
) -> Result<(), FoldError> {
    if steps.is_empty() {
        return Ok(());
    }
    let all = || steps.iter();
    sqlx::query(&generation.sql(INSERT_STEPS))
        .bind(all().map(|step| step.order_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|step| step.position).collect::<Vec<_>>())
        .bind(all().map(|step| step.event_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|step| step.at).collect::<Vec<_>>())
        .bind(all().map(|step| step.kind.code()).collect::<Vec<_>>())
        .bind(all().map(|step| step.provider.map(codes::provider)).collect::<Vec<_>>())
        .bind(all().map(|step| step.amount_minor).collect::<Vec<_>>())
        .bind(all().map(|step| step.currency.map(Currency::code)).collect::<Vec<_>>())
        .bind(all().map(|step| step.reference).collect::<Vec<_>>())
        .bind(all().map(|step| step.code).collect::<Vec<_>>())
        .execute(tx)
        .await?;
    Ok(())
}
