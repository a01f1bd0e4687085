//! Who passkeys are made for, and what the library checks: challenge, origin, relying party, flags,
//! signature and counter.

use std::{fmt, time::Duration};

use serde_json::Value;
use shared::id::AccountId;
use thiserror::Error;
use url::Url;
use webauthn_rs::prelude::{
    AuthenticationResult, CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::ceremony::LASTS;

/// Shown by the browser beside the passkey.
const NAME: &str = "Fullhouse";

/// Our host name, to which passkeys belong, and the one origin they may be shown from.
#[derive(Clone)]
pub struct RelyingParty(Webauthn);

/// A challenge that was made.
pub struct Begun {
    /// What the browser is asked, in its own words.
    pub options: Value,
    /// What is kept here until it answers.
    pub state: Value,
}

/// How the owner is called by the device that keeps the passkey.
pub struct Owner<'a> {
    pub account: AccountId,
    pub email: &'a str,
    pub name: Option<&'a str>,
}

/// No challenge can be made.
#[derive(Debug, Error)]
pub enum BeginError {
    #[error("the library makes no challenge")]
    Library(#[from] WebauthnError),
    #[error("the state of a challenge can't be written")]
    State(#[from] serde_json::Error),
}

/// What was shown proves nothing.
#[derive(Debug, Error)]
pub enum Refused {
    #[error("the counter went back")]
    CounterWentBack,
    #[error("the library refuses it")]
    Invalid(#[source] WebauthnError),
    #[error("the kept state can't be read")]
    State(#[from] serde_json::Error),
}

impl From<WebauthnError> for Refused {
    fn from(error: WebauthnError) -> Self {
        // Found out after the signature has been checked.
        if matches!(error, WebauthnError::CredentialPossibleCompromise) {
            Self::CounterWentBack
        } else {
            Self::Invalid(error)
        }
    }
}

impl RelyingParty {
    /// The party behind the address of our pages. Nothing if that is an IP address: no browser
    /// makes passkeys for one.
    pub fn of(public_url: &Url) -> Option<Self> {
        let host = public_url.domain()?;
        let lasts = LASTS.to_std().unwrap_or(Duration::from_mins(5));
        let builder = WebauthnBuilder::new(host, public_url).ok()?;
        builder.rp_name(NAME).timeout(lasts).build().ok().map(Self)
    }

    /// Asks for a new passkey that its device can find by itself.
    pub(super) fn begin_adding(
        &self,
        owner: &Owner<'_>,
        existing: Vec<CredentialID>,
    ) -> Result<Begun, BeginError> {
        let shown = owner.name.unwrap_or(owner.email);
        let (asked, state) = self.0.start_passkey_registration(
            owner.account.uuid(),
            owner.email,
            shown,
            Some(existing),
        )?;
        let mut options = serde_json::to_value(asked.public_key)?;
        // The library leaves this to the device; without it nobody logs in by the passkey alone.
        options["authenticatorSelection"]["residentKey"] = "required".into();
        options["authenticatorSelection"]["requireResidentKey"] = true.into();
        Ok(Begun { options, state: serde_json::to_value(state)? })
    }

    /// The passkey that was made.
    pub(super) fn finish_adding(
        &self,
        made: &RegisterPublicKeyCredential,
        state: Value,
    ) -> Result<Passkey, Refused> {
        let state: PasskeyRegistration = serde_json::from_value(state)?;
        Ok(self.0.finish_passkey_registration(made, &state)?)
    }

    /// Asks for a passkey: one of `allowed`, or any that the device finds if nobody is known yet.
    pub(super) fn begin_showing(&self, allowed: &[Passkey]) -> Result<Begun, BeginError> {
        let (asked, state) = self.0.start_discoverable_authentication()?;
        let mut options = serde_json::to_value(asked.public_key)?;
        if !allowed.is_empty() {
            // Which ones are allowed is decided here anew when one is shown; this helps the browser
            // to find it.
            let (named, _) = self.0.start_passkey_authentication(allowed)?;
            options["allowCredentials"] = serde_json::to_value(named.public_key.allow_credentials)?;
        }
        Ok(Begun { options, state: serde_json::to_value(state)? })
    }

    /// Checks what was shown against what is kept of the passkey.
    pub(super) fn finish_showing(
        &self,
        shown: &PublicKeyCredential,
        state: Value,
        passkey: &Passkey,
    ) -> Result<AuthenticationResult, Refused> {
        let state: DiscoverableAuthentication = serde_json::from_value(state)?;
        Ok(self.0.finish_discoverable_authentication_v2(shown, state, passkey)?)
    }
}

impl fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RelyingParty").field(&self.0.get_allowed_origins()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Option<RelyingParty> {
        RelyingParty::of(&url.parse().unwrap())
    }

    #[test]
    fn passkeys_belong_to_a_host_with_a_name() {
        for url in ["https://tickets.example.org", "http://localhost:8080/", "https://example.org"]
        {
            assert!(of(url).is_some(), "{url}");
        }
        for url in ["http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert!(of(url).is_none(), "{url}");
        }
    }

    #[test]
    fn a_new_passkey_can_be_found_by_its_device_and_is_unlocked_by_its_owner() {
        let owner = Owner {
            account: AccountId::new(uuid::Uuid::from_u128(1)),
            email: "ada@example.org",
            name: None,
        };
        let party = of("https://tickets.example.org").unwrap();
        let options = party.begin_adding(&owner, vec![vec![1, 2, 3]]).unwrap().options;
        let selection = &options["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "required");
        assert_eq!(selection["requireResidentKey"], true);
        assert_eq!(selection["userVerification"], "required");
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["rp"]["id"], "tickets.example.org");
        assert_eq!(options["user"]["name"], "ada@example.org");
        assert_eq!(options["excludeCredentials"][0]["id"], "AQID");
    }
}
