//! Which scripts a page of the storefront needs, as the build says.
//!
//! Pages are loaded when they are needed: without help a browser would find out about the script of
//! a page only when the first script runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::language::Language;

/// The modules of the pages, as the router of the storefront has them.
pub const HOME: &str = "src/storefront/discover/HomePage.tsx";
pub const EVENT: &str = "src/storefront/event/EventPage.tsx";
pub const CONTACT: &str = "src/storefront/checkout/ContactPage.tsx";
pub const PAYMENT: &str = "src/storefront/checkout/PaymentPage.tsx";
pub const ORDER: &str = "src/storefront/order/OrderPage.tsx";
pub const TICKETS: &str = "src/storefront/order/TicketsPage.tsx";
pub const HELP: &str = "src/storefront/pages/HelpPage.tsx";
pub const ACCESSIBILITY: &str = "src/storefront/pages/AccessibilityPage.tsx";
pub const LOGIN: &str = "src/storefront/account/LoginPage.tsx";
pub const LOGIN_CALLBACK: &str = "src/storefront/account/CallbackPage.tsx";
pub const LOGIN_CONFIRM: &str = "src/storefront/account/ConfirmLoginPage.tsx";
pub const REGISTER: &str = "src/storefront/account/RegisterPage.tsx";
pub const FORGOT: &str = "src/storefront/account/ForgotPage.tsx";
pub const RESET: &str = "src/storefront/account/ResetPage.tsx";
pub const VERIFY: &str = "src/storefront/account/VerifyPage.tsx";
pub const EMAIL_CHANGE: &str = "src/storefront/account/EmailChangePage.tsx";
pub const INVITATION: &str = "src/storefront/account/InvitationPage.tsx";
pub const ACCOUNT: &str = "src/storefront/account/AccountPage.tsx";
pub const ACCOUNT_EXPORT: &str = "src/storefront/account/ExportPage.tsx";
/// Those of which nothing is known when they are sent: what is on them belongs to somebody.
pub const INNER: [&str; 17] = [
    CONTACT,
    PAYMENT,
    ORDER,
    TICKETS,
    HELP,
    ACCESSIBILITY,
    LOGIN,
    LOGIN_CALLBACK,
    LOGIN_CONFIRM,
    REGISTER,
    FORGOT,
    RESET,
    VERIFY,
    EMAIL_CHANGE,
    INVITATION,
    ACCOUNT,
    ACCOUNT_EXPORT,
];
const GERMAN: &str = "src/storefront/i18n/de.ts";
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
        let pages = [HOME, EVENT, GERMAN].into_iter().chain(INNER);
        let scripts = pages.map(|page| {
            let mut needed = BTreeSet::new();
            collect(&manifest, page, &mut needed);
            let later = needed.difference(&at_once).filter_map(|name| manifest.get(*name));
            (page, later.map(|chunk| chunk.file.clone()).collect())
        });
        Self(scripts.collect())
    }

    /// Paths, below the folder of the build, of what a page needs besides its entry.
    pub fn of(&self, page: &str) -> &[String] {
        self.0.get(page).map_or(&[], Vec::as_slice)
    }

    /// Paths of the words of a language; English ones come with the entry.
    pub fn of_words(&self, language: Language) -> &[String] {
        match language {
            Language::English => &[],
            Language::German => self.of(GERMAN),
        }
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
                {"file": "assets/event.js", "imports": ["_box.js", "index.html", "_gone.js"]},
            "src/storefront/checkout/PaymentPage.tsx":
                {"file": "assets/payment.js", "imports": ["_query.js", "index.html"]},
            "src/storefront/i18n/de.ts": {"file": "assets/de.js"}
        }"#;
        let scripts = Scripts::read(manifest);
        assert_eq!(scripts.of(EVENT), ["assets/box.js", "assets/query.js", "assets/event.js"]);
        assert_eq!(scripts.of(PAYMENT), ["assets/query.js", "assets/payment.js"]);
        assert!(scripts.of(HOME).is_empty());
        assert_eq!(scripts.of_words(Language::German), ["assets/de.js"]);
        assert!(scripts.of_words(Language::English).is_empty());
    }

    #[test]
    fn the_router_has_the_same_pages() {
        let router = include_str!("../../../web/src/storefront/router.tsx");
        let imported = router.matches("import(\"./").count();
        assert_eq!(imported, INNER.len() + 2);
        for page in INNER.into_iter().chain([HOME, EVENT]) {
            let name =
                page.strip_prefix("src/storefront/").and_then(|page| page.strip_suffix(".tsx"));
            assert!(router.contains(&format!("import(\"./{}\")", name.unwrap())), "{page}");
        }
        let words = include_str!("../../../web/src/storefront/i18n/load.ts");
        assert!(words.contains("import(\"./de\")"));
    }

    #[test]
    fn without_a_manifest_nothing_is_preloaded() {
        for manifest in ["", "[]", "{}", "{\"index.html\": 7}"] {
            assert!(Scripts::read(manifest).of(EVENT).is_empty(), "{manifest}");
        }
    }
}
