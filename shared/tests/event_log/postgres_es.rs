//! Our streams stay readable by the stock repository of postgres-es.

use cqrs_es::{
    Aggregate,
    event_sink::EventSink,
    persist::{PersistedEventRepository, PersistedEventStore},
};
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use shared::{
    event_log::EventLog,
    events::{
        box_office::{BoxOfficeEvent, STREAM_TYPE},
        upcast::box_office_upcasters,
    },
    testing::TestDatabase,
};

use crate::samples::{append, stream_in};

#[tokio::test]
async fn the_stock_repository_loads_our_streams() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let stream = stream_in(7, 1);
    log.append(append(stream, 0, &[10, 20])).await.unwrap();
    log.append(append(stream, 2, &[30])).await.unwrap();

    let repository = PostgresEventRepository::new(database.command().clone())
        .with_tables("es.events", "es.snapshots");
    let id = stream.id.to_string();
    let events = repository.get_events::<Capacity>(&id).await.unwrap();
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    let later = repository.get_last_events::<Capacity>(&id, 2).await.unwrap();
    assert_eq!(later.len(), 1);

    let store = PersistedEventStore::<_, Capacity>::new_event_store(repository)
        .with_upcasters(box_office_upcasters());
    let context = cqrs_es::EventStore::load_aggregate(&store, &id).await.unwrap();
    assert_eq!(context.aggregate.last, 30);
}

/// The smallest aggregate that folds these streams.
#[derive(Default, Serialize, Deserialize)]
struct Capacity {
    last: u32,
}

#[derive(Debug, thiserror::Error)]
#[error("never")]
struct Never;

impl Aggregate for Capacity {
    const TYPE: &'static str = STREAM_TYPE;
    type Command = ();
    type Event = BoxOfficeEvent;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _sink: &EventSink<Self>) -> Result<(), Never> {
        Ok(())
    }

    fn apply(&mut self, event: BoxOfficeEvent) {
        if let BoxOfficeEvent::CapacitySet { total_capacity } = event {
            self.last = total_capacity;
        }
    }
}
