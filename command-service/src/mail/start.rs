//! Puts the sender together and lets it run.

use shared::{auth::AccessTokens, clock::Clock, ticket_code::TicketCodes, vault::Vault};
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    links::Links,
    order::{OrderReader, Orders},
    sender::{MailSettingsError, Parts, Post, Sender},
};
use crate::{config::MailArgs, runtime::BoxOffices};

/// What sending mail needs of the service.
pub struct Needs<'a> {
    pub pool: PgPool,
    pub vault: Vault,
    pub offices: BoxOffices,
    pub access_tokens: AccessTokens,
    pub ticket_codes: TicketCodes,
    pub clock: Clock,
    pub settings: &'a MailArgs,
}

impl Sender {
    /// Reads orders as confirmations do.
    pub fn order_reader(&self) -> OrderReader {
        OrderReader::new(self.parts().orders.clone())
    }

    /// A sender that isn't running yet.
    ///
    /// # Errors
    ///
    /// [`MailSettingsError`].
    pub fn try_new(needs: Needs<'_>) -> Result<Self, MailSettingsError> {
        let links = Links::new(&needs.settings.public_url, needs.access_tokens);
        let orders = Orders {
            pool: needs.pool.clone(),
            offices: needs.offices,
            ticket_codes: needs.ticket_codes,
            links,
        };
        Ok(Self::of(Parts {
            pool: needs.pool,
            vault: needs.vault,
            orders,
            post: Post::try_new(needs.settings)?,
            clock: needs.clock,
            news: Notify::new(),
        }))
    }
}

/// Sends what waits, and says how that goes, until `stop`.
///
/// # Errors
///
/// [`MailSettingsError`].
pub fn start(
    needs: Needs<'_>,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<Sender, MailSettingsError> {
    let sender = Sender::try_new(needs)?;
    tasks.spawn(sender.clone().report(stop.clone()));
    tasks.spawn(sender.clone().run(stop.clone()));
    Ok(sender)
}
