//! Everything that is held about the owner of an account, to be downloaded.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use shared::{
    auth::{Action, Caller},
    http::{Ids, Problem, guarded},
    vault::export_place,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::http::asking;
use crate::app::App;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const DOWNLOAD: HeaderValue = HeaderValue::from_static("attachment; filename=\"fullhouse.json\"");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// The routes of exports.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(guarded(Action::ViewAccount, routes!(export)))
}

/// An export that was asked for, for a week.
#[utoipa::path(
    get,
    path = "/account/export/{export_id}",
    tag = "Accounts",
    params(("export_id" = Uuid, Path)),
    responses(
        (status = 200, description = "Everything that is held, as JSON"),
        (status = 202, description = "It is still being collected"),
    )
)]
async fn export(
    State(app): State<App>,
    caller: Caller,
    Ids(export_id): Ids<Uuid>,
) -> Result<Response, Problem> {
    let account = asking(&app, &caller).await?.account;
    let found: Option<(Option<Vec<u8>>, Option<String>)> = sqlx::query_as(
        "SELECT content, content_key FROM vault.exports
          WHERE id = $1 AND account_id = $2 AND expires_at > $3",
    )
    .bind(export_id)
    .bind(account.uuid())
    .bind(app.clock.now())
    .fetch_optional(&app.pool)
    .await?;
    let (content, key) = found.ok_or_else(Problem::not_found)?;
    let Some((content, key)) = content.zip(key) else {
        return Ok(StatusCode::ACCEPTED.into_response());
    };
    let opened = app.vault.open(&export_place(export_id), &key, &content);
    let opened = opened.map_err(|error| Problem::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, JSON),
        (header::CONTENT_DISPOSITION, DOWNLOAD),
        (header::CACHE_CONTROL, NO_STORE),
    ];
    Ok((headers, opened).into_response())
}
