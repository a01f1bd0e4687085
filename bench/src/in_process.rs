//! The box offices themselves, without HTTP around them: commands in, durable decisions out.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use command_service::{
    box_office::{
        BoxOfficeCommand, BoxOfficeRejected,
        reservation::{ReserveItem, ReserveTickets, ReserveTicketsRejected},
    },
    runtime::{BoxOffices, CommandContext, ExecuteError, Limits, RequestDigest},
    vault::Persons,
};
use embedded_postgres::random_hex;
use shared::{
    clock::Clock,
    event_log::{EventLog, NewEvent, StreamAppend, StreamId},
    events::box_office::STREAM_TYPE,
    id::{CommandId, EventId, IdSource, PersonId, ReservationId, TicketTypeId},
    vault::Vault,
};
use sqlx::PgPool;

use crate::{history, load::Tally, platform::Database, scenario::rush};

/// Connections of the pool: as the service has.
const CONNECTIONS: u32 = 24;

/// Sells out one event after the other with so many callers; the warm-up isn't told.
///
/// # Errors
///
/// If a sale isn't sold out exactly.
pub async fn sell_out_repeatedly(
    database: Database,
    callers: u64,
    runs: usize,
    duration: Duration,
) -> anyhow::Result<Vec<Tally>> {
    let pool = database.command_pool(CONNECTIONS).await?;
    let log = EventLog::start(pool.clone());
    let keys = format!("v1:{}", random_hex::<32>()?).parse()?;
    let persons = Persons::start(pool.clone(), Vault::new(&keys));
    let (clock, limits) = (Clock::system(), Limits::default());
    let offices = BoxOffices::new(log.clone(), pool.clone(), persons, clock, limits);
    let mut tallies: Vec<Tally> = Vec::new();
    for _ in 0..=runs {
        let capacity = tallies.last().map_or(40_000, |t| rush::capacity_for(t.rate(), duration));
        let (event, ticket_type) = open(&log, capacity).await?;
        let tally = sell_out(&offices, event, ticket_type, callers).await?;
        ensure!(tally.accepted * 2 == u64::from(capacity), "{} of {capacity}", tally.accepted * 2);
        let recorded = recorded(&pool, event).await?;
        ensure!(recorded == i64::try_from(tally.accepted)?, "{recorded} holds are recorded");
        tallies.push(tally);
    }
    offices.stop().await;
    pool.close().await;
    tallies.remove(0);
    Ok(tallies)
}

async fn open(log: &EventLog, capacity: u32) -> anyhow::Result<(EventId, TicketTypeId)> {
    let (event, ticket_type) = (EventId::new(IdSource.next()), TicketTypeId::new(IdSource.next()));
    let metadata: Arc<str> = history::metadata(IdSource.next(), Clock::system().now()).to_json();
    let opening = history::opening(event, ticket_type, capacity, Clock::system().now());
    let events = opening.iter().map(|fact| NewEvent::box_office(fact, Arc::clone(&metadata)));
    let stream = StreamId { stream_type: STREAM_TYPE, id: event.uuid() };
    let (expected_version, next_deadline, events) = (0, None, events.collect());
    log.append(StreamAppend { stream, expected_version, next_deadline, events })
        .await
        .context("the event can't be opened")?;
    Ok((event, ticket_type))
}

async fn sell_out(
    offices: &BoxOffices,
    event: EventId,
    ticket_type: TicketTypeId,
    callers: u64,
) -> anyhow::Result<Tally> {
    let start = Instant::now();
    let calls = (0..callers).map(|_| {
        let offices = offices.clone();
        tokio::spawn(async move {
            let mut tally = Tally::new()?;
            loop {
                let began = Instant::now();
                let (command, context) = hold(ticket_type);
                match offices.execute(event, command, context).await {
                    Ok(_) => tally.accept(began.elapsed(), start.elapsed()),
                    Err(ExecuteError::Rejected(BoxOfficeRejected::ReserveTickets(
                        ReserveTicketsRejected::InsufficientInventory { .. },
                    ))) => return Ok(tally),
                    Err(error) => bail!(error),
                }
            }
        })
    });
    let mut total = Tally::new()?;
    for call in calls.collect::<Vec<_>>() {
        total.merge(&call.await??)?;
    }
    Ok(total)
}

/// Two tickets for somebody new.
fn hold(ticket_type_id: TicketTypeId) -> (BoxOfficeCommand, CommandContext) {
    let id = IdSource.next();
    let item = ReserveItem { ticket_type_id, quantity: 2, unit_price_minor: None };
    let command = BoxOfficeCommand::ReserveTickets(ReserveTickets {
        reservation_id: ReservationId::new(id),
        person_id: PersonId::new(IdSource.next()),
        items: vec![item],
    });
    let context = CommandContext {
        command_id: CommandId::new(id),
        actor: "public".to_owned(),
        trace_id: id.simple().to_string(),
        digest: Some(RequestDigest(id.as_u64_pair().1)),
        expected_edition: None,
        asker: None,
        causation: None,
        contact: None,
    };
    (command, context)
}

async fn recorded(pool: &PgPool, event: EventId) -> anyhow::Result<i64> {
    let recorded = sqlx::query_scalar(
        "SELECT count(*) FROM es.events
          WHERE aggregate_type = $1 AND aggregate_id = $2 AND event_type = 'ReservationCreated'",
    )
    .bind(STREAM_TYPE)
    .bind(event.to_string())
    .fetch_one(pool)
    .await?;
    Ok(recorded)
}
