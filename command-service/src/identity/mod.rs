//! People, organisations and the API keys of programs: ordinary tables, not event-sourced. What is
//! security-relevant about them goes into the log as well ([`audit`]).

mod accounts;
pub mod audit;
mod bootstrap;
mod create_api_key;
mod create_organization;
mod devices;
mod export_data;
mod members;
mod oidc;
mod passkeys;
mod platform;
mod privacy;
mod revoke_api_key;
mod second_factor;
mod state;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod text;

use shared::{auth::Action, http::guarded};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use accounts::wishes::grant_wishes;
pub use bootstrap::{BootstrapError, bootstrap_admin_key};
pub use oidc::{PATIENCE, ProviderSettings, Providers};
pub use passkeys::RelyingParty;
pub use platform::{AppointError, appoint_platform_admin};
pub use privacy::Exports;
pub use state::{IdentityParts, IdentityState};

/// The routes of this folder.
pub fn routes(state: IdentityState) -> OpenApiRouter {
    stateless().with_state(state)
}

/// What the routes of this folder add to the OpenAPI document, without being able to serve them.
pub fn routes_documented<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    OpenApiRouter::with_openapi(stateless().into_openapi())
}

fn stateless() -> OpenApiRouter<IdentityState> {
    OpenApiRouter::default()
        .merge(accounts::routes())
        .merge(devices::routes())
        .merge(members::routes())
        .merge(oidc::routes())
        .merge(passkeys::routes())
        .merge(platform::routes())
        .merge(privacy::routes())
        .routes(guarded(
            Action::CreateOrganization,
            routes!(create_organization::create_organization),
        ))
        .routes(guarded(Action::ExportData, routes!(export_data::export_data)))
        .routes(guarded(Action::ManageApiKeys, routes!(create_api_key::create_api_key)))
        .routes(guarded(Action::ManageApiKeys, routes!(revoke_api_key::revoke_api_key)))
}
