//! What is told about an event, as it is typed, and when it makes sense.

use std::str::FromStr;

use chrono_tz::Tz;
use shared::{
    clock::Timestamp,
    events::box_office::{EventDetails, Venue},
    money::Currency,
};

use super::countries;
use crate::box_office::validation::{Edit, TextRule, Violations};

const TITLE: TextRule = TextRule::line(200);
const DESCRIPTION: TextRule = TextRule::lines(20_000);
const CATEGORY: TextRule = TextRule::line(50);
const TAG: TextRule = TextRule::line(50);
const MAX_TAGS: usize = 20;
const IMAGE_URL: TextRule = TextRule::line(2_000);
const IMAGE_ALT: TextRule = TextRule::line(300);
const VENUE_NAME: TextRule = TextRule::line(200);
const ADDRESS: TextRule = TextRule::lines(500);
const CITY: TextRule = TextRule::line(100);
const MAX_LATITUDE_MICRO: i32 = 90_000_000;
const MAX_LONGITUDE_MICRO: i32 = 180_000_000;

/// Details as typed: what is absent keeps its value, or is missing in a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetailsInput {
    pub title: Option<String>,
    pub description: Option<String>,
    pub category: Edit<String>,
    pub tags: Option<Vec<String>>,
    pub image_url: Edit<String>,
    pub image_alt: Edit<String>,
    pub venue: Edit<Venue>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Edit<Timestamp>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// ISO 4217 code.
    pub currency: Option<String>,
}

impl DetailsInput {
    /// The details after this input, with whatever is wrong added to `violations`.
    ///
    /// Absent if something required is missing; then `violations` says so.
    pub(super) fn over(
        &self,
        current: Option<&EventDetails>,
        violations: &mut Violations,
    ) -> Option<EventDetails> {
        let title = self.title(current, violations);
        let time_zone = self.time_zone(current, violations);
        let currency = self.currency(current, violations);
        let starts_at = self.starts_at.or(current.map(|current| current.starts_at));
        if starts_at.is_none() {
            violations.add("/starts_at", "required", "must be given");
        }
        let ends_at = self.ends_at.over(current.and_then(|current| current.ends_at.as_ref()));
        check_period(starts_at, ends_at, violations);

        let description = self
            .description
            .clone()
            .or_else(|| current.map(|current| current.description.clone()))
            .unwrap_or_default();
        violations.check_text("/description", &description, DESCRIPTION);
        let category = self.category.over(current.and_then(|current| current.category.as_ref()));
        if let Some(category) = &category {
            violations.check_required_text("/category", category, CATEGORY);
        }
        let tags = self
            .tags
            .clone()
            .or_else(|| current.map(|current| current.tags.clone()))
            .unwrap_or_default();
        check_tags(&tags, violations);
        let image_url = self.image_url.over(current.and_then(|current| current.image_url.as_ref()));
        if let Some(image_url) = &image_url {
            check_image_url(image_url, violations);
        }
        let image_alt = self.image_alt.over(current.and_then(|current| current.image_alt.as_ref()));
        if let Some(image_alt) = &image_alt {
            violations.check_required_text("/image_alt", image_alt, IMAGE_ALT);
        }
        let venue = self.venue.over(current.and_then(|current| current.venue.as_ref()));
        if let Some(venue) = &venue {
            check_venue(venue, violations);
        }

        Some(EventDetails {
            title: title?,
            description,
            category,
            tags,
            image_url,
            image_alt,
            venue,
            starts_at: starts_at?,
            ends_at,
            time_zone: time_zone?,
            currency: currency?,
        })
    }

    fn title(&self, current: Option<&EventDetails>, violations: &mut Violations) -> Option<String> {
        let title = self.title.as_ref().or(current.map(|current| &current.title));
        let Some(title) = title else {
            violations.add("/title", "required", "must be given");
            return None;
        };
        violations.check_required_text("/title", title, TITLE);
        Some(title.clone())
    }

    fn time_zone(
        &self,
        current: Option<&EventDetails>,
        violations: &mut Violations,
    ) -> Option<String> {
        let name = self.time_zone.as_ref().or(current.map(|current| &current.time_zone));
        let Some(name) = name else {
            violations.add("/time_zone", "required", "must be given");
            return None;
        };
        if Tz::from_str(name).is_err() {
            violations.add(
                "/time_zone",
                "unknown-time-zone",
                "must be an IANA time zone such as Europe/Berlin",
            );
        }
        Some(name.clone())
    }

    fn currency(
        &self,
        current: Option<&EventDetails>,
        violations: &mut Violations,
    ) -> Option<Currency> {
        let Some(code) = &self.currency else {
            if current.is_none() {
                violations.add("/currency", "required", "must be given");
            }
            return current.map(|current| current.currency);
        };
        let currency = Currency::parse(code).ok();
        if currency.is_none() {
            violations.add("/currency", "unknown-currency", "must be an ISO 4217 code such as EUR");
        }
        currency
    }
}

fn check_period(
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    violations: &mut Violations,
) {
    if let Some(starts_at) = starts_at {
        violations.check_instant("/starts_at", starts_at);
    }
    if let Some(ends_at) = ends_at {
        violations.check_instant("/ends_at", ends_at);
    }
    if let (Some(starts_at), Some(ends_at)) = (starts_at, ends_at)
        && ends_at < starts_at
    {
        violations.add("/ends_at", "before-start", "must not be before the start");
    }
}

fn check_tags(tags: &[String], violations: &mut Violations) {
    if tags.len() > MAX_TAGS {
        violations.add("/tags", "too-many", format!("must not be more than {MAX_TAGS}"));
        return;
    }
    for (index, tag) in tags.iter().enumerate() {
        let pointer = format!("/tags/{index}");
        violations.check_required_text(&pointer, tag, TAG);
        if tags.iter().take(index).any(|earlier| earlier == tag) {
            violations.add(pointer, "duplicate", "must not be given twice");
        }
    }
}

/// Whether it is the address of a picture that was uploaded here.
fn is_own_picture(image_url: &str) -> bool {
    let hash = image_url.strip_prefix("/media/").and_then(|name| name.strip_suffix(".jpg"));
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    hash.is_some_and(|hash| hash.len() == 64 && hash.bytes().all(is_hex))
}

fn check_image_url(image_url: &str, violations: &mut Violations) {
    if is_own_picture(image_url) {
        return;
    }
    violations.check_text("/image_url", image_url, IMAGE_URL);
    let authority = image_url
        .strip_prefix("https://")
        .and_then(|rest| rest.split(['/', '?', '#']).next())
        .unwrap_or_default();
    let is_well_formed = image_url.chars().all(|character| character.is_ascii_graphic())
        && !image_url.contains(['\\', '"', '<', '>'])
        && authority.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
        && !authority.contains('@');
    if !is_well_formed {
        violations.add(
            "/image_url",
            "not-https",
            "must be an https:// address without blanks or log-in data",
        );
    }
}

fn check_venue(venue: &Venue, violations: &mut Violations) {
    let Venue { name, address, city, country, coordinates } = venue;
    violations.check_required_text("/venue/name", name, VENUE_NAME);
    if let Some(address) = address {
        violations.check_text("/venue/address", address, ADDRESS);
    }
    if let Some(city) = city {
        violations.check_text("/venue/city", city, CITY);
    }
    if let Some(country) = country
        && !countries::is_country(country)
    {
        violations.add(
            "/venue/country",
            "unknown-country",
            "must be an ISO 3166-1 code of two capital letters such as DE",
        );
    }
    let Some(coordinates) = coordinates else { return };
    if !(-MAX_LATITUDE_MICRO..=MAX_LATITUDE_MICRO).contains(&coordinates.latitude_micro) {
        violations.add(
            "/venue/coordinates/latitude_micro",
            "out-of-range",
            "must lie between -90000000 and 90000000",
        );
    }
    if !(-MAX_LONGITUDE_MICRO..=MAX_LONGITUDE_MICRO).contains(&coordinates.longitude_micro) {
        violations.add(
            "/venue/coordinates/longitude_micro",
            "out-of-range",
            "must lie between -180000000 and 180000000",
        );
    }
}
