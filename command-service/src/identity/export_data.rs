//! Asks for a file of what an organisation sold and to whom.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, SubsecRound, TimeDelta, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Caller, Resource},
    clock::Timestamp,
    events::identity::{ExportedData, IdentityEvent},
    export::ExportFormat,
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
    /// CSV, if nothing else is said.
    #[serde(default)]
    format: ExportFormat,
    /// Orders paid, tickets issued or sold at this instant or later. Without it: from the first. Sales
    /// are counted in quarters of an hour.
    #[serde(default)]
    from: Option<DateTime<Utc>>,
    /// Before this instant. Without it: to the last.
    #[serde(default)]
    to: Option<DateTime<Utc>>,
}

/// A file that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationExportAnswer {
    export_id: ExportId,
}

/// Makes a file (CSV, XLSX or JSON) of orders, attendees or sales, of all times or of a range. Asks
/// for a fresh proof, and the history of the organisation says that it was asked for. Asked again
/// while it is being made, it is the same file; only who asked can download it.
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
    wish: ExportBody,
) -> Result<ExportId, AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization)).await?;
    let wish = wish.checked()?;
    lock(&mut tx, organization).await?;
    let who = caller.audit_name();
    let asked = Asked { organization, who: &who, wish };
    if let Some(begun) = asked.begun(&mut tx).await? {
        return Ok(begun);
    }
    if unfinished(&mut tx, organization).await? >= MOST_AT_ONCE {
        let detail = "Wait until one of the files is ready.";
        return Err(AccountError::Conflict("too-many-exports", detail));
    }
    let export_id = ExportId::new(state.ids.next());
    asked.note(&mut tx, export_id, state.clock.now()).await?;
    let ExportBody { data, event_id, .. } = wish;
    let fact = IdentityEvent::DataExported { export_id, data, event_id };
    state.audit.note(&mut tx, Subject::Organization(organization), &who, &fact).await?;
    tx.commit().await?;
    Ok(export_id)
}

impl ExportBody {
    /// The wish with its instants as they are kept, if it can be fulfilled.
    fn checked(self) -> Result<Self, FieldError> {
        if self.event_id.is_none() && self.data != ExportedData::Orders {
            let detail = "Attendees and sales are those of one event.";
            return Err(FieldError::new("/event_id", "missing-field", detail));
        }
        for (pointer, at) in [("/from", self.from), ("/to", self.to)] {
            if at.is_some_and(|at| !(1..=9999).contains(&at.year())) {
                let detail = "must lie between the years 1 and 9999";
                return Err(FieldError::new(pointer, "out-of-range", detail));
            }
        }
        let kept = |at: Option<DateTime<Utc>>| at.map(|at| at.trunc_subsecs(6));
        let (from, to) = (kept(self.from), kept(self.to));
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            return Err(FieldError::new("/to", "out-of-range", "must be later than `from`"));
        }
        Ok(Self { from, to, ..self })
    }
}

struct Asked<'a> {
    organization: OrganizationId,
    who: &'a str,
    wish: ExportBody,
}

impl Asked<'_> {
    /// The same file, if it is being made already.
    async fn begun(&self, tx: &mut PgConnection) -> Result<Option<ExportId>, sqlx::Error> {
        let begun: Option<Uuid> = sqlx::query_scalar(
            "SELECT id FROM vault.organization_exports
              WHERE organization_id = $1 AND asked_by = $2 AND kind = $3
                AND event_id IS NOT DISTINCT FROM $4 AND format = $5
                AND since IS NOT DISTINCT FROM $6 AND until IS NOT DISTINCT FROM $7
                AND ready_at IS NULL AND failed_at IS NULL",
        )
        .bind(self.organization.uuid())
        .bind(self.who)
        .bind(self.wish.data.code())
        .bind(self.wish.event_id.map(EventId::uuid))
        .bind(self.wish.format.code())
        .bind(self.wish.from)
        .bind(self.wish.to)
        .fetch_optional(tx)
        .await?;
        Ok(begun.map(ExportId::new))
    }

    /// Writes the wish down for whoever makes files.
    async fn note(
        &self,
        tx: &mut PgConnection,
        export: ExportId,
        at: Timestamp,
    ) -> Result<(), AccountError> {
        sqlx::query(
            "INSERT INTO vault.organization_exports
                    (id, organization_id, event_id, kind, asked_by, requested_at, next_attempt_at,
                     expires_at, format, since, until)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10)",
        )
        .bind(export.uuid())
        .bind(self.organization.uuid())
        .bind(self.wish.event_id.map(EventId::uuid))
        .bind(self.wish.data.code())
        .bind(self.who)
        .bind(at)
        .bind(at + KEPT)
        .bind(self.wish.format.code())
        .bind(self.wish.from)
        .bind(self.wish.to)
        .execute(tx)
        .await
        .map_err(missing)?;
        Ok(())
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
    async fn another_format_or_range_is_another_file_and_nonsense_is_refused() {
        let world = World::start().await;
        let (organization, access) = an_organization(&world).await;
        let path = format!("/organizations/{organization}/exports");
        let ask = async |more: Value| {
            let mut wish = body("attendees");
            wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            world.send("POST", &path, Some(&access), wish).await
        };
        let (march, april) = ("2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00");
        let plain = ask(json!({})).await.text("export_id");
        let csv = ask(json!({"format": "csv"})).await;
        assert_eq!(csv.text("export_id"), plain, "CSV if nothing is said");
        let mut files = vec![plain];
        for more in [
            json!({"format": "xlsx"}),
            json!({"format": "json", "from": march}),
            json!({"format": "json", "from": march, "to": april}),
        ] {
            let asked = ask(more.clone()).await;
            assert_eq!(asked.status, 202, "{more} {asked:?}");
            assert_eq!(ask(more).await.text("export_id"), asked.text("export_id"));
            files.push(asked.text("export_id"));
        }
        files.sort();
        files.dedup();
        assert_eq!(files.len(), 4);
        for (wrong, status) in [
            (json!({"format": "pdf"}), 422),
            (json!({"from": april, "to": march}), 422),
            (json!({"from": march, "to": march}), 422),
            (json!({"to": "+12026-03-01T00:00:00Z"}), 422),
            (json!({"from": "yesterday"}), 422),
        ] {
            assert_eq!(ask(wrong.clone()).await.status, status, "{wrong}");
        }
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
