//! The projection service knows every page of the storefront: one it doesn't know is a 404.

use super::{Violation, tree::Tree};

const RULE: &str = "pages";
const TABLE: &str = "projection-service/src/pages/address.rs";
const ROUTER: &str = "web/src/storefront/router.tsx";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let (Some(table), Some(router)) = (tree.find(TABLE), tree.find(ROUTER)) else {
        return Vec::new();
    };
    let known: Vec<String> = table
        .lines()
        .filter_map(|(_, line)| line.trim().strip_prefix("(\"")?.split('"').next())
        .map(|pattern| without_names(pattern, '{'))
        .collect();
    let unknown = router.lines().filter_map(|(number, line)| {
        let path = line.trim().strip_prefix("path: \"")?.split('"').next()?;
        let page = without_names(path, '$');
        let is_known = known.iter().any(|pattern| covers(pattern, &page));
        (!is_known).then(|| {
            let message = format!("the table in {TABLE} doesn't know the page {path}");
            Violation::new(ROUTER, number, RULE, message)
        })
    });
    unknown.collect()
}

/// Whether a pattern of the table is this page, or ends in a star above it.
fn covers(pattern: &str, page: &str) -> bool {
    let below = pattern.strip_suffix("/*").and_then(|above| page.strip_prefix(above));
    pattern == page || below.is_some_and(|rest| rest.starts_with('/'))
}

/// A path in which every segment that stands for something looks the same.
fn without_names(path: &str, start: char) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "$" | "*" => "*",
        named if named.starts_with(start) => "{}",
        other => other,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_the_service_does_not_know_is_found() {
        let table = "    (\"/\", Known::Home),\n    (\"/events/{event_id}\", Known::Event),\n    \
            (\"/account/*\", Known::Inner),\n";
        let router = "  path: \"/\",\n  path: \"/events/$eventId\",\n  path: \"/account/$\",\n  \
            path: \"/account/export/$exportId\",\n  path: \"/accounts\",\n  \
            path: \"/events/$eventId/seats\",\n";
        let found = check(&Tree::of(&[(TABLE, table), (ROUTER, router)]));
        let found: Vec<_> = found.iter().map(|violation| violation.line).collect();
        assert_eq!(found, [5, 6]);
    }
}
