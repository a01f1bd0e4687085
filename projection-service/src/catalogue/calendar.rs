//! An event as an entry of people's calendars: iCalendar, RFC 5545.

use shared::{clock::Timestamp, events::box_office::Coordinates};

use super::fold::Entry;
use crate::status::EventStatus;

/// No line is longer, in bytes, without what ends it.
const LINE_BYTES: usize = 75;

/// The calendar entry, made at `now`. `url` is that of the event's page.
pub fn of(event: &Entry, url: &str, now: Timestamp) -> String {
    let details = &event.details;
    let mut calendar = Calendar::default();
    calendar.line("BEGIN", "VCALENDAR");
    calendar.line("VERSION", "2.0");
    calendar.line("PRODID", "-//Fullhouse//Events//EN");
    calendar.line("CALSCALE", "GREGORIAN");
    calendar.line("METHOD", "PUBLISH");
    calendar.line("BEGIN", "VEVENT");
    calendar.line("UID", &event.event_id.to_string());
    // The later edition replaces the earlier one.
    calendar.line("SEQUENCE", &event.version.to_string());
    calendar.line("DTSTAMP", &instant(now));
    calendar.line("DTSTART", &instant(details.starts_at));
    if let Some(ends_at) = details.ends_at {
        calendar.line("DTEND", &instant(ends_at));
    }
    calendar.line("SUMMARY", &text(&details.title));
    if !details.description.is_empty() {
        calendar.line("DESCRIPTION", &text(&details.description));
    }
    if let Some(venue) = &details.venue {
        let parts = [Some(&venue.name), venue.address.as_ref(), venue.city.as_ref()];
        let place: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        calendar.line("LOCATION", &text(&place.join(", ")));
        if let Some(Coordinates { latitude_micro, longitude_micro }) = venue.coordinates {
            let place = format!("{};{}", degrees(latitude_micro), degrees(longitude_micro));
            calendar.line("GEO", &place);
        }
    }
    calendar.line("URL", url);
    let status = match event.status {
        EventStatus::Draft => "TENTATIVE",
        EventStatus::Published | EventStatus::Completed => "CONFIRMED",
        EventStatus::Cancelled => "CANCELLED",
    };
    calendar.line("STATUS", status);
    calendar.line("END", "VEVENT");
    calendar.line("END", "VCALENDAR");
    calendar.0
}

#[derive(Default)]
struct Calendar(String);

impl Calendar {
    /// A line, folded between characters where it is too long.
    fn line(&mut self, name: &str, value: &str) {
        let mut bytes = 0;
        for character in name.chars().chain(std::iter::once(':')).chain(value.chars()) {
            if bytes + character.len_utf8() > LINE_BYTES {
                self.0.push_str("\r\n ");
                bytes = 1;
            }
            self.0.push(character);
            bytes += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

fn instant(at: Timestamp) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A text in which nothing ends the value.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' | '\r' => escaped.push_str("\\n"),
            control if control.is_control() && control != '\t' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

fn degrees(micro: i32) -> String {
    let sign = if micro < 0 { "-" } else { "" };
    let micro = micro.unsigned_abs();
    format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{
        catalogue::fold::{Entries, fold},
        samples::{self, fact, noon},
    };

    fn an_event() -> Entry {
        let mut entries = Entries::new();
        fold(&mut entries, &fact(1, samples::drafted()));
        entries.remove(&samples::event_id()).unwrap()
    }

    fn lines(event: &Entry) -> Vec<String> {
        let calendar = of(event, "https://example.org/events/7", noon());
        assert!(calendar.split("\r\n").all(|line| line.len() <= LINE_BYTES), "{calendar}");
        assert!(!calendar.replace("\r\n", "").contains(['\r', '\n']));
        let unfolded = calendar.replace("\r\n ", "");
        unfolded.split_terminator("\r\n").map(str::to_owned).collect()
    }

    fn value(event: &Entry, name: &str) -> Option<String> {
        let start = format!("{name}:");
        lines(event).iter().find_map(|line| Some(line.strip_prefix(&start)?.to_owned()))
    }

    #[test]
    fn an_entry_says_when_and_what_in_utc() {
        let mut event = an_event();
        assert_eq!(value(&event, "DTSTAMP").unwrap(), "20260601T120000Z");
        assert_eq!(value(&event, "DTSTART").unwrap(), "20260701T120000Z");
        assert_eq!(value(&event, "DTEND"), None);
        assert_eq!(value(&event, "SUMMARY").unwrap(), "Rust Nacht");
        assert_eq!(value(&event, "LOCATION"), None);
        event.details.ends_at = Some(event.details.starts_at + TimeDelta::minutes(90));
        assert_eq!(value(&event, "DTEND").unwrap(), "20260701T133000Z");
        let lines = lines(&event);
        assert_eq!((&*lines[0], &*lines[1]), ("BEGIN:VCALENDAR", "VERSION:2.0"));
        assert_eq!(lines.last().unwrap(), "END:VCALENDAR");
    }

    #[test]
    fn texts_never_become_properties() {
        let mut event = an_event();
        event.details.title = "A; B, C\\D\r\nATTENDEE:x\nEND:VEVENT\u{0}".to_owned();
        let expected = "A\\; B\\, C\\\\D\\nATTENDEE:x\\nEND:VEVENT";
        assert_eq!(value(&event, "SUMMARY").unwrap(), expected);
        assert_eq!(lines(&event).iter().filter(|line| *line == "END:VEVENT").count(), 1);
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut event = an_event();
        event.details.description = "Zugänge über die Straße – ".repeat(300);
        assert_eq!(value(&event, "DESCRIPTION").unwrap(), event.details.description);
    }

    #[test]
    fn the_place_and_the_state_are_told() {
        let mut event = an_event();
        event.details.venue = Some(
            serde_json::from_value(serde_json::json!({"name": "Stage", "city": "Quito",
                "coordinates": {"latitude_micro": -180_653, "longitude_micro": 78_467_834}}))
            .unwrap(),
        );
        event.status = EventStatus::Cancelled;
        assert_eq!(value(&event, "LOCATION").unwrap(), "Stage\\, Quito");
        assert_eq!(value(&event, "GEO").unwrap(), "-0.180653;78.467834");
        assert_eq!(value(&event, "STATUS").unwrap(), "CANCELLED");
    }
}
