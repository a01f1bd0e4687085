//! The documentation names files: they exist.

#![cfg(test)]

use std::{fs, path::Path};

#[test]
fn every_file_that_the_documentation_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut missing = Vec::new();
    for document in ["README.md", "docs/RUNBOOK.md"] {
        let text = fs::read_to_string(root.join(document)).unwrap();
        // what stands between single backticks
        for quoted in text.split('`').skip(1).step_by(2).filter(|quoted| is_file(quoted)) {
            if !root.join(quoted).exists() {
                missing.push(format!("{document}: {quoted}"));
            }
        }
    }
    assert!(missing.is_empty(), "no such file: {missing:#?}");
}

fn is_file(quoted: &str) -> bool {
    let endings = [".rs", ".sql", ".json", ".md", ".toml", ".conf", "/"];
    let is_path = !quoted.contains([' ', '\n', '{', '$', ':', '<']) && !quoted.starts_with('/');
    is_path && !quoted.starts_with(".data") && endings.iter().any(|ending| quoted.ends_with(ending))
}
