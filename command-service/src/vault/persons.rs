//! Writes people to the vault, many in one commit.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    time::Duration,
};

use shared::{
    id::PersonId,
    vault::{SealedPersons, Vault},
};
use sqlx::{PgPool, Postgres, pool::PoolConnection};
use thiserror::Error;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::Contact;

/// A row is written anew as a whole, under a new data key. Who gave a name before and none now
/// keeps what there is: the address is the same but for its spelling.
const STORE: &str = "INSERT INTO vault.persons AS kept \
        (person_id, data_key, master_key, sealed_email, sealed_name, likeness, updated_at) \
     SELECT person_id, data_key, $6, email, name, likeness, now() \
       FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[]) \
            AS given (person_id, data_key, email, name, likeness) \
     ON CONFLICT (person_id) DO UPDATE \
        SET email = NULL, name = NULL, data_key = excluded.data_key, \
            master_key = excluded.master_key, sealed_email = excluded.sealed_email, \
            sealed_name = excluded.sealed_name, likeness = excluded.likeness, updated_at = now() \
      WHERE kept.likeness IS DISTINCT FROM excluded.likeness \
        AND (excluded.sealed_name IS NOT NULL \
             OR (kept.sealed_name IS NULL AND kept.name IS NULL))";

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
    /// People whose rows are no longer there.
    forgotten: Vec<PersonId>,
    stored: oneshot::Sender<()>,
}

/// The people known to the vault.
#[derive(Clone)]
pub struct Persons {
    queue: mpsc::Sender<Submission>,
}

impl Persons {
    /// Starts the writer; it ends with the last clone.
    pub fn start(pool: PgPool, vault: Vault) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        let writer = Writer { pool, vault, connection: None, recent: Recent::new() };
        tokio::spawn(writer.run(waiting));
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
        self.submit(entries, Vec::new()).await
    }

    /// Takes note that these people were erased: whoever of them comes back is stored anew.
    ///
    /// # Errors
    ///
    /// [`VaultUnavailable`] if the queue is full.
    pub async fn forget(&self, forgotten: Vec<PersonId>) -> Result<(), VaultUnavailable> {
        self.submit(Vec::new(), forgotten).await
    }

    async fn submit(
        &self,
        entries: Vec<Entry>,
        forgotten: Vec<PersonId>,
    ) -> Result<(), VaultUnavailable> {
        let (stored, done) = oneshot::channel();
        let submission = Submission { entries, forgotten, stored };
        self.queue.try_send(submission).map_err(|_| VaultUnavailable)?;
        done.await.map_err(|_| VaultUnavailable)
    }
}

/// Stores what waits, on a connection of its own: one round trip for hundreds of people.
struct Writer {
    pool: PgPool,
    vault: Vault,
    connection: Option<PoolConnection<Postgres>>,
    recent: Recent,
}

impl Writer {
    async fn run(mut self, mut waiting: mpsc::Receiver<Submission>) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        while waiting.recv_many(&mut batch, MAX_BATCH).await > 0 {
            for person in batch.iter().flat_map(|submission| &submission.forgotten) {
                self.recent.forget(*person);
            }
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
        let persons = newest
            .iter()
            .map(|(person, contact)| (*person, contact.email.trim(), contact.name.as_deref()));
        let sealed = SealedPersons::seal(&self.vault, persons).map_err(no_randomness)?;
        let store = sqlx::query(STORE)
            .bind(sealed.ids)
            .bind(sealed.data_keys)
            .bind(sealed.emails)
            .bind(sealed.names)
            .bind(sealed.likenesses)
            .bind(self.vault.newest_kid());
        store.execute(&mut *connection).await?;
        self.connection = Some(connection);
        Ok(())
    }
}

fn no_randomness(error: getrandom::Error) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(error))
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

    fn forget(&mut self, person: PersonId) {
        self.younger.remove(&person);
        self.older.remove(&person);
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
    use shared::{testing::TestDatabase, vault::find_person};
    use uuid::Uuid;

    use super::*;
    use crate::vault::{erase_persons, testing::vault};

    fn contact(email: &str, name: Option<&str>) -> Contact {
        Contact { email: email.to_owned(), name: name.map(str::to_owned) }
    }

    async fn put(persons: &Persons, person: PersonId, contact: Contact) {
        persons.put_all(vec![(person, contact)]).await.unwrap();
    }

    async fn stored(pool: &PgPool, person: PersonId) -> (String, Option<String>) {
        let found = find_person(pool, &vault(), person).await.unwrap().unwrap();
        (found.email, found.name)
    }

    #[tokio::test]
    async fn keeps_the_last_word_of_a_person() {
        let database = TestDatabase::create().await;
        let persons = Persons::start(database.command().clone(), vault());
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
        let persons = Persons::start(database.command().clone(), vault());
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
    async fn whoever_was_erased_and_comes_back_is_stored_anew() {
        let database = TestDatabase::create().await;
        let persons = Persons::start(database.command().clone(), vault());
        let person = PersonId::new(Uuid::from_u128(1));
        put(&persons, person, contact("a@example.org", Some("Ada"))).await;
        let mut tx = database.command().begin().await.unwrap();
        let erased = erase_persons(&mut tx, &[person]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((erased.persons, erased.mails), (1, 0));
        persons.forget(vec![person]).await.unwrap();
        assert!(find_person(database.command(), &vault(), person).await.unwrap().is_none());
        put(&persons, person, contact("a@example.org", Some("Ada"))).await;
        assert_eq!(stored(database.command(), person).await.0, "a@example.org");
    }

    #[tokio::test]
    async fn outlives_the_loss_of_its_connection() {
        let database = TestDatabase::create().await;
        let persons = Persons::start(database.command().clone(), vault());
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
