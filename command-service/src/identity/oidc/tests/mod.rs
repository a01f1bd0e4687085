//! Log-ins at a provider, from outside.

mod fake;
mod linking;
mod logging_in;
mod provider;
mod signing;
mod tokens;
mod visit;
