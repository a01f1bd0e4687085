//! Log-in with accounts that people have elsewhere (OpenID Connect): begun here, proved at the
//! provider, finished here, in one browser.

mod answer;
mod attempt;
mod browser;
mod callback;
mod client;
mod confirm;
pub(super) mod fault;
mod links;
mod log_in;
mod own;
mod pending;
mod providers;
mod return_to;
mod settings;
mod start;
#[cfg(test)]
mod tests;
mod unlink;

use shared::{auth::Action, http::guarded};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use providers::{PATIENCE, Providers};
pub use settings::ProviderSettings;

use super::IdentityState;

/// The routes of this folder.
pub(super) fn routes() -> OpenApiRouter<IdentityState> {
    let public = |routes| guarded(Action::Authenticate, routes);
    let manage = |routes| guarded(Action::ManageAccount, routes);
    OpenApiRouter::default()
        .routes(public(routes!(start::start_provider_log_in)))
        .routes(public(routes!(callback::provider_callback)))
        .routes(public(routes!(confirm::confirm_provider_log_in)))
        .routes(guarded(Action::StepUp, routes!(start::start_provider_step_up)))
        .routes(manage(routes!(start::start_link)))
        .routes(manage(routes!(unlink::unlink)))
}
