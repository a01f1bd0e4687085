//! The projection service: folds the log into read tables and answers every question.
//!
//! A recorded fact flows from the log through a subscription ([`live`]) into the fold of each
//! [`projection`] and its tables; a question flows through `http` and `query` of the read model it
//! is about. A folder is a read model.

#[macro_use]
mod row;

pub mod accounts;
mod app;
pub mod attendees;
pub mod availability;
pub mod catalogue;
mod codes;
pub mod compare;
pub mod config;
mod contact;
pub mod database;
pub mod devices;
pub mod exports;
pub mod freshness;
pub mod generation;
pub mod generations;
pub mod health;
pub mod history;
pub mod http;
pub mod live;
mod openapi;
pub mod orders;
pub mod pages;
pub mod platform;
pub mod projection;
mod query_error;
pub mod rebuild;
#[cfg(test)]
mod rebuild_tests;
pub mod reservations;
pub mod sales;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod scoped_tests;
mod search;
mod serve;
pub mod status;
#[cfg(test)]
mod testing;
pub mod tickets;
pub mod unreadable;

pub use app::{App, Parts};
pub use openapi::openapi;
pub use query_error::QueryError;
pub use serve::{Keys, Service, Settings, run};
