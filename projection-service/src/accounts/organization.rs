//! The people and keys of an organisation.

use std::collections::HashMap;

use serde::Serialize;
use shared::{
    auth::MemberRole,
    clock::Timestamp,
    id::{AccountId, ApiKeyId, InvitationId, OrganizationId, PersonId},
};
use sqlx::PgPool;
use utoipa::ToSchema;
use uuid::Uuid;

use super::own::parse_role;
use crate::{contact::BuyerContact, query_error::QueryError};

/// More than a page shows.
const AT_MOST: i64 = 1000;

/// Someone who belongs to an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    pub account_id: AccountId,
    pub role: MemberRole,
    /// Absent if the person was forgotten.
    pub email: Option<String>,
    pub name: Option<String>,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub since: Timestamp,
}

/// An open invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    pub invitation_id: InvitationId,
    pub role: MemberRole,
    pub email: Option<String>,
    /// Absent if it was not a member who invited.
    pub invited_by: Option<AccountId>,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub expires_at: Timestamp,
}

/// A credential of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyView {
    pub api_key_id: ApiKeyId,
    pub label: String,
    /// How the key begins.
    #[schema(example = "fhk_0199…")]
    pub prefix: String,
    /// The actions it is limited to; absent if it may do all that keys may.
    pub scopes: Option<Vec<String>>,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub expires_at: Option<Timestamp>,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub revoked_at: Option<Timestamp>,
    /// To the minute.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub last_used_at: Option<Timestamp>,
}

/// A member, before the person is looked up.
pub struct Member {
    pub person: PersonId,
    account_id: AccountId,
    role: MemberRole,
    since: Timestamp,
}

/// An invitation, before the person is looked up.
pub struct Invitation {
    pub person: PersonId,
    row: InvitationRow,
    role: MemberRole,
}

row!(
    struct InvitationRow {
        id: Uuid,
        person_id: Uuid,
        role: String,
        invited_by: Option<Uuid>,
        created_at: Timestamp,
        expires_at: Timestamp,
    }
);

row!(
    struct ApiKeyRow {
        id: Uuid,
        label: String,
        scopes: Option<Vec<String>>,
        created_at: Timestamp,
        expires_at: Option<Timestamp>,
        revoked_at: Option<Timestamp>,
        last_used_at: Option<Timestamp>,
    }
);

impl Member {
    /// With what is known of the person.
    pub fn view(self, contacts: &HashMap<PersonId, BuyerContact>) -> MemberView {
        let contact = contacts.get(&self.person);
        MemberView {
            account_id: self.account_id,
            role: self.role,
            email: contact.map(|contact| contact.email.clone()),
            name: contact.and_then(|contact| contact.name.clone()),
            since: self.since,
        }
    }
}

impl Invitation {
    /// With the address that was invited.
    pub fn view(self, contacts: &HashMap<PersonId, BuyerContact>) -> InvitationView {
        InvitationView {
            invitation_id: InvitationId::new(self.row.id),
            role: self.role,
            email: contacts.get(&self.person).map(|contact| contact.email.clone()),
            invited_by: self.row.invited_by.map(AccountId::new),
            created_at: self.row.created_at,
            expires_at: self.row.expires_at,
        }
    }
}

/// Whether there is such an organisation.
///
/// # Errors
///
/// [`QueryError`].
pub async fn exists(pool: &PgPool, organization: OrganizationId) -> Result<bool, QueryError> {
    let exists =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM identity.organizations WHERE id = $1)")
            .bind(organization.uuid())
            .fetch_one(pool)
            .await?;
    Ok(exists)
}

/// Who belongs to an organisation, the first first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn members(
    pool: &PgPool,
    organization: OrganizationId,
) -> Result<Vec<Member>, QueryError> {
    let rows: Vec<(Uuid, Uuid, String, Timestamp)> = sqlx::query_as(
        "SELECT a.id, a.person_id, m.role, m.since FROM identity.memberships AS m
           JOIN identity.accounts AS a ON a.id = m.account_id
          WHERE m.organization_id = $1 ORDER BY m.since, a.id LIMIT $2",
    )
    .bind(organization.uuid())
    .bind(AT_MOST)
    .fetch_all(pool)
    .await?;
    let member = |(account, person, role, since): (Uuid, Uuid, String, Timestamp)| {
        let (account_id, person) = (AccountId::new(account), PersonId::new(person));
        Ok(Member { person, account_id, role: parse_role(&role)?, since })
    };
    rows.into_iter().map(member).collect()
}

/// The invitations that can still be taken up, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn invitations(
    pool: &PgPool,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Vec<Invitation>, QueryError> {
    let rows: Vec<InvitationRow> = sqlx::query_as(
        "SELECT id, person_id, role, invited_by, created_at, expires_at
           FROM identity.invitations
          WHERE organization_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL
            AND expires_at > $2
          ORDER BY created_at DESC, id LIMIT $3",
    )
    .bind(organization.uuid())
    .bind(now)
    .bind(AT_MOST)
    .fetch_all(pool)
    .await?;
    let invitation = |row: InvitationRow| {
        let role = parse_role(&row.role)?;
        Ok(Invitation { person: PersonId::new(row.person_id), row, role })
    };
    rows.into_iter().map(invitation).collect()
}

/// The keys of an organisation, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn api_keys(
    pool: &PgPool,
    organization: OrganizationId,
) -> Result<Vec<ApiKeyView>, QueryError> {
    let rows: Vec<ApiKeyRow> = sqlx::query_as(
        "SELECT id, label, scopes, created_at, expires_at, revoked_at, last_used_at
           FROM identity.api_keys WHERE organization_id = $1
          ORDER BY created_at DESC, id LIMIT $2",
    )
    .bind(organization.uuid())
    .bind(AT_MOST)
    .fetch_all(pool)
    .await?;
    let view = |row: ApiKeyRow| ApiKeyView {
        api_key_id: ApiKeyId::new(row.id),
        label: row.label,
        prefix: format!("fhk_{}", row.id.simple()),
        scopes: row.scopes,
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        last_used_at: row.last_used_at,
    };
    Ok(rows.into_iter().map(view).collect())
}
