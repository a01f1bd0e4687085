//! Calls a passkey by another name.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use shared::{
    auth::Caller,
    http::{Body, Ids, Problem},
    id::PasskeyId,
};
use utoipa::ToSchema;

use super::add::LONGEST_NAME;
use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError},
    text::plain_text,
};

/// The other name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenamePasskeyBody {
    #[schema(min_length = 1, max_length = 60, example = "Old phone")]
    name: String,
}

/// Calls a passkey by another name.
#[utoipa::path(
    patch,
    path = "/account/passkeys/{passkey_id}",
    tag = "Accounts",
    params(("passkey_id" = PasskeyId, Path)),
    request_body = RenamePasskeyBody,
    responses((status = 204, description = "It is called so"))
)]
pub async fn rename_passkey(
    State(state): State<IdentityState>,
    Ids(passkey): Ids<PasskeyId>,
    caller: Caller,
    body: Body<RenamePasskeyBody>,
) -> Result<StatusCode, Problem> {
    rename(&state, &caller, passkey, &body.value.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rename(
    state: &IdentityState,
    caller: &Caller,
    passkey: PasskeyId,
    name: &str,
) -> Result<(), AccountError> {
    let name = plain_text("/name", name, LONGEST_NAME)?;
    let mut tx = state.pool.begin().await?;
    let actor = acting::current(state, &mut tx, caller).await?;
    let renamed =
        sqlx::query("UPDATE identity.passkeys SET name = $3 WHERE id = $1 AND account_id = $2")
            .bind(passkey.uuid())
            .bind(actor.account.uuid())
            .bind(name)
            .execute(&mut *tx)
            .await?;
    if renamed.rows_affected() == 0 {
        return Err(AccountError::NotFound);
    }
    Ok(tx.commit().await?)
}
