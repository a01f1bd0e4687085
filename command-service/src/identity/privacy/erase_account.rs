//! Forgets an account and its owner.

use axum::extract::State;
use http::StatusCode;
use shared::{
    auth::{AccountActor, Caller},
    events::identity::IdentityEvent,
    http::Problem,
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    identity::{
        IdentityState,
        accounts::{acting, error::AccountError},
        audit::Subject,
    },
    vault::erase_persons,
};

/// Erases the account: what is known about its owner, the keys it was sealed under, mails, sessions,
/// memberships. Orders stay for the books, without a name. Asks for a fresh proof.
#[utoipa::path(
    delete,
    path = "/account",
    tag = "Accounts",
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, description = "Someone else must take over an organisation or the platform first")
    )
)]
pub async fn erase_account(
    State(state): State<IdentityState>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    erase(&state, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn erase(state: &IdentityState, caller: &Caller) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    let actor = acting::fresh(state, &mut tx, caller).await?;
    if actor.platform_admin {
        let detail = "Whoever runs the platform can't leave it by erasing the account.";
        return Err(AccountError::Conflict("platform-admin", detail));
    }
    if is_last_owner(&mut tx, &actor).await? {
        let detail = "An organisation of yours would have members, but no owner.";
        return Err(AccountError::Conflict("last-owner", detail));
    }
    let persons = forget(state, &mut tx, actor.account, &caller.audit_name()).await?;
    tx.commit().await?;
    // Else the next purchase of the same person would be taken for one whose address is known.
    Ok(state.persons.forget(persons).await?)
}

/// Erases an account and everyone it has proved to be; tells who that was.
pub(super) async fn forget(
    state: &IdentityState,
    tx: &mut PgConnection,
    account: AccountId,
    who: &str,
) -> Result<Vec<PersonId>, sqlx::Error> {
    let persons = persons_of(tx, account).await?;
    erase_persons(tx, &persons).await?;
    let ids: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
    sqlx::query("DELETE FROM identity.pending_links WHERE person_id = ANY($1)")
        .bind(&ids)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM identity.wishes WHERE person_id = ANY($1)")
        .bind(&ids)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM identity.invitations WHERE person_id = ANY($1)")
        .bind(ids)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM vault.exports WHERE account_id = $1")
        .bind(account.uuid())
        .execute(&mut *tx)
        .await?;
    let subject = Subject::Account(account);
    state.audit.note(tx, subject, who, &IdentityEvent::AccountErased {}).await?;
    // Sessions, tokens, linked log-ins, memberships and second factors go with it.
    sqlx::query("DELETE FROM identity.accounts WHERE id = $1")
        .bind(account.uuid())
        .execute(tx)
        .await?;
    Ok(persons)
}

/// Everyone the account has proved to be, and who it claims to be.
async fn persons_of(
    tx: &mut PgConnection,
    account: AccountId,
) -> Result<Vec<PersonId>, sqlx::Error> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT person_id FROM identity.proved_persons WHERE account_id = $1
          UNION SELECT person_id FROM identity.accounts WHERE id = $1",
    )
    .bind(account.uuid())
    .fetch_all(tx)
    .await?;
    Ok(ids.into_iter().map(PersonId::new).collect())
}

async fn is_last_owner(tx: &mut PgConnection, actor: &AccountActor) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (
            SELECT FROM identity.memberships AS own
             WHERE own.account_id = $1 AND own.role = 'owner'
               AND EXISTS (SELECT FROM identity.memberships AS other
                            WHERE other.organization_id = own.organization_id
                              AND other.account_id <> $1)
               AND NOT EXISTS (SELECT FROM identity.memberships AS other
                                WHERE other.organization_id = own.organization_id
                                  AND other.account_id <> $1 AND other.role = 'owner'))",
    )
    .bind(actor.account.uuid())
    .fetch_one(tx)
    .await
}
