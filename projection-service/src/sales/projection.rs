//! Projection `sales`: tickets and revenue by event, type and quarter of an hour.

use futures::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

use super::fold::Changes;
use crate::{
    generation::Generation,
    projection::{Fact, FoldError, Projection},
};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Sales;

/// The name of the projection.
pub const NAME: &str = "sales";

const INSERT_EVENTS: &str = "
    INSERT INTO read.sales_events_vN (event_id, organization_id, title, time_zone, currency)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])";

const CHANGE_EVENTS: &str = "
    UPDATE read.sales_events_vN AS e
       SET title = c.title, time_zone = c.time_zone, currency = c.currency
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
        AS c (event_id, title, time_zone, currency)
     WHERE e.event_id = c.event_id";

const INSERT_TYPES: &str = "
    INSERT INTO read.sales_types_vN (event_id, ticket_type_id, name, ordinal)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[])";

const CHANGE_TYPES: &str = "
    UPDATE read.sales_types_vN AS t SET name = c.name
      FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS c (event_id, ticket_type_id, name)
     WHERE t.event_id = c.event_id AND t.ticket_type_id = c.ticket_type_id";

const ADD_TICKETS: &str = "
    INSERT INTO read.sales_tickets_vN AS t (event_id, ticket_type_id, quarter, sold, revenue_minor)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[])
    ON CONFLICT (event_id, ticket_type_id, quarter) DO UPDATE
       SET sold = t.sold + excluded.sold, revenue_minor = t.revenue_minor + excluded.revenue_minor";

const ADD_ORDERS: &str = "
    INSERT INTO read.sales_orders_vN AS o (event_id, quarter, orders, revenue_minor)
    SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::bigint[])
    ON CONFLICT (event_id, quarter) DO UPDATE
       SET orders = o.orders + excluded.orders,
           revenue_minor = o.revenue_minor + excluded.revenue_minor";

impl Projection for Sales {
    fn name(&self) -> &'static str {
        NAME
    }

    fn code_version(&self) -> i32 {
        3
    }

    fn tables(&self) -> &'static [&'static str] {
        &["sales_events", "sales_types", "sales_tickets", "sales_orders"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn wanted(&self) -> &'static [&'static str] {
        &[
            "EventDrafted",
            "EventDetailsChanged",
            "TicketTypeAdded",
            "TicketTypeChanged",
            "OrderPaid",
        ]
    }

    fn fold<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        generation: Generation,
        facts: &'a [Fact<'a>],
    ) -> BoxFuture<'a, Result<(), FoldError>> {
        Box::pin(async move {
            let changes = Changes::of(facts)?;
            store_events(tx, generation, &changes).await?;
            store_types(tx, generation, &changes).await?;
            add_tickets(tx, generation, &changes).await?;
            add_orders(tx, generation, &changes).await
        })
    }
}

async fn store_events(
    tx: &mut PgConnection,
    generation: Generation,
    changes: &Changes<'_>,
) -> Result<(), FoldError> {
    let (mut new, mut known) = (EventColumns::default(), EventColumns::default());
    for (id, facts) in &changes.events {
        let columns = if let Some(organization) = facts.organization_id {
            new.organizations.push(organization.uuid());
            &mut new
        } else {
            &mut known
        };
        columns.ids.push(id.uuid());
        columns.titles.push(facts.details.title.as_str());
        columns.time_zones.push(facts.details.time_zone.as_str());
        columns.currencies.push(facts.details.currency.code());
    }
    if !new.ids.is_empty() {
        sqlx::query(&generation.sql(INSERT_EVENTS))
            .bind(new.ids)
            .bind(new.organizations)
            .bind(new.titles)
            .bind(new.time_zones)
            .bind(new.currencies)
            .execute(&mut *tx)
            .await?;
    }
    if !known.ids.is_empty() {
        sqlx::query(&generation.sql(CHANGE_EVENTS))
            .bind(known.ids)
            .bind(known.titles)
            .bind(known.time_zones)
            .bind(known.currencies)
            .execute(tx)
            .await?;
    }
    Ok(())
}

#[derive(Default)]
struct EventColumns<'a> {
    ids: Vec<Uuid>,
    organizations: Vec<Uuid>,
    titles: Vec<&'a str>,
    time_zones: Vec<&'a str>,
    currencies: Vec<&'a str>,
}

async fn store_types(
    tx: &mut PgConnection,
    generation: Generation,
    changes: &Changes<'_>,
) -> Result<(), FoldError> {
    let (mut new, mut known) = (TypeColumns::default(), TypeColumns::default());
    for ((event, kind), facts) in &changes.types {
        let columns = if let Some(ordinal) = facts.ordinal {
            new.ordinals.push(ordinal);
            &mut new
        } else {
            &mut known
        };
        columns.events.push(event.uuid());
        columns.types.push(kind.uuid());
        columns.names.push(facts.name);
    }
    if !new.events.is_empty() {
        sqlx::query(&generation.sql(INSERT_TYPES))
            .bind(new.events)
            .bind(new.types)
            .bind(new.names)
            .bind(new.ordinals)
            .execute(&mut *tx)
            .await?;
    }
    if !known.events.is_empty() {
        sqlx::query(&generation.sql(CHANGE_TYPES))
            .bind(known.events)
            .bind(known.types)
            .bind(known.names)
            .execute(tx)
            .await?;
    }
    Ok(())
}

#[derive(Default)]
struct TypeColumns<'a> {
    events: Vec<Uuid>,
    types: Vec<Uuid>,
    names: Vec<&'a str>,
    ordinals: Vec<i64>,
}

async fn add_tickets(
    tx: &mut PgConnection,
    generation: Generation,
    changes: &Changes<'_>,
) -> Result<(), FoldError> {
    if changes.tickets.is_empty() {
        return Ok(());
    }
    let keys = || changes.tickets.keys();
    let sums = || changes.tickets.values();
    sqlx::query(&generation.sql(ADD_TICKETS))
        .bind(keys().map(|(event, ..)| event.uuid()).collect::<Vec<_>>())
        .bind(keys().map(|(_, kind, _)| kind.uuid()).collect::<Vec<_>>())
        .bind(keys().map(|(.., quarter)| *quarter).collect::<Vec<_>>())
        .bind(sums().map(|sum| sum.count).collect::<Vec<_>>())
        .bind(sums().map(|sum| sum.revenue_minor).collect::<Vec<_>>())
        .execute(tx)
        .await?;
    Ok(())
}

async fn add_orders(
    tx: &mut PgConnection,
    generation: Generation,
    changes: &Changes<'_>,
) -> Result<(), FoldError> {
    if changes.orders.is_empty() {
        return Ok(());
    }
    let keys = || changes.orders.keys();
    let sums = || changes.orders.values();
    sqlx::query(&generation.sql(ADD_ORDERS))
        .bind(keys().map(|(event, _)| event.uuid()).collect::<Vec<_>>())
        .bind(keys().map(|(_, quarter)| *quarter).collect::<Vec<_>>())
        .bind(sums().map(|sum| sum.count).collect::<Vec<_>>())
        .bind(sums().map(|sum| sum.revenue_minor).collect::<Vec<_>>())
        .execute(tx)
        .await?;
    Ok(())
}
