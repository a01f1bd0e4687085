//! Sessions: a log-in on one device, kept alive by refresh tokens that replace each other.

use chrono::TimeDelta;
use shared::{
    auth::{AccountActor, MemberRole, Membership, TokenClaims},
    clock::Timestamp,
    events::identity::SessionEnd,
    id::{AccountId, OrganizationId, PersonId, SessionId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{chain, error::AccountError, one_time::OneTimeSecret};
use crate::identity::IdentityState;

/// The latest end of a session, however often it is used.
const LASTS: TimeDelta = TimeDelta::days(30);
/// A session that nobody uses for so long is over.
pub const IDLE: TimeDelta = TimeDelta::days(7);
/// Whoever looks with another's eyes doesn't do so for long.
const IMPERSONATION: TimeDelta = TimeDelta::minutes(30);
/// More organisations than a token should carry.
const MEMBERSHIPS: i64 = 50;

/// What the bearer of a session carries.
pub struct Opened {
    pub actor: AccountActor,
    pub access: String,
    pub refresh: OneTimeSecret,
}

/// What a session begins with.
pub struct NewSession<'a> {
    pub account: AccountId,
    pub device: &'a str,
    pub second_factor: bool,
    /// Whether the owner has just proved to be there by more than a mail.
    pub stepped_up: bool,
    pub impersonator: Option<AccountId>,
}

/// What became of a refresh.
pub enum Refreshed {
    Opened(Box<Opened>),
    /// Nobody's token, or its session is over.
    Invalid,
    /// The token had been replaced: someone else has it. The session was ended.
    Reused {
        account: AccountId,
        session: SessionId,
        device: String,
    },
}

row!(
    /// A session as it is kept, with what its account is.
    pub struct Kept {
        pub id: Uuid,
        pub account_id: Uuid,
        pub device: String,
        created_at: Timestamp,
        last_used_at: Timestamp,
        expires_at: Timestamp,
        ended_at: Option<Timestamp>,
        second_factor: bool,
        stepped_up_at: Option<Timestamp>,
        impersonator_id: Option<Uuid>,
        platform_admin: bool,
        suspended_at: Option<Timestamp>,
    }
);

const KEPT: &str = "SELECT s.id, s.account_id, s.device, s.created_at, s.last_used_at, \
        s.expires_at, s.ended_at, s.second_factor, s.stepped_up_at, s.impersonator_id, \
        a.platform_admin, a.suspended_at \
   FROM identity.sessions AS s JOIN identity.accounts AS a ON a.id = s.account_id \
  WHERE s.id = $1 FOR UPDATE OF s";

impl Kept {
    fn is_alive(&self, at: Timestamp) -> bool {
        self.ended_at.is_none()
            && self.suspended_at.is_none()
            && at < self.expires_at
            && at < self.last_used_at + IDLE
            && self.created_at <= at
    }
}

/// Opens a session.
///
/// # Errors
///
/// [`AccountError`].
pub async fn open(
    state: &IdentityState,
    tx: &mut PgConnection,
    new: NewSession<'_>,
) -> Result<Opened, AccountError> {
    let at = state.clock.now();
    let id = SessionId::new(state.ids.next());
    let lasts = if new.impersonator.is_some() { IMPERSONATION } else { LASTS };
    sqlx::query(
        "INSERT INTO identity.sessions (id, account_id, device, created_at, last_used_at, \
            expires_at, second_factor, stepped_up_at, impersonator_id) \
         VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8)",
    )
    .bind(id.uuid())
    .bind(new.account.uuid())
    .bind(new.device)
    .bind(at)
    .bind(at + lasts)
    .bind(new.second_factor)
    .bind(new.stepped_up.then_some(at))
    .bind(new.impersonator.map(AccountId::uuid))
    .execute(&mut *tx)
    .await?;
    let refresh = OneTimeSecret::generate()?;
    chain::keep(tx, id, &refresh, at).await?;
    let kept: Kept = sqlx::query_as(KEPT).bind(id.uuid()).fetch_one(&mut *tx).await?;
    let (actor, access) = access(state, tx, &kept, at).await?;
    Ok(Opened { actor, access, refresh })
}

/// The session, locked, if it is alive.
///
/// # Errors
///
/// If the database refuses.
pub async fn alive(
    tx: &mut PgConnection,
    session: SessionId,
    at: Timestamp,
) -> Result<Option<Kept>, AccountError> {
    let kept: Option<Kept> =
        sqlx::query_as(KEPT).bind(session.uuid()).fetch_optional(&mut *tx).await?;
    Ok(kept.filter(|kept| kept.is_alive(at)))
}

/// A new access token for a session, and who its bearer is, read anew.
///
/// # Errors
///
/// [`AccountError`].
pub async fn access(
    state: &IdentityState,
    tx: &mut PgConnection,
    kept: &Kept,
    at: Timestamp,
) -> Result<(AccountActor, String), AccountError> {
    let actor = actor(tx, kept, at).await?;
    let token = state.signer.sign(&TokenClaims::new(&actor, kept.stepped_up_at, at));
    Ok((actor, token))
}

/// Who the bearer of a session is, by what the database says now.
///
/// # Errors
///
/// If the database refuses or holds a role that isn't known.
pub async fn actor(
    tx: &mut PgConnection,
    kept: &Kept,
    at: Timestamp,
) -> Result<AccountActor, AccountError> {
    let persons: Vec<Uuid> = sqlx::query_scalar(
        "SELECT person_id FROM identity.proved_persons WHERE account_id = $1 \
         ORDER BY proved_at DESC LIMIT 10",
    )
    .bind(kept.account_id)
    .fetch_all(&mut *tx)
    .await?;
    let memberships: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT m.organization_id, m.role FROM identity.memberships AS m \
           JOIN identity.organizations AS o ON o.id = m.organization_id \
          WHERE m.account_id = $1 AND o.suspended_at IS NULL ORDER BY m.since LIMIT $2",
    )
    .bind(kept.account_id)
    .bind(MEMBERSHIPS)
    .fetch_all(&mut *tx)
    .await?;
    let memberships: Result<Vec<Membership>, AccountError> = memberships
        .into_iter()
        .map(|(organization, role)| {
            let organization = OrganizationId::new(organization);
            Ok(Membership { organization, role: MemberRole::parse(&role)? })
        })
        .collect();
    let fresh = |since: Timestamp| at.signed_duration_since(since) < shared::auth::STEP_UP_LASTS;
    Ok(AccountActor {
        account: AccountId::new(kept.account_id),
        session: SessionId::new(kept.id),
        persons: persons.into_iter().map(PersonId::new).collect(),
        memberships: memberships?,
        platform_admin: kept.platform_admin,
        second_factor: kept.second_factor,
        stepped_up: kept.stepped_up_at.is_some_and(fresh),
        impersonator: kept.impersonator_id.map(AccountId::new),
    })
}

/// Replaces a refresh token. The session is locked meanwhile, so that of many at once one replaces
/// and the others see it done.
///
/// # Errors
///
/// [`AccountError`].
pub async fn refresh(
    state: &IdentityState,
    tx: &mut PgConnection,
    token: &OneTimeSecret,
) -> Result<Refreshed, AccountError> {
    let at = state.clock.now();
    let session: Option<Uuid> = sqlx::query_scalar(
        "SELECT session_id FROM identity.refresh_tokens WHERE token_sha256 = $1",
    )
    .bind(token.sha256().as_slice())
    .fetch_optional(&mut *tx)
    .await?;
    let Some(session) = session.map(SessionId::new) else { return Ok(Refreshed::Invalid) };
    let Some(kept) = alive(tx, session, at).await? else { return Ok(Refreshed::Invalid) };
    let Some(successor) = chain::successor(state, tx, token, session, at).await? else {
        end(tx, session, SessionEnd::TokenReused, at).await?;
        let account = AccountId::new(kept.account_id);
        return Ok(Refreshed::Reused { account, session, device: kept.device });
    };
    sqlx::query("UPDATE identity.sessions SET last_used_at = $2 WHERE id = $1")
        .bind(session.uuid())
        .bind(at)
        .execute(&mut *tx)
        .await?;
    let (actor, access) = access(state, tx, &kept, at).await?;
    Ok(Refreshed::Opened(Box::new(Opened { actor, access, refresh: successor })))
}

/// Ends a session; whether it was open.
///
/// # Errors
///
/// If the database refuses.
pub async fn end(
    tx: &mut PgConnection,
    session: SessionId,
    because: SessionEnd,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query(
        "UPDATE identity.sessions SET ended_at = $2, ended_because = $3 \
         WHERE id = $1 AND ended_at IS NULL",
    )
    .bind(session.uuid())
    .bind(at)
    .bind(because.code())
    .execute(tx)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends every session of an account, except one perhaps; answers which.
///
/// # Errors
///
/// If the database refuses.
pub async fn end_all(
    tx: &mut PgConnection,
    account: AccountId,
    except: Option<SessionId>,
    because: SessionEnd,
    at: Timestamp,
) -> Result<Vec<SessionId>, sqlx::Error> {
    let ended: Vec<Uuid> = sqlx::query_scalar(
        "UPDATE identity.sessions SET ended_at = $3, ended_because = $4 \
         WHERE account_id = $1 AND ended_at IS NULL AND ($2::uuid IS NULL OR id <> $2) \
         RETURNING id",
    )
    .bind(account.uuid())
    .bind(except.map(SessionId::uuid))
    .bind(at)
    .bind(because.code())
    .fetch_all(tx)
    .await?;
    Ok(ended.into_iter().map(SessionId::new).collect())
}

/// Notes that the owner of a session has just proved to be there.
///
/// # Errors
///
/// If the database refuses.
pub async fn prove(
    tx: &mut PgConnection,
    session: SessionId,
    second_factor: bool,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE identity.sessions SET stepped_up_at = $2, second_factor = second_factor OR $3 \
         WHERE id = $1",
    )
    .bind(session.uuid())
    .bind(at)
    .bind(second_factor)
    .execute(tx)
    .await?;
    Ok(())
}
