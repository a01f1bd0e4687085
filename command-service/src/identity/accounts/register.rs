//! Registers an account.

use axum::{Json, extract::State};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::{
    config::Secret,
    events::identity::IdentityEvent,
    http::{Body, FieldError, Problem},
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    address::Address,
    error::AccountError,
    mailing,
    one_time::Purpose,
    wishes::{self, Wish},
};
use crate::{
    identity::{
        IdentityState,
        audit::{Subject, named},
        text::plain_text,
    },
    vault::Contact,
};

const LONGEST_NAME: usize = 200;

/// Who wants an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterBody {
    #[schema(max_length = 254, example = "ada@example.org")]
    email: String,
    #[schema(min_length = 8, max_length = 128, format = Password)]
    password: String,
    #[schema(min_length = 1, max_length = 200, example = "Ada Lovelace")]
    name: Option<String>,
}

/// What happens next, whoever asked.
#[derive(Serialize, ToSchema)]
pub struct AcceptedAnswer {
    /// Always `check_mail`.
    #[schema(example = "check_mail")]
    pub status: &'static str,
}

impl AcceptedAnswer {
    /// The one answer.
    pub const CHECK_MAIL: Self = Self { status: "check_mail" };
}

/// Registers an account.
///
/// The answer is the same whether the address has an account or not; its owner learns more by mail.
#[utoipa::path(
    post,
    path = "/auth/register",
    tag = "Accounts",
    request_body = RegisterBody,
    responses(
        (status = 202, description = "A mail was sent to the address", body = AcceptedAnswer),
        (status = 503, description = "Too many log-ins at once, or unavailable")
    )
)]
pub async fn register(
    State(state): State<IdentityState>,
    body: Body<RegisterBody>,
) -> Result<(StatusCode, Json<AcceptedAnswer>), Problem> {
    let (address, password, name) = checked(&state, body.value).await?;
    let password_hash = state.passwords.hash(&password).await.map_err(AccountError::from)?;
    let Contact { email, name } = address.contact(name);
    let wish = Wish::Register { email, name, password_hash };
    wishes::make(&state, address.person, &wish).await?;
    Ok((StatusCode::ACCEPTED, Json(AcceptedAnswer::CHECK_MAIL)))
}

async fn checked(
    state: &IdentityState,
    body: RegisterBody,
) -> Result<(Address, Secret, Option<String>), AccountError> {
    let address = Address::parse(state, "/email", &body.email);
    let password = Secret::new(body.password);
    let guesses = address.as_ref().map(Address::guesses).unwrap_or_default();
    let weak = state.passwords.fault("/password", &password, &guesses).await?;
    let name = body.name.map(|name| plain_text("/name", &name, LONGEST_NAME)).transpose();
    match (address, weak, name) {
        (Ok(address), None, Ok(name)) => Ok((address, password, name)),
        (address, weak, name) => {
            let faults: Vec<FieldError> =
                address.err().into_iter().chain(weak).chain(name.err()).collect();
            Err(AccountError::Fields(faults))
        }
    }
}

/// Opens the account, or tells its owner that somebody wanted one.
///
/// # Errors
///
/// [`AccountError`].
pub async fn grant(
    state: &IdentityState,
    tx: &mut PgConnection,
    person: PersonId,
    contact: Contact,
    hash: &str,
) -> Result<(), AccountError> {
    let Some(account) = upsert(state, tx, person, hash).await? else {
        return mailing::tell_of_account(state, tx, person).await;
    };
    state.persons.put_all(vec![(person, contact)]).await?;
    let fact = IdentityEvent::AccountRegistered {};
    state.audit.note(tx, Subject::Account(account), &named(account), &fact).await?;
    mailing::send_token(state, tx, Purpose::VerifyEmail, account, person).await
}

/// The new account, or one whose address nobody has proved yet; none if it is somebody's.
async fn upsert(
    state: &IdentityState,
    tx: &mut PgConnection,
    person: PersonId,
    hash: &str,
) -> Result<Option<AccountId>, sqlx::Error> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "INSERT INTO identity.accounts AS kept \
            (id, person_id, password_hash, password_changed_at, created_at) \
         VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT (person_id) DO UPDATE \
            SET password_hash = excluded.password_hash, \
                password_changed_at = excluded.password_changed_at \
          WHERE kept.email_verified_at IS NULL \
         RETURNING id",
    )
    .bind(state.ids.next())
    .bind(person.uuid())
    .bind(hash)
    .bind(state.clock.now())
    .fetch_optional(tx)
    .await?;
    Ok(id.map(AccountId::new))
}
