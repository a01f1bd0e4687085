//! Adds a passkey to an account.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::{
    auth::Caller,
    events::identity::IdentityEvent,
    http::{Body, FieldError, Problem},
    id::{AccountId, PasskeyId},
};
use sqlx::PgConnection;
use utoipa::ToSchema;
use webauthn_rs::prelude::{Passkey, RegisterPublicKeyCredential};

use super::{
    ceremony::{self, Ceremony, Purpose},
    kept::{self, KeptPasskey},
};
use crate::{
    identity::{
        IdentityState,
        accounts::{
            acting, changed,
            client::{Client, with_access},
            error::AccountError,
            records, session,
        },
        second_factor::recovery,
        text::plain_text,
    },
    mail::Mail,
};

/// The longest name of a passkey, in characters.
pub const LONGEST_NAME: usize = 60;

/// What a browser answered when it was asked to make a passkey: its own bytes, in base64url without
/// padding, and how the owner wants to call it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPasskeyBody {
    /// From the options it was asked with.
    ceremony: String,
    #[schema(min_length = 1, max_length = 60, example = "Phone")]
    name: String,
    /// `rawId`.
    #[schema(max_length = 1364)]
    credential_id: String,
    /// `response.clientDataJSON`.
    #[schema(max_length = 4096)]
    client_data_json: String,
    /// `response.attestationObject`.
    #[schema(max_length = 32768)]
    attestation_object: String,
    /// `response.getTransports()`: how the browser reaches the device again.
    #[serde(default)]
    #[schema(max_items = 10, example = json!(["internal", "hybrid"]))]
    transports: Vec<String>,
}

/// A passkey that was added.
#[derive(Serialize, ToSchema)]
pub struct AddedPasskeyAnswer {
    passkey_id: PasskeyId,
    /// What replaces it when it is lost, each once: shown now and never again. Only if the account
    /// had no second factor before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["ABCD-EFGH-IJKL-MNOP"]))]
    recovery_codes: Option<Vec<String>>,
}

/// Adds a passkey: from now on it opens the account alone, and is asked for after the password.
///
/// Asks for a fresh proof (`/auth/step-up`).
#[utoipa::path(
    post,
    path = "/account/passkeys",
    tag = "Accounts",
    request_body = AddPasskeyBody,
    responses(
        (status = 201, description = "The passkey counts from now on", body = AddedPasskeyAnswer),
        (status = 409, description = "This passkey is there already"),
        (status = 410, description = "It came too late; begin anew")
    )
)]
pub async fn add_passkey(
    State(state): State<IdentityState>,
    client: Client,
    caller: Caller,
    body: Body<AddPasskeyBody>,
) -> Result<Response, Problem> {
    let (answer, access) = add(&state, &caller, body.value).await?;
    let answer = (StatusCode::CREATED, Json(answer)).into_response();
    Ok(with_access(answer, &access, client.carrier))
}

async fn add(
    state: &IdentityState,
    caller: &Caller,
    body: AddPasskeyBody,
) -> Result<(AddedPasskeyAnswer, String), AccountError> {
    let name = plain_text("/name", &body.name, LONGEST_NAME)?;
    let at = state.clock.now();
    let mut connection = state.pool.acquire().await?;
    let taken = ceremony::take(&mut connection, Purpose::Add, &body.ceremony, at).await?;
    drop(connection);

    let mut tx = state.pool.begin().await?;
    let actor = acting::fresh(state, &mut tx, caller).await?;
    let account = actor.account;
    let asked = taken.filter(|ceremony| ceremony.account == Some(account));
    let passkey = made(state, &body, asked.ok_or(AccountError::CeremonyOver)?)?;
    // Of two first passkeys at once, one brings the recovery codes.
    let record = records::lock(&mut tx, account).await?.ok_or(AccountError::NotFound)?;
    let id = PasskeyId::new(state.ids.next());
    let kept = KeptPasskey { id, account, name, passkey };
    if !kept::insert(&mut tx, &kept, at).await? {
        return Err(AccountError::Conflict("passkey-exists", "This passkey is there already."));
    }
    let recovery_codes = first_codes(&mut tx, account, record.has_second_factor()).await?;
    session::prove(&mut tx, actor.session, true, at).await?;
    let fact = IdentityEvent::PasskeyAdded { passkey_id: id };
    let mail = Mail::PasskeyAdded { name: kept.name, at };
    let who = caller.audit_name();
    changed::tell(state, &mut tx, record.changed_by(&who), &fact, mail).await?;
    let access = acting::renewed(state, &mut tx, actor.session).await?;
    tx.commit().await?;
    Ok((AddedPasskeyAnswer { passkey_id: id, recovery_codes }, access))
}

async fn first_codes(
    tx: &mut PgConnection,
    account: AccountId,
    had_second_factor: bool,
) -> Result<Option<Vec<String>>, AccountError> {
    if had_second_factor { Ok(None) } else { recovery::renew(tx, account).await.map(Some) }
}

/// The passkey that the browser has made, if it is what was asked for.
fn made(
    state: &IdentityState,
    body: &AddPasskeyBody,
    ceremony: Ceremony,
) -> Result<Passkey, AccountError> {
    let party = state.passkeys.as_ref().ok_or(AccountError::NoPasskeysHere)?;
    let read: Result<RegisterPublicKeyCredential, _> = serde_json::from_value(json!({
        "id": body.credential_id,
        "rawId": body.credential_id,
        "type": "public-key",
        "response": {
            "clientDataJSON": body.client_data_json,
            "attestationObject": body.attestation_object,
            "transports": body.transports,
        },
    }));
    let refused = || {
        let detail = "This is no passkey that was made for us, now, and unlocked by its owner.";
        FieldError::new("/attestation_object", "passkey-refused", detail)
    };
    let read = read.map_err(|_| refused())?;
    party.finish_adding(&read, ceremony.state).map_err(|reason| {
        tracing::debug!(%reason, "a new passkey is refused");
        refused().into()
    })
}
