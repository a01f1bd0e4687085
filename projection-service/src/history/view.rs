//! What is answered about history.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use shared::{
    event_log::{RecordedEvent, StreamId},
    id::CommandId,
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::state::{EventState, State};
use crate::{query_error::QueryError, unreadable::Unreadable};

/// A recorded fact with who, when and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// The place in the stream, from 1.
    pub version: i64,
    #[schema(example = "7:1234")]
    pub log_position: String,
    #[schema(example = "ReservationCreated")]
    pub event_type: String,
    #[schema(example = "1.0")]
    pub event_version: String,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// Who asked for it.
    pub actor: String,
    /// The trace of the request that led to it.
    pub trace_id: String,
    /// The command that was decided.
    pub command_id: CommandId,
    /// The log position of the fact that led to it, if one did.
    pub causation: Option<String>,
    /// The fact as it is stored.
    #[schema(value_type = Object)]
    pub payload: Box<RawValue>,
}

/// How a stream stood after some of its history.
#[derive(Debug, Serialize, ToSchema)]
pub struct StateView {
    #[schema(example = "box_office")]
    pub stream_type: &'static str,
    pub stream_id: Uuid,
    /// The place in the stream of the last fact that is included; 0 if none is.
    pub version: i64,
    #[schema(example = "7:1234")]
    pub log_position: Option<String>,
    /// When the last fact that is included was decided.
    pub at: Option<DateTime<Utc>>,
    /// Absent before the first fact.
    pub state: Option<EventState>,
}

impl HistoryEntry {
    /// The view of a recorded fact.
    ///
    /// # Errors
    ///
    /// If it can't be read.
    pub fn of(recorded: RecordedEvent) -> Result<Self, QueryError> {
        let metadata = recorded.metadata()?;
        let payload = RawValue::from_string(recorded.payload)
            .map_err(|_| Unreadable::new("payload", recorded.log_position.to_string()))?;
        Ok(Self {
            version: recorded.version,
            log_position: recorded.log_position.to_string(),
            event_type: recorded.event_type,
            event_version: recorded.event_version,
            at: metadata.at,
            recorded_at: recorded.recorded_at,
            actor: metadata.actor,
            trace_id: metadata.trace_id,
            command_id: metadata.command_id,
            causation: metadata.causation,
            payload,
        })
    }
}

impl StateView {
    /// The view of a state.
    pub fn of(stream: StreamId, state: State) -> Self {
        Self {
            stream_type: stream.stream_type,
            stream_id: stream.id,
            version: state.version,
            log_position: state.log_position.map(|position| position.to_string()),
            at: state.at,
            state: state.event,
        }
    }
}
