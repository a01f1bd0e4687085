//! Invites someone to an organisation.

use axum::{Json, extract::State};
use chrono::TimeDelta;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Caller, MemberRole, Resource},
    clock::Timestamp,
    events::identity::IdentityEvent,
    http::{Body, Ids, Problem},
    id::{InvitationId, OrganizationId},
};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    identity::{
        IdentityState,
        accounts::{acting, address::Address, error::AccountError, one_time::OneTimeSecret},
        audit::Subject,
    },
    mail::{Mail, NewMail},
};

const LASTS: TimeDelta = TimeDelta::days(7);
/// Open invitations of one organisation.
const OPEN_AT_MOST: i64 = 200;

/// Whom to invite, as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationBody {
    #[schema(max_length = 254, example = "grace@example.org")]
    email: String,
    role: MemberRole,
}

/// An invitation. Its token is in the mail only.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationAnswer {
    invitation_id: InvitationId,
    organization_id: OrganizationId,
    role: MemberRole,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    expires_at: Timestamp,
}

/// Invites someone to an organisation, as nothing above the own role. An earlier invitation of the
/// same address works no more.
#[utoipa::path(
    post,
    path = "/organizations/{organization_id}/invitations",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path)),
    request_body = InvitationBody,
    responses(
        (status = 201, description = "A mail was sent", body = InvitationAnswer),
        (status = 409, description = "Too many invitations are open")
    )
)]
pub async fn invite_member(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(organization): Ids<OrganizationId>,
    body: Body<InvitationBody>,
) -> Result<(StatusCode, Json<InvitationAnswer>), Problem> {
    let answer = invite(&state, &caller, organization, body.value).await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn invite(
    state: &IdentityState,
    caller: &Caller,
    organization: OrganizationId,
    body: InvitationBody,
) -> Result<InvitationAnswer, AccountError> {
    let role = body.role;
    let mut tx = state.pool.begin().await?;
    let place = Resource::Member { organization, account: None, role };
    acting::may_now(state, &mut tx, caller, place).await?;
    acting::narrow(&mut tx, organization).await?;
    let address = Address::parse(state, "/email", &body.email)?;
    let name: Option<String> =
        sqlx::query_scalar("SELECT name FROM identity.organizations WHERE id = $1 FOR UPDATE")
            .bind(organization.uuid())
            .fetch_optional(&mut *tx)
            .await?;
    let organization_name = name.ok_or(AccountError::NotFound)?;
    make_room(state, &mut tx, organization, &address).await?;
    let secret = OneTimeSecret::generate()?;
    let invitation_id = InvitationId::new(state.ids.next());
    let expires_at = state.clock.now() + LASTS;
    let invited_by = caller.actor().account().map(|actor| actor.account.uuid());
    sqlx::query(
        "INSERT INTO identity.invitations (id, organization_id, person_id, role, token_sha256, \
            invited_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(invitation_id.uuid())
    .bind(organization.uuid())
    .bind(address.person.uuid())
    .bind(role.name())
    .bind(secret.sha256().as_slice())
    .bind(invited_by)
    .bind(state.clock.now())
    .bind(expires_at)
    .execute(&mut *tx)
    .await?;
    state.persons.put_all(vec![(address.person, address.contact(None))]).await?;
    let kind = Mail::Invitation {
        organization_name,
        role: role.name().to_owned(),
        token: secret.expose(),
    };
    let cause = format!("invitation:{invitation_id}");
    acting::widen(&mut tx).await?;
    state.outbox.enqueue(&mut tx, NewMail { cause, recipient: address.person, kind }).await?;
    let fact = IdentityEvent::MemberInvited { invitation_id, role };
    let subject = Subject::Organization(organization);
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    tx.commit().await?;
    Ok(InvitationAnswer { invitation_id, organization_id: organization, role, expires_at })
}

/// Takes back earlier invitations of the same person, and refuses if too many are open.
async fn make_room(
    state: &IdentityState,
    tx: &mut PgConnection,
    organization: OrganizationId,
    address: &Address,
) -> Result<(), AccountError> {
    let now = state.clock.now();
    sqlx::query(
        "UPDATE identity.invitations SET revoked_at = $3 \
         WHERE organization_id = $1 AND person_id = $2 \
           AND accepted_at IS NULL AND revoked_at IS NULL",
    )
    .bind(organization.uuid())
    .bind(address.person.uuid())
    .bind(now)
    .execute(&mut *tx)
    .await?;
    let open: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM identity.invitations WHERE organization_id = $1 \
            AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2",
    )
    .bind(organization.uuid())
    .bind(now)
    .fetch_one(tx)
    .await?;
    let detail = "Too many invitations are open. Take some back first.";
    if open < OPEN_AT_MOST { Ok(()) } else { Err(AccountError::Conflict("too-many-open", detail)) }
}
