//! Routes of exports.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use futures::stream;
use http::{HeaderValue, header};
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Action, Caller, Resource},
    clock::Timestamp,
    events::identity::ExportedData,
    http::{Ids, Problem, Query, guarded},
    id::{EventId, ExportId, OrganizationId},
    vault::export_part_place,
};
use thiserror::Error;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{app::App, http::Page, query_error::QueryError, unreadable::Unreadable};

const CSV: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// Exports of a list; there are never as many.
const AT_MOST: i64 = 200;

/// The routes of exports.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ViewOrganization, routes!(organization_exports)))
        .routes(guarded(Action::ViewOrganization, routes!(organization_export_file)))
}

/// Which exports are looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Of this event only.
    #[serde(default)]
    event_id: Option<EventId>,
}

/// A file that is being made, or can be downloaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationExportView {
    pub export_id: ExportId,
    pub data: ExportedData,
    /// Absent: of all events.
    pub event_id: Option<EventId>,
    pub status: ExportStatus,
    /// Rows that are in the file by now.
    pub rows_done: i64,
    /// Rows that there are, once they were counted.
    pub rows_total: Option<i64>,
    pub requested_at: DateTime<Utc>,
    pub ready_at: Option<DateTime<Utc>>,
    /// Until when it can be downloaded.
    pub expires_at: DateTime<Utc>,
    /// Whether it was asked for by whoever asks now: nobody else downloads it.
    pub own: bool,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExportStatus {
    /// Nobody has begun with it.
    Waiting,
    /// It is being made.
    Running,
    /// It can be downloaded.
    Ready,
    /// It can't be made. Ask again.
    Failed,
}

row!(
    struct Row {
        id: Uuid,
        event_id: Option<Uuid>,
        kind: String,
        asked_by: String,
        requested_at: Timestamp,
        total: Option<i64>,
        done: i64,
        ready_at: Option<Timestamp>,
        failed_at: Option<Timestamp>,
        expires_at: Timestamp,
    }
);

impl Row {
    fn view(self, caller: &Caller) -> Result<OrganizationExportView, Unreadable> {
        let data = ExportedData::parse(&self.kind);
        let status = match (self.ready_at, self.failed_at, self.total) {
            (Some(_), _, _) => ExportStatus::Ready,
            (None, Some(_), _) => ExportStatus::Failed,
            (None, None, Some(_)) => ExportStatus::Running,
            (None, None, None) => ExportStatus::Waiting,
        };
        Ok(OrganizationExportView {
            export_id: ExportId::new(self.id),
            data: data.map_err(|unknown| Unreadable::new("kind of export", unknown.0))?,
            event_id: self.event_id.map(EventId::new),
            status,
            rows_done: self.done,
            rows_total: self.total,
            requested_at: self.requested_at,
            ready_at: self.ready_at,
            expires_at: self.expires_at,
            own: self.asked_by == caller.audit_name(),
        })
    }
}

/// The files of an organisation that are being made or can be downloaded, the latest first.
#[utoipa::path(
    get,
    path = "/organizations/{organization_id}/exports",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path), Wanted),
    responses((status = 200, description = "The files", body = Page<OrganizationExportView>)),
)]
async fn organization_exports(
    State(app): State<App>,
    Ids(organization): Ids<OrganizationId>,
    Query(wanted): Query<Wanted>,
    caller: Caller,
) -> Result<Json<Page<OrganizationExportView>>, Problem> {
    caller.may(Resource::Organization(organization))?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, event_id, kind, asked_by, requested_at, total, done, ready_at, failed_at,
                expires_at
           FROM vault.organization_exports
          WHERE organization_id = $1 AND ($2::uuid IS NULL OR event_id = $2) AND expires_at > $3
          ORDER BY requested_at DESC, id DESC LIMIT $4",
    )
    .bind(organization.uuid())
    .bind(wanted.event_id.map(EventId::uuid))
    .bind(app.clock.now())
    .bind(AT_MOST)
    .fetch_all(&app.scoped)
    .await?;
    if rows.is_empty()
        && !crate::catalogue::query::organization_exists(&app.scoped, organization).await?
    {
        return Err(Problem::not_found());
    }
    let views: Result<Vec<_>, Unreadable> = rows.into_iter().map(|row| row.view(&caller)).collect();
    Ok(Json(Page { data: views.map_err(QueryError::from)?, next_cursor: None }))
}

/// A file that is ready (CSV), for whoever asked for it.
#[utoipa::path(
    get,
    path = "/organizations/{organization_id}/exports/{export_id}/file",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path), ("export_id" = ExportId, Path)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)),
)]
async fn organization_export_file(
    State(app): State<App>,
    Ids((organization, export)): Ids<(OrganizationId, ExportId)>,
    caller: Caller,
) -> Result<Response, Problem> {
    caller.may(Resource::Organization(organization))?;
    let found: Option<(String, i32)> = sqlx::query_as(
        "SELECT kind, parts FROM vault.organization_exports
          WHERE id = $1 AND organization_id = $2 AND asked_by = $3
            AND ready_at IS NOT NULL AND expires_at > $4",
    )
    .bind(export.uuid())
    .bind(organization.uuid())
    .bind(caller.audit_name())
    .bind(app.clock.now())
    .fetch_optional(&app.scoped)
    .await?;
    let (kind, parts) = found.ok_or_else(Problem::not_found)?;
    let name = format!("attachment; filename=\"{kind}.csv\"");
    let name = HeaderValue::try_from(name).map_err(|error| Problem::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, CSV),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, NO_STORE),
    ];
    let opened = stream::try_unfold(0, move |part| {
        let app = app.clone();
        async move {
            if part == parts {
                return Ok(None);
            }
            open(&app, export, part).await.map(|text| Some((Bytes::from(text), part + 1)))
        }
    });
    Ok((headers, Body::from_stream(opened)).into_response())
}

/// A part that was there can't be read: the download breaks off.
#[derive(Debug, Error)]
enum PartError {
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
    #[error("a part of an export can't be opened")]
    Sealed(#[from] shared::vault::CannotOpen),
}

async fn open(app: &App, export: ExportId, part: i32) -> Result<Vec<u8>, PartError> {
    let (content, key): (Vec<u8>, String) = sqlx::query_as(
        "SELECT content, content_key FROM vault.organization_export_parts
          WHERE export_id = $1 AND part = $2",
    )
    .bind(export.uuid())
    .bind(part)
    .fetch_one(&app.pool)
    .await?;
    let place = export_part_place(export.uuid(), part);
    Ok(app.vault.open(&place, &key, &content)?)
}
