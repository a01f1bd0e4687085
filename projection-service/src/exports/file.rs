//! The route that a file is downloaded from.

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use futures::stream;
use http::{HeaderValue, header};
use shared::{
    auth::{Action, Caller, Resource},
    events::identity::ExportedData,
    export::ExportFormat,
    http::{Ids, Problem, guarded},
    id::{ExportId, OrganizationId},
    vault::export_part_place,
};
use thiserror::Error;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{job, wrap::Wrapped, xlsx::WorkbookError};
use crate::{app::App, query_error::QueryError};

const CSV: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const XLSX: HeaderValue =
    HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// The route of files.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ViewOrganization, routes!(organization_export_file)))
}

/// A file that is ready, in the format it was asked for in, for whoever asked for it. CSV has a
/// heading, and an apostrophe before what a spreadsheet would take for a formula. XLSX has its instants
/// in UTC. JSON is an array.
#[utoipa::path(
    get,
    path = "/organizations/{organization_id}/exports/{export_id}/file",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path), ("export_id" = ExportId, Path)),
    responses((status = 200, description = "The file", content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<serde_json::Value> = "application/json"),
    ))),
)]
async fn organization_export_file(
    State(app): State<App>,
    Ids((organization, export)): Ids<(OrganizationId, ExportId)>,
    caller: Caller,
) -> Result<Response, Problem> {
    caller.may(Resource::Organization(organization))?;
    let found: Option<(String, String, i32)> = sqlx::query_as(
        "SELECT kind, format, parts FROM vault.organization_exports
          WHERE id = $1 AND organization_id = $2 AND asked_by = $3
            AND ready_at IS NOT NULL AND expires_at > $4",
    )
    .bind(export.uuid())
    .bind(organization.uuid())
    .bind(caller.audit_name())
    .bind(app.clock.now())
    .fetch_optional(&app.scoped)
    .await?;
    let (kind, format, parts) = found.ok_or_else(Problem::not_found)?;
    let (data, format) = job::what(&kind, &format).map_err(QueryError::from)?;
    let wrapped = Wrapped::new(format, data, parts).map_err(|error| Problem::internal(&error))?;
    let rest = Rest { app, export, parts, next: 0, wrapped };
    let body = stream::try_unfold(Some(rest), |rest| async move {
        let Some(rest) = rest else { return Ok::<_, PartError>(None) };
        let (bytes, rest) = rest.go_on().await?;
        Ok(Some((Bytes::from(bytes), rest)))
    });
    Ok((headers(data, format)?, Body::from_stream(body)).into_response())
}

fn headers(
    data: ExportedData,
    format: ExportFormat,
) -> Result<[(header::HeaderName, HeaderValue); 3], Problem> {
    let name = format!("attachment; filename=\"{}.{}\"", data.code(), format.code());
    let name = HeaderValue::try_from(name).map_err(|error| Problem::internal(&error))?;
    let kind = match format {
        ExportFormat::Csv => CSV,
        ExportFormat::Xlsx => XLSX,
        ExportFormat::Json => JSON,
    };
    Ok([
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, NO_STORE),
    ])
}

/// What is left of a file to send.
struct Rest {
    app: App,
    export: ExportId,
    parts: i32,
    next: i32,
    wrapped: Wrapped,
}

impl Rest {
    /// The next bytes, and what is left after them.
    async fn go_on(mut self) -> Result<(Vec<u8>, Option<Self>), PartError> {
        if self.next >= self.parts {
            return Ok((self.wrapped.end()?, None));
        }
        let part = open(&self.app, self.export, self.next).await?;
        let bytes = self.wrapped.part(part, self.next == 0)?;
        self.next += 1;
        Ok((bytes, Some(self)))
    }
}

/// A part that was there can't be read: the download breaks off.
#[derive(Debug, Error)]
enum PartError {
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
    #[error("a part of an export can't be opened")]
    Sealed(#[from] shared::vault::CannotOpen),
    #[error("the workbook can't be written")]
    Workbook(#[from] WorkbookError),
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
