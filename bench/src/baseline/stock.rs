//! The same decision on cqrs-es and postgres-es as they come: every command reads the stream,
//! decides and inserts one row; whoever comes second tries again.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use command_service::box_office::{
    BoxOffice, BoxOfficeCommand,
    reservation::{ReserveItem, ReserveTickets},
};
use cqrs_es::{AggregateError, CqrsFramework, DomainEvent, persist::PersistedEventStore};
use postgres_es::PostgresEventRepository;
use shared::{
    clock::Clock,
    events::box_office::STREAM_TYPE,
    id::{EventId, IdSource, PersonId, ReservationId, TicketTypeId},
};
use sqlx::{Executor, PgPool};

use crate::{
    figure, history,
    platform::{Database, Server},
    workers,
};

const CALLERS: u32 = 32;

/// As its documentation says.
const TABLE: &str = "
    CREATE TABLE events (
        aggregate_type text NOT NULL, aggregate_id text NOT NULL,
        sequence bigint NOT NULL CHECK (sequence >= 0), event_type text NOT NULL,
        event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence)
    );";

type Stock = CqrsFramework<BoxOffice, PersistedEventStore<PostgresEventRepository, BoxOffice>>;

/// Holds per second of 32 callers on one event that starts without any.
///
/// # Errors
///
/// If the server refuses.
pub async fn stock(server: &Server, duration: Duration) -> anyhow::Result<f64> {
    let database = server.bare().await?;
    server.settle().await?;
    let rate = workers::run(measure(database.clone(), duration)).await?;
    server.remove(database).await?;
    Ok(rate)
}

async fn measure(database: Database, duration: Duration) -> anyhow::Result<f64> {
    let pool = database.pool(CALLERS).await?;
    pool.execute(TABLE).await?;
    let now = Clock::system().now();
    let (event, ticket_type) = (EventId::new(IdSource.next()), TicketTypeId::new(IdSource.next()));
    open(&pool, event, ticket_type).await?;
    let store = PersistedEventStore::new_event_store(PostgresEventRepository::new(pool.clone()));
    let framework: Arc<Stock> = Arc::new(CqrsFramework::new(store, vec![], now));
    let (accepted, start) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let callers = (0..CALLERS).map(|_| {
        let (framework, accepted) = (Arc::clone(&framework), Arc::clone(&accepted));
        tokio::spawn(async move {
            while start.elapsed() < duration {
                let command = BoxOfficeCommand::ReserveTickets(ReserveTickets {
                    reservation_id: ReservationId::new(IdSource.next()),
                    person_id: PersonId::new(IdSource.next()),
                    items: vec![ReserveItem {
                        ticket_type_id: ticket_type,
                        quantity: 2,
                        unit_price_minor: None,
                    }],
                });
                insist(&framework, event, command).await?;
                accepted.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await??;
    }
    let elapsed = start.elapsed();
    pool.close().await;
    Ok(figure::per_second(accepted.load(Ordering::Relaxed), elapsed))
}

/// Tries until nobody else was faster.
async fn insist(
    framework: &Stock,
    event: EventId,
    command: BoxOfficeCommand,
) -> anyhow::Result<()> {
    loop {
        let metadata = HashMap::from([("actor".to_owned(), "public".to_owned())]);
        let id = event.to_string();
        match framework.execute_with_metadata(&id, command.clone(), metadata).await {
            Ok(()) => return Ok(()),
            Err(AggregateError::AggregateConflict) => {}
            Err(error) => anyhow::bail!("{error}"),
        }
    }
}

async fn open(pool: &PgPool, event: EventId, ticket_type: TicketTypeId) -> anyhow::Result<()> {
    let opening = history::opening(event, ticket_type, u32::MAX / 2, Clock::system().now());
    for (sequence, fact) in (1_i64..).zip(opening) {
        sqlx::query("INSERT INTO events VALUES ($1, $2, $3, $4, $5, $6, '{}')")
            .bind(STREAM_TYPE)
            .bind(event.to_string())
            .bind(sequence)
            .bind(fact.event_type())
            .bind(fact.event_version())
            .bind(sqlx::types::Json(fact))
            .execute(pool)
            .await?;
    }
    Ok(())
}
