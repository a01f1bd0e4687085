//! Read model of the platform itself: how far the projections are, and what couldn't be folded.

pub mod http;
mod query;
#[cfg(test)]
mod tests;
