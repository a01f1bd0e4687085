//! Where mail is asked for, in the transaction of its cause.

use shared::vault::{Randomness, Vault, mail_place};
use sqlx::PgConnection;
use thiserror::Error;
use uuid::Uuid;

use super::{Mail, NewMail};

/// The language is that of the person, if one was chosen by now.
const STORE: &str = "INSERT INTO outbox.messages \
        (cause, kind, person_id, event_id, order_id, content, content_key, language) \
     SELECT given.cause, given.kind, given.person_id, given.event_id, given.order_id, \
            given.content, given.content_key, coalesce(person.language, 'en') \
       FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bytea[], \
                   $7::text[]) \
            AS given (cause, kind, person_id, event_id, order_id, content, content_key) \
       LEFT JOIN vault.persons AS person USING (person_id) \
     ON CONFLICT ON CONSTRAINT messages_once DO NOTHING";

/// Mail that is to be sent. A clone is the same.
#[derive(Clone, Debug)]
pub struct Outbox {
    vault: Vault,
}

/// A mail can't be asked for at present; safe to repeat.
#[derive(Debug, Error)]
pub enum MailError {
    #[error("there is no randomness")]
    Randomness(#[from] getrandom::Error),
    #[error("what the mail says can't be written down")]
    Content(#[from] serde_json::Error),
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}

/// The columns of [`STORE`].
#[derive(Default)]
struct Columns {
    causes: Vec<String>,
    kinds: Vec<&'static str>,
    persons: Vec<Uuid>,
    events: Vec<Option<Uuid>>,
    orders: Vec<Option<Uuid>>,
    contents: Vec<Option<Vec<u8>>>,
    keys: Vec<Option<String>>,
}

impl Outbox {
    /// Seals what mails say with this vault.
    pub fn new(vault: Vault) -> Self {
        Self { vault }
    }

    /// Asks for a mail; sent once the transaction is committed. If the same mail was asked for
    /// before, nothing changes, even if it would say something else now.
    ///
    /// # Errors
    ///
    /// [`MailError`].
    pub async fn enqueue(&self, tx: &mut PgConnection, mail: NewMail) -> Result<(), MailError> {
        self.enqueue_all(tx, vec![mail]).await
    }

    /// Asks for many mails in one statement; see [`Self::enqueue`].
    ///
    /// # Errors
    ///
    /// [`MailError`].
    pub async fn enqueue_all(
        &self,
        tx: &mut PgConnection,
        mails: Vec<NewMail>,
    ) -> Result<(), MailError> {
        if mails.is_empty() {
            return Ok(());
        }
        let mut columns = Columns::default();
        for mail in mails {
            self.add(&mut columns, mail)?;
        }
        sqlx::query(STORE)
            .bind(columns.causes)
            .bind(columns.kinds)
            .bind(columns.persons)
            .bind(columns.events)
            .bind(columns.orders)
            .bind(columns.contents)
            .bind(columns.keys)
            .execute(tx)
            .await?;
        Ok(())
    }

    fn add(&self, columns: &mut Columns, mail: NewMail) -> Result<(), MailError> {
        let (event, order) = match &mail.kind {
            Mail::OrderConfirmation { event_id, order_id } => {
                (Some(event_id.uuid()), Some(order_id.uuid()))
            }
            Mail::VerifyEmail { .. }
            | Mail::PasswordReset { .. }
            | Mail::EmailChange { .. }
            | Mail::EmailChanged { .. }
            | Mail::AccountExists {}
            | Mail::PasswordChanged { .. }
            | Mail::SecondFactorChanged { .. }
            | Mail::ConfirmLogin { .. }
            | Mail::LoginLinksChanged { .. }
            | Mail::PasskeyAdded { .. }
            | Mail::PasskeyRemoved { .. }
            | Mail::PasskeyCopied { .. }
            | Mail::NewSession { .. }
            | Mail::RefreshTokenReused { .. }
            | Mail::Invitation { .. }
            | Mail::DataExportReady { .. } => (None, None),
        };
        // The columns say all there is to an order confirmation.
        let sealed = if order.is_some() {
            None
        } else {
            let place = mail_place(&mail.cause, mail.kind.name(), mail.recipient);
            let content = serde_json::to_vec(&mail.kind)?;
            Some(self.vault.seal(&place, &content, &mut Randomness::draw(24)?)?)
        };
        let (content, key) = sealed.map(|sealed| (sealed.bytes, sealed.kid)).unzip();
        columns.kinds.push(mail.kind.name());
        columns.causes.push(mail.cause);
        columns.persons.push(mail.recipient.uuid());
        columns.events.push(event);
        columns.orders.push(order);
        columns.contents.push(content);
        columns.keys.push(key);
        Ok(())
    }
}
