//! Read model: purchases with their items, their status and what happened to them.

pub mod fold;
pub mod http;
pub mod lookup;
pub mod projection;
pub mod query;
pub mod refunds;
mod search;
pub mod steps;
#[cfg(test)]
mod tests;
pub mod view;
