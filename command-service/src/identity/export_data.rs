//! Asks for a file of what an organisation sold and to whom.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Caller, Resource},
    events::identity::{ExportedData, IdentityEvent},
    http::{Body, FieldError, Ids, Problem},
    id::{EventId, ExportId, OrganizationId},
};
use sqlx::{PgConnection, error::DatabaseError};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    IdentityState,
    accounts::{acting, error::AccountError},
    audit::Subject,
};

/// How long a file can be downloaded: it holds names and addresses.
const KEPT: TimeDelta = TimeDelta::days(1);
/// Files of one organisation that are made at a time.
const MOST_AT_ONCE: i64 = 5;

/// What the file is about.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportBody {
    data: ExportedData,
    /// Of this event. Only orders can be asked for without one: then of all events.
    #[serde(default)]
    event_id: Option<EventId>,
}

/// A file that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationExportAnswer {
    export_id: ExportId,
}

/// Makes a file (CSV) of orders, attendees or sales. Asks for a fresh proof, and the history of the
/// organisation says that it was asked for. Asked again while it is being made, it is the same file;
/// only who asked can download it.
#[utoipa::path(
    post,
    path = "/organizations/{organization_id}/exports",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path)),
    request_body = ExportBody,
    responses(
        (status = 202, description = "It is being made", body = OrganizationExportAnswer),
        (status = 409, description = "As many as may be are being made")
    )
)]
pub async fn export_data(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(organization): Ids<OrganizationId>,
    body: Body<ExportBody>,
) -> Result<Response, Problem> {
    let export_id = ask(&state, &caller, organization, body.value).await?;
    Ok((StatusCode::ACCEPTED, Json(OrganizationExportAnswer { export_id })).into_response())
}

async fn ask(
    state: &IdentityState,
    caller: &Caller,
    organization: OrganizationId,
    ExportBody { data, event_id }: ExportBody,
) -> Result<ExportId, AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization)).await?;
    if event_id.is_none() && data != ExportedData::Orders {
        let detail = "Attendees and sales are those of one event.";
        return Err(FieldError::new("/event_id", "missing-field", detail).into());
    }
    lock(&mut tx, organization).await?;
    let who = caller.audit_name();
    let asked = Asked { organization, who: &who, data, event_id };
    if let Some(begun) = asked.begun(&mut tx).await? {
        return Ok(begun);
    }
    if unfinished(&mut tx, organization).await? >= MOST_AT_ONCE {
        let detail = "Wait until one of the files is ready.";
        return Err(AccountError::Conflict("too-many-exports", detail));
    }
    let export_id = ExportId::new(state.ids.next());
    let at = state.clock.now();
    sqlx::query(
        "INSERT INTO vault.organization_exports
                (id, organization_id, event_id, kind, asked_by, requested_at, next_attempt_at,
                 expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
    )
    .bind(export_id.uuid())
    .bind(organization.uuid())
    .bind(event_id.map(EventId::uuid))
    .bind(data.code())
    .bind(&*who)
    .bind(at)
    .bind(at + KEPT)
    .execute(&mut *tx)
    .await
    .map_err(missing)?;
    let fact = IdentityEvent::DataExported { export_id, data, event_id };
    state.audit.note(&mut tx, Subject::Organization(organization), &who, &fact).await?;
    tx.commit().await?;
    Ok(export_id)
}

struct Asked<'a> {
    organization: OrganizationId,
    who: &'a str,
    data: ExportedData,
    event_id: Option<EventId>,
}

impl Asked<'_> {
    /// The same file, if it is being made already.
    async fn begun(&self, tx: &mut PgConnection) -> Result<Option<ExportId>, sqlx::Error> {
        let begun: Option<Uuid> = sqlx::query_scalar(
            "SELECT id FROM vault.organization_exports
              WHERE organization_id = $1 AND asked_by = $2 AND kind = $3
                AND event_id IS NOT DISTINCT FROM $4
                AND ready_at IS NULL AND failed_at IS NULL",
        )
        .bind(self.organization.uuid())
        .bind(self.who)
        .bind(self.data.code())
        .bind(self.event_id.map(EventId::uuid))
        .fetch_optional(tx)
        .await?;
        Ok(begun.map(ExportId::new))
    }
}

/// One at a time counts and adds.
async fn lock(tx: &mut PgConnection, organization: OrganizationId) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('exports.' || $1, 0))")
        .bind(organization.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

async fn unfinished(
    tx: &mut PgConnection,
    organization: OrganizationId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT count(*) FROM vault.organization_exports
          WHERE organization_id = $1 AND ready_at IS NULL AND failed_at IS NULL",
    )
    .bind(organization.uuid())
    .fetch_one(tx)
    .await
}

/// A file of an organisation that doesn't exist.
fn missing(error: sqlx::Error) -> AccountError {
    let refused = error.as_database_error();
    let is_missing = refused.is_some_and(DatabaseError::is_foreign_key_violation);
    if is_missing { AccountError::NotFound } else { error.into() }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::{Value, json};

    use crate::identity::testing::World;

    const ADA: &str = "ada@example.org";

    async fn an_organization(world: &World) -> (String, String) {
        world.an_account(ADA).await;
        let ada = world.log_in(ADA).await;
        let made =
            world.send("POST", "/organizations", Some(&ada.access), json!({"name": "Arena"})).await;
        (made.text("organization_id"), world.log_in(ADA).await.access)
    }

    fn body(data: &str) -> Value {
        json!({"data": data, "event_id": "0190a000-0000-7000-8000-00000000000a"})
    }

    #[tokio::test]
    async fn a_file_is_asked_for_once_and_the_history_says_so() {
        let world = World::start().await;
        let (organization, access) = an_organization(&world).await;
        let path = format!("/organizations/{organization}/exports");
        let asked = world.send("POST", &path, Some(&access), body("attendees")).await;
        assert_eq!(asked.status, 202, "{asked:?}");
        let again = world.send("POST", &path, Some(&access), body("attendees")).await;
        assert_eq!(again.text("export_id"), asked.text("export_id"));
        let other = world.send("POST", &path, Some(&access), body("sales")).await;
        assert_ne!(other.text("export_id"), asked.text("export_id"));
        let history = world.history(&organization).await;
        let exported = history.iter().filter(|fact| *fact == "DataExported").count();
        assert_eq!(exported, 2, "{history:?}");
    }

    #[tokio::test]
    async fn a_file_needs_a_fresh_proof_and_an_own_organization() {
        let world = World::start().await;
        let (organization, access) = an_organization(&world).await;
        let path = format!("/organizations/{organization}/exports");
        world.an_account("eve@example.org").await;
        let eve = world.log_in("eve@example.org").await;
        let foreign = world.send("POST", &path, Some(&eve.access), body("orders")).await;
        assert_eq!(foreign.status, 403, "belongs to no organisation");
        let nowhere = format!("/organizations/{}/exports", uuid::Uuid::nil());
        let missing = world.send("POST", &nowhere, Some(&access), body("orders")).await;
        assert_eq!(missing.status, 404);
        let missing = world.send("POST", &nowhere, Some(&world.admin), body("orders")).await;
        assert_eq!(missing.status, 404);
        world.clock.advance(TimeDelta::minutes(6));
        let stale = world.send("POST", &path, Some(&access), body("orders")).await;
        assert_eq!(stale.problem(), (403, "step-up-required"));
    }

    #[tokio::test]
    async fn only_orders_are_of_all_events_and_not_too_many_at_once() {
        let world = World::start().await;
        let (organization, access) = an_organization(&world).await;
        let path = format!("/organizations/{organization}/exports");
        for (data, status) in [("orders", 202), ("attendees", 422), ("sales", 422), ("keys", 422)] {
            let asked = world.send("POST", &path, Some(&access), json!({"data": data})).await;
            assert_eq!(asked.status, status, "{data}");
        }
        for number in 1..5 {
            let event = uuid::Uuid::from_u128(number);
            let body = json!({"data": "orders", "event_id": event});
            assert_eq!(world.send("POST", &path, Some(&access), body).await.status, 202);
        }
        let many = world.send("POST", &path, Some(&access), body("orders")).await;
        assert_eq!(many.problem(), (409, "too-many-exports"));
    }
}
