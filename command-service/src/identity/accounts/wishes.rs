//! Wishes: what is asked for with an address, which may have an account or not.
//!
//! A request writes its wish down, in the same way whoever has the address, and is answered. What
//! differs is done behind the answer: neither its text nor the work that was done for it tells who
//! has an account. A wish survives the process that took it.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use shared::{
    clock::Timestamp,
    id::{AccountId, PersonId},
    vault::{Randomness, wish_place},
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{change_email, error::AccountError, register, reset_password};
use crate::{
    identity::IdentityState,
    vault::Contact,
    waiting::{self, LEASE, Waiting},
};

const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);
/// After so many attempts (about an hour) it is nobody's wish any more.
const ATTEMPTS: i32 = 20;

/// What is asked for. Never printed: it says who asks.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// An account.
    Register { email: String, name: Option<String>, password_hash: String },
    /// Another password: the one there is was forgotten.
    ResetPassword {},
    /// That this account has the address.
    ChangeEmail { account: AccountId, email: String },
}

row!(
    /// A wish that waits.
    pub struct Made {
        id: Uuid,
        person_id: Uuid,
        content: Vec<u8>,
        content_key: String,
        attempts: i32,
    }
);

/// Writes a wish down. It is granted soon, by whichever process gets to it.
///
/// # Errors
///
/// [`AccountError`].
pub async fn make(
    state: &IdentityState,
    person: PersonId,
    wish: &Wish,
) -> Result<(), AccountError> {
    let (id, now): (Uuid, Timestamp) = (state.ids.next(), state.clock.now());
    let content = serde_json::to_vec(wish).map_err(AccountError::Wish)?;
    let sealed = state.vault.seal(&wish_place(id), &content, &mut Randomness::draw(24)?)?;
    sqlx::query(
        "INSERT INTO identity.wishes (id, person_id, next_attempt_at, content, content_key) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(person.uuid())
    .bind(now)
    .bind(sealed.bytes)
    .bind(sealed.kid)
    .execute(&state.pool)
    .await?;
    state.wish_made.notify_one();
    Ok(())
}

/// Grants wishes until `stop`. Any number of processes share the work.
pub async fn grant_wishes(state: IdentityState, stop: CancellationToken) {
    waiting::run(Wishes(state), stop).await;
}

/// Grants all wishes there are.
///
/// # Panics
///
/// If one can't be.
#[cfg(test)]
pub async fn grant_all(state: &IdentityState) {
    let wishes = Wishes(state.clone());
    while let Some(made) = wishes.take(1).await.unwrap().pop() {
        wishes.grant(&made).await.unwrap();
    }
}

/// Tries to grant one wish that is due.
///
/// # Panics
///
/// If the database refuses.
#[cfg(test)]
pub async fn try_one(state: &IdentityState) {
    let wishes = Wishes(state.clone());
    if let Some(made) = wishes.take(1).await.unwrap().pop() {
        wishes.work(made).await.unwrap();
    }
}

#[derive(Clone)]
struct Wishes(IdentityState);

impl Wishes {
    async fn grant(&self, made: &Made) -> Result<(), AccountError> {
        let state = &self.0;
        let content = state.vault.open(&wish_place(made.id), &made.content_key, &made.content)?;
        let wish = serde_json::from_slice(&content).map_err(AccountError::Wish)?;
        let person = PersonId::new(made.person_id);
        let mut tx = state.pool.begin().await?;
        let taken = sqlx::query("DELETE FROM identity.wishes WHERE id = $1")
            .bind(made.id)
            .execute(&mut *tx)
            .await?;
        if taken.rows_affected() == 0 {
            // Granted by another process, or its person was erased.
            return Ok(());
        }
        match wish {
            Wish::Register { email, name, password_hash } => {
                let contact = Contact { email, name };
                register::grant(state, &mut tx, person, contact, &password_hash).await?;
            }
            Wish::ResetPassword {} => reset_password::grant(state, &mut tx, person).await?,
            Wish::ChangeEmail { account, email } => {
                change_email::grant(state, &mut tx, person, account, email).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    async fn put_off(&self, made: &Made) -> Result<(), sqlx::Error> {
        let state = &self.0;
        sqlx::query(
            "WITH given_up AS (DELETE FROM identity.wishes WHERE id = $1 AND attempts >= $3) \
             UPDATE identity.wishes SET next_attempt_at = $2 WHERE id = $1 AND attempts < $3",
        )
        .bind(made.id)
        .bind(state.clock.now() + waiting::pause(made.attempts, LONGEST_PAUSE))
        .bind(ATTEMPTS)
        .execute(&state.pool)
        .await?;
        Ok(())
    }
}

impl Waiting for Wishes {
    type Row = Made;

    /// In order: of two passwords for one address that isn't proved yet the later one counts.
    const AT_ONCE: usize = 1;
    const WHAT: &'static str = "wishes";

    fn news(&self) -> &Notify {
        &self.0.wish_made
    }

    async fn take(&self, limit: i64) -> Result<Vec<Made>, sqlx::Error> {
        let (state, now) = (&self.0, self.0.clock.now());
        sqlx::query_as(
            "UPDATE identity.wishes SET next_attempt_at = $2, attempts = attempts + 1 \
              WHERE id IN (SELECT id FROM identity.wishes WHERE next_attempt_at <= $1 \
                            ORDER BY next_attempt_at, id LIMIT $3 FOR UPDATE SKIP LOCKED) \
             RETURNING id, person_id, content, content_key, attempts",
        )
        .bind(now)
        .bind(now + LEASE)
        .bind(limit)
        .fetch_all(&state.pool)
        .await
    }

    async fn work(self, made: Made) -> Result<(), sqlx::Error> {
        let Err(error) = self.grant(&made).await else { return Ok(()) };
        if made.attempts >= ATTEMPTS {
            tracing::error!(%error, "a wish is given up: somebody gets no mail");
        } else {
            tracing::warn!(%error, attempts = made.attempts, "a wish waits");
        }
        self.put_off(&made).await
    }
}

#[cfg(test)]
mod tests {
    use shared::vault::{Content, Vault, reseal_batch};

    use super::*;
    use crate::identity::testing::World;

    const ADA: &str = "ada@example.org";

    #[tokio::test]
    async fn a_wish_is_granted_after_the_old_master_key_was_dropped() {
        let mut world = World::start().await;
        world.an_account(ADA).await;
        let is_mailed =
            async |world: &World| world.mails(ADA).await.contains(&"password_reset".to_owned());
        make(&world.state, world.person(ADA), &Wish::ResetPassword {}).await.unwrap();
        let [new, old] = ["v2:0c", "v1:0a"].map(|key| {
            let (kid, byte) = key.split_once(':').unwrap();
            format!("{kid}:{}", byte.repeat(32))
        });
        world.restart_with(&Vault::new(&new.parse().unwrap()));
        try_one(&world.state).await;
        assert!(!is_mailed(&world).await, "seen to need the old key");
        let both = Vault::new(&format!("{new},{old}").parse().unwrap());
        let mut owner = world.database.owner().acquire().await.unwrap();
        let done = reseal_batch(&mut owner, &both, Content::Wishes, None).await.unwrap();
        assert_eq!(done.map(|done| (done.sealed, done.unreadable)), Some((1, 0)));
        world.clock.advance(LONGEST_PAUSE);
        try_one(&world.state).await;
        assert!(is_mailed(&world).await);
    }
}
