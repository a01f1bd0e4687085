//! Begins to add an app as second factor.

use axum::{Json, extract::State};
use serde::Serialize;
use shared::{
    auth::Caller,
    http::Problem,
    id::AccountId,
    vault::{Randomness, second_factor_place},
};
use utoipa::ToSchema;

use super::code::CodeSecret;
use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError, records},
};

/// What the app has to know. Shown once.
#[derive(Serialize, ToSchema)]
pub struct TotpAnswer {
    /// In base32, to be typed.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// The same as a link, for a QR code.
    otpauth_url: String,
}

/// Begins to add an app as second factor: it counts once a code has confirmed it.
///
/// Asks for a fresh proof (`/auth/step-up`). Beginning again replaces what wasn't confirmed.
#[utoipa::path(
    post,
    path = "/account/totp",
    tag = "Accounts",
    responses(
        (status = 200, description = "What the app has to know", body = TotpAnswer),
        (status = 409, description = "There is an app already")
    )
)]
pub async fn add_totp(
    State(state): State<IdentityState>,
    caller: Caller,
) -> Result<Json<TotpAnswer>, Problem> {
    let answer = add(&state, &caller).await?;
    Ok(Json(answer))
}

async fn add(state: &IdentityState, caller: &Caller) -> Result<TotpAnswer, AccountError> {
    let mut tx = state.pool.begin().await?;
    let actor = acting::fresh(state, &mut tx, caller).await?;
    let record = records::find(&mut tx, actor.account).await?.ok_or(AccountError::NotFound)?;
    if record.has_app {
        return Err(AccountError::Conflict("second-factor-exists", "There is an app already."));
    }
    let secret = CodeSecret::generate()?;
    let mut randomness = Randomness::draw(24)?;
    let sealed = state.vault.seal(
        &second_factor_place(actor.account.uuid()),
        secret.bytes(),
        &mut randomness,
    )?;
    sqlx::query(
        "INSERT INTO identity.second_factors (account_id, secret, secret_key, created_at) \
         VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, \
            secret_key = excluded.secret_key, created_at = excluded.created_at, last_step = 0 \
          WHERE identity.second_factors.confirmed_at IS NULL",
    )
    .bind(actor.account.uuid())
    .bind(sealed.bytes)
    .bind(sealed.kid)
    .bind(state.clock.now())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(shown(actor.account, &secret))
}

fn shown(account: AccountId, secret: &CodeSecret) -> TotpAnswer {
    let secret = secret.base32();
    // The app shows it beside the code; the address isn't known here, and not needed.
    let label = account.uuid().simple();
    let otpauth_url = format!("otpauth://totp/Fullhouse:{label}?secret={secret}&issuer=Fullhouse");
    TotpAnswer { secret, otpauth_url }
}
