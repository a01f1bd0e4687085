//! Read model: holds on tickets with the server's deadline, and the figures they leave for sale.

pub mod changes;
pub mod http;
pub mod lines;
pub mod projection;
pub mod query;
mod stock_rows;
#[cfg(test)]
mod tests;
mod write;
