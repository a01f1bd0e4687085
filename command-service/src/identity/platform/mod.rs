//! What platform admins do: suspend, and see with someone's eyes.

mod appoint;
mod impersonate;
mod suspend;
#[cfg(test)]
mod tests;

use shared::{auth::Action, http::guarded};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::IdentityState;

pub use appoint::{AppointError, appoint_platform_admin};

/// The routes of platform admins.
pub(super) fn routes() -> OpenApiRouter<IdentityState> {
    let manage = |routes| guarded(Action::ManagePlatform, routes);
    OpenApiRouter::default()
        .routes(manage(routes!(suspend::suspend_account, suspend::resume_account)))
        .routes(manage(routes!(suspend::suspend_organization, suspend::resume_organization)))
        .routes(guarded(Action::Impersonate, routes!(impersonate::impersonate)))
}
