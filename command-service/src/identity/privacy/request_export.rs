//! Asks for everything that is held about the owner of an account.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use http::StatusCode;
use serde::Serialize;
use shared::{auth::Caller, http::Problem};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError},
};

/// How long an export can be downloaded.
const KEPT: TimeDelta = TimeDelta::days(7);

/// An export that was asked for.
#[derive(Serialize, ToSchema)]
pub struct ExportAnswer {
    /// A mail says when it can be downloaded.
    export_id: Uuid,
}

/// Collects everything that is held about the owner of the account. Asks for a fresh proof. Asked
/// again while one is being collected, it is the same.
#[utoipa::path(
    post,
    path = "/account/export",
    tag = "Accounts",
    responses((status = 202, description = "It is being collected", body = ExportAnswer))
)]
pub async fn request_export(
    State(state): State<IdentityState>,
    caller: Caller,
) -> Result<Response, Problem> {
    let export_id = request(&state, &caller).await?;
    Ok((StatusCode::ACCEPTED, Json(ExportAnswer { export_id })).into_response())
}

async fn request(state: &IdentityState, caller: &Caller) -> Result<Uuid, AccountError> {
    let (mut tx, at) = (state.pool.begin().await?, state.clock.now());
    let account = acting::fresh(state, &mut tx, caller).await?.account;
    let begun: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM vault.exports
          WHERE account_id = $1 AND ready_at IS NULL AND expires_at > $2",
    )
    .bind(account.uuid())
    .bind(at)
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(begun) = begun {
        return Ok(begun);
    }
    let id = state.ids.next();
    sqlx::query(
        "INSERT INTO vault.exports (id, account_id, requested_at, next_attempt_at, expires_at)
         VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(id)
    .bind(account.uuid())
    .bind(at)
    .bind(at + KEPT)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}
