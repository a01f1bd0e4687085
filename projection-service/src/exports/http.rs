//! Routes of exports.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Action, Caller, Resource},
    clock::Timestamp,
    events::identity::ExportedData,
    export::ExportFormat,
    http::{Ids, Problem, Query, guarded},
    id::{EventId, ExportId, OrganizationId},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{file, job};
use crate::{app::App, http::Page, query_error::QueryError, unreadable::Unreadable};

/// Exports of a list; there are never as many.
const AT_MOST: i64 = 200;

/// The routes of exports.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ViewOrganization, routes!(organization_exports)))
        .merge(file::routes())
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
    pub format: ExportFormat,
    /// Rows of this instant and later; absent: from the first.
    pub from: Option<DateTime<Utc>>,
    /// Rows before this instant; absent: to the last.
    pub to: Option<DateTime<Utc>>,
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
        format: String,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
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
        let (data, format) = job::what(&self.kind, &self.format)?;
        let status = match (self.ready_at, self.failed_at, self.total) {
            (Some(_), _, _) => ExportStatus::Ready,
            (None, Some(_), _) => ExportStatus::Failed,
            (None, None, Some(_)) => ExportStatus::Running,
            (None, None, None) => ExportStatus::Waiting,
        };
        Ok(OrganizationExportView {
            export_id: ExportId::new(self.id),
            data,
            event_id: self.event_id.map(EventId::new),
            format,
            from: self.since,
            to: self.until,
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
        "SELECT id, event_id, kind, format, since, until, asked_by, requested_at, total, done,
                ready_at, failed_at, expires_at
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
