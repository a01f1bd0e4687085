//! One sealed text: nonce, ciphertext, tag.

use chacha20poly1305::{
    AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce,
    aead::{Key, inout::InOutBuf},
};
use thiserror::Error;

pub(super) const NONCE: usize = 24;
const TAG: usize = 16;

/// What was sealed can't be opened: another key, another person, another column, or it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("what was sealed can't be opened with this key")]
pub struct CannotOpen;

/// A key that is ready to seal and open.
#[derive(Clone)]
pub(super) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::<XChaCha20Poly1305>::from(*key)))
    }

    /// Seals `plain` in the place named by `bound_to`. Fails only beyond 256 gigabytes.
    pub(super) fn seal(&self, nonce: [u8; NONCE], bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(NONCE + plain.len() + TAG);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let (_, text) = sealed.split_at_mut(NONCE);
        let buffer = InOutBuf::from(text);
        match self.0.encrypt_inout_detached(&XNonce::from(nonce), bound_to, buffer) {
            Ok(tag) => sealed.extend_from_slice(&tag),
            // Nothing readable is ever handed out as sealed; what is empty opens nowhere.
            Err(_) => sealed.clear(),
        }
        sealed
    }

    pub(super) fn open(&self, bound_to: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE>().ok_or(CannotOpen)?;
        let (text, tag) = rest.split_last_chunk::<TAG>().ok_or(CannotOpen)?;
        let mut text = text.to_vec();
        let buffer = InOutBuf::from(text.as_mut_slice());
        self.0
            .decrypt_inout_detached(&XNonce::from(*nonce), bound_to, buffer, &Tag::from(*tag))
            .map_err(|_| CannotOpen)?;
        Ok(text)
    }
}
