//! Who acts, by what the database says now and not by what the token said minutes ago.

use shared::{
    auth::{AccountActor, Action, Actor, Caller, Denied, Resource, may},
    id::{OrganizationId, SessionId},
};
use sqlx::{Executor, PgConnection};

use super::{error::AccountError, session};
use crate::identity::IdentityState;

/// The account that acts, read anew; its session is locked until the end of the transaction.
///
/// # Errors
///
/// [`AccountError::SessionOver`]; [`AccountError::Denied`] if it is no account, or may the action of
/// the route no more.
pub async fn current(
    state: &IdentityState,
    tx: &mut PgConnection,
    caller: &Caller,
) -> Result<AccountActor, AccountError> {
    let claimed = caller.account()?;
    let at = state.clock.now();
    let kept = session::alive(tx, claimed.session, at).await?;
    let kept = kept.ok_or(AccountError::SessionOver)?;
    let actor = session::actor(tx, &kept, at).await?;
    let action = caller.action();
    action.admits(&Actor::Account(std::sync::Arc::new(actor.clone())))?;
    Ok(actor)
}

/// The same, if its owner has proved within the last minutes to be there.
///
/// # Errors
///
/// As [`current`]; [`Denied::StepUpRequired`].
pub async fn fresh(
    state: &IdentityState,
    tx: &mut PgConnection,
    caller: &Caller,
) -> Result<AccountActor, AccountError> {
    let actor = current(state, tx, caller).await?;
    if actor.stepped_up { Ok(actor) } else { Err(Denied::StepUpRequired.into()) }
}

/// Whether the caller may do the action of the route on a resource: an account by what the database
/// says now, any other credential by what it is.
///
/// # Errors
///
/// As [`current`] and [`may`].
pub async fn may_now(
    state: &IdentityState,
    tx: &mut PgConnection,
    caller: &Caller,
    resource: Resource,
) -> Result<(), AccountError> {
    let action: Action = caller.action();
    match caller.actor() {
        Actor::Account(_) => {
            let actor = Actor::Account(std::sync::Arc::new(current(state, tx, caller).await?));
            Ok(may(&actor, action, resource)?)
        }
        actor @ (Actor::Admin
        | Actor::Organizer(_)
        | Actor::ScopedKey(..)
        | Actor::Device(_)
        | Actor::Holder(_)
        | Actor::Public) => Ok(may(actor, action, resource)?),
    }
}

/// From here on the transaction touches rows of this organisation only, whatever its statements say:
/// the database sees to it. To be said once it is decided that the caller may.
///
/// # Errors
///
/// If the database refuses.
pub async fn narrow(
    tx: &mut PgConnection,
    organization: OrganizationId,
) -> Result<(), sqlx::Error> {
    // An id needs no escaping.
    let statements = format!(
        "SET LOCAL ROLE fullhouse_office; SET LOCAL fullhouse.organizations = '{{{organization}}}'"
    );
    tx.execute(statements.as_str()).await.map(drop)
}

/// The end of what [`narrow`] began, for what is not of one organisation, such as mail.
///
/// # Errors
///
/// If the database refuses.
pub async fn widen(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    tx.execute("RESET ROLE").await.map(drop)
}

/// A new access token of a session whose standing has just changed.
///
/// # Errors
///
/// [`AccountError`].
pub async fn renewed(
    state: &IdentityState,
    tx: &mut PgConnection,
    session: SessionId,
) -> Result<String, AccountError> {
    let at = state.clock.now();
    let kept = session::alive(tx, session, at).await?.ok_or(AccountError::SessionOver)?;
    Ok(session::access(state, tx, &kept, at).await?.1)
}
