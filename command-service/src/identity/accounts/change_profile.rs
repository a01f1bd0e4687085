//! Changes what the owner of an account is called.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use shared::{
    auth::Caller,
    http::{Body, Problem},
};
use utoipa::ToSchema;

use super::{acting, error::AccountError, records};
use crate::{
    identity::{IdentityState, text::plain_text},
    vault::{Contact, find_person},
};

const LONGEST_NAME: usize = 200;

/// What someone is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileBody {
    #[schema(min_length = 1, max_length = 200, example = "Ada Lovelace")]
    name: String,
}

/// Changes what the owner of the account is called.
#[utoipa::path(
    put,
    path = "/account/profile",
    tag = "Accounts",
    request_body = ProfileBody,
    responses((status = 204, description = "It is changed"))
)]
pub async fn change_profile(
    State(state): State<IdentityState>,
    caller: Caller,
    body: Body<ProfileBody>,
) -> Result<StatusCode, Problem> {
    change(&state, &caller, &body.value.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(state: &IdentityState, caller: &Caller, name: &str) -> Result<(), AccountError> {
    let name = plain_text("/name", name, LONGEST_NAME)?;
    let mut tx = state.pool.begin().await?;
    let account = acting::current(state, &mut tx, caller).await?.account;
    let record = records::find(&mut tx, account).await?.ok_or(AccountError::SessionOver)?;
    tx.commit().await?;
    let person = find_person(&state.pool, &state.vault, record.person()).await?;
    let email = person.ok_or(AccountError::NotFound)?.email;
    let contact = Contact { email, name: Some(name) };
    Ok(state.persons.put_all(vec![(record.person(), contact)]).await?)
}
