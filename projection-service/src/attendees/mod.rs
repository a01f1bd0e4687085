//! Who comes to an event: its tickets, each with the buyer. Put together
//! from tickets, orders and the catalogue.

pub mod http;
pub mod query;
#[cfg(test)]
mod tests;
