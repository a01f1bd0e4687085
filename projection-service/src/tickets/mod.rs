//! Read model: single admissions, with their codes and QR pictures.

pub mod http;
pub mod projection;
mod qr;
pub mod query;
#[cfg(test)]
mod tests;
