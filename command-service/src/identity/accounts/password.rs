//! Passwords: Argon2id, off the async threads, a few at a time; weak ones refused.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use shared::{config::Secret, http::FieldError};
use thiserror::Error;
use tokio::sync::Semaphore;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How every hash of today begins.
const TODAY: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
const SALT_BYTES: usize = 16;

/// Hashes at once, and how many more may wait: each takes a core for a tenth of a second.
const AT_ONCE: usize = 2;
const WAITING: usize = 32;

const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// A hash of nothing anybody knows, made with today's parameters: an unknown address costs the same
/// work as a known one.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cyBzYWx0IQ$2M/3sMZfVUYKzO1c3PCxcSC0lXSLnq3oZRtJmGxKYGE";

/// Why there is no answer about a password.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// Too many are waiting already. Nothing was done.
    #[error("too many passwords are being checked")]
    Busy,
    #[error("there is no randomness")]
    Randomness(#[from] getrandom::Error),
    #[error("the hash can't be made")]
    Hash(#[from] password_hash::Error),
    #[error("the hash was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Hashes and verifies passwords.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::default() }
    }
}

impl Passwords {
    /// What is kept of a password.
    ///
    /// # Errors
    ///
    /// [`PasswordError`].
    pub async fn hash(&self, password: &Secret) -> Result<String, PasswordError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt)?;
        let password = password.clone();
        self.turn(move || {
            let hash: PasswordHash =
                argon2()?.hash_password_with_salt(password.expose().as_bytes(), &salt)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password is the one that was hashed. Without a hash the answer is no, after the
    /// same work.
    ///
    /// # Errors
    ///
    /// [`PasswordError`].
    pub async fn verify(
        &self,
        password: &Secret,
        hash: Option<&str>,
    ) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODYS).to_owned();
        let password = password.clone();
        let fits = self
            .turn(move || {
                match Argon2::default().verify_password(password.expose().as_bytes(), &*hash) {
                    Ok(()) => Ok(true),
                    Err(password_hash::Error::PasswordInvalid) => Ok(false),
                    Err(error) => Err(error.into()),
                }
            })
            .await?;
        Ok(known && fits)
    }

    async fn turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = Place::take(&self.waiting).ok_or(PasswordError::Busy)?;
        // Owned by the work: a request that is given up doesn't make room before its hash is done.
        let turn =
            Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        })
        .await?
    }
}

/// A place in the queue, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(waiting);
        (before < AT_ONCE + WAITING).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether a hash was made with other parameters than today's.
pub fn is_outdated(hash: &str) -> bool {
    !hash.starts_with(TODAY)
}

/// The fault of a password that is too short, too long or guessed too easily. `known` are texts that
/// a guesser would try first.
pub fn fault(pointer: &'static str, password: &Secret, known: &[&str]) -> Option<FieldError> {
    let password = password.expose();
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Some(FieldError::new(pointer, "length-out-of-range", "From 8 to 128 characters."));
    }
    let mut known: Vec<&str> = known.to_vec();
    known.push("fullhouse");
    let is_weak = zxcvbn::zxcvbn(password, &known).score() < zxcvbn::Score::Three;
    let detail = "This password is guessed too easily: take a longer one, or unusual words.";
    is_weak.then(|| FieldError::new(pointer, "too-weak", detail))
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|_| PasswordError::Hash(password_hash::Error::ParamsInvalid))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    fn a_password() -> Secret {
        Secret::new("correct horse battery staple")
    }

    #[tokio::test]
    async fn only_the_password_that_was_hashed_fits() {
        let passwords = Passwords::default();
        let hash = passwords.hash(&a_password()).await.unwrap();
        assert!(!is_outdated(&hash), "{hash}");
        assert!(passwords.verify(&a_password(), Some(&hash)).await.unwrap());
        let other = Secret::new("correct horse battery stapler");
        assert!(!passwords.verify(&other, Some(&hash)).await.unwrap());
        assert_ne!(hash, passwords.hash(&a_password()).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_nobodys_password_and_it_costs_the_same_work() {
        assert!(!is_outdated(NOBODYS));
        assert!(!Passwords::default().verify(&a_password(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_flood_is_refused_beyond_the_queue() {
        let passwords = Passwords::default();
        let password = a_password();
        let all = (0..AT_ONCE + WAITING + 10).map(|_| passwords.verify(&password, None));
        let answers = join_all(all).await;
        let busy = answers.iter().filter(|a| matches!(a, Err(PasswordError::Busy))).count();
        assert_eq!(busy, 10);
        assert!(passwords.verify(&password, None).await.is_ok(), "the places are given back");
    }

    #[test]
    fn weak_passwords_are_refused() {
        let code = |text: &str| {
            let known = ["ada.lovelace", "example.org"];
            fault("/password", &Secret::new(text), &known).map(|fault| fault.code.into_owned())
        };
        for weak in ["password1", "12345678", "qwertyuiop", "ada.lovelace1", "fullhouse"] {
            assert_eq!(code(weak), Some("too-weak".to_owned()), "{weak}");
        }
        for length in ["", "short1!", &"x1".repeat(65)] {
            assert_eq!(code(length), Some("length-out-of-range".to_owned()), "{length}");
        }
        assert_eq!(code("correct horse battery staple"), None);
        assert_eq!(code("ünïcödé pässwörter sind gut"), None);
    }
}
