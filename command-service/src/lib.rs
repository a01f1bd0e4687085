//! The command service: decides and records. Every request that changes something comes here.
//!
//! A request flows through `http` (extract, build one command) into [`runtime`] (the mailbox of
//! the event), is decided in [`box_office`] and answered once it is in the log. policy and
//! payment turn recorded facts, time and the word of payment providers into further commands.

#[macro_use]
mod row;

pub mod app;
pub mod box_office;
pub mod config;
mod http;
pub mod identity;
pub mod mail;
mod media;
pub mod payment;
pub mod policy;
pub mod runtime;
mod serve;
pub mod vault;
mod waiting;

pub use serve::{openapi, run};
