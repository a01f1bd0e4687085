//! Writes people to the vault, many in one commit.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use shared::id::PersonId;
use sqlx::PgPool;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
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

struct Entry {
    person: PersonId,
    contact: Arc<Contact>,
    stored: oneshot::Sender<()>,
}

/// The people known to the vault.
#[derive(Clone)]
pub struct Persons {
    queue: mpsc::Sender<Entry>,
    /// What was written lately, so that the next hold of the same person writes nothing.
    recent: Cache<PersonId, Arc<Contact>>,
}

impl Persons {
    /// Starts the writer; it ends with the last clone.
    pub fn start(pool: PgPool) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        tokio::spawn(write(pool, waiting));
        let recent =
            Cache::builder().max_capacity(20_000).time_to_live(Duration::from_mins(10)).build();
        Self { queue, recent }
    }

    /// Stores how `person` can be reached and returns once that is durable.
    ///
    /// # Errors
    ///
    /// [`VaultUnavailable`] if the queue is full or the database refuses.
    pub async fn put(&self, person: PersonId, contact: Contact) -> Result<(), VaultUnavailable> {
        if self.recent.get(&person).is_some_and(|known| *known == contact) {
            return Ok(());
        }
        let contact = Arc::new(contact);
        let (stored, done) = oneshot::channel();
        let entry = Entry { person, contact: Arc::clone(&contact), stored };
        self.queue.try_send(entry).map_err(|_| VaultUnavailable)?;
        done.await.map_err(|_| VaultUnavailable)?;
        self.recent.insert(person, contact);
        Ok(())
    }
}

async fn write(pool: PgPool, mut waiting: mpsc::Receiver<Entry>) {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while waiting.recv_many(&mut batch, MAX_BATCH).await > 0 {
        match store(&pool, &batch).await {
            Ok(()) => {
                for entry in batch.drain(..) {
                    let _ = entry.stored.send(());
                }
            }
            Err(error) => {
                tracing::warn!(%error, persons = batch.len(), "vault not written");
                batch.clear(); // dropping the senders tells everyone who waits
            }
        }
    }
}

async fn store(pool: &PgPool, batch: &[Entry]) -> Result<(), sqlx::Error> {
    // One statement can't touch a row twice; the last word of a person counts. Sorted, so that
    // two processes never wait for each other's rows crosswise.
    let newest: std::collections::BTreeMap<PersonId, &Contact> =
        batch.iter().map(|entry| (entry.person, &*entry.contact)).collect();
    let ids: Vec<Uuid> = newest.keys().map(|person| person.uuid()).collect();
    let emails: Vec<&str> = newest.values().map(|contact| contact.email.trim()).collect();
    let names: Vec<Option<&str>> = newest.values().map(|contact| contact.name.as_deref()).collect();
    sqlx::query(STORE).bind(ids).bind(emails).bind(names).execute(pool).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::testing::TestDatabase;

    fn contact(email: &str, name: Option<&str>) -> Contact {
        Contact { email: email.to_owned(), name: name.map(str::to_owned) }
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
        persons.put(person, contact("a@example.org", Some("Ada"))).await.unwrap();
        persons.put(person, contact("a@example.org", None)).await.unwrap();
        let kept = stored(database.command(), person).await;
        assert_eq!(kept, ("a@example.org".to_owned(), Some("Ada".to_owned())));
        persons.put(person, contact("A@example.org", Some("Ada L."))).await.unwrap();
        let kept = stored(database.command(), person).await;
        assert_eq!(kept, ("A@example.org".to_owned(), Some("Ada L.".to_owned())));
    }

    #[tokio::test]
    async fn stores_many_at_once_also_the_same_person_twice() {
        let database = TestDatabase::create().await;
        let persons = Persons::start(database.command().clone());
        let puts = (0..300_u128).map(|n| {
            let person = PersonId::new(Uuid::from_u128(n % 200));
            persons.put(person, contact(&format!("p{}@example.org", n % 200), None))
        });
        assert!(futures::future::join_all(puts).await.iter().all(Result::is_ok));
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM vault.persons")
            .fetch_one(database.command())
            .await
            .unwrap();
        assert_eq!(count, 200);
    }
}
