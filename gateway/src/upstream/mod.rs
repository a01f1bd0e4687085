//! The services behind the gateway: where they are, and the connections kept to them.

mod address;
mod connection;
mod pool;
mod socket;

pub use address::UpstreamAddress;
pub(crate) use connection::{Lost, UpstreamConnection};
pub(crate) use pool::Upstream;
