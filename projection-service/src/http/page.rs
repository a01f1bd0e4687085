//! Pages of lists: `{"data": […], "next_cursor": …}`, by key and not by number, so that what is
//! added meanwhile neither repeats nor hides anything.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use shared::clock::Timestamp;
use utoipa::ToSchema;
use uuid::Uuid;

const LARGEST: i64 = 100;
const USUAL: i64 = 20;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub data: Vec<T>,
    /// Asks for the next page; absent on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of rows of which one more than `limit` was asked for: if it came, there is a
    /// next page after the last row shown.
    pub fn of<K: CursorKey>(mut rows: Vec<T>, limit: Limit, key: impl FnOnce(&T) -> K) -> Self {
        let more = rows.len() > limit.shown();
        rows.truncate(limit.shown());
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|last| URL_SAFE_NO_PAD.encode(key(last).to_text()));
        Self { data: rows, next_cursor }
    }

    /// A page whose list goes on after a place that it doesn't show, or ends without one.
    pub fn going_on<K: CursorKey>(rows: Vec<T>, after: Option<K>) -> Self {
        let next_cursor = after.map(|key| URL_SAFE_NO_PAD.encode(key.to_text()));
        Self { data: rows, next_cursor }
    }

    /// The same page of other things.
    pub fn map<U>(self, map: impl FnMut(T) -> U) -> Page<U> {
        let data = self.data.into_iter().map(map).collect();
        Page { data, next_cursor: self.next_cursor }
    }
}

/// How many entries a page has at most: 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(i64);

impl Limit {
    /// As many as a list of the storefront shows at first.
    pub const SCREENFUL: Self = Self(24);
    /// As many as a page may have.
    pub const LARGEST: Self = Self(LARGEST);

    /// As many entries as the page shows.
    pub fn shown(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// One more than the page shows, to know whether there is a next one.
    pub const fn plus_one(self) -> i64 {
        self.0 + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i64::deserialize(deserializer)? {
            limit @ 1..=LARGEST => Ok(Self(limit)),
            _ => Err(D::Error::custom("must be from 1 to 100")),
        }
    }
}

/// Where a page ends: opaque to clients, the last entry's key to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor<K>(pub K);

/// What a list is ordered by.
pub trait CursorKey: Sized {
    /// The key as text.
    fn to_text(&self) -> String;
    /// Reads the text.
    fn parse(text: &str) -> Option<Self>;
}

/// Ordered by an instant, then by id.
impl CursorKey for (Timestamp, Uuid) {
    fn to_text(&self) -> String {
        let (at, id) = self;
        format!("{}~{id}", at.timestamp_micros())
    }

    fn parse(text: &str) -> Option<Self> {
        let (micros, id) = text.split_once('~')?;
        let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        (1..=9999).contains(&at.year()).then_some((at, id.parse().ok()?))
    }
}

/// Ordered by a number.
impl CursorKey for i64 {
    fn to_text(&self) -> String {
        self.to_string()
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number| *number >= 0)
    }
}

impl<'de, K: CursorKey> Deserialize<'de> for Cursor<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD.decode(&text).ok();
        let key = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).and_then(|t| K::parse(&t));
        key.map(Self).ok_or_else(|| D::Error::custom("must be a next_cursor of this list"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(count: i32, limit: i64) -> Page<i32> {
        let rows = (0..count).collect();
        Page::of(rows, Limit(limit), |last| i64::from(*last))
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        assert_eq!(page_of(2, 2).next_cursor, None);
        assert_eq!(page_of(0, 2).next_cursor, None);
    }

    #[test]
    fn a_further_row_is_the_next_page() {
        let page = page_of(3, 2);
        assert_eq!(page.data, vec![0, 1]);
        let cursor: Cursor<i64> = read(&page.next_cursor.unwrap()).unwrap();
        assert_eq!(cursor.0, 1);
    }

    #[test]
    fn a_search_goes_on_where_it_stopped() {
        let page = Page::going_on(vec![0], Some(41_i64));
        assert_eq!(read::<i64>(&page.next_cursor.unwrap()).unwrap().0, 41);
        assert_eq!(Page::going_on(vec![0], None::<i64>).next_cursor, None);
    }

    fn read<K: CursorKey>(text: &str) -> Result<Cursor<K>, serde_json::Error> {
        serde_json::from_value(text.into())
    }

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
        let key = (DateTime::from_timestamp_micros(17).unwrap(), Uuid::from_u128(5));
        let page = Page::of(vec![key, key], Limit(1), |key| *key);
        assert_eq!(read::<(Timestamp, Uuid)>(&page.next_cursor.unwrap()).unwrap().0, key);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for text in ["§", "_w", &encoded("x"), &encoded("-1"), &encoded("1~2")] {
            assert!(read::<i64>(text).is_err(), "{text}");
        }
        let far = format!("{}~{}", i64::MAX, Uuid::nil());
        for text in [encoded("17"), encoded("17~x"), encoded(&far)] {
            assert!(read::<(Timestamp, Uuid)>(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn limits_are_from_1_to_100() {
        for (json, accepted) in [("0", false), ("1", true), ("100", true), ("101", false)] {
            assert_eq!(serde_json::from_str::<Limit>(json).is_ok(), accepted, "{json}");
        }
    }
}
