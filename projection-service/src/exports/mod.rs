//! Files of what an organisation sold and to whom, as CSV, XLSX or JSON: asked for at the command service, made here from
//! the read tables part by part, so that a restart costs one part at most.

mod content;
mod csv;
mod file;
pub mod http;
mod job;
mod json;
mod table;
#[cfg(test)]
mod tests;
mod worker;
mod wrap;
mod xlsx;

pub use worker::run;
