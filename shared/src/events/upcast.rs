//! How old versions of recorded facts are read.
//!
//! Each (type, version) that was ever written has a golden file, `golden/<Type>-<version>.json`, that
//! is decoded by a test for ever. A breaking change raises the version in
//! [`BoxOfficeEvent::version`] and adds an [`Upcaster`] from the version before.

use std::borrow::Cow;

use cqrs_es::persist::{EventUpcaster, SerializedEvent};
use serde::de::Error as _;
use serde_json::Value;

use super::box_office::BoxOfficeEvent;

/// Turns the stored JSON of one version of a fact into the next one's.
#[derive(Clone, Copy, Debug)]
pub struct Upcaster {
    pub event_type: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub change: fn(Value) -> Value,
}

/// The upcasters of box office events, for each type from the oldest version on.
const BOX_OFFICE: &[Upcaster] = &[];

impl EventUpcaster for Upcaster {
    fn can_upcast(&self, event_type: &str, event_version: &str) -> bool {
        self.event_type == event_type && self.from == event_version
    }

    fn upcast(&self, event: SerializedEvent) -> SerializedEvent {
        let payload = (self.change)(event.payload);
        SerializedEvent { payload, event_version: self.to.to_owned(), ..event }
    }
}

/// The upcasters of box office events, as the stores of cqrs-es take them.
pub fn box_office_upcasters() -> Vec<Box<dyn EventUpcaster>> {
    BOX_OFFICE.iter().map(|upcaster| -> Box<dyn EventUpcaster> { Box::new(*upcaster) }).collect()
}

/// Decodes a stored box office event of any version that was ever written.
///
/// # Errors
///
/// If the payload isn't one of the known events, or not of its present version in the end.
pub fn decode_box_office(
    event_type: &str,
    event_version: &str,
    payload: &str,
) -> Result<BoxOfficeEvent, serde_json::Error> {
    decode(BOX_OFFICE, event_type, event_version, payload)
}

fn decode(
    upcasters: &[Upcaster],
    event_type: &str,
    event_version: &str,
    payload: &str,
) -> Result<BoxOfficeEvent, serde_json::Error> {
    let old = upcasters.iter().any(|upcaster| upcaster.can_upcast(event_type, event_version));
    // What is written today is decoded straight from the text.
    let (event, version): (BoxOfficeEvent, _) = if old {
        let current = upcast(upcasters, event_type, event_version, payload)?;
        (serde_json::from_value(current.payload)?, Cow::Owned(current.event_version))
    } else {
        (serde_json::from_str(payload)?, Cow::Borrowed(event_version))
    };
    if event.name() != event_type || event.version() != version {
        let (name, known) = (event.name(), event.version());
        let message = format!("{event_type} {version} reads as {name}, known as {known}");
        return Err(serde_json::Error::custom(message));
    }
    Ok(event)
}

fn upcast(
    upcasters: &[Upcaster],
    event_type: &str,
    event_version: &str,
    payload: &str,
) -> Result<SerializedEvent, serde_json::Error> {
    let stored = SerializedEvent::new(
        String::new(),
        0,
        String::new(),
        event_type.to_owned(),
        event_version.to_owned(),
        serde_json::from_str(payload)?,
        Value::Null,
    );
    Ok(upcasters.iter().fold(stored, |event, upcaster| {
        if upcaster.can_upcast(&event.event_type, &event.event_version) {
            upcaster.upcast(event)
        } else {
            event
        }
    }))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::PathBuf};

    use super::*;

    #[test]
    fn every_version_that_was_ever_written_can_be_read() {
        for (event_type, version, payload) in golden_files() {
            let event = decode_box_office(&event_type, &version, &payload)
                .unwrap_or_else(|error| panic!("{event_type} {version}: {error}"));
            assert_eq!(event.name(), event_type);
            let written = serde_json::to_string(&event).unwrap();
            let read = decode_box_office(event.name(), event.version(), &written).unwrap();
            assert_eq!(read, event);
        }
    }

    #[test]
    fn what_is_written_today_is_what_the_golden_files_hold() {
        for (event_type, version, payload) in golden_files() {
            let event = decode_box_office(&event_type, &version, &payload).unwrap();
            if event.version() == version {
                let golden: Value = serde_json::from_str(&payload).unwrap();
                assert_eq!(serde_json::to_value(&event).unwrap(), golden, "{event_type} {version}");
            }
        }
    }

    #[test]
    fn every_event_has_a_golden_file_of_its_present_version() {
        let present: BTreeSet<(String, String)> =
            golden_files().into_iter().map(|(name, version, _)| (name, version)).collect();
        let names = variants();
        assert!(names.len() > 20, "the variants can't be found in the source any more");
        for name in names {
            assert!(present.contains(&(name.to_owned(), "1.0".to_owned())), "{name}");
        }
    }

    #[test]
    fn an_old_version_is_read_through_all_its_upcasters() {
        let old = r#"{"CapacitySet":{"seats":100}}"#;
        let event = decode(&TWO_STEPS, "CapacitySet", "0.8", old).unwrap();
        assert_eq!(event, BoxOfficeEvent::CapacitySet { total_capacity: 100 });
        let less_old = r#"{"CapacitySet":{"capacity":"100"}}"#;
        let event = decode(&TWO_STEPS, "CapacitySet", "0.9", less_old).unwrap();
        assert_eq!(event, BoxOfficeEvent::CapacitySet { total_capacity: 100 });
        let present = r#"{"CapacitySet":{"total_capacity":100}}"#;
        let event = decode(&TWO_STEPS, "CapacitySet", "1.0", present).unwrap();
        assert_eq!(event, BoxOfficeEvent::CapacitySet { total_capacity: 100 });
    }

    #[test]
    fn a_version_from_the_future_is_refused() {
        let payload = r#"{"CapacitySet":{"total_capacity":100}}"#;
        assert!(decode_box_office("CapacitySet", "1.0", payload).is_ok());
        assert!(decode_box_office("CapacitySet", "2.0", payload).is_err());
        assert!(decode_box_office("EventPublished", "1.0", payload).is_err());
        assert!(decode_box_office("Unheard", "1.0", r#"{"Unheard":{}}"#).is_err());
    }

    /// 0.8 said `seats`; 0.9 said `capacity`, as a text.
    const TWO_STEPS: [Upcaster; 2] = [
        Upcaster {
            event_type: "CapacitySet",
            from: "0.8",
            to: "0.9",
            change: |mut payload| {
                let seats = payload["CapacitySet"]["seats"].to_string();
                payload["CapacitySet"] = serde_json::json!({ "capacity": seats });
                payload
            },
        },
        Upcaster {
            event_type: "CapacitySet",
            from: "0.9",
            to: "1.0",
            change: |mut payload| {
                let capacity = payload["CapacitySet"]["capacity"].as_str().unwrap_or_default();
                let capacity: Option<u32> = capacity.parse().ok();
                payload["CapacitySet"] = serde_json::json!({ "total_capacity": capacity });
                payload
            },
        },
    ];

    /// Type, version and stored text of each golden file.
    fn golden_files() -> Vec<(String, String, String)> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/events/golden");
        let read = |file: fs::DirEntry| {
            let name = file.file_name().into_string().unwrap();
            let (event_type, version) = name.strip_suffix(".json")?.split_once('-')?;
            let payload = fs::read_to_string(file.path()).unwrap();
            Some((event_type.to_owned(), version.to_owned(), payload))
        };
        fs::read_dir(folder).unwrap().filter_map(|file| read(file.unwrap())).collect()
    }

    /// The variants, as their `name` function lists them.
    fn variants() -> Vec<&'static str> {
        let arm = |line: &'static str| {
            let (variant, name) = line.trim().strip_prefix("Self::")?.split_once(" => \"")?;
            let name = name.strip_suffix("\",")?;
            variant.starts_with(name).then_some(name)
        };
        include_str!("box_office.rs").lines().filter_map(arm).collect()
    }
}
