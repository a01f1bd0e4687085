//! Passkeys: a key pair of somebody's device, unlocked by finger, face or PIN, that only our origin
//! gets to use. One alone opens an account; beside a password it is the second factor.

mod add;
mod ceremony;
mod check;
mod kept;
mod log_in;
mod options;
mod relying_party;
mod remove;
mod rename;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use shared::{auth::Action, http::guarded};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use self::{
    ceremony::{Ceremony, Purpose},
    check::{ShownPasskey, check, take},
    relying_party::{BeginError, RelyingParty},
};
use super::IdentityState;

/// The routes of passkeys. As second factor and as fresh proof they are shown to `accounts`.
pub fn routes() -> OpenApiRouter<IdentityState> {
    let manage = |routes| guarded(Action::ManageAccount, routes);
    let public = |routes| guarded(Action::Authenticate, routes);
    OpenApiRouter::default()
        .routes(public(routes!(options::log_in_options)))
        .routes(public(routes!(log_in::log_in_passkey)))
        .routes(guarded(Action::StepUp, routes!(options::step_up_options)))
        .routes(manage(routes!(options::add_options)))
        .routes(manage(routes!(add::add_passkey)))
        .routes(manage(routes!(rename::rename_passkey, remove::remove_passkey)))
}
