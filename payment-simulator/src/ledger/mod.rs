//! Everything the provider knows, and what may be done with it.
//!
//! Every change is a [`Record`]; a ledger is the fold of its records, so a journal of them brings
//! it back after a restart.

mod answers;
mod journal;
mod page;
mod payment;
mod refund;

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;
use shared::{
    clock::{Clock, Timestamp},
    id::IdSource,
};

use self::answers::Answers;
pub use self::{
    answers::{Answer, Known},
    journal::{Journal, JournalError},
    page::PageQuery,
    payment::NewIntent,
    refund::NewRefund,
};
use crate::{
    error::ApiError,
    intent::{Intent, ProviderEvent, Refund},
};

/// What the webhook endpoint is subscribed to; everything else stays in the list of events.
const WEBHOOK_KINDS: [&str; 4] = [
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.processing",
];

/// One change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Record {
    Intent(Intent),
    Refund(Refund),
    Event(ProviderEvent),
    /// One copy of the webhook was taken.
    Delivered {
        event: String,
    },
    Answer(Answer),
}

/// What came of a request.
#[derive(Debug)]
pub struct Outcome {
    /// A refusal in here was carried out (a decline) and is remembered, unlike an `Err` around it.
    pub answer: Result<Value, ApiError>,
    /// Ids of provider events to deliver, one after the other.
    pub webhooks: Vec<String>,
    /// Deliver before answering.
    pub webhooks_first: bool,
    /// When the payment arrives, if later.
    pub arrives_at: Option<Timestamp>,
}

impl Outcome {
    /// An answer and nothing else.
    pub fn answer(value: Value) -> Self {
        Self { answer: Ok(value), webhooks: Vec::new(), webhooks_first: false, arrives_at: None }
    }
}

/// Everything the provider knows.
#[derive(Debug)]
pub struct Ledger {
    // The ids begin with a time-ordered UUID: their order is the order of creation.
    intents: BTreeMap<String, Intent>,
    refunds: BTreeMap<String, Refund>,
    events: BTreeMap<String, ProviderEvent>,
    answers: Answers,
    staged: Vec<Record>,
    journal: Option<Journal>,
    account: Option<String>,
    secret_key: String,
    clock: Clock,
    ids: IdSource,
}

impl Ledger {
    /// An empty ledger in memory.
    pub fn new(clock: Clock, account: Option<String>, secret_key: String) -> Self {
        Self {
            intents: BTreeMap::new(),
            refunds: BTreeMap::new(),
            events: BTreeMap::new(),
            answers: Answers::default(),
            staged: Vec::new(),
            journal: None,
            account,
            secret_key,
            clock,
            ids: IdSource,
        }
    }

    /// Brings back what the journal holds and writes to it from now on.
    pub fn restore(&mut self, records: Vec<Record>, journal: Journal) {
        for record in records {
            self.apply(record);
        }
        self.journal = Some(journal);
    }

    /// Writes everything that changed since the last time.
    ///
    /// # Errors
    ///
    /// [`JournalError`] if the file can't be written.
    pub fn commit(&mut self) -> Result<(), JournalError> {
        let staged = std::mem::take(&mut self.staged);
        match &mut self.journal {
            Some(journal) if !staged.is_empty() => journal.write(&staged),
            Some(_) | None => Ok(()),
        }
    }

    /// The intent with this id.
    ///
    /// # Errors
    ///
    /// `resource_missing`.
    pub fn intent(&self, id: &str) -> Result<&Intent, ApiError> {
        self.intents.get(id).ok_or_else(|| ApiError::missing("payment_intent", "intent", id))
    }

    /// The refund with this id.
    ///
    /// # Errors
    ///
    /// `resource_missing`.
    pub fn refund(&self, id: &str) -> Result<&Refund, ApiError> {
        self.refunds.get(id).ok_or_else(|| ApiError::missing("refund", "refund", id))
    }

    /// The provider event with this id.
    ///
    /// # Errors
    ///
    /// `resource_missing`.
    pub fn event(&self, id: &str) -> Result<&ProviderEvent, ApiError> {
        self.events.get(id).ok_or_else(|| ApiError::missing("event", "id", id))
    }

    /// Intents, newest first.
    pub fn intents(&self) -> impl Iterator<Item = &Intent> {
        self.intents.values().rev()
    }

    /// Refunds, newest first.
    pub fn refunds(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.values().rev()
    }

    /// Provider events, newest first.
    pub fn events(&self) -> impl Iterator<Item = &ProviderEvent> {
        self.events.values().rev()
    }

    /// What was answered to this key, if anything.
    pub fn known(&self, key: &str, fingerprint: &str) -> Known {
        self.answers.known(key, fingerprint)
    }

    /// Remembers an answer.
    pub fn remember(&mut self, answer: Answer) {
        self.stage(Record::Answer(answer));
    }

    /// One copy of the webhook was taken; tells how many are still to come.
    pub fn delivered(&mut self, event: &str) -> u8 {
        self.stage(Record::Delivered { event: event.to_owned() });
        self.events.get(event).map_or(0, |event| event.pending_webhooks)
    }

    /// Seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        self.clock.now().timestamp()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn mint(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.ids.next().simple())
    }

    /// What lets a browser pay an intent; nobody can guess it from the id.
    fn client_secret(&self, id: &str) -> String {
        let mark = Hmac::<Sha256>::new_from_slice(self.secret_key.as_bytes())
            .map(|mut mac| {
                mac.update(id.as_bytes());
                hex::encode(mac.finalize().into_bytes())
            })
            .unwrap_or_default();
        format!("{id}_secret_{mark}")
    }

    fn stage(&mut self, record: Record) {
        self.apply(record.clone());
        self.staged.push(record);
    }

    fn apply(&mut self, record: Record) {
        match record {
            Record::Intent(intent) => {
                self.intents.insert(intent.id.clone(), intent);
            }
            Record::Refund(refund) => {
                self.refunds.insert(refund.id.clone(), refund);
            }
            Record::Event(event) => {
                self.events.insert(event.id.clone(), event);
            }
            Record::Delivered { event } => {
                if let Some(event) = self.events.get_mut(&event) {
                    event.pending_webhooks = event.pending_webhooks.saturating_sub(1);
                }
            }
            Record::Answer(answer) => self.answers.insert(answer),
        }
    }

    /// Records that something happened; gives the id of the provider event.
    fn tell(&mut self, kind: &str, object: Value, copies: u8) -> String {
        let id = self.mint("evt");
        let wanted = WEBHOOK_KINDS.contains(&kind);
        self.stage(Record::Event(ProviderEvent {
            id: id.clone(),
            kind: kind.to_owned(),
            created: self.seconds(),
            account: self.account.clone(),
            object,
            pending_webhooks: if wanted { copies } else { 0 },
        }));
        id
    }
}
