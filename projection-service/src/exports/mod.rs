//! Files of what an organisation sold and to whom: asked for at the command service, made here from
//! the read tables part by part, so that a restart costs one part at most.

mod content;
mod csv;
pub mod http;
mod job;
#[cfg(test)]
mod tests;
mod worker;

pub use worker::run;
