//! Which operations were answered with success by anybody: what is only ever refused isn't tried.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use anyhow::Context;
use serde_json::Value;

/// The operations of the document, and how often each answered with success.
pub struct Reached(BTreeMap<(String, String), usize>);

impl Reached {
    /// Nothing yet, of the operations in this document.
    ///
    /// # Errors
    ///
    /// If it can't be read.
    pub fn of(document: &Path) -> anyhow::Result<Self> {
        let document: Value = serde_json::from_slice(&fs::read(document)?)?;
        let paths = document["paths"].as_object().context("the document has no paths")?;
        let mut operations = BTreeMap::new();
        for (path, item) in paths {
            for method in item.as_object().into_iter().flat_map(|item| item.keys()) {
                operations.insert((method.to_uppercase(), path.clone()), 0);
            }
        }
        Ok(Self(operations))
    }

    /// Adds the requests of one run; nothing if it ended before it wrote them.
    ///
    /// # Errors
    ///
    /// If the file isn't in the format HAR.
    pub fn read(&mut self, har: &Path) -> anyhow::Result<()> {
        let Ok(text) = fs::read(har) else { return Ok(()) };
        let har: Value = serde_json::from_slice(&text).context("not in the format HAR")?;
        let entries = har["log"]["entries"].as_array().context("no entries in the HAR")?;
        for entry in entries {
            let status = entry["response"]["status"].as_u64().unwrap_or_default();
            let method = entry["request"]["method"].as_str().unwrap_or_default();
            let url = entry["request"]["url"].as_str().unwrap_or_default();
            if (200..300).contains(&status) {
                self.note(method, path_of(url));
            }
        }
        Ok(())
    }

    fn note(&mut self, method: &str, path: &str) {
        let fitting = self.0.iter_mut().filter(|((its, template), _)| {
            its.eq_ignore_ascii_case(method) && fits(template, path)
        });
        // Of several the one with the fewest placeholders.
        let best = fitting.min_by_key(|((_, template), _)| template.matches('{').count());
        if let Some((_, count)) = best {
            *count += 1;
        }
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reached = self.0.values().filter(|count| **count > 0).count();
        write!(f, "{reached} of {} operations answered with success", self.0.len())?;
        for ((method, path), _) in self.0.iter().filter(|(_, count)| **count == 0) {
            write!(f, "\n  never: {method} {path}")?;
        }
        Ok(())
    }
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default();
    path.split(['?', '#']).next().unwrap_or_default()
}

fn fits(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) if wanted == part || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_counts_for_the_most_exact_operation() {
        let operation = |path: &str| (("GET".to_owned(), path.to_owned()), 0);
        let mut reached =
            Reached(["/events/{event_id}", "/events/new", "/events"].map(operation).into());
        reached.note("GET", path_of("http://127.0.0.1:1/events/new?x=/y"));
        reached.note("get", path_of("http://127.0.0.1:1/events/7"));
        reached.note("POST", "/events");
        let counts: Vec<usize> = reached.0.values().copied().collect();
        assert_eq!(counts, [0, 1, 1]);
        let text = reached.to_string();
        assert_eq!(text, "2 of 3 operations answered with success\n  never: GET /events");
    }
}
