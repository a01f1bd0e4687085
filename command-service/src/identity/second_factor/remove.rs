//! Takes the app away as second factor.

use axum::extract::State;
use http::StatusCode;
use shared::{auth::Caller, events::identity::IdentityEvent, http::Problem};

use super::recovery;
use crate::{
    identity::{
        IdentityState,
        accounts::{acting, changed, error::AccountError, records},
    },
    mail::Mail,
};

/// Takes the app away. Asks for a fresh proof; platform admins keep it unless they have a passkey.
#[utoipa::path(
    delete,
    path = "/account/totp",
    tag = "Accounts",
    responses(
        (status = 204, description = "There is none any more"),
        (status = 409, description = "Platform admins need a second factor")
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
    let account = actor.account;
    let record = records::lock(&mut tx, account).await?.ok_or(AccountError::NotFound)?;
    if actor.platform_admin && !record.has_passkey {
        let detail = "A platform admin needs a second factor.";
        return Err(AccountError::Conflict("second-factor-needed", detail));
    }
    let removed = sqlx::query("DELETE FROM identity.second_factors WHERE account_id = $1")
        .bind(account.uuid())
        .execute(&mut *tx)
        .await?;
    if !record.has_passkey {
        recovery::forget(&mut tx, account).await?;
    }
    if removed.rows_affected() == 1 {
        let (fact, who) = (IdentityEvent::SecondFactorRemoved {}, caller.audit_name());
        let mail = Mail::SecondFactorChanged { enabled: false, at: state.clock.now() };
        changed::tell(state, &mut tx, record.changed_by(&who), &fact, mail).await?;
    }
    Ok(tx.commit().await?)
}
