//! Only the append function of the log writes to the log's tables. Tests may, to show that it is
//! noticed.

use super::{Violation, tree::Tree};

const RULE: &str = "log writes";
const TABLES: [&str; 4] = ["es.events", "es.streams", "es.log_heads", "es.log_batches"];
const VERBS: [&[&str]; 7] = [
    &["insert", "into"],
    &["merge", "into"],
    &["update"],
    &["update", "only"],
    &["delete", "from"],
    &["truncate"],
    &["copy"],
];
const APPEND: &str = "migrations/log";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let others = tree.files().filter(|file| {
        let is_code = file.has_extension("rs") || file.has_extension("sql");
        is_code && file.segment_below(APPEND).is_none()
    });
    others
        .flat_map(|file| {
            let writes = writes_in(&file.text).into_iter();
            writes.filter(|(line, _)| !file.is_test_line(*line)).map(|(line, table)| {
                let message = format!("only the append function writes to {table}");
                Violation::new(&file.path, line, RULE, message)
            })
        })
        .collect()
}

/// The lines on which a statement names a table it writes to.
fn writes_in(text: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for (line, text) in text.lines().enumerate() {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        for word in text.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()) {
            let word = word.to_lowercase();
            let table = TABLES.iter().find(|table| **table == word);
            let follows = |verb: &&[&str]| {
                words.len() >= verb.len()
                    && words.iter().rev().zip(verb.iter().rev()).all(|(a, b)| a == b)
            };
            if let Some(table) = table
                && VERBS.iter().any(follows)
            {
                found.push((line + 1, *table));
            }
            words.push(word);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn a_write_beside_the_append_is_found() {
        let path = "command-service/src/a.rs";
        assert_eq!(lines(path, "const A: &str = \"INSERT INTO es.events VALUES (1)\";"), [1]);
        assert_eq!(lines(path, "const A: &str = \"update\n  es.streams SET version = 1\";"), [2]);
        assert_eq!(lines(path, "const A: &str = \"DELETE FROM \\\n  es.events\";"), [2]);
        assert_eq!(lines("migrations/read/6001.sql", "TRUNCATE es.log_batches;"), [1]);
    }

    #[test]
    fn reading_and_other_tables_are_not_writes() {
        let path = "command-service/src/a.rs";
        for text in [
            "const A: &str = \"SELECT 1 FROM es.events\";",
            "const A: &str = \"INSERT INTO es.snapshots VALUES (1)\";",
            "const A: &str = \"INSERT INTO read.events SELECT 1 FROM es.events\";",
            "#[cfg(test)]\nmod tests {\n    const A: &str = \"DELETE FROM es.events\";\n}",
        ] {
            assert!(lines(path, text).is_empty(), "{text}");
        }
        assert!(
            lines("migrations/log/1001_log.sql", "INSERT INTO es.events VALUES (1);").is_empty()
        );
    }
}
