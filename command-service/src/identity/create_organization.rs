//! Creates an organisation.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Caller, MemberRole, Resource},
    events::identity::IdentityEvent,
    http::{Body, FieldError, IdempotencyKey, Problem},
    id::OrganizationId,
};
use utoipa::ToSchema;

use super::{
    IdentityState,
    accounts::{acting, error::AccountError},
    audit::Subject,
    members,
    text::plain_text,
};

const LONGEST_NAME: usize = 200;

/// An organisation to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationBody {
    /// What it is called; one line.
    #[schema(min_length = 1, max_length = 200, example = "Stadthalle")]
    name: String,
}

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationAnswer {
    organization_id: OrganizationId,
    name: String,
}

/// Why no organisation was created.
#[derive(Debug, thiserror::Error)]
enum CreateOrganizationError {
    #[error("the name is not acceptable")]
    Name(FieldError),
    #[error("the idempotency key has created another organisation")]
    KeyReused,
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}

impl From<CreateOrganizationError> for Problem {
    fn from(error: CreateOrganizationError) -> Self {
        match error {
            CreateOrganizationError::Name(fault) => Self::validation(vec![fault]),
            CreateOrganizationError::KeyReused => Self::idempotency_key_reused(),
            CreateOrganizationError::Account(error) => error.into(),
            CreateOrganizationError::Database(error) => error.into(),
        }
    }
}

/// Creates an organisation. An account that does becomes its owner.
///
/// With an `Idempotency-Key`, a repeated request creates nothing more and is answered the same.
#[utoipa::path(
    post,
    path = "/organizations",
    tag = "Organizations",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255,
        pattern = "^[!-~]+$")),
    request_body = OrganizationBody,
    responses((status = 201, description = "It exists now", body = OrganizationAnswer))
)]
pub async fn create_organization(
    State(state): State<IdentityState>,
    caller: Caller,
    key: Option<IdempotencyKey>,
    body: Body<OrganizationBody>,
) -> Result<Response, Problem> {
    let name = plain_text("/name", &body.value.name, LONGEST_NAME)
        .map_err(CreateOrganizationError::Name)?;
    let id = key.map_or_else(|| state.ids.next(), |key| key.command_id().uuid());
    let organization_id = OrganizationId::new(id);
    let is_new = create(&state, &caller, organization_id, &name).await?;
    let answer = Json(OrganizationAnswer { organization_id, name });
    if is_new {
        tracing::info!(organization.id = %organization_id, "An organisation was created");
        return Ok((StatusCode::CREATED, answer).into_response());
    }
    Ok((StatusCode::CREATED, [("idempotency-replayed", "true")], answer).into_response())
}

/// Inserts it, unless the same one is there already: then false.
async fn create(
    state: &IdentityState,
    caller: &Caller,
    id: OrganizationId,
    name: &str,
) -> Result<bool, CreateOrganizationError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Platform).await?;
    let inserted = sqlx::query(
        "INSERT INTO identity.organizations (id, name, created_at) VALUES ($1, $2, $3) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(id.uuid())
    .bind(name)
    .bind(state.clock.now())
    .execute(&mut *tx)
    .await?;
    if inserted.rows_affected() == 0 {
        let existing: String =
            sqlx::query_scalar("SELECT name FROM identity.organizations WHERE id = $1")
                .bind(id.uuid())
                .fetch_one(&mut *tx)
                .await?;
        let is_same = existing == name;
        return if is_same { Ok(false) } else { Err(CreateOrganizationError::KeyReused) };
    }
    let (subject, who) = (Subject::Organization(id), caller.audit_name());
    state.audit.note(&mut tx, subject, &who, &IdentityEvent::OrganizationCreated {}).await?;
    if let Some(owner) = caller.actor().account() {
        let role = MemberRole::Owner;
        members::join(state, &mut tx, id, owner.account, role).await?;
        let fact = IdentityEvent::MemberJoined { account_id: owner.account, role };
        state.audit.note(&mut tx, subject, &who, &fact).await?;
    }
    tx.commit().await?;
    Ok(true)
}
