//! Read model: events and their ticket types, as customers browse them and organizers list them.

mod calendar;
pub mod facets;
pub mod fold;
pub mod http;
pub mod platform;
pub mod projection;
pub mod query;
mod rows;
#[cfg(test)]
mod tests;
pub mod view;
