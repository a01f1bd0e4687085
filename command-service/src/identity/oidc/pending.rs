//! Log-ins whose address isn't proved to us yet: a mail goes there, and its link counts in the
//! browser that came from the provider. So the same person has shown both.

use chrono::TimeDelta;
use shared::{clock::Timestamp, id::PersonId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{fault::OidcError, links::SubjectKey};
use crate::{
    identity::{
        IdentityState,
        accounts::{error::AccountError, mailing, one_time::OneTimeSecret},
    },
    mail::Mail,
};

const LASTS: TimeDelta = TimeDelta::hours(1);
/// Whoever asks for the same again so soon gets no further mail.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

/// A log-in with an address that somebody has to prove.
pub struct Pending {
    pub provider: String,
    pub subject: SubjectKey,
    pub person: PersonId,
    pub return_to: Option<String>,
}

row!(
    struct Kept {
        browser_sha256: Vec<u8>,
        provider: String,
        subject_key: Vec<u8>,
        person_id: Uuid,
        return_to: Option<String>,
    }
);

/// Mails a link that proves the address, unless that was just done.
///
/// # Errors
///
/// [`OidcError`].
pub async fn ask(
    state: &IdentityState,
    tx: &mut PgConnection,
    browser: &OneTimeSecret,
    pending: &Pending,
) -> Result<(), OidcError> {
    let at = state.clock.now();
    sqlx::query("DELETE FROM identity.pending_links WHERE expires_at < $1")
        .bind(at)
        .execute(&mut *tx)
        .await?;
    if is_recent(tx, browser, pending, at).await? {
        return Ok(());
    }
    let secret = OneTimeSecret::generate()?;
    sqlx::query(
        "INSERT INTO identity.pending_links (token_sha256, browser_sha256, provider, subject_key, \
            person_id, return_to, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(secret.sha256().as_slice())
    .bind(browser.sha256().as_slice())
    .bind(&pending.provider)
    .bind(pending.subject.0.as_slice())
    .bind(pending.person.uuid())
    .bind(pending.return_to.as_deref())
    .bind(at)
    .bind(at + LASTS)
    .execute(&mut *tx)
    .await?;
    let provider = state.providers.find(&pending.provider)?.settings.label.clone();
    let kind = Mail::ConfirmLogin { provider, token: secret.expose() };
    let cause = format!("token:{}", hex::encode(&secret.sha256()[..16]));
    Ok(mailing::tell(state, tx, pending.person, cause, kind).await?)
}

async fn is_recent(
    tx: &mut PgConnection,
    browser: &OneTimeSecret,
    pending: &Pending,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM identity.pending_links \
          WHERE person_id = $1 AND subject_key = $2 AND browser_sha256 = $3 AND created_at > $4 \
            AND redeemed_at IS NULL)",
    )
    .bind(pending.person.uuid())
    .bind(pending.subject.0.as_slice())
    .bind(browser.sha256().as_slice())
    .bind(at - PAUSE)
    .fetch_one(tx)
    .await
}

/// Redeems a mailed token, once, in the browser that came from the provider.
///
/// # Errors
///
/// [`AccountError::LinkOver`], [`OidcError::OtherBrowser`], which uses nothing up.
pub async fn redeem(
    tx: &mut PgConnection,
    token: &str,
    browser: Option<&OneTimeSecret>,
    at: Timestamp,
) -> Result<Pending, OidcError> {
    let token = OneTimeSecret::parse(token).ok_or(AccountError::LinkOver)?;
    let kept: Option<Kept> = sqlx::query_as(
        "UPDATE identity.pending_links SET redeemed_at = $2 \
          WHERE token_sha256 = $1 AND redeemed_at IS NULL AND expires_at > $2 \
         RETURNING browser_sha256, provider, subject_key, person_id, return_to",
    )
    .bind(token.sha256().as_slice())
    .bind(at)
    .fetch_optional(tx)
    .await?;
    let kept = kept.ok_or(AccountError::LinkOver)?;
    // Whoever calls rolls back: the link still works where it belongs.
    if browser.is_none_or(|browser| browser.sha256().as_slice() != kept.browser_sha256) {
        return Err(OidcError::OtherBrowser);
    }
    let subject = kept.subject_key.try_into().map_err(|_| AccountError::LinkOver)?;
    Ok(Pending {
        provider: kept.provider,
        subject: SubjectKey(subject),
        person: PersonId::new(kept.person_id),
        return_to: kept.return_to,
    })
}
