//! Writes people to the vault, many in one commit.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    time::Duration,
};

use shared::id::PersonId;
use sqlx::{PgPool, Postgres, pool::PoolConnection};
use thiserror::Error;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use uuid::Uuid;

use super::Contact;

const STORE: &str = "INSERT INTO vault.persons AS kept (person_id, email, name, updated_at) \
     SELECT person_id, email, name, now() FROM unnest($1::uuid[], $2::text[], $3::text[]) \
         AS given (person_id, email, name) \
     ON CONFLICT (person_id) DO UPDATE \
        SET email = excluded.email, name = coalesce(excluded.name, kept.name), updated_at = now() \
      WHERE (kept.email, coalesce(excluded.name, kept.name)) \
            IS DISTINCT FROM (excluded.email, kept.name)";

const MAX_BATCH: usize = 1_000;
const WAITING: usize = 8_192;

/// The vault can't be written at present; safe to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the vault can't be written at present")]
pub struct VaultUnavailable;

/// How long a person's row is trusted to be there; at most twice as long.
const TRUSTED: Duration = Duration::from_mins(5);
const TRUSTED_AT_MOST: usize = 10_000;

/// A person and how to reach them.
pub type Entry = (PersonId, Contact);

/// People who are written together, and who waits for it.
struct Submission {
    entries: Vec<Entry>,
    stored: oneshot::Sender<()>,
}

/// The people known to the vault.
#[derive(Clone)]
pub struct Persons {
    queue: mpsc::Sender<Submission>,
}

impl Persons {
    /// Starts the writer; it ends with the last clone.
    pub fn start(pool: PgPool) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        tokio::spawn(Writer { pool, connection: None, recent: Recent::new() }.run(waiting));
        Self { queue }
    }

    /// Stores how people can be reached and returns once that is durable. Of several entries of one
    /// person the last counts.
    ///
    /// # Errors
    ///
    /// [`VaultUnavailable`] if the queue is full or the database refuses.
    pub async fn put_all(&self, entries: Vec<Entry>) -> Result<(), VaultUnavailable> {
        if entries.is_empty() {
            return Ok(());
        }
        let (stored, done) = oneshot::channel();
        self.queue.try_send(Submission { entries, stored }).map_err(|_| VaultUnavailable)?;
        done.await.map_err(|_| VaultUnavailable)
    }
}

/// Stores what waits, on a connection of its own: one round trip for hundreds of people.
struct Writer {
    pool: PgPool,
    connection: Option<PoolConnection<Postgres>>,
    recent: Recent,
}

impl Writer {
    async fn run(mut self, mut waiting: mpsc::Receiver<Submission>) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        while waiting.recv_many(&mut batch, MAX_BATCH).await > 0 {
            let entries = batch.iter().flat_map(|submission| &submission.entries);
            let new: Vec<&Entry> = entries.filter(|entry| !self.recent.has(entry)).collect();
            if let Err(error) = self.store_patiently(&new).await {
                tracing::warn!(%error, persons = new.len(), "vault not written");
                batch.clear(); // dropping the senders tells everyone who waits
                continue;
            }
            for entry in new {
                self.recent.note(entry);
            }
            for submission in batch.drain(..) {
                // Whoever asked may have gone.
                let _ = submission.stored.send(());
            }
        }
    }

    /// Tries again if the connection turns out to be gone: storing twice changes nothing.
    async fn store_patiently(&mut self, batch: &[&Entry]) -> Result<(), sqlx::Error> {
        if batch.is_empty() {
            return Ok(());
        }
        let reused = self.connection.is_some();
        match self.store(batch).await {
            Err(_) if reused => self.store(batch).await,
            result => result,
        }
    }

    async fn store(&mut self, batch: &[&Entry]) -> Result<(), sqlx::Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.pool.acquire().await?,
        };
        // One statement can't touch a row twice; the last word of a person counts. Sorted, so that
        // two processes never wait for each other's rows crosswise.
        let newest: BTreeMap<PersonId, &Contact> =
            batch.iter().map(|(person, contact)| (*person, contact)).collect();
        let ids: Vec<Uuid> = newest.keys().map(|person| person.uuid()).collect();
        let emails: Vec<&str> = newest.values().map(|contact| contact.email.trim()).collect();
        let names: Vec<Option<&str>> =
            newest.values().map(|contact| contact.name.as_deref()).collect();
        let store = sqlx::query(STORE).bind(ids).bind(emails).bind(names);
        store.execute(&mut *connection).await?;
        self.connection = Some(connection);
        Ok(())
    }
}

/// What was written lately, so that the next hold of the same person writes nothing. Two
/// generations: when the younger is full or old, the older is forgotten.
struct Recent {
    younger: HashMap<PersonId, Contact>,
    older: HashMap<PersonId, Contact>,
    since: Instant,
}

impl Recent {
    fn new() -> Self {
        Self { younger: HashMap::new(), older: HashMap::new(), since: Instant::now() }
    }

    fn has(&self, (person, contact): &Entry) -> bool {
        let known = self.younger.get(person).or_else(|| self.older.get(person));
        self.since.elapsed() < TRUSTED && known == Some(contact)
    }

    fn note(&mut self, (person, contact): &Entry) {
        if self.younger.len() >= TRUSTED_AT_MOST || self.since.elapsed() >= TRUSTED {
            self.older = mem::take(&mut self.younger);
            self.since = Instant::now();
        }
        self.younger.insert(*person, contact.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::testing::TestDatabase;

    fn contact(email: &str, name: Option<&str>) -> Contact {
        Contact { email: email.to_owned(), name: name.map(str::to_owned) }
    }

    async fn put(persons: &Persons, person: PersonId, contact: Contact) {
        persons.put_all(vec![(person, contact)]).await.unwrap();
    }

    async fn stored(pool: &PgPool, person: PersonId) -> (String, Option<String>) {
        sqlx::query_as("SELECT email, name FROM vault.persons WHERE person_id = $1")
            .bind(person.uuid())
            .fetch_one(pool)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn keeps_the_last_word_of_a_person() {
        let database = TestDatabase::create().await;
        let persons = Persons::start(database.command().clone());
        let person = PersonId::new(Uuid::from_u128(1));
        put(&persons, person, contact("a@example.org", Some("Ada"))).await;
        put(&persons, person, contact("a@example.org", None)).await;
        let kept = stored(database.command(), person).await;
        assert_eq!(kept, ("a@example.org".to_owned(), Some("Ada".to_owned())));
        put(&persons, person, contact("A@example.org", Some("Ada L."))).await;
        let kept = stored(database.command(), person).await;
        assert_eq!(kept, ("A@example.org".to_owned(), Some("Ada L.".to_owned())));
    }

    #[tokio::test]
    async fn stores_many_at_once_also_the_same_person_twice() {
        let database = TestDatabase::create().await;
        let persons = Persons::start(database.command().clone());
        let entry = |n: u128| {
            let person = PersonId::new(Uuid::from_u128(n % 200));
            (person, contact(&format!("p{}@example.org", n % 200), None))
        };
        let puts = (0..100).map(|n| persons.put_all((3 * n..3 * (n + 1)).map(entry).collect()));
        assert!(futures::future::join_all(puts).await.iter().all(Result::is_ok));
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM vault.persons")
            .fetch_one(database.command())
            .await
            .unwrap();
        assert_eq!(count, 200);
    }

    #[tokio::test]
    async fn outlives_the_loss_of_its_connection() {
        let database = TestDatabase::create().await;
        let persons = Persons::start(database.command().clone());
        let (one, other) = (PersonId::new(Uuid::from_u128(1)), PersonId::new(Uuid::from_u128(2)));
        put(&persons, one, contact("a@example.org", None)).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        sqlx::query(end).execute(database.owner()).await.unwrap();
        put(&persons, other, contact("b@example.org", None)).await;
        assert_eq!(stored(database.owner(), other).await.0, "b@example.org");
    }

    #[test]
    fn trusts_what_was_written_lately_and_not_for_ever() {
        let entry = |n: u128, email| (PersonId::new(Uuid::from_u128(n)), contact(email, None));
        let mut recent = Recent::new();
        recent.note(&entry(0, "a@example.org"));
        assert!(recent.has(&entry(0, "a@example.org")));
        assert!(!recent.has(&entry(0, "b@example.org")));
        for n in 1..=2 * TRUSTED_AT_MOST {
            recent.note(&entry(u128::try_from(n).unwrap(), "c@example.org"));
        }
        assert!(!recent.has(&entry(0, "a@example.org")));
    }
}
