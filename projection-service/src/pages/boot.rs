//! The first answers of the API, written into the page: the first paint needs no further request.

use chrono::SecondsFormat;
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};
use shared::clock::Timestamp;

use super::html::json_in_script;

/// What the page asks for first, with the answers, under the keys of its cache.
#[derive(Debug, Default, Serialize)]
pub struct Boot {
    queries: Vec<Asked>,
    server_now: String,
}

#[derive(Debug, Serialize)]
struct Asked {
    key: Value,
    data: Box<RawValue>,
}

impl Boot {
    /// Nothing yet, at this instant.
    pub fn new(now: Timestamp) -> Self {
        let server_now = now.to_rfc3339_opts(SecondsFormat::Millis, true);
        Self { queries: Vec::new(), server_now }
    }

    /// With an answer, as the API gives it.
    ///
    /// # Errors
    ///
    /// If it isn't JSON.
    pub fn answer(&mut self, key: Value, json: String) -> Result<(), serde_json::Error> {
        let data = RawValue::from_string(json)?;
        self.queries.push(Asked { key, data });
        Ok(())
    }

    /// The element that the page reads.
    pub fn into_html(self) -> String {
        // Texts and what was JSON already always have a JSON form.
        let json = serde_json::to_string(&self).unwrap_or_else(|_| json!({}).to_string());
        format!("<script type=\"application/json\" id=\"boot\">{}</script>", json_in_script(&json))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn answers_are_written_as_they_are_given() {
        let now = DateTime::from_timestamp(1_780_315_200, 250_000_000).unwrap();
        let mut boot = Boot::new(now);
        boot.answer(json!(["event", "7"]), r#"{"b":1.50,"a":"</script>"}"#.to_owned()).unwrap();
        assert_eq!(
            boot.into_html(),
            concat!(
                "<script type=\"application/json\" id=\"boot\">",
                r#"{"queries":[{"key":["event","7"],"data":{"b":1.50,"a":"\u003c/script>"}}],"#,
                r#""server_now":"2026-06-01T12:00:00.250Z"}</script>"#
            )
        );
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let mut boot = Boot::default();
        assert!(boot.answer(json!(["event"]), "</script>".to_owned()).is_err());
    }
}
