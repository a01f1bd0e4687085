//! Read model: what is left of each event, in memory, pushed to whoever watches.
//!
//! [`tail`] follows the log beside the projections, starting from the figures that projection
//! `reservations` keeps, and puts ready answers into [`memory`].

pub mod http;
pub mod memory;
pub mod query;
pub mod rows;
pub mod stock;
pub mod stream;
pub mod tail;
#[cfg(test)]
mod tests;
mod view;
