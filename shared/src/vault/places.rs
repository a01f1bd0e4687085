//! Places: what is sealed under a master key itself is bound to one, so that it opens nowhere else.

use uuid::Uuid;

use crate::id::PersonId;

/// The place of an export.
pub fn export_place(export_id: Uuid) -> Vec<u8> {
    joined(&[b"export", export_id.as_bytes()])
}

/// The place of a part of an organisation's export.
pub fn export_part_place(export_id: Uuid, part: i32) -> Vec<u8> {
    joined(&[b"export part", export_id.as_bytes(), part.to_string().as_bytes()])
}

/// The place of the secret that an account's second factor makes codes from.
pub fn second_factor_place(account_id: Uuid) -> Vec<u8> {
    joined(&[b"second factor", account_id.as_bytes()])
}

/// The place of what a mail says: its cause, its kind, who gets it.
pub fn mail_place(cause: &str, kind: &str, recipient: PersonId) -> Vec<u8> {
    joined(&[b"mail", kind.as_bytes(), recipient.uuid().as_bytes(), cause.as_bytes()])
}

/// The place of what somebody asks for who shows an address only.
pub fn wish_place(wish_id: Uuid) -> Vec<u8> {
    joined(&[b"wish", wish_id.as_bytes()])
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.join(&0)
}
