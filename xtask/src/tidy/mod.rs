//! `cargo xtask tidy`: rules of the project that no compiler knows.
//!
//! A rule is a function from the tree of files to violations. Each has its file here, with a test
//! that shows it failing on a planted sample.

mod dependencies;
mod documents;
mod golden;
mod imports;
mod log_writes;
mod matches;
mod migrations;
mod monitoring;
mod pages;
mod security;
mod sizes;
mod tables;
mod tree;
mod words;

use std::fmt;

use clap::Args;

use self::tree::Tree;
use crate::{console::Console, run::AlreadyTold, workspace::Workspace};

/// Checks the rules of the project: imports, lengths, migrations, dependencies, words.
#[derive(Args, Default)]
pub struct Tidy {
    /// Add new migrations to migrations/CHECKSUMS. Those that are there stay as they are.
    #[arg(long)]
    accept_migrations: bool,
}

/// A place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation {
    path: String,
    line: usize,
    rule: &'static str,
    message: String,
}

impl Violation {
    fn new(path: &str, line: usize, rule: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} [{}]", self.path, self.line, self.message, self.rule)
    }
}

const RULES: [fn(&Tree) -> Vec<Violation>; 13] = [
    dependencies::check,
    documents::check,
    golden::check,
    imports::check,
    log_writes::check,
    matches::check,
    migrations::check,
    monitoring::check,
    pages::check,
    security::check,
    sizes::check,
    tables::check,
    words::check,
];

impl Tidy {
    /// Checks all rules and tells every violation.
    ///
    /// # Errors
    ///
    /// If there are violations, or files can't be read.
    pub fn run(&self) -> anyhow::Result<()> {
        let workspace = Workspace::find()?;
        if self.accept_migrations {
            migrations::accept(workspace.root())?;
        }
        let tree = Tree::read(workspace.root())?;
        let mut violations: Vec<Violation> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
        violations.sort();
        let console = Console::new();
        for violation in &violations {
            console.print(&format!("{violation}\n"));
        }
        if violations.is_empty() { Ok(()) } else { Err(AlreadyTold.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_reads_like_a_compilers_message() {
        let violation = Violation::new("a/b.rs", 7, "sizes", "too long");
        assert_eq!(violation.to_string(), "a/b.rs:7: too long [sizes]");
    }
}
