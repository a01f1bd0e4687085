//! Passwords: Argon2id, on threads of its own; weak ones refused.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use shared::{config::Secret, http::FieldError};
use thiserror::Error;

use super::hashing::{Hashing, NotHashed};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How every hash of today begins.
const TODAY: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
const SALT_BYTES: usize = 16;

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
    Interrupted,
}

impl From<NotHashed> for PasswordError {
    fn from(error: NotHashed) -> Self {
        match error {
            NotHashed::Busy => Self::Busy,
            NotHashed::Interrupted => Self::Interrupted,
        }
    }
}

/// Hashes and verifies passwords. Clones share the threads.
#[derive(Clone, Default)]
pub struct Passwords {
    hashing: Hashing,
    /// How much was given to the threads so far.
    #[cfg(test)]
    begun: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Passwords {
    /// Whether there is a place in the queue just now: to be asked before anything else is done for
    /// a log-in, so that a flood costs the database nothing.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Busy`].
    pub fn have_room(&self) -> Result<(), PasswordError> {
        if self.hashing.is_full() { Err(PasswordError::Busy) } else { Ok(()) }
    }

    /// How much was given to the threads so far.
    #[cfg(test)]
    pub fn hashed(&self) -> usize {
        self.begun.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// What is kept of a password.
    ///
    /// # Errors
    ///
    /// [`PasswordError`].
    pub async fn hash(&self, password: &Secret) -> Result<String, PasswordError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt)?;
        let password = password.clone();
        self.on_a_thread(move || {
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
            .on_a_thread(move || {
                match Argon2::default().verify_password(password.expose().as_bytes(), &*hash) {
                    Ok(()) => Ok(true),
                    Err(password_hash::Error::PasswordInvalid) => Ok(false),
                    Err(error) => Err(error.into()),
                }
            })
            .await?;
        Ok(known && fits)
    }

    /// As [`fault`], which may take long, on the threads.
    ///
    /// # Errors
    ///
    /// [`PasswordError`].
    pub async fn fault(
        &self,
        pointer: &'static str,
        password: &Secret,
        known: &[&str],
    ) -> Result<Option<FieldError>, PasswordError> {
        let password = password.clone();
        let known: Vec<String> = known.iter().map(|text| (*text).to_owned()).collect();
        self.on_a_thread(move || {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            Ok(fault(pointer, &password, &known))
        })
        .await
    }

    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        #[cfg(test)]
        self.begun.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.hashing.run(work).await?
    }
}

/// Whether a hash was made with other parameters than today's.
pub fn is_outdated(hash: &str) -> bool {
    !hash.starts_with(TODAY)
}

/// The fault of a password that is too short, too long or guessed too easily. `known` are texts that
/// a guesser would try first.
fn fault(pointer: &'static str, password: &Secret, known: &[&str]) -> Option<FieldError> {
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
