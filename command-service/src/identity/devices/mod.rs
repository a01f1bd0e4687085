//! Devices at the doors of events: invited on the desk, enrolled by a code, known by a key of their
//! own, revoked at once.

mod challenge;
mod enrol;
mod error;
mod invite;
mod proof;
mod refused;
#[cfg(test)]
mod refused_tests;
mod revoke;
mod stored;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod token;

use shared::{auth::Action, http::guarded};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::IdentityState;

pub use challenge::Challenges;
pub use refused::Refusals;

/// The routes of this folder.
pub fn routes() -> OpenApiRouter<IdentityState> {
    OpenApiRouter::default()
        .routes(guarded(Action::ManageDevices, routes!(invite::invite_device)))
        .routes(guarded(Action::ManageDevices, routes!(revoke::revoke_device)))
        .routes(guarded(Action::ManageDevices, routes!(revoke::revoke_devices_of_event)))
        .routes(guarded(Action::Authenticate, routes!(enrol::enrol_device)))
        .routes(guarded(Action::Authenticate, routes!(challenge::challenge_device)))
        .routes(guarded(Action::Authenticate, routes!(token::device_token)))
}
