//! Routes of history.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use shared::{
    auth::{Action, Caller},
    event_log::{Shard, StreamId, read},
    events::box_office,
    http::{Ids, Problem, Query, guarded},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    query::{self, PageWanted, Until},
    view::{HistoryEntry, StateView},
};
use crate::{
    app::App,
    freshness::AsOf,
    http::{Answer, Page},
    query_error::QueryError,
};

/// The routes of history.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ReadAudit, routes!(history)))
        .routes(guarded(Action::ReadAudit, routes!(state)))
}

/// What was recorded about an event with its orders and tickets (`box_office`), or about an
/// organisation or account (`identity`), the oldest or the newest first: who, what and when.
#[utoipa::path(
    get,
    path = "/audit/streams/{stream_type}/{stream_id}",
    tag = "audit",
    params(
        ("stream_type" = String, Path, example = "box_office"),
        ("stream_id" = Uuid, Path),
        PageWanted,
    ),
    responses((status = 200, description = "A page of history", body = Page<HistoryEntry>,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn history(
    State(app): State<App>,
    Ids((stream_type, id)): Ids<(String, Uuid)>,
    Query(wanted): Query<PageWanted>,
    caller: Caller,
) -> Result<Response, Problem> {
    let (as_of, stream) = admitted(&app, &stream_type, id, &caller).await?;
    let page = query::page(&app.scoped, stream, wanted).await?;
    let entries: Result<Vec<_>, QueryError> = page.data.into_iter().map(HistoryEntry::of).collect();
    let page = Page { data: entries?, next_cursor: page.next_cursor };
    Ok(Answer::new(as_of, page).into_response())
}

/// How an event stood at a place in its stream, a log position or an instant, folded from its history.
#[utoipa::path(
    get,
    path = "/audit/streams/{stream_type}/{stream_id}/state",
    tag = "audit",
    params(
        ("stream_type" = String, Path, example = "box_office"),
        ("stream_id" = Uuid, Path),
        Until,
    ),
    responses((status = 200, description = "The state", body = StateView,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn state(
    State(app): State<App>,
    Ids((stream_type, id)): Ids<(String, Uuid)>,
    Query(until): Query<Until>,
    caller: Caller,
) -> Result<Response, Problem> {
    let (as_of, stream) = admitted(&app, &stream_type, id, &caller).await?;
    // Only box offices are folded: what is recorded about people has no state here.
    if stream.stream_type != box_office::STREAM_TYPE {
        return Err(Problem::not_found());
    }
    // Reading a long history is work: few at a time. The semaphore is never closed.
    let _turn = app.replays.acquire().await.map_err(|error| Problem::internal(&error))?;
    let state = query::state(&app.scoped, stream, until).await?;
    Ok(Answer::new(as_of, StateView::of(stream, state)).into_response())
}

/// A stream that the caller may see, and how far the log is. The log itself is always fresh.
async fn admitted(
    app: &App,
    stream_type: &str,
    id: Uuid,
    caller: &Caller,
) -> Result<(AsOf, StreamId), Problem> {
    let stream = query::stream(stream_type, id).ok_or_else(Problem::not_found)?;
    let owner = query::owner(&app.scoped, stream).await?.ok_or_else(Problem::not_found)?;
    caller.may(owner)?;
    let heads = read::heads(&app.pool).await.map_err(QueryError::from)?;
    let position = |shard: Shard| {
        let head = heads.iter().find(|head| head.log_position.shard == shard);
        head.map_or(0, |head| head.log_position.position)
    };
    Ok((AsOf::new(position, Some(stream.shard())), stream))
}
