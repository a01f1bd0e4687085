//! Takes an invitation up.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Caller, MemberRole, Resource},
    events::identity::IdentityEvent,
    http::{Body, Problem},
    id::OrganizationId,
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::identity::{
    IdentityState,
    accounts::{
        acting,
        client::{Client, with_access},
        error::AccountError,
        one_time::OneTimeSecret,
    },
    audit::Subject,
};

/// The token of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitationBody {
    token: String,
}

/// A place in an organisation.
#[derive(Serialize, ToSchema)]
pub struct MembershipAnswer {
    organization_id: OrganizationId,
    name: String,
    role: MemberRole,
}

/// Takes an invitation up, with the token from the mail: the account belongs to the organisation.
///
/// Whoever has the mail may take it up, with an account of any address. Whoever belongs to the
/// organisation already keeps the role. New roles are in the next session token.
#[utoipa::path(
    post,
    path = "/invitations/accept",
    tag = "Organizations",
    request_body = AcceptInvitationBody,
    responses(
        (status = 200, description = "The account belongs to it", body = MembershipAnswer),
        (status = 409, description = "The account belongs to it already"),
        (status = 410, description = "The invitation is over")
    )
)]
pub async fn accept_invitation(
    State(state): State<IdentityState>,
    client: Client,
    caller: Caller,
    body: Body<AcceptInvitationBody>,
) -> Result<Response, Problem> {
    let (answer, access) = accept(&state, &caller, &body.value.token).await?;
    Ok(with_access(Json(answer).into_response(), &access, client.carrier))
}

async fn accept(
    state: &IdentityState,
    caller: &Caller,
    token: &str,
) -> Result<(MembershipAnswer, String), AccountError> {
    let secret = OneTimeSecret::parse(token).ok_or(AccountError::LinkOver)?;
    let mut tx = state.pool.begin().await?;
    let actor = acting::current(state, &mut tx, caller).await?;
    caller.may(Resource::Account(actor.account))?;
    let place: Option<(Uuid, String, String)> = sqlx::query_as(
        "UPDATE identity.invitations AS i SET accepted_at = $2 \
           FROM identity.organizations AS o \
          WHERE i.token_sha256 = $1 AND o.id = i.organization_id AND o.suspended_at IS NULL \
            AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $2 \
         RETURNING o.id, o.name, i.role",
    )
    .bind(secret.sha256().as_slice())
    .bind(state.clock.now())
    .fetch_optional(&mut *tx)
    .await?;
    let (organization, name, role) = place.ok_or(AccountError::LinkOver)?;
    let (organization, role) = (OrganizationId::new(organization), MemberRole::parse(&role)?);
    if !super::join(state, &mut tx, organization, actor.account, role).await? {
        let detail = "You belong to this organisation already.";
        return Err(AccountError::Conflict("already-a-member", detail));
    }
    let fact = IdentityEvent::MemberJoined { account_id: actor.account, role };
    let subject = Subject::Organization(organization);
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    let access = acting::renewed(state, &mut tx, actor.session).await?;
    tx.commit().await?;
    Ok((MembershipAnswer { organization_id: organization, name, role }, access))
}
