//! Takes a passkey away.

use axum::extract::State;
use http::StatusCode;
use shared::{
    auth::{AccountActor, Caller},
    events::identity::IdentityEvent,
    http::{Ids, Problem},
    id::PasskeyId,
};
use sqlx::PgConnection;

use crate::{
    identity::{
        IdentityState,
        accounts::{acting, changed, error::AccountError, records},
        second_factor::recovery,
    },
    mail::Mail,
};

/// Takes a passkey away. Asks for a fresh proof. The last way in stays, and so does the second factor
/// of a platform admin.
#[utoipa::path(
    delete,
    path = "/account/passkeys/{passkey_id}",
    tag = "Accounts",
    params(("passkey_id" = PasskeyId, Path)),
    responses(
        (status = 204, description = "It opens nothing any more"),
        (status = 409, description = "Nobody could log in any more, or a platform admin would have no second factor")
    )
)]
pub async fn remove_passkey(
    State(state): State<IdentityState>,
    Ids(passkey): Ids<PasskeyId>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    remove(&state, &caller, passkey).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    state: &IdentityState,
    caller: &Caller,
    passkey: PasskeyId,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    let actor = acting::fresh(state, &mut tx, caller).await?;
    let account = actor.account;
    // Of two at once that take the last two away, the second sees what the first has left.
    let record = records::lock(&mut tx, account).await?.ok_or(AccountError::NotFound)?;
    let name: Option<String> = sqlx::query_scalar(
        "DELETE FROM identity.passkeys WHERE id = $1 AND account_id = $2 RETURNING name",
    )
    .bind(passkey.uuid())
    .bind(account.uuid())
    .fetch_optional(&mut *tx)
    .await?;
    let name = name.ok_or(AccountError::NotFound)?;
    may_do_without(&mut tx, &actor).await?;
    let fact = IdentityEvent::PasskeyRemoved { passkey_id: passkey };
    let mail = Mail::PasskeyRemoved { name, at: state.clock.now() };
    let who = caller.audit_name();
    changed::tell(state, &mut tx, record.changed_by(&who), &fact, mail).await?;
    Ok(tx.commit().await?)
}

/// Whether what is left is enough; forgets what was there for a second factor if there is none now.
async fn may_do_without(tx: &mut PgConnection, actor: &AccountActor) -> Result<(), AccountError> {
    let left = records::find(tx, actor.account).await?.ok_or(AccountError::NotFound)?;
    if !records::has_way_in(tx, actor.account).await? {
        let detail = "Nobody could log in any more. Choose a password first.";
        return Err(AccountError::Conflict("last-way-in", detail));
    }
    if left.has_second_factor() {
        return Ok(());
    }
    if actor.platform_admin {
        let detail = "A platform admin needs a second factor.";
        return Err(AccountError::Conflict("second-factor-needed", detail));
    }
    Ok(recovery::forget(tx, actor.account).await?)
}
