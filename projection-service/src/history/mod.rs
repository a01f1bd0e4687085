//! Read model without tables: what was recorded about one thing, and how it stood at any time.

pub mod http;
pub mod query;
mod state;
#[cfg(test)]
mod tests;
mod view;
