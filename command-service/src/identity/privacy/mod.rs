//! What people may ask about themselves: to see everything that is held, and to be forgotten.

mod assemble;
mod erase_account;
mod exports;
mod request_export;
#[cfg(test)]
mod tests;

use shared::{auth::Action, http::guarded};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use exports::Exports;

use super::IdentityState;

/// The routes of this folder.
pub(super) fn routes() -> OpenApiRouter<IdentityState> {
    OpenApiRouter::default()
        .routes(guarded(Action::ManageAccount, routes!(request_export::request_export)))
        .routes(guarded(Action::ManageAccount, routes!(erase_account::erase_account)))
}
