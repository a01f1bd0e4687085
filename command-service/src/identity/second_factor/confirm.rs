//! Confirms the app with its first code.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    auth::Caller,
    events::identity::IdentityEvent,
    http::{Body, Problem},
};
use utoipa::ToSchema;

use super::{check, recovery};
use crate::{
    identity::{
        IdentityState,
        accounts::{
            acting, changed,
            client::{Client, with_access},
            error::AccountError,
            records, session,
        },
    },
    mail::Mail,
};

/// A code of the app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    #[schema(example = "123456")]
    pub code: String,
}

/// What replaces the app when it is lost. Shown once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesAnswer {
    /// Each works once.
    #[schema(example = json!(["ABCD-EFGH-IJKL-MNOP"]))]
    recovery_codes: Vec<String>,
}

/// Confirms the app with its first code; the answer has the recovery codes, once.
#[utoipa::path(
    post,
    path = "/account/totp/confirm",
    tag = "Accounts",
    request_body = CodeBody,
    responses(
        (status = 200, description = "The app counts from now on", body = RecoveryCodesAnswer),
        (status = 409, description = "There is nothing to confirm"),
        (status = 429, description = "Too many wrong codes")
    )
)]
pub async fn confirm_totp(
    State(state): State<IdentityState>,
    client: Client,
    caller: Caller,
    body: Body<CodeBody>,
) -> Result<Response, Problem> {
    let (recovery_codes, access) = confirm(&state, &caller, &body.value.code).await?;
    let answer = Json(RecoveryCodesAnswer { recovery_codes }).into_response();
    Ok(with_access(answer, &access, client.carrier))
}

async fn confirm(
    state: &IdentityState,
    caller: &Caller,
    code: &str,
) -> Result<(Vec<String>, String), AccountError> {
    let mut tx = state.pool.begin().await?;
    let actor = acting::fresh(state, &mut tx, caller).await?;
    let account = actor.account;
    let at = state.clock.now();
    let kept = check::kept(&mut tx, account).await?;
    let Some(app) = kept.filter(|kept| kept.confirmed_at.is_none()) else {
        return Err(AccountError::Conflict("nothing-to-confirm", "Begin to add an app first."));
    };
    if !check::check_first(state, &mut tx, (account, &app), code).await? {
        tx.commit().await?;
        return Err(AccountError::InvalidCredentials);
    }
    sqlx::query("UPDATE identity.second_factors SET confirmed_at = $2 WHERE account_id = $1")
        .bind(account.uuid())
        .bind(at)
        .execute(&mut *tx)
        .await?;
    let codes = recovery::renew(&mut tx, account).await?;
    session::prove(&mut tx, actor.session, true, at).await?;
    let record = records::find(&mut tx, account).await?.ok_or(AccountError::NotFound)?;
    let (fact, who) = (IdentityEvent::SecondFactorAdded {}, caller.audit_name());
    let mail = Mail::SecondFactorChanged { enabled: true, at };
    changed::tell(state, &mut tx, record.changed_by(&who), &fact, mail).await?;
    let access = acting::renewed(state, &mut tx, actor.session).await?;
    tx.commit().await?;
    Ok((codes, access))
}
