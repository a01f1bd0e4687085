//! What an account may know of itself.

use chrono::TimeDelta;
use serde::Serialize;
use shared::{
    auth::{AccountActor, MemberRole},
    clock::Timestamp,
    id::{AccountId, OrganizationId, PersonId, SessionId},
};
use sqlx::PgPool;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{app::App, contact, query_error::QueryError, unreadable::Unreadable};

/// A session that nobody uses for so long is over, as the command service has it.
const IDLE: TimeDelta = TimeDelta::days(7);

/// An account, for its owner.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that clients show")]
pub struct AccountView {
    pub account_id: AccountId,
    /// Absent if the person was forgotten.
    pub email: Option<String>,
    pub name: Option<String>,
    pub email_verified: bool,
    /// Whether there is a password: whoever comes from elsewhere may have none.
    pub has_password: bool,
    pub platform_admin: bool,
    pub memberships: Vec<MembershipView>,
    /// `totp`, if codes of an app are asked for; `passkey`, if there is one.
    #[schema(example = json!(["totp", "passkey"]))]
    pub second_factors: Vec<&'static str>,
    pub recovery_codes_left: i64,
    /// Whether a second factor was proved in this session.
    pub second_factor_proved: bool,
    /// Whether a platform admin looks through these eyes.
    pub impersonated: bool,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
}

/// A place in an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipView {
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub role: MemberRole,
}

/// A log-in on a device.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    pub session_id: SessionId,
    /// What the browser said it is.
    pub device: String,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub last_used_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Whether a second factor was proved in it.
    pub second_factor: bool,
    /// Whether a platform admin looks through these eyes in it.
    pub impersonated: bool,
}

row!(
    struct AccountRow {
        person_id: Uuid,
        email_verified_at: Option<Timestamp>,
        password_changed_at: Option<Timestamp>,
        platform_admin: bool,
        created_at: Timestamp,
        has_totp: bool,
        has_passkey: bool,
        recovery_codes_left: i64,
    }
);

row!(
    struct SessionRow {
        id: Uuid,
        device: String,
        created_at: Timestamp,
        last_used_at: Timestamp,
        second_factor: bool,
        impersonator_id: Option<Uuid>,
    }
);

/// Whether a session goes on.
///
/// # Errors
///
/// [`QueryError`].
pub async fn is_alive(
    pool: &PgPool,
    session: SessionId,
    now: Timestamp,
) -> Result<bool, QueryError> {
    let alive = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM identity.sessions
          WHERE id = $1 AND ended_at IS NULL AND expires_at > $2)",
    )
    .bind(session.uuid())
    .bind(now)
    .fetch_one(pool)
    .await?;
    Ok(alive)
}

/// The account itself.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(app: &App, actor: &AccountActor) -> Result<Option<AccountView>, QueryError> {
    let pool = &app.pool;
    let row: Option<AccountRow> = sqlx::query_as(
        "SELECT a.person_id, a.email_verified_at, a.password_changed_at, a.platform_admin,
                a.created_at,
                f.confirmed_at IS NOT NULL AS has_totp,
                EXISTS (SELECT FROM identity.passkeys AS p WHERE p.account_id = a.id)
                    AS has_passkey,
                (SELECT count(*) FROM identity.recovery_codes AS c
                  WHERE c.account_id = a.id AND c.used_at IS NULL) AS recovery_codes_left
           FROM identity.accounts AS a
           LEFT JOIN identity.second_factors AS f ON f.account_id = a.id
          WHERE a.id = $1",
    )
    .bind(actor.account.uuid())
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let contact = contact::find(app, PersonId::new(row.person_id)).await?;
    let (email, name) = contact.map(|contact| (contact.email, contact.name)).unzip();
    Ok(Some(AccountView {
        account_id: actor.account,
        email,
        name: name.flatten(),
        email_verified: row.email_verified_at.is_some(),
        has_password: row.password_changed_at.is_some(),
        platform_admin: row.platform_admin,
        memberships: memberships(pool, actor.account).await?,
        second_factors: [(row.has_totp, "totp"), (row.has_passkey, "passkey")]
            .into_iter()
            .filter_map(|(is_there, name)| is_there.then_some(name))
            .collect(),
        recovery_codes_left: row.recovery_codes_left,
        second_factor_proved: actor.second_factor,
        impersonated: actor.impersonator.is_some(),
        created_at: row.created_at,
    }))
}

async fn memberships(pool: &PgPool, account: AccountId) -> Result<Vec<MembershipView>, QueryError> {
    let rows: Vec<(Uuid, String, String)> = sqlx::query_as(
        "SELECT o.id, o.name, m.role FROM identity.memberships AS m
           JOIN identity.organizations AS o ON o.id = m.organization_id
          WHERE m.account_id = $1 AND o.suspended_at IS NULL ORDER BY o.name, o.id",
    )
    .bind(account.uuid())
    .fetch_all(pool)
    .await?;
    let view = |(id, organization_name, role): (Uuid, String, String)| {
        let organization_id = OrganizationId::new(id);
        Ok(MembershipView { organization_id, organization_name, role: parse_role(&role)? })
    };
    rows.into_iter().map(view).collect()
}

/// The open sessions of an account.
///
/// # Errors
///
/// [`QueryError`].
pub async fn sessions(
    pool: &PgPool,
    actor: &AccountActor,
    now: Timestamp,
) -> Result<Vec<SessionView>, QueryError> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "SELECT id, device, created_at, last_used_at, second_factor, impersonator_id
           FROM identity.sessions
          WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 AND last_used_at > $3
          ORDER BY last_used_at DESC LIMIT 100",
    )
    .bind(actor.account.uuid())
    .bind(now)
    .bind(now - IDLE)
    .fetch_all(pool)
    .await?;
    let view = |row: SessionRow| SessionView {
        session_id: SessionId::new(row.id),
        device: row.device,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        current: row.id == actor.session.uuid(),
        second_factor: row.second_factor,
        impersonated: row.impersonator_id.is_some(),
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Every person whose address the account has proved.
///
/// # Errors
///
/// [`QueryError`].
pub async fn persons(pool: &PgPool, account: AccountId) -> Result<Vec<PersonId>, QueryError> {
    let ids: Vec<Uuid> =
        sqlx::query_scalar("SELECT person_id FROM identity.proved_persons WHERE account_id = $1")
            .bind(account.uuid())
            .fetch_all(pool)
            .await?;
    Ok(ids.into_iter().map(PersonId::new).collect())
}

/// A role as it is kept.
///
/// # Errors
///
/// [`Unreadable`] if there is none of that name.
pub fn parse_role(name: &str) -> Result<MemberRole, Unreadable> {
    MemberRole::parse(name).map_err(|_| Unreadable::new("role", name))
}
