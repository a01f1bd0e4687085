//! Takes a linked log-in away, unless it is the last way in.

use axum::extract::State;
use http::StatusCode;
use shared::{
    auth::Caller,
    events::identity::IdentityEvent,
    http::{Ids, Problem},
};
use uuid::Uuid;

use super::fault::OidcError;
use crate::{
    identity::{
        IdentityState,
        accounts::{acting, changed, error::AccountError, records},
    },
    mail::Mail,
};

/// Takes a linked log-in away. Asks for a fresh proof; the last way to log in stays.
#[utoipa::path(
    delete,
    path = "/account/identities/{identity_id}",
    tag = "Accounts",
    params(("identity_id" = Uuid, Path)),
    responses(
        (status = 204, description = "It doesn't open the account any more"),
        (status = 404, description = "The account has no such log-in"),
        (status = 409, description = "It is the last way to log in: choose a password first")
    )
)]
pub async fn unlink(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(identity_id): Ids<Uuid>,
) -> Result<StatusCode, Problem> {
    take_away(&state, &caller, identity_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn take_away(state: &IdentityState, caller: &Caller, id: Uuid) -> Result<(), OidcError> {
    let mut tx = state.pool.begin().await?;
    let account = acting::fresh(state, &mut tx, caller).await?.account;
    // Of two last log-ins that go at once, one stays.
    records::lock(&mut tx, account).await?.ok_or(AccountError::SessionOver)?;
    let provider: Option<String> = sqlx::query_scalar(
        "DELETE FROM identity.linked_logins WHERE id = $1 AND account_id = $2 RETURNING provider",
    )
    .bind(id)
    .bind(account.uuid())
    .fetch_optional(&mut *tx)
    .await?;
    let provider = provider.ok_or(AccountError::NotFound)?;
    if !records::has_way_in(&mut tx, account).await? {
        let detail = "Nothing else opens the account. Choose a password first.";
        return Err(AccountError::Conflict("last-way-in", detail).into());
    }
    let fact = IdentityEvent::LoginUnlinked { provider: provider.clone() };
    let record = records::find(&mut tx, account).await?.ok_or(AccountError::SessionOver)?;
    // One that isn't configured any more is told by its name.
    let label = state.providers.find(&provider).map(|known| known.settings.label.clone());
    let (provider, at) = (label.unwrap_or(provider), state.clock.now());
    let mail = Mail::LoginLinksChanged { provider, linked: false, at };
    let who = caller.audit_name();
    changed::tell(state, &mut tx, record.changed_by(&who), &fact, mail).await?;
    Ok(tx.commit().await?)
}
