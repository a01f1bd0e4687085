//! Loads and stores the figures of events, one statement per table.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    availability::{
        rows::{self, EventRow, Stocks, TypeRow},
        stock::{Stock, TypeStock},
    },
    generation::Generation,
    projection::FoldError,
};

const EVENTS: &str = "
    SELECT event_id, organization_id, status, published, currency, total_capacity, position
      FROM read.availability_events_vN
     WHERE event_id = ANY($1::uuid[])";

const TYPES: &str = "
    SELECT event_id, ticket_type_id, name, enabled, allocation, sold, held, ordinal
      FROM read.availability_types_vN
     WHERE event_id = ANY($1::uuid[])
     ORDER BY event_id, ordinal";

const STORE_EVENTS: &str = "
    INSERT INTO read.availability_events_vN
           (event_id, organization_id, status, published, currency, total_capacity, position)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::text[],
                         $6::bigint[], $7::bigint[])
    ON CONFLICT (event_id) DO UPDATE
       SET status = excluded.status, published = excluded.published, currency = excluded.currency,
           total_capacity = excluded.total_capacity, position = excluded.position";

const STORE_TYPES: &str = "
    INSERT INTO read.availability_types_vN
           (event_id, ticket_type_id, name, enabled, allocation, sold, held, ordinal)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::bigint[],
                         $6::bigint[], $7::bigint[], $8::bigint[])
    ON CONFLICT (event_id, ticket_type_id) DO UPDATE
       SET name = excluded.name, enabled = excluded.enabled, allocation = excluded.allocation,
           sold = excluded.sold, held = excluded.held";

/// Loads the figures of these events, as far as they are there.
pub async fn load(
    tx: &mut PgConnection,
    generation: Generation,
    events: &[Uuid],
) -> Result<Stocks, FoldError> {
    let event_rows: Vec<EventRow> =
        sqlx::query_as(&generation.sql(EVENTS)).bind(events).fetch_all(&mut *tx).await?;
    let type_rows: Vec<TypeRow> =
        sqlx::query_as(&generation.sql(TYPES)).bind(events).fetch_all(tx).await?;
    Ok(rows::assemble(event_rows, type_rows)?)
}

/// Stores the figures as they are now.
pub async fn store(
    tx: &mut PgConnection,
    generation: Generation,
    stocks: &Stocks,
) -> Result<(), FoldError> {
    let all = || stocks.values();
    sqlx::query(&generation.sql(STORE_EVENTS))
        .bind(all().map(|stock| stock.event_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|stock| stock.organization_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|stock| stock.status.code()).collect::<Vec<_>>())
        .bind(all().map(|stock| stock.published).collect::<Vec<_>>())
        .bind(all().map(|stock| stock.currency.as_str()).collect::<Vec<_>>())
        .bind(all().map(|stock| stock.total_capacity).collect::<Vec<_>>())
        .bind(all().map(|stock| stock.position).collect::<Vec<_>>())
        .execute(&mut *tx)
        .await?;
    let types: Vec<(&Stock, &TypeStock)> =
        all().flat_map(|stock| stock.ticket_types.iter().map(move |kind| (stock, kind))).collect();
    store_types(tx, generation, &types).await
}

async fn store_types(
    tx: &mut PgConnection,
    generation: Generation,
    types: &[(&Stock, &TypeStock)],
) -> Result<(), FoldError> {
    let kinds = || types.iter().map(|(_, kind)| kind);
    sqlx::query(&generation.sql(STORE_TYPES))
        .bind(types.iter().map(|(stock, _)| stock.event_id.uuid()).collect::<Vec<_>>())
        .bind(kinds().map(|kind| kind.ticket_type_id.uuid()).collect::<Vec<_>>())
        .bind(kinds().map(|kind| kind.name.as_str()).collect::<Vec<_>>())
        .bind(kinds().map(|kind| kind.enabled).collect::<Vec<_>>())
        .bind(kinds().map(|kind| kind.allocation).collect::<Vec<_>>())
        .bind(kinds().map(|kind| kind.sold).collect::<Vec<_>>())
        .bind(kinds().map(|kind| kind.held).collect::<Vec<_>>())
        .bind(kinds().map(|kind| kind.ordinal).collect::<Vec<_>>())
        .execute(tx)
        .await?;
    Ok(())
}
