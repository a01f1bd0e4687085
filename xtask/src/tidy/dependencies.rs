//! Dependencies: versions in one place, a reason beside each, some not at all.

use super::{
    Violation,
    tree::{SourceFile, Tree},
};

const RULE: &str = "dependencies";
const LOCK: &str = "Cargo.lock";
const ROOT: &str = "Cargo.toml";

/// They would bring a C toolchain, or a second TLS beside the one of rustls and ring.
const BANNED: [&str; 5] = ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"];

/// What needs no reason: everybody who reads Rust knows what it is there for.
const OBVIOUS: [&str; 36] = [
    "anyhow",
    "axum",
    "base64",
    "bytes",
    "chrono",
    "clap",
    "cqrs-es",
    "getrandom",
    "hdrhistogram",
    "hex",
    "hmac",
    "http",
    "http-body-util",
    "hyper",
    "hyper-util",
    "metrics",
    "metrics-exporter-prometheus",
    "postgres-es",
    "proptest",
    "reqwest",
    "rustls",
    "serde",
    "serde_json",
    "sha2",
    "sqlx",
    "subtle",
    "tempfile",
    "thiserror",
    "tokio",
    "tower",
    "tower-http",
    "tracing",
    "tracing-subscriber",
    "url",
    "utoipa",
    "uuid",
];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let lock = tree.find(LOCK).into_iter().flat_map(in_lock);
    let root = tree.find(ROOT).into_iter().flat_map(in_root);
    let members = tree.files().filter(|file| file.path.ends_with("/Cargo.toml"));
    lock.chain(root).chain(members.flat_map(in_member)).collect()
}

fn in_lock(file: &SourceFile) -> Vec<Violation> {
    let line = |(line, text): (usize, &str)| {
        let name = text.strip_prefix("name = \"").and_then(|rest| rest.strip_suffix('"'));
        if let Some(name) = name.filter(|name| BANNED.contains(name)) {
            return Some((line, format!("{name} must not be used")));
        }
        let is_foreign = text.starts_with("source = ") && !text.contains("registry+");
        is_foreign.then(|| (line, "dependencies come from the registry only".to_owned()))
    };
    let found = file.lines().filter_map(line);
    found.map(|(line, message)| Violation::new(&file.path, line, RULE, message)).collect()
}

fn in_root(file: &SourceFile) -> Vec<Violation> {
    let unexplained = dependencies(file).filter(|(_, text)| {
        let name = name_of(text);
        !text.contains(" # ") && !text.contains("path = ") && !OBVIOUS.contains(&name)
    });
    unexplained
        .map(|(line, text)| {
            let message = format!("say why {} is needed, as a comment behind it", name_of(text));
            Violation::new(&file.path, line, RULE, message)
        })
        .collect()
}

fn in_member(file: &SourceFile) -> Vec<Violation> {
    dependencies(file)
        .filter(|(_, text)| !text.contains("workspace = true"))
        .map(|(line, text)| {
            let message = format!("{} must take its version from the workspace", name_of(text));
            Violation::new(&file.path, line, RULE, message)
        })
        .collect()
}

/// Lines of dependencies: those under a heading that ends in `dependencies]`.
fn dependencies(file: &SourceFile) -> impl Iterator<Item = (usize, &str)> {
    let mut is_inside = false;
    file.lines().filter(move |(_, text)| {
        if text.starts_with('[') {
            is_inside = text.ends_with("dependencies]");
            return false;
        }
        is_inside && text.contains('=') && !text.starts_with(['#', ' '])
    })
}

fn name_of(text: &str) -> &str {
    text.split(['.', ' ', '=']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|violation| violation.message).collect()
    }

    #[test]
    fn banned_crates_and_foreign_sources_are_found() {
        let lock = "[[package]]\nname = \"openssl-sys\"\nsource = \"registry+https://x\"\n\
            [[package]]\nname = \"mine\"\nsource = \"git+https://x\"\n";
        assert_eq!(
            messages("Cargo.lock", lock),
            ["openssl-sys must not be used", "dependencies come from the registry only"]
        );
    }

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let root = "[workspace.dependencies]\ntokio = \"1\"\nmoka = \"0.12\"\n\
            arc-swap = \"1\" # read without a lock\n[profile.dev]\ndebug = false\n";
        assert_eq!(
            messages("Cargo.toml", root),
            ["say why moka is needed, as a comment behind it"]
        );
    }

    #[test]
    fn a_version_beside_the_workspaces_is_found() {
        let member = "[package]\nname = \"a\"\n[dependencies]\ntokio.workspace = true\nmoka = \"0.12\"\n\
            [dev-dependencies]\nserde = { workspace = true }\n";
        assert_eq!(
            messages("a/Cargo.toml", member),
            ["moka must take its version from the workspace"]
        );
    }
}
