//! A recorded fact as it is read back.

use std::sync::OnceLock;

use sqlx::{FromRow, Row, postgres::PgRow};
use uuid::Uuid;

use super::{LogPosition, Metadata, Shard, metadata::DecidedAt};
use crate::{
    clock::Timestamp,
    events::{
        box_office::{self, BoxOfficeEvent},
        upcast,
    },
};

/// A domain event with its envelope and its place in the log.
#[derive(Clone, Debug)]
pub struct RecordedEvent {
    pub log_position: LogPosition,
    pub stream_type: String,
    pub stream_id: Uuid,
    /// The place within the stream, from 1.
    pub version: i64,
    pub event_type: String,
    pub event_version: String,
    /// JSON text.
    pub payload: String,
    /// JSON text; see [`RecordedEvent::metadata`].
    pub metadata: String,
    /// When the database took it; never goes backwards within a shard.
    pub recorded_at: Timestamp,
    /// Decoded once, however many subscribers share the event. Boxed, because events are moved a few
    /// times while they are read and the largest fact is many times the usual one.
    pub(super) decoded: OnceLock<Box<BoxOfficeEvent>>,
}

/// A stored event doesn't fit the code that reads it.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It belongs to another type of stream than was asked for.
    #[error("{position} belongs to a stream of type {stream_type}")]
    OtherStreamType { position: LogPosition, stream_type: String },
    /// The payload isn't one of the known events, or not of this version.
    #[error("{position} ({event_type} {event_version}) can't be decoded")]
    Payload {
        position: LogPosition,
        event_type: String,
        event_version: String,
        source: serde_json::Error,
    },
    /// The envelope can't be read.
    #[error("the metadata of {position} can't be decoded")]
    Metadata { position: LogPosition, source: serde_json::Error },
}

impl RecordedEvent {
    /// The fact, if this is the stream of a box office; older versions come in today's form.
    ///
    /// # Errors
    ///
    /// [`DecodeError::OtherStreamType`], [`DecodeError::Payload`].
    pub fn box_office(&self) -> Result<&BoxOfficeEvent, DecodeError> {
        if let Some(event) = self.decoded.get() {
            return Ok(event);
        }
        let event = Box::new(self.decode()?);
        Ok(self.decoded.get_or_init(|| event))
    }

    /// The fact, without keeping it.
    ///
    /// # Errors
    ///
    /// As [`RecordedEvent::box_office`].
    pub fn into_box_office(mut self) -> Result<BoxOfficeEvent, DecodeError> {
        match self.decoded.take() {
            Some(event) => Ok(*event),
            None => self.decode(),
        }
    }

    /// The envelope.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Metadata`].
    pub fn metadata(&self) -> Result<Metadata, DecodeError> {
        Metadata::parse(&self.metadata)
            .map_err(|source| DecodeError::Metadata { position: self.log_position, source })
    }

    /// When it was decided: `at` of the envelope, without the cost of the rest.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Metadata`].
    pub fn at(&self) -> Result<Timestamp, DecodeError> {
        serde_json::from_str(&self.metadata)
            .map(|DecidedAt { at }| at)
            .map_err(|source| DecodeError::Metadata { position: self.log_position, source })
    }

    fn decode(&self) -> Result<BoxOfficeEvent, DecodeError> {
        if self.stream_type != box_office::STREAM_TYPE {
            return Err(DecodeError::OtherStreamType {
                position: self.log_position,
                stream_type: self.stream_type.clone(),
            });
        }
        upcast::decode_box_office(&self.event_type, &self.event_version, &self.payload).map_err(
            |source| DecodeError::Payload {
                position: self.log_position,
                event_type: self.event_type.clone(),
                event_version: self.event_version.clone(),
                source,
            },
        )
    }
}

/// Reads the columns by number: shard, position, `aggregate_type`, `aggregate_id`, sequence,
/// `event_type`, `event_version`, payload, metadata, `recorded_at`.
impl FromRow<'_, PgRow> for RecordedEvent {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let shard = Shard::try_new(row.try_get_unchecked(0)?)
            .ok_or_else(|| sqlx::Error::Decode("a shard out of range".into()))?;
        let stream_id = Uuid::try_parse(row.try_get_unchecked(3)?)
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Self {
            log_position: LogPosition { shard, position: row.try_get_unchecked(1)? },
            stream_type: row.try_get_unchecked(2)?,
            stream_id,
            version: row.try_get_unchecked(4)?,
            event_type: row.try_get_unchecked(5)?,
            event_version: row.try_get_unchecked(6)?,
            payload: row.try_get_unchecked(7)?,
            metadata: row.try_get_unchecked(8)?,
            recorded_at: row.try_get_unchecked(9)?,
            decoded: OnceLock::new(),
        })
    }
}
