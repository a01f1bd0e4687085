//! A migration is never edited: databases have run it. `migrations/CHECKSUMS` remembers them.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::{
    Violation,
    tree::{SourceFile, Tree},
};

const RULE: &str = "migrations";
const FOLDER: &str = "migrations";
const CHECKSUMS: &str = "migrations/CHECKSUMS";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let Some(checksums) = tree.find(CHECKSUMS) else {
        let has_migrations = tree.files().any(|file| name_of(file).is_some());
        let missing = Violation::new(CHECKSUMS, 1, RULE, "is missing: --accept-migrations");
        return if has_migrations { vec![missing] } else { Vec::new() };
    };
    let known = read(&checksums.text);
    let mut found = Vec::new();
    for file in tree.files() {
        let Some(name) = name_of(file) else { continue };
        let message = match known.get(name) {
            Some(checksum) if *checksum == checksum_of(&file.text) => continue,
            Some(_) => "was edited: databases have run it; write another migration",
            None => "is new: cargo xtask tidy --accept-migrations",
        };
        found.push(Violation::new(&file.path, 1, RULE, message));
    }
    for (line, name) in checksums
        .text
        .lines()
        .enumerate()
        .filter_map(|(index, text)| Some((index + 1, text.split_once("  ")?.1)))
    {
        if tree.find(&format!("{FOLDER}/{name}")).is_none() {
            let message = format!("{name} is gone: databases have run it");
            found.push(Violation::new(CHECKSUMS, line, RULE, message));
        }
    }
    found
}

/// Adds new migrations to the checksums.
///
/// # Errors
///
/// If files can't be read or written.
pub(super) fn accept(root: &Path) -> anyhow::Result<()> {
    let tree = Tree::read(root)?;
    let text = tree.find(CHECKSUMS).map_or("", |file| file.text.as_str());
    let accepted = with_new(text, &tree);
    fs::write(root.join(CHECKSUMS), accepted).context(CHECKSUMS)
}

fn with_new(text: &str, tree: &Tree) -> String {
    let mut known = read(text);
    for file in tree.files() {
        if let Some(name) = name_of(file) {
            known.entry(name.to_owned()).or_insert_with(|| checksum_of(&file.text));
        }
    }
    known.iter().fold(String::new(), |text, (name, sum)| format!("{text}{sum}  {name}\n"))
}

// As `sha256sum` writes them.
fn read(text: &str) -> BTreeMap<String, String> {
    let line = |line: &str| {
        let (checksum, name) = line.split_once("  ")?;
        Some((name.to_owned(), checksum.to_owned()))
    };
    text.lines().filter_map(line).collect()
}

/// The name of a migration: a numbered file in a folder of its own. What stands beside the folders
/// is run every time, and may be edited.
fn name_of(file: &SourceFile) -> Option<&str> {
    let name = file.path.strip_prefix(FOLDER)?.strip_prefix('/')?;
    (name.contains('/') && file.has_extension("sql")).then_some(name)
}

fn checksum_of(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: (&str, &str) = ("migrations/log/1001_log.sql", "CREATE TABLE a ();");
    const NEW: (&str, &str) = ("migrations/log/1002_more.sql", "CREATE TABLE b ();");
    const ROLES: (&str, &str) = ("migrations/roles.sql", "CREATE ROLE a;");

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::of(files)).into_iter().map(|violation| violation.message).collect()
    }

    #[test]
    fn an_edited_a_new_and_a_lost_migration_are_found() {
        let checksums = with_new("", &Tree::of(&[OLD, ROLES]));
        let checksums = (CHECKSUMS, checksums.as_str());
        assert_eq!(messages(&[OLD, ROLES, checksums]), Vec::<String>::new());
        let edited = (OLD.0, "CREATE TABLE c ();");
        assert!(messages(&[edited, checksums])[0].starts_with("was edited"));
        assert!(messages(&[OLD, NEW, checksums])[0].starts_with("is new"));
        assert!(messages(&[checksums])[0].ends_with("is gone: databases have run it"));
        assert!(messages(&[OLD])[0].starts_with("is missing"));
    }

    #[test]
    fn accepting_adds_new_ones_and_never_changes_old_ones() {
        let before = with_new("", &Tree::of(&[OLD]));
        let edited = (OLD.0, "CREATE TABLE c ();");
        let after = with_new(&before, &Tree::of(&[edited, NEW]));
        assert!(after.starts_with(&before), "{after}");
        assert_eq!(after.lines().count(), 2);
    }
}
