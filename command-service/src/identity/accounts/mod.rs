//! Accounts: how people register, log in and out, and change what they log in with.

pub(super) mod acting;
pub(super) mod address;
pub(super) mod chain;
mod change_email;
mod change_password;
mod change_profile;
pub(super) mod changed;
pub(super) mod client;
#[cfg(test)]
mod enumeration_tests;
pub(super) mod error;
mod hashing;
pub(super) mod log_in;
mod log_in_second_factor;
pub(super) mod log_out;
pub(super) mod mailing;
pub(super) mod one_time;
pub(super) mod password;
pub(super) mod records;
mod refresh;
mod register;
mod reset_password;
pub(super) mod session;
mod step_up;
#[cfg(test)]
mod tests;
mod verify_email;
pub(super) mod wishes;

use shared::{auth::Action, http::guarded};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{IdentityState, second_factor};

/// The routes of accounts.
pub(super) fn routes() -> OpenApiRouter<IdentityState> {
    let manage = |routes| guarded(Action::ManageAccount, routes);
    OpenApiRouter::default()
        .merge(authentication())
        .routes(guarded(Action::StepUp, routes!(step_up::step_up)))
        .routes(manage(routes!(log_out::log_out_everywhere)))
        .routes(manage(routes!(log_out::end_session)))
        .routes(manage(routes!(change_password::change_password)))
        .routes(manage(routes!(change_profile::change_profile)))
        .routes(manage(routes!(change_email::change_email)))
        .routes(manage(routes!(second_factor::add_totp, second_factor::remove_totp)))
        .routes(manage(routes!(second_factor::confirm_totp)))
}

/// What anybody may ask for, to become somebody.
fn authentication() -> OpenApiRouter<IdentityState> {
    let public = |routes| guarded(Action::Authenticate, routes);
    OpenApiRouter::default()
        .routes(public(routes!(register::register)))
        .routes(public(routes!(verify_email::verify_email)))
        .routes(public(routes!(log_in::log_in)))
        .routes(public(routes!(log_in_second_factor::log_in_second_factor)))
        .routes(public(routes!(refresh::refresh)))
        .routes(public(routes!(log_out::log_out)))
        .routes(public(routes!(reset_password::forgot_password)))
        .routes(public(routes!(reset_password::reset_password)))
        .routes(public(routes!(change_email::confirm_email)))
}
