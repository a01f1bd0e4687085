//! The whole platform, for whoever runs it: organisations, people, growth.

mod growth;
pub mod http;
mod organizations;
mod people;
#[cfg(test)]
mod tests;
