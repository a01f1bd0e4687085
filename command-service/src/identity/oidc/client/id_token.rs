//! Id tokens: who someone is, as the provider signed it (OpenID Connect Core, section 3.1.3.7).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use shared::clock::Timestamp;
use subtle::ConstantTimeEq;

use super::keys::{Algorithm, KeySet, TokenFault};

/// Longer ones aren't looked at.
const LONGEST: usize = 16 * 1024;
/// Clocks differ by so much at most.
const SKEW_SECONDS: i64 = 60;
/// A token is made when the code is exchanged, not earlier.
const OLDEST_SECONDS: i64 = 10 * 60;
const LONGEST_SUBJECT: usize = 255;

/// What has to stand in a token.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub also_issuer: Option<&'a str>,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: Timestamp,
}

/// What stands in a token.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub sub: String,
    pub auth_time: Option<i64>,
    pub email: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub email_verified: bool,
    pub name: Option<String>,
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
}

/// Some providers write `"true"`.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Plain(bool),
        Quoted(String),
    }
    Ok(match Option::<Flag>::deserialize(deserializer)? {
        Some(Flag::Plain(flag)) => flag,
        Some(Flag::Quoted(text)) => text == "true",
        None => false,
    })
}

/// What a token says, if it is the provider's, for us, of now, and the answer to our question.
///
/// # Errors
///
/// [`TokenFault`].
pub(super) fn verify(
    token: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<Claims, TokenFault> {
    if token.len() > LONGEST {
        return Err(TokenFault::Malformed);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
    let (header, claims) = message.split_once('.').ok_or(TokenFault::Malformed)?;
    let header: Header = part(header)?;
    let is_id_token = header.typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
    if !is_id_token || header.crit.is_some() {
        return Err(TokenFault::Malformed);
    }
    let algorithm = Algorithm::parse(&header.alg)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenFault::Malformed)?;
    keys.verify(algorithm, header.kid.as_deref(), message.as_bytes(), &signature)?;
    let claims: Claims = part(claims)?;
    claims.check(expected)?;
    Ok(claims)
}

fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, TokenFault> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenFault::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenFault::Malformed)
}

impl Claims {
    fn check(&self, expected: &Expected<'_>) -> Result<(), TokenFault> {
        if self.iss != expected.issuer && Some(self.iss.as_str()) != expected.also_issuer {
            return Err(TokenFault::Issuer);
        }
        if !self.is_for(expected.client_id) {
            return Err(TokenFault::Audience);
        }
        let now = expected.now.timestamp();
        if now >= self.exp.saturating_add(SKEW_SECONDS) {
            return Err(TokenFault::Expired);
        }
        let latest = now + SKEW_SECONDS;
        let is_of_now = self.iat <= latest
            && self.iat >= now - OLDEST_SECONDS - SKEW_SECONDS
            && self.nbf.is_none_or(|begins| begins <= latest)
            && self.auth_time.is_none_or(|at| at <= latest);
        if !is_of_now {
            return Err(TokenFault::NotOfNow);
        }
        if !bool::from(self.nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
            return Err(TokenFault::Nonce);
        }
        if self.sub.is_empty() || self.sub.len() > LONGEST_SUBJECT {
            return Err(TokenFault::Subject);
        }
        Ok(())
    }

    /// For us, and where it is for others too, given to us.
    fn is_for(&self, client_id: &str) -> bool {
        let (is_named, is_alone) = match &self.aud {
            Audience::One(audience) => (audience == client_id, true),
            Audience::Many(all) => (all.iter().any(|one| one == client_id), all.len() == 1),
        };
        let is_ours = self.azp.as_deref().map_or(is_alone, |azp| azp == client_id);
        is_named && is_ours
    }
}
