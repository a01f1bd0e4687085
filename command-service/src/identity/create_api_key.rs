//! Creates an API key of an organisation.

use axum::{Json, extract::State};
use chrono::SubsecRound;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::{
    auth::{ApiKeyRole, ApiKeySecret, Caller, Resource},
    clock::Timestamp,
    http::{Body, FieldError, Ids, Problem},
    id::{ApiKeyId, OrganizationId},
};
use sqlx::error::DatabaseError;
use utoipa::ToSchema;

use super::{IdentityState, text::plain_text};

const LONGEST_LABEL: usize = 100;

/// An API key to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyBody {
    /// What the key is for; one line.
    #[schema(min_length = 1, max_length = 100, example = "Web shop")]
    label: String,
    /// What its bearer may do.
    role: RoleBody,
    /// When it stops working; never, if absent.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    expires_at: Option<Timestamp>,
}

/// What the bearer of a key may do.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleBody {
    /// Everything inside the organisation.
    Organizer,
}

/// An API key, in full: the only time its secret is shown.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyAnswer {
    api_key_id: ApiKeyId,
    organization_id: OrganizationId,
    label: String,
    role: RoleBody,
    /// Send it as a bearer token. It is stored nowhere; whoever loses it creates another key.
    #[schema(example = "fhk_0199…_5f2c…")]
    secret: String,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    created_at: Timestamp,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

/// Why no key was created.
#[derive(Debug, thiserror::Error)]
enum CreateApiKeyError {
    #[error("the fields are not acceptable")]
    Fields(Vec<FieldError>),
    #[error("there is no such organisation")]
    NoOrganization,
    #[error("there is no randomness")]
    Randomness(#[from] getrandom::Error),
    #[error("the database refused")]
    Database(sqlx::Error),
}

impl From<CreateApiKeyError> for Problem {
    fn from(error: CreateApiKeyError) -> Self {
        match error {
            CreateApiKeyError::Fields(faults) => Self::validation(faults),
            CreateApiKeyError::NoOrganization => Self::not_found(),
            CreateApiKeyError::Randomness(error) => Self::unavailable(&error),
            CreateApiKeyError::Database(error) => error.into(),
        }
    }
}

impl From<sqlx::Error> for CreateApiKeyError {
    fn from(error: sqlx::Error) -> Self {
        let refused = error.as_database_error();
        let is_missing = refused.is_some_and(DatabaseError::is_foreign_key_violation);
        if is_missing { Self::NoOrganization } else { Self::Database(error) }
    }
}

/// Creates an API key of an organisation; the answer shows its secret, once.
#[utoipa::path(
    post,
    path = "/organizations/{organization_id}/api-keys",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path)),
    request_body = ApiKeyBody,
    responses((status = 201, description = "The key works now", body = ApiKeyAnswer))
)]
pub async fn create_api_key(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(organization): Ids<OrganizationId>,
    body: Body<ApiKeyBody>,
) -> Result<(StatusCode, Json<ApiKeyAnswer>), Problem> {
    caller.may(Resource::Organization(organization))?;
    let answer = create(&state, organization, body.value).await?;
    tracing::info!(
        organization.id = %organization,
        api_key.id = %answer.api_key_id,
        by = %caller.audit_name(),
        "An API key was created"
    );
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn create(
    state: &IdentityState,
    organization_id: OrganizationId,
    body: ApiKeyBody,
) -> Result<ApiKeyAnswer, CreateApiKeyError> {
    let created_at = state.clock.now();
    let (label, expires_at) = checked(&body, created_at)?;
    let secret = ApiKeySecret::generate(ApiKeyId::new(state.ids.next()))?;
    sqlx::query(
        "INSERT INTO identity.api_keys \
         (id, organization_id, role, label, secret_sha256, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(secret.id().uuid())
    .bind(organization_id.uuid())
    .bind(ApiKeyRole::Organizer.name())
    .bind(&label)
    .bind(secret.sha256().as_slice())
    .bind(created_at)
    .bind(expires_at)
    .execute(&state.pool)
    .await?;
    let (api_key_id, secret) = (secret.id(), secret.expose());
    let role = body.role;
    Ok(ApiKeyAnswer { api_key_id, organization_id, label, role, secret, created_at, expires_at })
}

fn checked(
    body: &ApiKeyBody,
    now: Timestamp,
) -> Result<(String, Option<Timestamp>), CreateApiKeyError> {
    let label = plain_text("/label", &body.label, LONGEST_LABEL);
    let expires_at = body.expires_at.map(|instant| instant.trunc_subsecs(6));
    let is_over = expires_at.is_some_and(|instant| instant <= now);
    let over = is_over
        .then(|| FieldError::new("/expires_at", "in-the-past", "A key has to work for a while."));
    match (label, over) {
        (Ok(label), None) => Ok((label, expires_at)),
        (Ok(_), Some(over)) => Err(CreateApiKeyError::Fields(vec![over])),
        (Err(fault), over) => {
            let faults = std::iter::once(fault).chain(over).collect();
            Err(CreateApiKeyError::Fields(faults))
        }
    }
}
