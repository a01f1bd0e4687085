//! Who asks, and what they may: the only place that decides about access.

mod access_tokens;
mod api_keys;
mod authenticate;
mod policy;

pub use access_tokens::AccessTokens;
pub use api_keys::{ApiKeyRole, ApiKeySecret, ApiKeys};
pub use authenticate::{Authenticator, Credentials, NotAuthenticated};
pub use policy::{Action, Actor, Caller, Denied, Resource, UnknownAction, may};
