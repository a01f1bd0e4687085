//! What someone shows beside the password: a code, or a passkey.

use shared::{
    events::identity::{IdentityEvent, Proof},
    http::FieldError,
    id::AccountId,
};
use sqlx::PgConnection;

use super::check;
use crate::identity::{
    IdentityState,
    accounts::error::AccountError,
    audit::Subject,
    passkeys::{self, Ceremony, ShownPasskey},
};

/// See the module.
pub enum Shown<'a> {
    /// Of the app, or a recovery code.
    Code(&'a str),
    /// With the challenge that it answers.
    Passkey(&'a ShownPasskey, Ceremony),
}

impl<'a> Shown<'a> {
    /// The one of both that was sent. The challenge of a passkey is used up by this.
    ///
    /// # Errors
    ///
    /// [`AccountError::Fields`] unless there is exactly one.
    pub async fn take(
        state: &IdentityState,
        purpose: passkeys::Purpose,
        code: Option<&'a str>,
        passkey: Option<&'a ShownPasskey>,
    ) -> Result<Self, AccountError> {
        match (code, passkey) {
            (Some(code), None) => Ok(Self::Code(code)),
            (None, Some(passkey)) => {
                let ceremony = passkeys::take(state, purpose, passkey).await?;
                Ok(Self::Passkey(passkey, ceremony))
            }
            (None, None) | (Some(_), Some(_)) => Err(one_proof().into()),
        }
    }

    /// What it proves of an account; nothing if it is wrong. Failures are noted in this transaction:
    /// whoever calls commits it either way.
    ///
    /// # Errors
    ///
    /// [`AccountError::TooManyAttempts`]; others if it can't be checked.
    pub async fn check(
        self,
        state: &IdentityState,
        tx: &mut PgConnection,
        account: AccountId,
        who: &str,
    ) -> Result<Option<Proof>, AccountError> {
        match self {
            Self::Passkey(shown, ceremony) if ceremony.account == Some(account) => {
                let owner = passkeys::check(state, tx, ceremony, shown, who).await?;
                return Ok(owner.map(|_| Proof::Passkey));
            }
            // Asked of somebody else.
            Self::Passkey(..) => {
                note_failure(state, tx, account, Proof::Passkey, who).await?;
            }
            Self::Code(code) => {
                if let Some(proof) = check::check(state, tx, account, code).await? {
                    return Ok(Some(proof));
                }
                note_failure(state, tx, account, Proof::Code, who).await?;
            }
        }
        Ok(None)
    }
}

/// What is said to whoever sends no proof, or several.
pub fn one_proof() -> FieldError {
    FieldError::new("", "one-proof", "Send exactly one proof.")
}

async fn note_failure(
    state: &IdentityState,
    tx: &mut PgConnection,
    account: AccountId,
    proof: Proof,
    who: &str,
) -> Result<(), sqlx::Error> {
    let fact = IdentityEvent::LogInFailed { proof };
    state.audit.note(tx, Subject::Account(account), who, &fact).await
}
