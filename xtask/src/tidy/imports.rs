//! Who may use whom: the services never import each other, `shared` knows neither, and the domain
//! knows no I/O.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Macro, Path, UseTree,
    visit::{self, Visit},
};

use super::{
    Violation,
    tree::{SourceFile, Tree},
};

const RULE: &str = "imports";

/// A crate and what of ours it may use, besides itself.
const MAY_USE: [(&str, &[&str]); 7] = [
    ("shared", &[]),
    ("command-service", &["shared"]),
    ("projection-service", &["shared"]),
    ("payment-simulator", &["shared"]),
    ("mailbox", &["shared"]),
    ("gateway", &["shared"]),
    ("embedded-postgres", &[]),
];

const OURS: [&str; 8] = [
    "shared",
    "command_service",
    "projection_service",
    "payment_simulator",
    "mailbox",
    "embedded_postgres",
    "gateway",
    "fullhouse",
];

const DOMAIN: &str = "command-service/src/box_office";
/// The HTTP face of the domain: routes, bodies, and how refusals are told.
const FACES: [&str; 3] = ["http.rs", "body.rs", "problem.rs"];
const DOMAIN_SHARED: [&str; 4] = ["id", "money", "events", "clock"];
const IMPURE: [&str; 9] =
    ["axum", "sqlx", "tokio", "http", "hyper", "reqwest", "tracing", "metrics", "futures"];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let in_code = tree.rust().flat_map(|(file, syntax)| {
        let mut paths = Paths::default();
        paths.visit_file(syntax);
        let found = paths.0.into_iter();
        found.filter_map(|used| {
            let message = refusal(file, &used)?;
            Some(Violation::new(&file.path, used.line, RULE, message))
        })
    });
    in_code.chain(tree.files().flat_map(in_manifest)).collect()
}

struct Used {
    line: usize,
    segments: Vec<String>,
}

fn refusal(file: &SourceFile, used: &Used) -> Option<String> {
    let first = used.segments.first()?.as_str();
    let second = used.segments.get(1).map_or("", String::as_str);
    if file.is_test_line(used.line) {
        return None;
    }
    let package = file.path.split('/').next().unwrap_or_default();
    if let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == package)
        && OURS.contains(&first)
        && first != package.replace('-', "_")
        && !may_use.contains(&first)
    {
        return Some(format!("{package} must not use {first}"));
    }
    let is_domain = file.segment_below(DOMAIN).is_some()
        && !FACES.iter().any(|face| file.path.ends_with(&format!("/{face}")));
    if !is_domain {
        return None;
    }
    if IMPURE.contains(&first) {
        return Some(format!("the domain must not use {first}: it decides on values only"));
    }
    if first == "shared" && !DOMAIN_SHARED.contains(&second) {
        return Some(format!("of shared, the domain may use {DOMAIN_SHARED:?} only, not {second}"));
    }
    if first == "crate" && second != "box_office" {
        return Some(format!("the domain must not use crate::{second}"));
    }
    None
}

/// A manifest must not even name a crate that its code may not use, except for tests.
fn in_manifest(file: &SourceFile) -> Vec<Violation> {
    let Some((package, "Cargo.toml")) = file.path.split_once('/') else { return Vec::new() };
    let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == package) else {
        return Vec::new();
    };
    let outside_tests = file.lines().take_while(|(_, text)| *text != "[dev-dependencies]");
    let named = outside_tests.filter_map(|(line, text)| {
        let name = text.split(['.', '=', ' ']).next()?;
        let crate_name = name.replace('-', "_");
        let is_refused = name != "name"
            && OURS.contains(&crate_name.as_str())
            && !may_use.contains(&crate_name.as_str());
        is_refused.then(|| {
            Violation::new(&file.path, line, RULE, format!("{package} must not depend on {name}"))
        })
    });
    named.collect()
}

/// Every path that is used, with at least its first two segments.
#[derive(Default)]
struct Paths(Vec<Used>);

impl Paths {
    fn follow(&mut self, tree: &UseTree, line: usize, before: &[String]) {
        let with = |name: String| [before, &[name]].concat();
        match tree {
            UseTree::Path(path) => {
                let line = path.ident.span().start().line;
                self.follow(&path.tree, line, &with(path.ident.to_string()));
            }
            UseTree::Name(name) => {
                let line = name.ident.span().start().line;
                self.0.push(Used { line, segments: with(name.ident.to_string()) });
            }
            UseTree::Rename(name) => {
                let line = name.ident.span().start().line;
                self.0.push(Used { line, segments: with(name.ident.to_string()) });
            }
            UseTree::Glob(_) => self.0.push(Used { line, segments: before.to_vec() }),
            UseTree::Group(group) => {
                for item in &group.items {
                    self.follow(item, line, before);
                }
            }
        }
    }

    // `a::b` in the arguments of a macro, which isn't parsed.
    fn search(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.search(group.stream()),
                TokenTree::Ident(first) => {
                    if let Some(
                        [TokenTree::Punct(one), TokenTree::Punct(two), TokenTree::Ident(second)],
                    ) = tokens.get(index + 1..index + 4)
                        && (one.as_char(), two.as_char()) == (':', ':')
                    {
                        let line = first.span().start().line;
                        let segments = vec![first.to_string(), second.to_string()];
                        self.0.push(Used { line, segments });
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.follow(&item.tree, item.use_token.span.start().line, &[]);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.segments.len() > 1
            && let Some(first) = path.segments.first()
        {
            let line = first.ident.span().start().line;
            let segments = path.segments.iter().map(|segment| segment.ident.to_string());
            self.0.push(Used { line, segments: segments.collect() });
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.search(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<(usize, String)> {
        let found = check(&Tree::of(&[(path, text)]));
        found.into_iter().map(|violation| (violation.line, violation.message)).collect()
    }

    #[test]
    fn services_must_not_use_each_other() {
        let found = messages(
            "command-service/src/a.rs",
            "use shared::id::EventId;\nfn a() { projection_service::live::start(); }\n",
        );
        assert_eq!(found, [(2, "command-service must not use projection_service".to_owned())]);
        assert_eq!(messages("shared/src/a.rs", "use command_service::app;\n").len(), 1);
        assert_eq!(
            messages("projection-service/Cargo.toml", "command-service.workspace = true\n").len(),
            1
        );
        assert!(
            messages(
                "projection-service/Cargo.toml",
                "name = \"projection-service\"\nshared.workspace = true\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn the_domain_must_not_do_io() {
        let path = "command-service/src/box_office/order/pay.rs";
        for text in [
            "use axum::Json;",
            "use tokio::{sync, time::sleep};",
            "fn a() { tracing::info!(\"x\"); }",
            "fn a() -> Result<(), sqlx::Error> { todo!() }",
            "use shared::event_log::EventLog;",
            "use shared::{id::EventId, http::Problem};",
            "use crate::runtime::Mailbox;",
            "fn a() { assert!(tokio::time::x()); }",
        ] {
            assert!(!messages(path, text).is_empty(), "{text}");
        }
        let pure = "use std::fmt;\nuse serde::Serialize;\nuse shared::{id::EventId, clock::Timestamp};\n\
            use crate::box_office::BoxOffice;\nuse super::state;\n";
        assert_eq!(messages(path, pure), []);
    }

    #[test]
    fn the_http_face_and_the_tests_of_the_domain_may() {
        let text = "use axum::Json;";
        assert!(messages("command-service/src/box_office/order/http.rs", text).is_empty());
        let tests = "#[cfg(test)]\nmod tests {\n    use tokio::test;\n}\n";
        assert!(messages("command-service/src/box_office/order/pay.rs", tests).is_empty());
    }
}
