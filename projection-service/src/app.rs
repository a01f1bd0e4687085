//! What the handlers work with.

use std::{ops::Deref, sync::Arc};

use shared::{
    auth::Withdrawn,
    clock::Clock,
    ticket_code::TicketCodes,
    vault::{PersonKey, Vault},
};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{
    availability::{memory::Availability, stream::Rhythm},
    freshness::Freshness,
    pages::Origin,
};

/// The state behind every route. Clones share everything.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    /// For queries that are for the whole platform, such as the public catalogue.
    pub pool: PgPool,
    /// For queries on behalf of an organization or a buyer: shows the rows of whoever asks only.
    pub scoped: PgPool,
    pub freshness: Freshness,
    pub availability: Availability,
    /// How often listeners are told about it.
    pub rhythm: Rhythm,
    pub ticket_codes: TicketCodes,
    /// Opens what is known about people.
    pub vault: Vault,
    /// Finds people by their address.
    pub person_key: PersonKey,
    /// Which organisations are suspended.
    pub withdrawn: Withdrawn,
    /// Where people find the pages.
    pub public_url: Origin,
    pub clock: Clock,
    /// How many long histories are read at a time.
    pub replays: Semaphore,
    /// Ends streams that would go on for ever.
    pub stop: CancellationToken,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
