//! What someone who is logged in came back from a provider for.

use shared::{
    auth::{AccountActor, Caller, Denied},
    events::identity::{IdentityEvent, Proof},
    id::SessionId,
};
use sqlx::PgConnection;

use super::{
    client::{Provider, Stranger},
    fault::OidcError,
    links::{self, NewLink},
    log_in::subject_key,
};
use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError, records, session},
    audit::Subject,
};

/// Links the log-in with the account of the session in which it began.
///
/// # Errors
///
/// [`OidcError`].
pub async fn link(
    state: &IdentityState,
    caller: &Caller,
    session: SessionId,
    provider: &Provider,
    stranger: &Stranger,
) -> Result<(), OidcError> {
    let mut tx = state.pool.begin().await?;
    let actor = same(state, &mut tx, caller, session).await?;
    let record = records::find(&mut tx, actor.account).await?;
    let person = record.ok_or(AccountError::SessionOver)?.person();
    let new = NewLink {
        account: actor.account,
        person,
        provider: &provider.settings.name,
        subject: subject_key(state, provider, stranger),
        actor: &caller.audit_name(),
    };
    links::link(state, &mut tx, new).await?;
    Ok(tx.commit().await?)
}

/// Notes that the owner of the session has just proved to be there; gives the new access token.
///
/// # Errors
///
/// [`OidcError`].
pub async fn step_up(
    state: &IdentityState,
    caller: &Caller,
    session: SessionId,
    provider: &Provider,
    stranger: &Stranger,
) -> Result<String, OidcError> {
    let mut tx = state.pool.begin().await?;
    let actor = same(state, &mut tx, caller, session).await?;
    let record = records::find(&mut tx, actor.account).await?;
    if record.ok_or(AccountError::SessionOver)?.has_second_factor() {
        return Err(Denied::SecondFactorRequired.into());
    }
    let subject = Subject::Account(actor.account);
    let key = subject_key(state, provider, stranger);
    if links::account_of(&mut tx, key).await? != Some(actor.account) {
        let fact = IdentityEvent::LogInFailed { proof: Proof::Provider };
        state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
        tx.commit().await?;
        return Err(AccountError::InvalidCredentials.into());
    }
    if !stranger.is_fresh {
        return Err(OidcError::TooOld);
    }
    links::used(state, &mut tx, key).await?;
    session::prove(&mut tx, actor.session, false, state.clock.now()).await?;
    let fact = IdentityEvent::SteppedUp { session_id: actor.session, proof: Proof::Provider };
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    let access = acting::renewed(state, &mut tx, actor.session).await?;
    tx.commit().await?;
    Ok(access)
}

/// The account that came back, if it is the one that was sent away.
async fn same(
    state: &IdentityState,
    tx: &mut PgConnection,
    caller: &Caller,
    session: SessionId,
) -> Result<AccountActor, OidcError> {
    caller.account().map_err(|_| OidcError::AttemptOver)?;
    let actor = acting::current(state, tx, caller).await?;
    if actor.session != session || actor.impersonator.is_some() {
        return Err(OidcError::AttemptOver);
    }
    Ok(actor)
}
