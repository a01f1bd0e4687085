//! The envelope of a recorded fact: who, when, and because of what.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, id::CommandId};

/// The envelope, stored as a flat JSON object of strings (postgres-es reads it as a map of strings).
/// Holds no personal data: actors and people stand here by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The command that was decided. All events of one decision carry the same.
    pub command_id: CommandId,
    /// When it was decided; never goes backwards within a stream.
    pub at: Timestamp,
    /// Who asked, for example `organizer:…`, `policy:fulfilment`.
    pub actor: String,
    /// The trace of the request, 32 hexadecimal digits.
    pub trace_id: String,
    /// Hexadecimal digest of the request's body, to notice a reused idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The log position of the event that led to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<String>,
}

impl Metadata {
    /// The stored form.
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "strings have a JSON form")]
    pub fn to_json(&self) -> Arc<str> {
        serde_json::to_string(self).expect("metadata is made of strings").into()
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// If the text isn't metadata.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

/// The one field of the envelope that projections need of every event.
#[derive(Deserialize)]
pub(super) struct DecidedAt {
    pub(super) at: Timestamp,
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_stored_form_is_a_flat_object_of_strings() {
        let metadata = a_full_envelope();
        let map: HashMap<String, String> = serde_json::from_str(&metadata.to_json()).unwrap();
        assert_eq!(map["at"], "2027-01-02T03:04:05.678901Z");
        assert_eq!(map.len(), 6);
    }

    #[test]
    fn the_stored_form_is_read_back() {
        let metadata = a_full_envelope();
        assert_eq!(Metadata::parse(&metadata.to_json()).unwrap(), metadata);
        let bare = Metadata { digest: None, causation: None, ..metadata };
        assert!(!bare.to_json().contains("digest"));
        assert_eq!(Metadata::parse(&bare.to_json()).unwrap(), bare);
    }

    fn a_full_envelope() -> Metadata {
        Metadata {
            command_id: CommandId::new(Uuid::from_u128(1)),
            at: "2027-01-02T03:04:05.678901Z".parse().unwrap(),
            actor: "policy:fulfilment".to_owned(),
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
            digest: Some("ab".to_owned()),
            causation: Some("7:12".to_owned()),
        }
    }
}
