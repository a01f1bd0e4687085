//! Which scripts a page of the storefront needs, as the build says.
//!
//! Pages are loaded when they are needed: without help a browser would find out about the script of
//! a page only when the first script runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// The module of the list of events.
pub const HOME: &str = "src/storefront/discover/HomePage.tsx";
/// The module of the page of an event.
pub const EVENT: &str = "src/storefront/event/EventPage.tsx";
const ENTRY: &str = "index.html";

/// Scripts by the module they were made of.
#[derive(Debug, Default)]
pub struct Scripts(BTreeMap<&'static str, Vec<String>>);

/// One file of the build.
#[derive(Debug, Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    imports: Vec<String>,
}

type Manifest = BTreeMap<String, Chunk>;

impl Scripts {
    /// Reads the manifest of the build. What can't be read preloads nothing: pages load slower then.
    pub fn read(manifest: &str) -> Self {
        let manifest: Manifest = serde_json::from_str(manifest).unwrap_or_default();
        let mut at_once = BTreeSet::new();
        collect(&manifest, ENTRY, &mut at_once);
        let scripts = [HOME, EVENT].map(|page| {
            let mut needed = BTreeSet::new();
            collect(&manifest, page, &mut needed);
            let later = needed.difference(&at_once).filter_map(|name| manifest.get(*name));
            (page, later.map(|chunk| chunk.file.clone()).collect())
        });
        Self(scripts.into())
    }

    /// Paths, below the folder of the build, of what a page needs besides its entry.
    pub fn of(&self, page: &str) -> &[String] {
        self.0.get(page).map_or(&[], Vec::as_slice)
    }
}

/// A module and all it imports.
fn collect<'a>(manifest: &'a Manifest, name: &'a str, found: &mut BTreeSet<&'a str>) {
    if let Some(chunk) = manifest.get(name).filter(|_| found.insert(name)) {
        for import in &chunk.imports {
            collect(manifest, import, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_preloads_what_its_entry_does_not_name() {
        let manifest = r#"{
            "index.html": {"file": "assets/app.js", "imports": ["_router.js"], "isEntry": true},
            "_router.js": {"file": "assets/router.js", "imports": ["index.html"]},
            "_query.js": {"file": "assets/query.js"},
            "_box.js": {"file": "assets/box.js", "imports": ["_query.js", "_router.js"]},
            "src/storefront/event/EventPage.tsx":
                {"file": "assets/event.js", "imports": ["_box.js", "index.html", "_gone.js"]}
        }"#;
        let scripts = Scripts::read(manifest);
        assert_eq!(scripts.of(EVENT), ["assets/box.js", "assets/query.js", "assets/event.js"]);
        assert!(scripts.of(HOME).is_empty());
    }

    #[test]
    fn without_a_manifest_nothing_is_preloaded() {
        for manifest in ["", "[]", "{}", "{\"index.html\": 7}"] {
            assert!(Scripts::read(manifest).of(EVENT).is_empty(), "{manifest}");
        }
    }
}
