//! Accounts and organisations as their people see them. Ordinary tables of the command service,
//! read column by column: what proves who someone is can't be read from here.

pub mod export;
pub mod http;
pub mod jwks;
mod logins;
mod organization;
mod own;
mod passkeys;
#[cfg(test)]
mod tests;

pub use own::MembershipView;
