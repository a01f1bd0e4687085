//! A payment provider to try things out with.
//!
//! It speaks the subset of Stripe's HTTP API and webhooks that Fullhouse's adapter uses, so that
//! one adapter serves this and the real Stripe; only address and keys differ. Read `card` for what
//! can be made to happen, `ledger` for what is known, `http` for the API and the page for people.

mod card;
mod error;
mod http;
mod intent;
mod ledger;
mod params;
mod settings;
mod simulator;
mod webhook;

pub use self::{
    http::router,
    ledger::JournalError,
    settings::Settings,
    simulator::{Fault, RunningSimulator, Simulator, StartError},
    webhook::signature_header,
};

/// The version of Stripe's API whose shapes are used here.
pub const API_VERSION: &str = "2025-09-30.clover";
