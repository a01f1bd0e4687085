//! Someone comes back from a provider.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    auth::Caller,
    http::{Body, FieldError, Ids, Problem},
};
use utoipa::ToSchema;

use super::{
    answer::{self, Outcome, ProviderAnswer},
    attempt::{self, Attempt, Place, Purpose},
    browser::{self, Browser},
    client::{Provider, Stranger},
    fault::OidcError,
    log_in::{self, Arrived},
    own,
};
use crate::identity::{
    IdentityState,
    accounts::{
        client::{self, Carrier, Client},
        error::AccountError,
        one_time::OneTimeSecret,
    },
};

const LONGEST_CODE: usize = 4096;

/// The parameters with which the provider sent the browser back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallbackBody {
    state: String,
    code: Option<String>,
    /// Why there is no code.
    #[schema(example = "access_denied")]
    error: Option<String>,
    /// The issuer, if the provider names it (RFC 9207).
    iss: Option<String>,
    #[serde(default)]
    session: Carrier,
}

/// Goes on with what began at `start`: the parameters that the provider added to the address of
/// `/login/callback/{provider}`. Works once, and only in the browser in which it began.
#[utoipa::path(
    post,
    path = "/auth/oidc/{provider}/callback",
    tag = "Accounts",
    params(("provider" = String, Path)),
    request_body = CallbackBody,
    responses(
        (status = 200, description = "What came of it", body = ProviderAnswer),
        (status = 403, description = "The provider refused, isn't believed, or told no address"),
        (status = 404, description = "There is no such provider"),
        (status = 409, description = "The log-in opens another account, or the account has one of this provider"),
        (status = 410, description = "It took too long, was used already, or began in another browser"),
        (status = 503, description = "The provider can't be reached")
    )
)]
pub async fn provider_callback(
    State(state): State<IdentityState>,
    Ids(provider): Ids<String>,
    (client, caller, browser): (Client, Caller, Browser),
    body: Body<CallbackBody>,
) -> Result<Response, Problem> {
    let provider = state.providers.find(&provider)?;
    let body = body.value;
    let browser = browser.0.ok_or(OidcError::AttemptOver)?;
    let (attempt, stranger) = returned(&state, provider, &browser, &body).await?;
    let from = Returned { provider, attempt, stranger };
    Ok(go_on(&state, from, (client, caller, browser), body.session).await?)
}

/// Who came back from where, and why they were there.
struct Returned<'a> {
    provider: &'a Provider,
    attempt: Attempt,
    stranger: Stranger,
}

/// Uses the attempt up, then asks the provider who it is. No transaction is open meanwhile.
async fn returned(
    state: &IdentityState,
    provider: &Provider,
    browser: &OneTimeSecret,
    body: &CallbackBody,
) -> Result<(Attempt, Stranger), OidcError> {
    let secret = OneTimeSecret::parse(&body.state).ok_or(OidcError::AttemptOver)?;
    let place = Place { state: &secret, browser, provider: &provider.settings.name };
    let mut connection = state.pool.acquire().await?;
    let attempt = attempt::redeem(&mut connection, &place, state.clock.now()).await?;
    drop(connection);
    let attempt = attempt.ok_or(OidcError::AttemptOver)?;
    if body.error.is_some() {
        return Err(OidcError::Refused);
    }
    let code = body.code.as_deref().filter(|code| (1..=LONGEST_CODE).contains(&code.len()));
    let Some(code) = code else {
        let fault = FieldError::new("/code", "required", "The provider's code, or its error.");
        return Err(AccountError::from(fault).into());
    };
    provider.check_issuer(body.iss.as_deref()).await?;
    let stranger = provider.exchange(code, &browser::proofs(browser, &secret)).await?;
    Ok((attempt, stranger))
}

async fn go_on(
    state: &IdentityState,
    from: Returned<'_>,
    (client, caller, browser): (Client, Caller, OneTimeSecret),
    carrier: Carrier,
) -> Result<Response, OidcError> {
    let Returned { provider, attempt: Attempt { purpose, return_to }, stranger } = from;
    match purpose {
        Purpose::LogIn => {
            let arrived = Arrived { provider, stranger, return_to: return_to.clone() };
            match log_in::admit(state, &client, &browser, arrived).await? {
                Some(logged_in) => Ok(answer::logged_in(logged_in, return_to, carrier)),
                None => Ok(Json(ProviderAnswer::of(Outcome::CheckMail, return_to)).into_response()),
            }
        }
        Purpose::Link(session) => {
            own::link(state, &caller, session, provider, &stranger).await?;
            Ok(Json(ProviderAnswer::of(Outcome::Linked, return_to)).into_response())
        }
        Purpose::StepUp(session) => {
            let access = own::step_up(state, &caller, session, provider, &stranger).await?;
            let answer = Json(ProviderAnswer::of(Outcome::Proved, return_to)).into_response();
            Ok(client::with_access(answer, &access, client.carrier))
        }
    }
}
