//! Read model: what was sold when, for the reports of organizers.

mod fold;
pub mod http;
pub mod platform;
pub mod projection;
pub mod query;
pub mod report;
#[cfg(test)]
mod tests;
