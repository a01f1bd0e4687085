//! The gateway: one origin for both services. The method of a request picks the process.
//!
//! It parses a request once (hyper), checks its framing, removes what concerns one hop only and
//! sends it on over a kept connection. Bodies are streamed both ways and never stored.

mod accept;
mod answer;
mod client_socket;
mod config;
mod connection;
mod exchange;
mod gateway;
mod head;
mod meters;
mod refusal;
mod request_body;
mod upstream;
mod watch;
mod worker;

pub use config::{Config, Limits, Times};
pub use gateway::Gateway;
pub use meters::serve_metrics;
pub use upstream::UpstreamAddress;

#[cfg(test)]
mod tests;
