//! What a projection is: a name, a version of its code, tables, and a fold that writes to them.

use std::sync::Arc;

use futures::future::BoxFuture;
use shared::{
    clock::Timestamp,
    event_log::{DecodeError, RecordedEvent},
    events::box_office::{BoxOfficeEvent, STREAM_TYPE},
    id::EventId,
};
use sqlx::PgConnection;
use thiserror::Error;

use crate::{
    catalogue::projection::Catalogue, generation::Generation, orders::projection::Orders,
    reservations::projection::Reservations, sales::projection::Sales, tickets::projection::Tickets,
    unreadable::Unreadable,
};

/// Every projection of this program.
pub const fn all() -> [&'static dyn Projection; 5] {
    [&Catalogue, &Reservations, &Orders, &Tickets, &Sales]
}

/// The projection of this name.
pub fn find(name: &str) -> Option<&'static dyn Projection> {
    all().into_iter().find(|projection| projection.name() == name)
}

/// A fold of the log into read tables.
///
/// The same fold fills the tables that are read, those of a rebuild beside them, and those of a
/// comparison: which ones, the [`Generation`] says.
pub trait Projection: Send + Sync {
    /// The name under which checkpoints are kept.
    fn name(&self) -> &'static str;

    /// Raised whenever the tables or the meaning of their rows change: the service then builds
    /// the tables anew beside the old ones.
    fn code_version(&self) -> i32;

    /// The tables by their names without schema and generation, in the order they are made.
    fn tables(&self) -> &'static [&'static str];

    /// Makes the tables: SQL with names such as `read.events_vN`.
    fn schema(&self) -> &'static str;

    /// The types of facts whose payload is needed.
    fn wanted(&self) -> &'static [&'static str];

    /// Folds a batch of one shard, in order, into the tables of a generation.
    fn fold<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        generation: Generation,
        facts: &'a [Fact<'a>],
    ) -> BoxFuture<'a, Result<(), FoldError>>;
}

/// A batch couldn't be folded.
#[derive(Debug, Error)]
pub enum FoldError {
    /// The database refused or can't be reached.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A fact can't be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A row was written by another program.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The history contradicts what was folded before.
    #[error("{0}")]
    Contradiction(String),
}

/// One recorded fact with what folds need of its envelope.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'a> {
    pub event_id: EventId,
    /// The place in the shard.
    pub position: i64,
    /// The place in the stream.
    pub version: i64,
    /// When it was decided.
    pub at: Timestamp,
    pub event: &'a BoxOfficeEvent,
}

impl<'a> Fact<'a> {
    /// Reads one fact.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if payload or envelope don't fit this program.
    pub fn read(recorded: &'a RecordedEvent) -> Result<Self, DecodeError> {
        Ok(Self {
            event_id: EventId::new(recorded.stream_id),
            position: recorded.log_position.position,
            version: recorded.version,
            at: recorded.at()?,
            event: recorded.box_office()?,
        })
    }
}

/// The facts of a batch that a projection wants. Streams of other types pass by.
///
/// # Errors
///
/// [`DecodeError`] of the first fact that doesn't fit this program.
pub fn facts<'a>(
    batch: &'a [Arc<RecordedEvent>],
    wanted: &[&str],
) -> Result<Vec<Fact<'a>>, DecodeError> {
    batch
        .iter()
        .map(AsRef::as_ref)
        .filter(|recorded| recorded.stream_type == STREAM_TYPE)
        .filter(|recorded| wanted.contains(&recorded.event_type.as_str()))
        .map(Fact::read)
        .collect()
}
