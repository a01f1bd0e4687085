//! Checks that `docs/EVENTS.md` speaks of everything that is recorded.

const DOCUMENT: &str = include_str!("../../../docs/EVENTS.md");
const SOURCE: &str = include_str!("box_office.rs");

#[test]
fn every_domain_event_is_documented() {
    let events = domain_events();
    assert_eq!(events.len(), 22, "{events:?}");
    for event in events {
        assert!(row(event).is_some(), "docs/EVENTS.md has no row for {event}");
    }
}

#[test]
fn every_field_is_documented() {
    let mut fields = 0;
    let mut event = "";
    for line in declaration() {
        event = event_at(line).unwrap_or(event);
        for field in fields_at(line) {
            fields += 1;
            let row = row(event).unwrap_or_default();
            assert!(row.contains(&format!("`{field}`")), "docs/EVENTS.md lacks {event}.{field}");
        }
    }
    assert_eq!(fields, 53);
}

#[test]
fn nothing_is_documented_that_is_not_recorded() {
    for line in DOCUMENT.lines() {
        let Some(name) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) else {
            continue;
        };
        let is_event = name.starts_with(char::is_uppercase);
        assert!(!is_event || domain_events().contains(&name), "{name} isn't recorded");
    }
}

/// The row of the document about one domain event.
fn row(event: &str) -> Option<&'static str> {
    DOCUMENT.lines().find(|line| line.starts_with(&format!("| `{event}` |")))
}

fn domain_events() -> Vec<&'static str> {
    declaration().filter_map(event_at).collect()
}

/// The lines between the braces of `enum BoxOfficeEvent`.
fn declaration() -> impl Iterator<Item = &'static str> {
    SOURCE
        .lines()
        .skip_while(|line| !line.starts_with("pub enum BoxOfficeEvent"))
        .skip(1)
        .take_while(|line| *line != "}")
        .filter(|line| !line.trim_start().starts_with("//"))
}

fn event_at(line: &'static str) -> Option<&'static str> {
    let name = line.strip_prefix("    ")?.split([' ', '{']).next()?;
    name.starts_with(char::is_uppercase).then_some(name)
}

/// The names before a colon, in a variant on one line or on several.
fn fields_at(line: &'static str) -> impl Iterator<Item = &'static str> {
    line.split(['{', ',']).filter_map(|part| part.split_once(':')).map(|(name, _)| name.trim())
}
