//! Questions to the log itself.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use shared::{
    auth::Resource,
    event_log::{DecodeError, LogPosition, RecordedEvent, StreamId, read},
    events::{
        box_office::{self, BoxOfficeEvent},
        identity,
    },
    id::{AccountId, OrganizationId},
};
use sqlx::PgPool;
use utoipa::{IntoParams, ToSchema};

use super::state::State;
use crate::{
    http::{Cursor, Limit, Page, instant, log_position},
    query_error::QueryError,
};

/// Events read at once for a state.
const STRETCH: i64 = 5000;

/// Up to when history is looked at: everything, if nothing is given.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Until {
    /// Up to and including this log position.
    #[serde(default, deserialize_with = "log_position")]
    #[param(value_type = Option<String>, example = "7:1234")]
    pub until_position: Option<LogPosition>,
    /// Up to and including this instant.
    #[serde(default, deserialize_with = "instant")]
    pub until: Option<DateTime<Utc>>,
    /// Up to and including this place in the stream.
    #[serde(default)]
    pub until_version: Option<u64>,
}

/// In which order a history is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// As it was recorded.
    #[default]
    OldestFirst,
    /// From the end, or from up to when it is looked at.
    NewestFirst,
}

/// Which page of a history is looked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageWanted {
    /// Up to and including this log position.
    #[serde(default, deserialize_with = "log_position")]
    #[param(value_type = Option<String>, example = "7:1234")]
    pub until_position: Option<LogPosition>,
    /// Up to and including this instant.
    #[serde(default, deserialize_with = "instant")]
    pub until: Option<DateTime<Utc>>,
    /// Up to and including this place in the stream.
    #[serde(default)]
    pub until_version: Option<u64>,
    /// `oldest_first`, if nothing else is said. A cursor is good for the order it came with.
    #[serde(default)]
    #[param(inline)]
    pub order: Order,
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<i64>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Limit,
}

impl PageWanted {
    /// Up to when.
    pub const fn until(&self) -> Until {
        let Self { until_position, until, until_version, .. } = *self;
        Until { until_position, until, until_version }
    }
}

impl Until {
    fn includes(&self, event: &RecordedEvent) -> Result<bool, DecodeError> {
        let by_position = self.until_position.is_none_or(|until| {
            until.shard == event.log_position.shard && event.log_position.position <= until.position
        });
        let by_version = self.until_version.is_none_or(|until| event.version <= number(until));
        let is_before = by_position && by_version;
        Ok(is_before && self.until.map_or(Ok(true), |until| Ok(event.at()? <= until))?)
    }
}

/// The stream that a path names, if there are streams of that type.
pub fn stream(stream_type: &str, id: uuid::Uuid) -> Option<StreamId> {
    let known = [box_office::STREAM_TYPE, identity::STREAM_TYPE];
    let stream_type = known.into_iter().find(|known| *known == stream_type)?;
    Some(StreamId { stream_type, id })
}

/// Whose stream it is, if there is such a stream.
///
/// # Errors
///
/// [`QueryError`].
pub async fn owner(pool: &PgPool, stream: StreamId) -> Result<Option<Resource>, QueryError> {
    if stream.stream_type == identity::STREAM_TYPE {
        return whose(pool, stream.id).await;
    }
    let first = read::seen_stream(pool, stream, 0, 1).await?;
    let Some(first) = first.first() else {
        return Ok(None);
    };
    let BoxOfficeEvent::EventDrafted { organization_id, .. } = first.box_office()? else {
        return Ok(None);
    };
    Ok(Some(Resource::Organization(*organization_id)))
}

/// The organisation or the account that an id names.
async fn whose(pool: &PgPool, id: uuid::Uuid) -> Result<Option<Resource>, QueryError> {
    let (is_organization, is_account): (bool, bool) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM identity.organizations WHERE id = $1),
                EXISTS (SELECT FROM identity.accounts WHERE id = $1)",
    )
    .bind(id)
    .fetch_one(pool)
    .await?;
    Ok(match (is_organization, is_account) {
        (true, _) => Some(Resource::Organization(OrganizationId::new(id))),
        (false, true) => Some(Resource::Account(AccountId::new(id))),
        (false, false) => None,
    })
}

/// What was recorded, in the order that is wanted.
///
/// # Errors
///
/// [`QueryError`].
pub async fn page(
    pool: &PgPool,
    stream: StreamId,
    wanted: PageWanted,
) -> Result<Page<RecordedEvent>, QueryError> {
    if wanted.order == Order::NewestFirst {
        return backwards(pool, stream, wanted).await;
    }
    let after = wanted.cursor.map_or(0, |cursor| cursor.0);
    let mut events = read::seen_stream(pool, stream, after, wanted.limit.plus_one()).await?;
    let end = end(&events, wanted.until())?;
    events.truncate(end);
    Ok(Page::of(events, wanted.limit, |last| last.version))
}

/// A page from the end. What comes before a cursor is within the limit, since its page was.
async fn backwards(
    pool: &PgPool,
    stream: StreamId,
    wanted: PageWanted,
) -> Result<Page<RecordedEvent>, QueryError> {
    let from = match wanted.cursor {
        Some(cursor) => cursor.0.saturating_sub(1),
        None => last(pool, stream, wanted.until()).await?,
    };
    let events = read::seen_stream_back(pool, stream, from, wanted.limit.plus_one()).await?;
    Ok(Page::of(events, wanted.limit, |last| last.version))
}

/// The last version within the limit. Looks at a few events only, however long the history is:
/// neither positions nor instants go backwards.
async fn last(pool: &PgPool, stream: StreamId, until: Until) -> Result<i64, QueryError> {
    let mut within = 0;
    let mut beyond = read::seen_version(pool, stream).await?.saturating_add(1);
    if let Some(version) = until.until_version {
        beyond = beyond.min(number(version).saturating_add(1));
    }
    if until.until_position.is_none() && until.until.is_none() {
        return Ok(beyond - 1);
    }
    while beyond - within > 1 {
        let middle = within + (beyond - within) / 2;
        let event = read::seen_stream(pool, stream, middle - 1, 1).await?;
        match event.first() {
            Some(event) if until.includes(event)? => within = middle,
            Some(_) | None => beyond = middle,
        }
    }
    Ok(within)
}

/// How it stood.
///
/// # Errors
///
/// [`QueryError`].
pub async fn state(pool: &PgPool, stream: StreamId, until: Until) -> Result<State, QueryError> {
    let mut state = State::default();
    let mut after = 0;
    loop {
        let events = read::seen_stream(pool, stream, after, STRETCH).await?;
        let end = end(&events, until)?;
        for event in events.iter().take(end) {
            state.fold(event)?;
        }
        match events.last() {
            Some(last) if end == events.len() => after = last.version,
            Some(_) | None => return Ok(state),
        }
    }
}

/// How many of these events are within the limit. Neither positions nor instants go backwards.
fn end(events: &[RecordedEvent], until: Until) -> Result<usize, DecodeError> {
    for (event, number) in events.iter().zip(0..) {
        if !until.includes(event)? {
            return Ok(number);
        }
    }
    Ok(events.len())
}

/// A version as the log has them: no stream is longer than that.
fn number(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}
