//! Query parameters with bounds that PostgreSQL or good sense set.

use chrono::Datelike;
use serde::{Deserialize, Deserializer, de::Error};
use shared::{clock::Timestamp, event_log::LogPosition, money::MAX_AMOUNT_MINOR};

const LONGEST: usize = 200;

/// An instant in RFC 3339, in the years 1 to 9999.
///
/// # Errors
///
/// If it is something else.
pub fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = String::deserialize(deserializer)?;
    // A `+` that was not escaped arrives as a space.
    let instant: Option<Timestamp> = text.replace(' ', "+").parse().ok();
    match instant {
        Some(instant) if (1..=9999).contains(&instant.year()) => Ok(Some(instant)),
        _ => Err(D::Error::custom("must be an instant in RFC 3339, as 2027-05-01T18:00:00Z")),
    }
}

/// A text of 1 to 200 characters.
///
/// # Errors
///
/// If it is empty or longer.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if (1..=LONGEST).contains(&text.chars().count()) {
        Ok(Some(text))
    } else {
        Err(D::Error::custom("must have 1 to 200 characters"))
    }
}

/// A log position, as `7:1234`.
///
/// # Errors
///
/// If it is something else.
pub fn log_position<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<LogPosition>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(D::Error::custom)
}

/// An amount in minor units, from 0.
///
/// # Errors
///
/// If it is negative or larger than any price.
pub fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let amount = i64::deserialize(deserializer)?;
    if (0..=MAX_AMOUNT_MINOR).contains(&amount) {
        Ok(Some(amount))
    } else {
        Err(D::Error::custom("must be from 0 to 1000000000000"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Given {
        #[serde(default, deserialize_with = "instant")]
        at: Option<Timestamp>,
        #[serde(default, deserialize_with = "text")]
        q: Option<String>,
    }

    fn read(json: &str) -> Result<Given, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn instants_are_rfc_3339() {
        let shown = |text: &str| {
            read(&format!("{{\"at\":\"{text}\"}}")).ok().map(|given| given.at.unwrap().to_rfc3339())
        };
        let expected = Some("2027-05-01T16:00:00+00:00".to_owned());
        assert_eq!(shown("2027-05-01T18:00:00+02:00"), expected);
        assert_eq!(shown("2027-05-01T18:00:00 02:00"), expected);
        for wrong in
            ["", "yesterday", "2027-05-01", "+12027-05-01T18:00:00Z", "-0001-01-01T00:00:00Z"]
        {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn texts_are_neither_empty_nor_endless() {
        assert!(read("{\"q\":\"\"}").is_err());
        assert!(read(&format!("{{\"q\":\"{}\"}}", "ä".repeat(200))).unwrap().q.is_some());
        assert!(read(&format!("{{\"q\":\"{}\"}}", "ä".repeat(201))).is_err());
        assert!(read("{}").unwrap().q.is_none());
    }
}
