//! Checks what someone shows as a passkey.

use serde::Deserialize;
use serde_json::json;
use shared::{
    events::identity::{IdentityEvent, Proof},
    id::AccountId,
};
use sqlx::PgConnection;
use utoipa::ToSchema;
use webauthn_rs::prelude::PublicKeyCredential;

use super::{
    ceremony::{self, Ceremony, Purpose},
    kept::{self, KeptPasskey},
    relying_party::Refused,
};
use crate::{
    identity::{
        IdentityState,
        accounts::{error::AccountError, mailing, records},
        audit::Subject,
    },
    mail::Mail,
};

/// What a browser answered when it was asked for a passkey. All but `ceremony` are its own bytes, in
/// base64url without padding.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShownPasskey {
    /// From the options it was asked with.
    pub ceremony: String,
    /// `rawId`.
    #[schema(max_length = 1364)]
    pub credential_id: String,
    /// `response.clientDataJSON`.
    #[schema(max_length = 4096)]
    pub client_data_json: String,
    /// `response.authenticatorData`.
    #[schema(max_length = 4096)]
    pub authenticator_data: String,
    /// `response.signature`.
    #[schema(max_length = 1024)]
    pub signature: String,
    /// `response.userHandle`; a log-in by passkey alone needs it.
    #[serde(default)]
    #[schema(max_length = 88)]
    pub user_handle: Option<String>,
}

impl ShownPasskey {
    /// As the library reads it; nothing if it isn't what a browser sends.
    fn read(&self) -> Option<PublicKeyCredential> {
        serde_json::from_value(json!({
            "id": self.credential_id,
            "rawId": self.credential_id,
            "type": "public-key",
            "response": {
                "clientDataJSON": self.client_data_json,
                "authenticatorData": self.authenticator_data,
                "signature": self.signature,
                "userHandle": self.user_handle,
            },
        }))
        .ok()
    }
}

/// Takes the challenge that is answered here, before the transaction of what follows: it is used up
/// whatever comes of it.
///
/// # Errors
///
/// [`AccountError::InvalidCredentials`] if there is none for this.
pub async fn take(
    state: &IdentityState,
    purpose: Purpose,
    shown: &ShownPasskey,
) -> Result<Ceremony, AccountError> {
    let mut connection = state.pool.acquire().await?;
    let at = state.clock.now();
    let taken = ceremony::take(&mut connection, purpose, &shown.ceremony, at).await?;
    taken.ok_or(AccountError::InvalidCredentials)
}

/// Whose passkey was shown; nothing if it proves nothing. Failures are noted in this transaction:
/// whoever calls commits it either way. `who` has shown it, as the history names them.
///
/// # Errors
///
/// [`AccountError`] if it can't be checked.
pub async fn check(
    state: &IdentityState,
    tx: &mut PgConnection,
    ceremony: Ceremony,
    shown: &ShownPasskey,
    who: &str,
) -> Result<Option<AccountId>, AccountError> {
    let party = state.passkeys.as_ref().ok_or(AccountError::NoPasskeysHere)?;
    let asked = ceremony.account;
    let Some(shown) = shown.read() else { return fail(state, tx, asked, who).await };
    let kept = kept::by_credential(tx, shown.get_credential_id()).await?;
    // A passkey that isn't known, or somebody else's: the one who was asked has failed.
    let kept = kept.filter(|kept| belongs(kept, asked, &shown));
    let Some(mut kept) = kept else { return fail(state, tx, asked, who).await };
    match party.finish_showing(&shown, ceremony.state, &kept.passkey) {
        Ok(result) => {
            kept.passkey.update_credential(&result);
            kept::note_use(tx, &kept, state.clock.now()).await?;
            Ok(Some(kept.account))
        }
        Err(Refused::CounterWentBack) => {
            suspect(state, tx, &kept, who).await?;
            fail(state, tx, Some(kept.account), who).await
        }
        Err(reason @ (Refused::Invalid(_) | Refused::State(_))) => {
            tracing::debug!(%reason, "a passkey proves nothing");
            fail(state, tx, Some(kept.account), who).await
        }
    }
}

/// Whether a passkey is of the one who was asked. Where nobody was, the device has to say whose it
/// is; where it does, it has to be right.
fn belongs(kept: &KeptPasskey, asked: Option<AccountId>, shown: &PublicKeyCredential) -> bool {
    let handle = shown.get_user_unique_id();
    let is_named = handle.is_some_and(|handle| handle == kept.account.uuid().as_bytes());
    match asked {
        Some(account) => account == kept.account && (handle.is_none() || is_named),
        None => is_named,
    }
}

/// Notes a failure in the history of the account, if one is known.
async fn fail(
    state: &IdentityState,
    tx: &mut PgConnection,
    account: Option<AccountId>,
    who: &str,
) -> Result<Option<AccountId>, AccountError> {
    if let Some(account) = account {
        let fact = IdentityEvent::LogInFailed { proof: Proof::Passkey };
        state.audit.note(tx, Subject::Account(account), who, &fact).await?;
    }
    Ok(None)
}

/// Someone has the key and a counter that was passed already: there may be two of it.
async fn suspect(
    state: &IdentityState,
    tx: &mut PgConnection,
    kept: &KeptPasskey,
    who: &str,
) -> Result<(), AccountError> {
    let fact = IdentityEvent::PasskeyCopySuspected { passkey_id: kept.id };
    state.audit.note(tx, Subject::Account(kept.account), who, &fact).await?;
    if let Some(record) = records::find(tx, kept.account).await? {
        // Told once, not as often as it is tried, until the right one was used again.
        let cause = format!("passkey:{}:{}", kept.id, kept.counter());
        let kind = Mail::PasskeyCopied { name: kept.name.clone(), at: state.clock.now() };
        mailing::tell(state, tx, record.person(), cause, kind).await?;
    }
    Ok(())
}
