//! How old versions of recorded facts are read: one upcaster for each (type, version) that is no
//! longer written, applied in order to the stored JSON.

use cqrs_es::persist::{EventUpcaster, SerializedEvent};
use serde::de::DeserializeOwned;

use super::box_office::BoxOfficeEvent;

/// The upcasters of box office events, oldest first.
fn box_office_upcasters() -> Vec<Box<dyn EventUpcaster>> {
    Vec::new()
}

/// Decodes a stored box office event of any version that was ever written.
///
/// # Errors
///
/// If the payload isn't one of the known events.
pub fn decode_box_office(
    event_type: &str,
    event_version: &str,
    payload: &str,
) -> Result<BoxOfficeEvent, serde_json::Error> {
    // What is written today needs no upcaster and is decoded straight from the text.
    if event_version == "1.0" {
        return serde_json::from_str(payload);
    }
    decode(&box_office_upcasters(), event_type, event_version, payload)
}

fn decode<Event: DeserializeOwned>(
    upcasters: &[Box<dyn EventUpcaster>],
    event_type: &str,
    event_version: &str,
    payload: &str,
) -> Result<Event, serde_json::Error> {
    let stored = SerializedEvent::new(
        String::new(),
        0,
        String::new(),
        event_type.to_owned(),
        event_version.to_owned(),
        serde_json::from_str(payload)?,
        serde_json::Value::Null,
    );
    let current = upcasters.iter().fold(stored, |event, upcaster| {
        if upcaster.can_upcast(&event.event_type, &event.event_version) {
            upcaster.upcast(event)
        } else {
            event
        }
    });
    serde_json::from_value(current.payload)
}
