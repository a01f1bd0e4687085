//! `Idempotency-Key`: a repeated request is answered again and not carried out twice.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::{HeaderName, Method, request::Parts};
use sha2::{Digest, Sha256};

use super::Problem;
use crate::{auth::Caller, id::CommandId};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST: usize = 255;

/// The key of a request, as the id of the command it makes. Required (400 without it) as
/// `IdempotencyKey`, optional as `Option<IdempotencyKey>`.
///
/// The same caller, method, path and key make the same command id, everything else another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey {
    command_id: CommandId,
}

impl IdempotencyKey {
    /// The id of the command.
    pub fn command_id(&self) -> CommandId {
        self.command_id
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        read(parts)?.ok_or_else(|| {
            let detail = "Send an Idempotency-Key: a fresh random text, the same when you repeat.";
            Problem::bad_request("idempotency-key-required", detail)
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Problem> {
        read(parts)
    }
}

fn read(parts: &Parts) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = value.as_bytes();
    let is_visible = key.iter().all(u8::is_ascii_graphic);
    if key.is_empty() || key.len() > LONGEST || !is_visible || values.next().is_some() {
        let detail = "An Idempotency-Key has 1 to 255 visible ASCII characters.";
        return Err(Problem::bad_request("idempotency-key-invalid", detail));
    }
    let caller = parts.extensions.get::<Caller>().map(Caller::audit_name).unwrap_or_default();
    let command_id = command_id(&caller, &parts.method, parts.uri.path(), key);
    Ok(Some(IdempotencyKey { command_id }))
}

/// The first 16 bytes of a SHA-256 over all of it, as a version 8 UUID.
fn command_id(caller: &str, method: &Method, path: &str, key: &[u8]) -> CommandId {
    let mut hash = Sha256::new();
    // No part contains a NUL, so the parts can't run into each other.
    for part in [caller.as_bytes(), method.as_str().as_bytes(), path.as_bytes(), key] {
        hash.update(part);
        hash.update([0]);
    }
    let full: [u8; 32] = hash.finalize().into();
    let mut short = [0; 16];
    short.copy_from_slice(&full[..16]);
    CommandId::new(uuid::Builder::from_custom_bytes(short).into_uuid())
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request, StatusCode};
    use uuid::Uuid;

    use super::*;
    use crate::{
        auth::{Action, Actor},
        id::ReservationId,
    };

    fn parts(path: &str, keys: &[&[u8]]) -> Parts {
        let mut request = Request::post(path).body(()).unwrap();
        for key in keys {
            let value = HeaderValue::from_bytes(key).unwrap();
            request.headers_mut().append(IDEMPOTENCY_KEY, value);
        }
        request.into_parts().0
    }

    fn id_of(parts: &Parts) -> CommandId {
        read(parts).unwrap().unwrap().command_id()
    }

    #[test]
    fn the_same_request_makes_the_same_command() {
        let id = id_of(&parts("/events/1", &[b"abc"]));
        assert_eq!(id, id_of(&parts("/events/1", &[b"abc"])));
        assert_eq!(id.uuid().get_version_num(), 8);
    }

    #[test]
    fn another_key_path_or_caller_makes_another_command() {
        let id = id_of(&parts("/events/1", &[b"abc"]));
        assert_ne!(id, id_of(&parts("/events/1", &[b"abd"])));
        assert_ne!(id, id_of(&parts("/events/1/", &[b"abc"])));
        let mut by_holder = parts("/events/1", &[b"abc"]);
        let holder = Actor::Holder(ReservationId::new(Uuid::from_u128(1)));
        by_holder.extensions.insert(Caller::try_new(holder, None, Action::PayReservation).unwrap());
        assert_ne!(id, id_of(&by_holder));
    }

    #[tokio::test]
    async fn is_required_unless_optional() {
        let mut parts = parts("/events/1", &[]);
        let required =
            <IdempotencyKey as FromRequestParts<()>>::from_request_parts(&mut parts, &()).await;
        assert_eq!(required.unwrap_err().code(), "idempotency-key-required");
        assert_eq!(read(&parts).unwrap(), None);
    }

    #[test]
    fn refuses_keys_that_are_empty_long_invisible_or_several() {
        let longest = [b'k'; LONGEST];
        assert!(read(&parts("/", &[&longest])).is_ok());
        let too_long = [b'k'; LONGEST + 1];
        for keys in [&[b"".as_slice()][..], &[&too_long], &[b"a b"], &[b"\xff"], &[b"a", b"a"]] {
            let problem = read(&parts("/", keys)).unwrap_err();
            assert_eq!(problem.status(), StatusCode::BAD_REQUEST);
        }
    }
}
