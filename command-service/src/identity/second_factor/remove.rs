//! Takes the second factor away.

use axum::extract::State;
use http::StatusCode;
use shared::{auth::Caller, events::identity::IdentityEvent, http::Problem};

use crate::{
    identity::{
        IdentityState,
        accounts::{acting, error::AccountError, mailing, records},
        audit::Subject,
    },
    mail::Mail,
};

/// Takes the second factor away. Asks for a fresh proof; platform admins keep theirs.
#[utoipa::path(
    delete,
    path = "/account/totp",
    tag = "Accounts",
    responses(
        (status = 204, description = "There is none any more"),
        (status = 409, description = "Platform admins need one")
    )
)]
pub async fn remove_totp(
    State(state): State<IdentityState>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    remove(&state, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(state: &IdentityState, caller: &Caller) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    let actor = acting::fresh(state, &mut tx, caller).await?;
    if actor.platform_admin {
        let detail = "A platform admin needs a second factor.";
        return Err(AccountError::Conflict("second-factor-needed", detail));
    }
    let account = actor.account;
    let removed = sqlx::query("DELETE FROM identity.second_factors WHERE account_id = $1")
        .bind(account.uuid())
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM identity.recovery_codes WHERE account_id = $1")
        .bind(account.uuid())
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE identity.sessions SET second_factor = false WHERE account_id = $1")
        .bind(account.uuid())
        .execute(&mut *tx)
        .await?;
    if removed.rows_affected() == 1 {
        let (subject, who) = (Subject::Account(account), caller.audit_name());
        state.audit.note(&mut tx, subject, &who, &IdentityEvent::SecondFactorRemoved {}).await?;
        if let Some(record) = records::find(&mut tx, account).await? {
            let kind = Mail::SecondFactorChanged { enabled: false, at: state.clock.now() };
            let cause = mailing::fresh_cause(state);
            mailing::tell(state, &mut tx, record.person(), cause, kind).await?;
        }
    }
    Ok(tx.commit().await?)
}
