//! What both services' HTTP has in common: problems, extractors, guarded routes, the edge, the server.
//!
//! A request passes, in this order: [`serve`] (connection) → [`Edge`] (trace, route and its policy,
//! load, deadline, panics, metrics) → router → extractors → handler.

mod body;
mod compression;
mod connection;
mod database;
mod edge;
mod guard;
mod health;
mod idempotency;
mod listen;
mod metrics;
mod openapi;
mod path;
mod position;
mod problem;
mod query;
mod scan;
mod serve;
#[cfg(test)]
mod testing;
mod trace;
mod unread;
mod version;

pub use body::{Body, Upload};
pub use compression::compressed;
pub use edge::{
    AddressPrefix, ClientAddress, Edge, EdgeArgs, EdgeError, EdgeSettings, InvalidLimit,
    InvalidNetwork, InvalidOrigin, LaneArgs, Limit, Origin, Rate, RateArgs, Switch, TrustedProxies,
};
pub use guard::{API_PREFIX, guarded};
pub use health::Readiness;
pub use idempotency::IdempotencyKey;
pub use listen::listen;
pub use metrics::serve_metrics;
pub use openapi::document;
pub use path::Ids;
pub use position::{LOG_POSITION, MinLogPosition};
pub use problem::{FieldError, Problem};
pub use query::Query;
pub use serve::{ServeSettings, serve, shutdown_on_signal};
pub use trace::{RequestTrace, TraceId};
pub use version::{ETag, ExpectedVersion};
