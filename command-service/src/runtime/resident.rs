//! A box office in memory, with what the log knows of it, and how it is rebuilt.

use serde::{Deserialize, Serialize};
use shared::{
    clock::Timestamp,
    event_log::{EventLog, LogPosition, RecordedEvent},
    events::box_office::BoxOfficeEvent,
    id::{CommandId, EventId},
};
use thiserror::Error;

use super::{
    message::RequestDigest,
    registry::stream_of,
    snapshot::Snapshots,
    window::{CommandWindow, Known},
};
use crate::box_office::BoxOffice;

/// Of the serialised form of a resident, that of the box office included: snapshots of another form
/// are passed over. Raise the first number with every change of [`Frozen`].
pub(super) const STATE_VERSION: i32 = 1_000 + BoxOffice::SNAPSHOT_VERSION;

/// Events read at once while rebuilding.
const PAGE: i64 = 10_000;

/// A box office could not be rebuilt.
#[derive(Debug, Error)]
pub(super) enum LoadError {
    #[error("the log can't be read: {0}")]
    Read(#[from] shared::event_log::ReadError),
    #[error("a recorded event can't be decoded: {0}")]
    Decode(#[from] shared::event_log::DecodeError),
    #[error("stream {event} goes on with version {found} after {expected_after}")]
    Hole { event: EventId, expected_after: i64, found: i64 },
}

/// State, version and memory of one event's stream.
#[derive(Debug, Default)]
pub(super) struct Resident {
    office: BoxOffice,
    version: i64,
    last_at: Timestamp,
    log_position: Option<LogPosition>,
    window: CommandWindow,
    /// The version up to which a snapshot spares the replay.
    snapshot_version: i64,
}

/// A resident as a snapshot keeps it; `Office` is the box office, or borrows it to be written.
#[derive(Serialize, Deserialize)]
struct Frozen<Office> {
    version: i64,
    last_at_micros: i64,
    position: Option<String>,
    window: Vec<(i64, Vec<(CommandId, Known)>)>,
    office: Office,
}

impl Resident {
    /// Rebuilds from the newest fitting snapshot and the events after it.
    pub async fn load(
        event: EventId,
        log: &EventLog,
        snapshots: &Snapshots,
    ) -> Result<Self, LoadError> {
        let mut resident = snapshots.newest(event).await.unwrap_or_default();
        resident.catch_up(event, log).await?;
        Ok(resident)
    }

    /// Applies what the log has after the present version.
    pub async fn catch_up(&mut self, event: EventId, log: &EventLog) -> Result<(), LoadError> {
        loop {
            let page = log.read_stream(stream_of(event), self.version, PAGE).await?;
            for recorded in &page {
                if recorded.version != self.version + 1 {
                    let (expected_after, found) = (self.version, recorded.version);
                    return Err(LoadError::Hole { event, expected_after, found });
                }
                self.apply_recorded(recorded)?;
            }
            if i64::try_from(page.len()).unwrap_or(PAGE) < PAGE {
                self.window.forget_old(self.last_at);
                return Ok(());
            }
        }
    }

    fn apply_recorded(&mut self, recorded: &RecordedEvent) -> Result<(), LoadError> {
        let metadata = recorded.metadata()?;
        let digest = metadata.digest.as_deref().and_then(|hex| u64::from_str_radix(hex, 16).ok());
        let digest = digest.map(RequestDigest);
        self.apply(recorded.box_office()?, metadata.at, metadata.command_id, digest);
        self.log_position = Some(recorded.log_position);
        Ok(())
    }

    /// Folds one more event, decided at `at` for command `id`.
    pub fn apply(
        &mut self,
        event: &BoxOfficeEvent,
        at: Timestamp,
        id: CommandId,
        digest: Option<RequestDigest>,
    ) {
        self.version += 1;
        self.last_at = self.last_at.max(at);
        self.office.apply(event, at);
        self.window.note(id, self.version, at, digest);
    }

    /// Notes where the log put what was applied last.
    pub fn committed_at(&mut self, position: LogPosition) {
        self.log_position = Some(position);
        self.window.forget_old(self.last_at);
    }

    pub fn office(&self) -> &BoxOffice {
        &self.office
    }

    pub fn version(&self) -> i64 {
        self.version
    }

    /// How many events a rebuild would have to replay.
    pub fn events_since_snapshot(&self) -> i64 {
        self.version - self.snapshot_version
    }

    /// Notes that a snapshot of the present version is being taken.
    pub fn snapshot_begun(&mut self) {
        self.snapshot_version = self.version;
    }

    pub fn log_position(&self) -> Option<LogPosition> {
        self.log_position
    }

    pub fn known(&self, id: CommandId) -> Option<Known> {
        self.window.get(id)
    }

    /// The time of a decision made now: within a stream it never goes backwards.
    pub fn not_before_last(&self, now: Timestamp) -> Timestamp {
        now.max(self.last_at)
    }

    /// The bytes of a snapshot.
    pub fn freeze(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&Frozen {
            version: self.version,
            last_at_micros: self.last_at.timestamp_micros(),
            position: self.log_position.map(|position| position.to_string()),
            window: self.window.to_entries(),
            office: &self.office,
        })
    }

    /// The reverse of [`Self::freeze`]; nothing if the bytes don't fit.
    pub fn thaw(bytes: &[u8]) -> Option<Self> {
        let frozen: Frozen<BoxOffice> = postcard::from_bytes(bytes).ok()?;
        Some(Self {
            office: frozen.office,
            version: frozen.version,
            last_at: Timestamp::from_timestamp_micros(frozen.last_at_micros)?,
            log_position: frozen.position.and_then(|text| text.parse().ok()),
            window: CommandWindow::from_entries(frozen.window),
            snapshot_version: frozen.version,
        })
    }
}
