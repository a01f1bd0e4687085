//! The end of a mail's link: the address is proved, the log-in goes on.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use shared::http::{Body, Problem};
use utoipa::ToSchema;

use super::{
    answer::{self, ProviderAnswer},
    browser::Browser,
    fault::OidcError,
    log_in, pending,
};
use crate::identity::{
    IdentityState,
    accounts::{
        client::{Carrier, Client},
        log_in::LoggedIn,
    },
};

/// The token of the mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmLogInBody {
    token: String,
    #[serde(default)]
    session: Carrier,
}

/// Goes on with a log-in at a provider whose address had to be proved, with the token from the mail.
/// Makes the account or links the log-in with it. Works in the browser in which the log-in began.
#[utoipa::path(
    post,
    path = "/auth/oidc/confirm",
    tag = "Accounts",
    request_body = ConfirmLogInBody,
    responses(
        (status = 200, description = "Logged in, or on the way", body = ProviderAnswer),
        (status = 403, description = "The account is suspended"),
        (status = 409, description = "The log-in began in another browser, or opens another account"),
        (status = 410, description = "The token has expired or was used")
    )
)]
pub async fn confirm_provider_log_in(
    State(state): State<IdentityState>,
    client: Client,
    browser: Browser,
    body: Body<ConfirmLogInBody>,
) -> Result<Response, Problem> {
    let body = body.value;
    let (logged_in, return_to) = go_on(&state, &client, &browser, &body.token).await?;
    Ok(answer::logged_in(logged_in, return_to, body.session))
}

async fn go_on(
    state: &IdentityState,
    client: &Client,
    browser: &Browser,
    token: &str,
) -> Result<(LoggedIn, Option<String>), OidcError> {
    let mut tx = state.pool.begin().await?;
    let pending = pending::redeem(&mut tx, token, browser.0.as_ref(), state.clock.now()).await?;
    let logged_in = log_in::confirm(state, &mut tx, client, &pending).await?;
    tx.commit().await?;
    Ok((logged_in, pending.return_to))
}
