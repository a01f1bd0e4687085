//! Sends someone to a provider: to log in, to link the log-in there, to prove to be there.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    auth::Caller,
    http::{Body, Ids, Problem},
    id::SessionId,
};
use utoipa::ToSchema;

use super::{
    attempt::{self, Attempt, Place, Purpose},
    browser::{self, Browser},
    fault::OidcError,
    return_to,
};
use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError, one_time::OneTimeSecret},
};

/// What happens after the provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartBody {
    /// The page to go to afterwards: a path of this site.
    #[schema(max_length = 512, example = "/account")]
    return_to: Option<String>,
}

/// Which provider, and what happens after it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// As `GET /auth/providers` names it.
    #[schema(max_length = 32, example = "google")]
    provider: String,
    /// The page to go to afterwards: a path of this site.
    #[schema(max_length = 512, example = "/account")]
    return_to: Option<String>,
}

/// Where to send the browser.
#[derive(Serialize, ToSchema)]
pub struct StartedAnswer {
    /// The provider's page; it sends the browser back to `/login/callback/{provider}`.
    #[schema(example = "https://accounts.google.com/o/oauth2/v2/auth?…")]
    authorization_url: String,
}

/// Begins a log-in at a provider.
///
/// A cookie binds it to this browser; whoever doesn't come back within ten minutes begins anew.
#[utoipa::path(
    post,
    path = "/auth/oidc/{provider}/start",
    tag = "Accounts",
    params(("provider" = String, Path)),
    request_body = StartBody,
    responses(
        (status = 200, description = "Send the browser there", body = StartedAnswer),
        (status = 404, description = "There is no such provider"),
        (status = 503, description = "The provider can't be reached")
    )
)]
pub async fn start_provider_log_in(
    State(state): State<IdentityState>,
    Ids(provider): Ids<String>,
    browser: Browser,
    body: Body<StartBody>,
) -> Result<Response, Problem> {
    Ok(begin(&state, browser, &provider, Purpose::LogIn, body.value.return_to).await?)
}

/// Begins to link a log-in at a provider with the account. Asks for a fresh proof.
#[utoipa::path(
    post,
    path = "/account/identities",
    tag = "Accounts",
    request_body = LinkBody,
    responses(
        (status = 200, description = "Send the browser there", body = StartedAnswer),
        (status = 404, description = "There is no such provider"),
        (status = 503, description = "The provider can't be reached")
    )
)]
pub async fn start_link(
    State(state): State<IdentityState>,
    caller: Caller,
    browser: Browser,
    body: Body<LinkBody>,
) -> Result<Response, Problem> {
    let session = asking(&state, &caller, true).await?;
    let LinkBody { provider, return_to } = body.value;
    Ok(begin(&state, browser, &provider, Purpose::Link(session), return_to).await?)
}

/// Begins to prove again who one is, by a linked log-in.
///
/// The provider is asked to have the person log in anew. Not for accounts with a second factor:
/// they show a code.
#[utoipa::path(
    post,
    path = "/auth/step-up/{provider}/start",
    tag = "Accounts",
    params(("provider" = String, Path)),
    request_body = StartBody,
    responses(
        (status = 200, description = "Send the browser there", body = StartedAnswer),
        (status = 404, description = "There is no such provider"),
        (status = 503, description = "The provider can't be reached")
    )
)]
pub async fn start_provider_step_up(
    State(state): State<IdentityState>,
    Ids(provider): Ids<String>,
    caller: Caller,
    browser: Browser,
    body: Body<StartBody>,
) -> Result<Response, Problem> {
    let session = asking(&state, &caller, false).await?;
    Ok(begin(&state, browser, &provider, Purpose::StepUp(session), body.value.return_to).await?)
}

/// The session that asks, if it goes on; with `fresh` also if its owner has proved to be there.
async fn asking(
    state: &IdentityState,
    caller: &Caller,
    fresh: bool,
) -> Result<SessionId, OidcError> {
    let mut tx = state.pool.begin().await?;
    let actor = if fresh {
        acting::fresh(state, &mut tx, caller).await?
    } else {
        acting::current(state, &mut tx, caller).await?
    };
    tx.commit().await?;
    Ok(actor.session)
}

async fn begin(
    state: &IdentityState,
    Browser(known): Browser,
    provider: &str,
    purpose: Purpose,
    return_to: Option<String>,
) -> Result<Response, OidcError> {
    let return_to = return_to::checked(return_to).map_err(AccountError::from)?;
    let provider = state.providers.find(provider)?;
    // The same for all log-ins of a browser: two tabs don't disturb each other.
    let browser = match known {
        Some(known) => known,
        None => OneTimeSecret::generate()?,
    };
    let secret = OneTimeSecret::generate()?;
    let again = matches!(purpose, Purpose::StepUp(_));
    let proofs = browser::proofs(&browser, &secret);
    let url = provider.authorization_url(&proofs, again).await?;
    let place = Place { state: &secret, browser: &browser, provider: &provider.settings.name };
    let mut connection = state.pool.acquire().await?;
    let attempt = Attempt { purpose, return_to };
    attempt::begin(&mut connection, &place, &attempt, state.clock.now()).await?;
    let answer = StartedAnswer { authorization_url: url.into() };
    let mut response = Json(answer).into_response();
    browser::keep(&mut response, &browser);
    Ok(response)
}
