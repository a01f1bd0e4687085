//! An organizer drafts an event: it exists, invisible to customers.

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Price, TicketTypeTerms},
    id::{EventId, OrganizationId, TicketTypeId},
};
use thiserror::Error;

use super::{DetailsInput, SettingsInput};
use crate::box_office::{
    BoxOffice,
    capacity::{DEFAULT_MAX_PER_ORDER, MAX_CAPACITY},
    validation::Violations,
};

/// Drafts an event together with its default ticket type, which is free and disabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftEvent {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub details: DetailsInput,
    pub settings: SettingsInput,
    /// May be set later, but before publishing.
    pub total_capacity: Option<u32>,
    /// The id that the default ticket type "Standard" gets.
    pub default_ticket_type_id: TicketTypeId,
}

/// Why an event can't be drafted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DraftEventRejected {
    #[error("this event exists already")]
    AlreadyDrafted,
    #[error("the event can't be drafted like this: {0}")]
    Invalid(Violations),
}

impl DraftEvent {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, DraftEventRejected> {
        if office.catalogue().is_some() {
            return Err(DraftEventRejected::AlreadyDrafted);
        }
        let mut violations = Violations::default();
        let details = self.details.over(None, &mut violations);
        let settings = self.settings.over(None, &mut violations);
        check_capacity(self.total_capacity, &mut violations);
        let details = violations.or(details).map_err(DraftEventRejected::Invalid)?;

        let mut events = vec![BoxOfficeEvent::EventDrafted {
            event_id: self.event_id,
            organization_id: self.organization_id,
            details,
            settings,
        }];
        events.extend(
            self.total_capacity
                .map(|total_capacity| BoxOfficeEvent::CapacitySet { total_capacity }),
        );
        events.push(BoxOfficeEvent::TicketTypeAdded {
            ticket_type_id: self.default_ticket_type_id,
            terms: TicketTypeTerms {
                name: "Standard".to_owned(),
                description: String::new(),
                price: Price::Free,
                allocation: None,
                sale_starts_at: None,
                sale_ends_at: None,
                min_per_order: 1,
                max_per_order: DEFAULT_MAX_PER_ORDER,
            },
            enabled: false,
        });
        Ok(events)
    }
}

fn check_capacity(total_capacity: Option<u32>, violations: &mut Violations) {
    if total_capacity.is_some_and(|total_capacity| total_capacity > MAX_CAPACITY) {
        violations.add(
            "/total_capacity",
            "out-of-range",
            format!("must not be more than {MAX_CAPACITY}"),
        );
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        events::box_office::{Coordinates, LatePayment, SalesSettings, Venue},
        money::Currency,
    };

    use super::*;
    use crate::box_office::{
        testing::{EVENT, ORGANIZATION, START, after, capacity, details, drafted, given, kind},
        validation::Edit,
    };

    #[test]
    fn is_born_a_draft_with_a_free_disabled_type_and_default_settings() {
        given([]).when(a_draft()).then([drafted(), the_default_type()]);
    }

    #[test]
    fn takes_everything_that_may_be_said() {
        let venue = a_venue();
        let command = DraftEvent {
            details: DetailsInput {
                title: Some("Concert".to_owned()),
                description: Some("Two\nlines".to_owned()),
                category: Edit::Set("Music".to_owned()),
                tags: Some(vec!["rock".to_owned(), "open air".to_owned()]),
                image_url: Edit::Set("https://example.org/a.png".to_owned()),
                image_alt: Edit::Set("A grand piano".to_owned()),
                venue: Edit::Set(venue.clone()),
                starts_at: Some(after(START)),
                ends_at: Edit::Set(after(START)),
                time_zone: Some("Europe/Berlin".to_owned()),
                currency: Some("JPY".to_owned()),
            },
            settings: SettingsInput {
                per_person_cap: Some(1),
                hold_ttl_seconds: Some(60),
                late_payment: Some(LatePayment::AlwaysRefund),
            },
            total_capacity: Some(MAX_CAPACITY),
            ..a_draft()
        };
        let mut expected = details();
        expected.description = "Two\nlines".to_owned();
        expected.category = Some("Music".to_owned());
        expected.tags = vec!["rock".to_owned(), "open air".to_owned()];
        expected.image_url = Some("https://example.org/a.png".to_owned());
        expected.image_alt = Some("A grand piano".to_owned());
        expected.venue = Some(venue);
        expected.ends_at = Some(after(START));
        expected.currency = Currency::parse("JPY").unwrap();
        given([]).when(command).then([
            BoxOfficeEvent::EventDrafted {
                event_id: EVENT,
                organization_id: ORGANIZATION,
                details: expected,
                settings: SalesSettings {
                    per_person_cap: 1,
                    hold_ttl_seconds: 60,
                    late_payment: LatePayment::AlwaysRefund,
                },
            },
            capacity(MAX_CAPACITY),
            the_default_type(),
        ]);
    }

    #[test]
    fn lists_all_that_is_missing_at_once() {
        let command = DraftEvent { details: DetailsInput::default(), ..a_draft() };
        given([]).when(command).then_violations(&[
            "/title required",
            "/time_zone required",
            "/currency required",
            "/starts_at required",
        ]);
    }

    #[test]
    fn lists_all_that_is_wrong_at_once() {
        let mut venue = a_venue();
        venue.name = " ".to_owned();
        venue.country = Some("XX".to_owned());
        venue.coordinates =
            Some(Coordinates { latitude_micro: 90_000_001, longitude_micro: -180_000_001 });
        let command = DraftEvent {
            details: DetailsInput {
                title: Some("t".repeat(201)),
                description: Some("d".repeat(20_001)),
                category: Edit::Set(String::new()),
                tags: Some(vec!["same".to_owned(), "same".to_owned(), "\u{7}".to_owned()]),
                image_url: Edit::Set("http://example.org/a.png".to_owned()),
                image_alt: Edit::Set("a".repeat(301)),
                venue: Edit::Set(venue),
                starts_at: Some(after(START)),
                ends_at: Edit::Set(after(START - 1)),
                time_zone: Some("Europe/Atlantis".to_owned()),
                currency: Some("XXX".to_owned()),
            },
            settings: SettingsInput {
                per_person_cap: Some(0),
                hold_ttl_seconds: Some(59),
                late_payment: None,
            },
            total_capacity: Some(MAX_CAPACITY + 1),
            ..a_draft()
        };
        given([]).when(command).then_violations(&[
            "/title too-long",
            "/time_zone unknown-time-zone",
            "/currency unknown-currency",
            "/ends_at before-start",
            "/description too-long",
            "/category required",
            "/tags/1 duplicate",
            "/tags/2 forbidden-character",
            "/image_url not-https",
            "/image_alt too-long",
            "/venue/name required",
            "/venue/country unknown-country",
            "/venue/coordinates/latitude_micro out-of-range",
            "/venue/coordinates/longitude_micro out-of-range",
            "/per_person_cap out-of-range",
            "/hold_ttl_seconds out-of-range",
            "/total_capacity out-of-range",
        ]);
    }

    #[test]
    fn takes_the_longest_texts_and_outermost_places_that_are_allowed() {
        let mut venue = a_venue();
        venue.coordinates =
            Some(Coordinates { latitude_micro: -90_000_000, longitude_micro: 180_000_000 });
        let mut command = a_draft();
        // Characters are counted, not bytes.
        command.details.title = Some("ü".repeat(200));
        command.details.description = Some("d".repeat(20_000));
        command.details.tags = Some((0..20).map(|number| format!("tag {number}")).collect());
        command.details.venue = Edit::Set(venue);
        command.settings.hold_ttl_seconds = Some(3600);
        assert_eq!(given([]).when(command).events().len(), 2);
    }

    #[test]
    fn takes_the_path_of_a_picture_that_was_uploaded_and_no_other_path() {
        let with_picture = |path: String| {
            let mut command = a_draft();
            command.details.image_url = Edit::Set(path);
            command
        };
        let uploaded = with_picture(format!("/media/{}.jpg", "0a".repeat(32)));
        assert_eq!(given([]).when(uploaded).events().len(), 2);
        for other in ["/media/x.jpg".to_owned(), format!("/media/{}.svg", "0a".repeat(32))] {
            given([]).when(with_picture(other)).then_violations(&["/image_url not-https"]);
        }
    }

    #[test]
    fn rejects_more_than_twenty_tags() {
        let mut command = a_draft();
        command.details.tags = Some((0..21).map(|number| format!("tag {number}")).collect());
        given([]).when(command).then_violations(&["/tags too-many"]);
    }

    #[test]
    fn rejects_a_hold_time_of_more_than_an_hour() {
        let mut command = a_draft();
        command.settings.hold_ttl_seconds = Some(3601);
        given([]).when(command).then_violations(&["/hold_ttl_seconds out-of-range"]);
    }

    #[test]
    fn rejects_names_that_read_as_something_else() {
        for title in ["a\u{0}b", "a\nb", "a\u{202e}b", "a\u{2066}b", "a\u{2028}b", "a\u{9b}b"] {
            let mut command = a_draft();
            command.details.title = Some(title.to_owned());
            given([]).when(command).then_violations(&["/title forbidden-character"]);
        }
    }

    #[test]
    fn takes_names_of_any_script() {
        for title in ["Ночь", "ليلة", "夜", "🎷", "Don't \"stop\" <b>"] {
            let mut command = a_draft();
            command.details.title = Some(title.to_owned());
            assert_eq!(given([]).when(command).events().len(), 2, "{title}");
        }
    }

    #[test]
    fn rejects_addresses_of_pictures_that_are_not_plain_https() {
        for image_url in [
            "",
            "https://",
            "https:///a.png",
            "HTTPS//example.org",
            "ftp://example.org/a.png",
            "javascript:alert(1)",
            "https://user@example.org/a.png",
            "https://example.org/a b.png",
            "https://example.org/\"onload=",
            "https://example.org\\@evil.test",
        ] {
            let mut command = a_draft();
            command.details.image_url = Edit::Set(image_url.to_owned());
            given([]).when(command).then_violations(&["/image_url not-https"]);
        }
    }

    #[test]
    fn rejects_years_that_cannot_be_computed_with() {
        let mut command = a_draft();
        command.details.starts_at = Some(Timestamp::MAX_UTC);
        given([]).when(command).then_violations(&["/starts_at out-of-range"]);
    }

    #[test]
    fn rejects_a_second_draft() {
        given([drafted()]).when(a_draft()).then_rejected(DraftEventRejected::AlreadyDrafted);
    }

    fn a_draft() -> DraftEvent {
        DraftEvent {
            event_id: EVENT,
            organization_id: ORGANIZATION,
            details: DetailsInput {
                title: Some("Concert".to_owned()),
                starts_at: Some(after(START)),
                time_zone: Some("Europe/Berlin".to_owned()),
                currency: Some("EUR".to_owned()),
                ..DetailsInput::default()
            },
            settings: SettingsInput::default(),
            total_capacity: None,
            default_ticket_type_id: kind(9),
        }
    }

    fn a_venue() -> Venue {
        Venue {
            name: "Hall".to_owned(),
            address: Some("1 Street".to_owned()),
            city: Some("Berlin".to_owned()),
            country: Some("DE".to_owned()),
            coordinates: None,
        }
    }

    fn the_default_type() -> BoxOfficeEvent {
        BoxOfficeEvent::TicketTypeAdded {
            ticket_type_id: kind(9),
            terms: crate::box_office::testing::terms(Price::Free),
            enabled: false,
        }
    }
}
