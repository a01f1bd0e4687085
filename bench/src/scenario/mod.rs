//! What is measured, by the names that `cargo xtask bench` takes.

mod availability;
mod cold_start;
mod context;
mod growth;
mod live;
mod login;
mod many_events;
mod memory;
mod on_sale;
mod projection;
mod purchase;
mod rebuild;
pub mod rush;

pub use context::Context;

use clap::ValueEnum;

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// One event, many buyers at once, until it is sold out.
    OnSale,
    /// The same load over 64 events.
    ManyEvents,
    /// Hold, pay, receive tickets.
    Purchase,
    /// The speed of an event with 1 k, 100 k and 1 M recorded facts.
    Growth,
    /// The first command on an event with 1 M recorded facts and a snapshot.
    ColdStart,
    /// Reads of availability.
    Availability,
    /// A thousand listeners of one event while everybody buys.
    Live,
    /// How fast read tables follow.
    Projection,
    /// Read tables made anew from 1 M recorded facts.
    Rebuild,
    /// What each service keeps in memory.
    Memory,
    /// Everybody holds while a flood of log-ins comes in.
    Login,
}

impl Scenario {
    /// Measures and reports.
    ///
    /// # Errors
    ///
    /// If something doesn't work, or the figures don't add up.
    pub async fn run(self, context: &mut Context) -> anyhow::Result<()> {
        match self {
            Self::OnSale => on_sale::run(context).await,
            Self::ManyEvents => many_events::run(context).await,
            Self::Purchase => purchase::run(context).await,
            Self::Growth => growth::run(context).await,
            Self::ColdStart => cold_start::run(context).await,
            Self::Availability => availability::run(context).await,
            Self::Live => live::run(context).await,
            Self::Projection => projection::run(context).await,
            Self::Rebuild => rebuild::run(context).await,
            Self::Memory => memory::run(context).await,
            Self::Login => login::run(context).await,
        }
    }
}
