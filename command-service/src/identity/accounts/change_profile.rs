//! Changes what the owner of an account is called, and in which language mails are written.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use shared::{
    auth::Caller,
    http::{Body, FieldError, Problem},
};
use utoipa::ToSchema;

use super::{acting, error::AccountError, records};
use crate::{
    identity::{IdentityState, text::plain_text},
    mail::Language,
    vault::{Contact, find_person, speak},
};

const LONGEST_NAME: usize = 200;

/// What is to be changed; what isn't said stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileBody {
    /// What someone is called.
    #[schema(min_length = 1, max_length = 200, example = "Ada Lovelace")]
    name: Option<String>,
    /// In which language mails are written.
    language: Option<ProfileLanguage>,
}

/// A language that mails are written in.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProfileLanguage {
    En,
    De,
}

impl From<ProfileLanguage> for Language {
    fn from(language: ProfileLanguage) -> Self {
        match language {
            ProfileLanguage::En => Self::English,
            ProfileLanguage::De => Self::German,
        }
    }
}

/// Changes what the owner of the account is called, or the language of mails.
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
    change(&state, &caller, body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(
    state: &IdentityState,
    caller: &Caller,
    body: ProfileBody,
) -> Result<(), AccountError> {
    if body.name.is_none() && body.language.is_none() {
        return Err(FieldError::new("", "nothing-given", "Send a name or a language.").into());
    }
    let name = body.name.map(|name| plain_text("/name", &name, LONGEST_NAME)).transpose()?;
    let mut tx = state.pool.begin().await?;
    let account = acting::current(state, &mut tx, caller).await?.account;
    let record = records::find(&mut tx, account).await?.ok_or(AccountError::SessionOver)?;
    if let Some(language) = body.language {
        speak(&mut tx, record.person(), language.into()).await?;
    }
    tx.commit().await?;
    let Some(name) = name else { return Ok(()) };
    let person = find_person(&state.pool, &state.vault, record.person()).await?;
    let email = person.ok_or(AccountError::NotFound)?.email;
    let contact = Contact { email, name: Some(name) };
    Ok(state.persons.put_all(vec![(record.person(), contact)]).await?)
}
