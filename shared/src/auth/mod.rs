//! Who asks, and what they may: the only place that decides about access.

mod access_tokens;
mod action;
mod actor;
mod api_keys;
mod authenticate;
mod policy;
mod revoked_devices;
mod seen;
mod session_tokens;
mod withdrawn;

pub use access_tokens::AccessTokens;
pub use action::{Action, UnknownAction};
pub use actor::{
    AccountActor, Actor, DeviceActor, MemberRole, Membership, Reach, Scopes, UnknownRole,
};
pub use api_keys::{ApiKeyRole, ApiKeySecret, ApiKeys};
pub use authenticate::{Authenticator, Credentials, NotAuthenticated, SESSION_COOKIE, cookie};
pub use policy::{Caller, Denied, Resource, may};
pub use revoked_devices::RevokedDevices;
pub use seen::Seen;
pub use session_tokens::{
    AUDIENCE, DEVICE_TOKEN_LASTS, DeviceClaims, ISSUER, InvalidTokenKeys, JsonWebKeySet,
    PublicTokenKeys, STEP_UP_LASTS, TOKEN_LASTS, TokenClaims, TokenKeys, TokenSigner,
    TokenVerifier,
};
pub use withdrawn::Withdrawn;
