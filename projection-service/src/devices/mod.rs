//! Devices at the doors of events, as the desk sees them and as they see themselves, and what the
//! door of an event needs to know. The devices are ordinary tables of the command service, read
//! column by column.

mod door;
pub mod http;
mod query;
#[cfg(test)]
mod tests;
