//! Creates an API key of an organisation.

use axum::{Json, extract::State};
use chrono::SubsecRound;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Action, ApiKeyRole, ApiKeySecret, Caller, Resource},
    clock::Timestamp,
    events::identity::IdentityEvent,
    http::{Body, FieldError, Ids, Problem},
    id::{ApiKeyId, OrganizationId},
};
use sqlx::error::DatabaseError;
use utoipa::ToSchema;

use super::{
    IdentityState,
    accounts::{acting, error::AccountError},
    audit::Subject,
    text::plain_text,
};

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
    /// The actions that its bearer may do, as `x-policy` names them; all that are open to keys, if
    /// absent.
    #[schema(max_items = 64, example = json!(["view_order", "view_organization"]))]
    scopes: Option<Vec<String>>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<String>>,
    /// Send it as a bearer token. It is stored nowhere; whoever loses it creates another key.
    #[schema(example = "fhk_0199…_5f2c…")]
    secret: String,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    created_at: Timestamp,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
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
    let answer = create(&state, &caller, organization, body.value).await?;
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
    caller: &Caller,
    organization_id: OrganizationId,
    body: ApiKeyBody,
) -> Result<ApiKeyAnswer, AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization_id)).await?;
    acting::narrow(&mut tx, organization_id).await?;
    let created_at = state.clock.now();
    let (label, expires_at) = checked(&body, created_at)?;
    let secret = ApiKeySecret::generate(ApiKeyId::new(state.ids.next()))?;
    sqlx::query(
        "INSERT INTO identity.api_keys \
         (id, organization_id, role, label, secret_sha256, created_at, expires_at, scopes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(secret.id().uuid())
    .bind(organization_id.uuid())
    .bind(ApiKeyRole::Organizer.name())
    .bind(&label)
    .bind(secret.sha256().as_slice())
    .bind(created_at)
    .bind(expires_at)
    .bind(&body.scopes)
    .execute(&mut *tx)
    .await
    .map_err(missing)?;
    let (api_key_id, scopes) = (secret.id(), body.scopes);
    let fact = IdentityEvent::ApiKeyCreated { api_key_id, scopes: scopes.clone() };
    let subject = Subject::Organization(organization_id);
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    tx.commit().await?;
    Ok(ApiKeyAnswer {
        api_key_id,
        organization_id,
        label,
        role: body.role,
        scopes,
        secret: secret.expose(),
        created_at,
        expires_at,
    })
}

/// A key of an organisation that doesn't exist.
fn missing(error: sqlx::Error) -> AccountError {
    let refused = error.as_database_error();
    let is_missing = refused.is_some_and(DatabaseError::is_foreign_key_violation);
    if is_missing { AccountError::NotFound } else { error.into() }
}

fn checked(body: &ApiKeyBody, now: Timestamp) -> Result<(String, Option<Timestamp>), AccountError> {
    let label = plain_text("/label", &body.label, LONGEST_LABEL);
    let expires_at = body.expires_at.map(|instant| instant.trunc_subsecs(6));
    let is_over = expires_at.is_some_and(|instant| instant <= now);
    let over = is_over
        .then(|| FieldError::new("/expires_at", "in-the-past", "A key has to work for a while."));
    let scopes = body.scopes.as_deref().and_then(scope_fault);
    match (label, over, scopes) {
        (Ok(label), None, None) => Ok((label, expires_at)),
        (label, over, scopes) => {
            let faults = label.err().into_iter().chain(over).chain(scopes).collect();
            Err(AccountError::Fields(faults))
        }
    }
}

/// The first scope that is no action open to keys, or there twice; or that there are none.
fn scope_fault(scopes: &[String]) -> Option<FieldError> {
    if scopes.is_empty() {
        let detail = "At least one, or leave the field out for all.";
        return Some(FieldError::new("/scopes", "length-out-of-range", detail));
    }
    let is_wrong = |(place, name): &(usize, &String)| {
        let is_open = Action::parse(name).is_ok_and(Action::is_for_keys);
        !is_open || scopes.iter().take(*place).any(|earlier| earlier == *name)
    };
    let (place, _) = scopes.iter().enumerate().find(is_wrong)?;
    let detail = "Each scope once, and an action that is open to keys.";
    Some(FieldError::new(format!("/scopes/{place}"), "unknown-scope", detail))
}
