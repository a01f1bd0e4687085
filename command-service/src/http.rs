//! From requests to commands and back: what every handler of this service shares.

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, IntoResponseParts, Response, ResponseParts},
};
use http::{HeaderName, HeaderValue, StatusCode, request::Parts};
use sha2::{Digest, Sha256};
use shared::{
    auth::Caller,
    event_log::LogPosition,
    http::{Body, IdempotencyKey, LOG_POSITION, Problem, RequestTrace},
    id::{CommandId, IdSource, ReservationId},
};

use crate::runtime::{Asker, CommandContext, Committed, RequestDigest};

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Who sent a request, and how it is to be recognised when it comes again.
pub struct Request {
    caller: Caller,
    trace: RequestTrace,
    key: Option<IdempotencyKey>,
}

impl<S: Send + Sync> FromRequestParts<S> for Request {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Ok(trace) = RequestTrace::from_request_parts(parts, state).await;
        let key = Option::<IdempotencyKey>::from_request_parts(parts, state).await?;
        Ok(Self { caller, trace, key })
    }
}

impl Request {
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The id of the command, if the client chose it by an idempotency key.
    pub fn command_id(&self) -> Option<CommandId> {
        self.key.map(|key| key.command_id())
    }

    /// The envelope of a command about an event of the caller's own organisation.
    pub fn context(&self, ids: &IdSource) -> CommandContext {
        let fresh = || CommandId::new(ids.next());
        let asker = Asker { caller: self.caller.clone(), reservation: None };
        CommandContext {
            command_id: self.key.map_or_else(fresh, |key| key.command_id()),
            actor: self.caller.audit_name().into_owned(),
            trace_id: self.trace.0.to_string(),
            digest: None,
            expected_edition: None,
            asker: Some(asker),
            causation: None,
            contact: None,
        }
    }

    /// The envelope of a command that everybody may send.
    pub fn context_of_public(&self, ids: &IdSource) -> CommandContext {
        CommandContext { asker: None, ..self.context(ids) }
    }

    /// The envelope of a command about one reservation.
    pub fn context_about(&self, reservation: ReservationId, ids: &IdSource) -> CommandContext {
        let asker = Asker { caller: self.caller.clone(), reservation: Some(reservation) };
        CommandContext { asker: Some(asker), ..self.context(ids) }
    }
}

/// Tells this body from others under the same idempotency key.
pub fn digest_of<T>(body: &Body<T>) -> RequestDigest {
    let digest = Sha256::digest(body.bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    RequestDigest(u64::from_be_bytes(first))
}

/// The headers of an answer to a command: where in the log it is, and whether it is a repetition.
pub struct Recorded {
    log_position: Option<LogPosition>,
    replayed: bool,
}

impl From<&Committed> for Recorded {
    fn from(committed: &Committed) -> Self {
        Self { log_position: committed.log_position, replayed: committed.replayed }
    }
}

impl IntoResponseParts for Recorded {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let position = self.log_position.map(|position| position.to_string());
        if let Some(Ok(value)) = position.map(HeaderValue::try_from) {
            parts.headers_mut().insert(LOG_POSITION, value);
        }
        if self.replayed {
            parts.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(parts)
    }
}

/// 204, with where in the log the change is.
pub fn no_content(committed: &Committed) -> Response {
    (StatusCode::NO_CONTENT, Recorded::from(committed), ()).into_response()
}
