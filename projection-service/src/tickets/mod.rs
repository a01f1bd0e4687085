//! Read model: single admissions, with their codes and QR pictures.

pub mod http;
pub mod projection;
pub mod query;
#[cfg(test)]
mod tests;
