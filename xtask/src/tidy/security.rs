//! What `docs/SECURITY.md` claims: every test it names exists, the services start no programs, pages
//! run and show no text as code, and nothing older than TLS 1.2 is spoken.

use std::collections::BTreeSet;

use super::{
    Violation,
    tree::{SourceFile, Tree},
};

const RULE: &str = "security";
const TABLE: &str = "docs/SECURITY.md";
/// What runs in production.
const SERVICES: [&str; 4] =
    ["command-service/src/", "projection-service/src/", "gateway/src/", "shared/src/"];
/// Ways to have a browser run text, or take it for markup.
const TEXT_AS_CODE: [&str; 6] = [
    "dangerouslySetInnerHTML",
    ".innerHTML",
    ".outerHTML",
    "insertAdjacentHTML",
    "document.write(",
    "new Function(",
];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = named_tests(tree);
    for file in tree.files() {
        violations.extend(old_tls(file));
        let is_service = SERVICES.iter().any(|folder| file.path.starts_with(folder));
        if is_service && file.has_extension("rs") {
            violations.extend(lines_with(
                file,
                &["process::Command"],
                "services start no programs",
            ));
        }
        let is_page = file.path.starts_with("web/src/") && !file.path.contains(".test.");
        if is_page && (file.has_extension("ts") || file.has_extension("tsx")) {
            let message = "text is neither run nor taken for markup";
            violations.extend(lines_with(file, &TEXT_AS_CODE, message));
            violations.extend(lines_with(file, &["eval("], message));
        }
    }
    violations
}

/// Whoever listens for TLS says which versions: what a program does by itself changes with it.
fn old_tls(file: &SourceFile) -> Vec<Violation> {
    if !file.has_extension("conf") {
        return Vec::new();
    }
    let words = |text: &str| -> Vec<String> {
        text.trim().trim_end_matches(';').split_whitespace().map(str::to_owned).collect()
    };
    let said = |name: &str| -> Vec<(usize, Vec<String>)> {
        let lines = file.lines().map(|(line, text)| (line, words(text)));
        lines.filter(|(_, words)| words.first().is_some_and(|first| first == name)).collect()
    };
    let protocols = said("ssl_protocols");
    let listens = said("listen").into_iter().find(|(_, words)| words.iter().any(|w| w == "ssl"));
    let silent = listens.filter(|_| protocols.is_empty()).map(|(line, _)| line);
    let is_old = |words: &[String]| words[1..] != ["TLSv1.2", "TLSv1.3"];
    let old = protocols.iter().filter(|(_, words)| is_old(words)).map(|(line, _)| *line);
    let message = "TLS is of version 1.2 or 1.3: `ssl_protocols TLSv1.2 TLSv1.3;`";
    old.chain(silent).map(|line| Violation::new(&file.path, line, RULE, message)).collect()
}

fn lines_with(file: &SourceFile, wanted: &[&str], message: &str) -> Vec<Violation> {
    let found = file.lines().filter(|(_, text)| wanted.iter().any(|wanted| text.contains(wanted)));
    found.map(|(line, _)| Violation::new(&file.path, line, RULE, message)).collect()
}

/// Tests are named in the last column: `a_rust_test`, “a test of the pages”, or a command.
fn named_tests(tree: &Tree) -> Vec<Violation> {
    let Some(table) = tree.find(TABLE) else { return Vec::new() };
    let known = tests_of(tree);
    let mut violations = Vec::new();
    for (line, text) in table.lines().filter(|(_, text)| text.starts_with("| V")) {
        let cell = text.trim_end_matches(['|', ' ']).rsplit('|').next().unwrap_or_default();
        let names = cell.split('`').skip(1).step_by(2).chain(quoted(cell));
        let names: Vec<&str> = names.filter(|name| !name.starts_with("cargo xtask ")).collect();
        let says_nothing = names.is_empty() && !cell.contains('`');
        if says_nothing && !["not met: ", "nothing to test: "].iter().any(|w| cell.contains(w)) {
            let message = "a requirement without a test says “not met: …” or “nothing to test: …”";
            violations.push(Violation::new(TABLE, line, RULE, message));
        }
        for name in names.into_iter().filter(|name| !known.contains(*name)) {
            let message = format!("there is no test {name}");
            violations.push(Violation::new(TABLE, line, RULE, message));
        }
    }
    violations
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('“').skip(1).filter_map(|rest| rest.split('”').next())
}

/// Names of functions under `#[test]` and the like, and of the tests of pages.
fn tests_of(tree: &Tree) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for file in tree.files() {
        let mut is_test = false;
        for (_, line) in file.lines() {
            let line = line.trim();
            if file.has_extension("rs") {
                let name = line.trim_start_matches("async ").strip_prefix("fn ");
                if let Some(name) = name.and_then(|rest| rest.split('(').next()) {
                    if std::mem::take(&mut is_test) {
                        names.insert(name);
                    }
                } else if line == "#[test]" || line.starts_with("#[tokio::test") {
                    is_test = true;
                }
            } else if file.path.contains(".test.") || file.path.contains(".spec.") {
                let rest = ["test(\"", "it(\""].iter().find_map(|start| line.strip_prefix(start));
                names.extend(rest.and_then(|rest| rest.split('"').next()));
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_is_gone_is_found() {
        let table = "| V1.1.1 | a | b | `is_there`, `cargo xtask fuzz-api`, “opens” |\n\
                     | V1.1.2 | a | b | `is_gone` |\n\
                     | V1.1.3 | a | b | not met: nobody did it |\n\
                     | V1.1.4 | a | b | somehow |\n\
                     | V1.1.5 | a | b | `is_no_test`, “shuts” |\n\
                     | V1.1.6 | a | b | `cargo xtask attack` |\n";
        let rust = "    #[tokio::test]\n    async fn is_there() {}\n    fn is_no_test() {}\n";
        let files = [(TABLE, table), ("a/b.rs", rust), ("web/e2e/a.spec.ts", "test(\"opens\", x")];
        let found = check(&Tree::of(&files));
        let lines: Vec<usize> = found.iter().map(|violation| violation.line).collect();
        assert_eq!(lines, [2, 4, 5, 5]);
    }

    #[test]
    fn nothing_older_than_tls_1_2_is_spoken() {
        let silent = "server {\n    listen 443 ssl http2;\n}\n";
        let files = [
            ("a/old.conf", "listen 443 ssl;\n    ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3;\n"),
            ("a/silent.conf", silent),
            ("a/plain.conf", "listen 80;\n"),
            ("a/half.conf", "ssl_protocols TLSv1.3;\n"),
            ("a/text.md", silent),
        ];
        let found = check(&Tree::of(&files));
        let mut found: Vec<_> = found.iter().map(|v| (v.path.as_str(), v.line)).collect();
        found.sort_unstable();
        assert_eq!(found, [("a/half.conf", 1), ("a/old.conf", 2), ("a/silent.conf", 2)]);
        let ours = include_str!("../../../deploy/nginx/nginx.conf");
        assert!(ours.contains("listen 443 ssl"), "seen to be asked");
        assert!(check(&Tree::of(&[("deploy/nginx/nginx.conf", ours)])).is_empty());
    }

    #[test]
    fn a_way_to_run_text_is_found() {
        let page =
            "<p dangerouslySetInnerHTML={{ __html: text }} />\neval(text);\nevaluate(text);\n";
        let files = [
            ("web/src/a.tsx", page),
            ("web/src/a.test.ts", "document.body.innerHTML = \"\";\n"),
            ("gateway/src/a.rs", "let x = std::process::Command::new(name);\n"),
            ("xtask/src/a.rs", "let x = std::process::Command::new(name);\n"),
        ];
        let found = check(&Tree::of(&files));
        let found: Vec<_> = found.iter().map(|v| (v.path.as_str(), v.line)).collect();
        assert_eq!(found, [("web/src/a.tsx", 1), ("web/src/a.tsx", 2), ("gateway/src/a.rs", 1)]);
    }
}
