//! A projection reads its own tables only. A table belongs to the folder whose `schema.sql` makes
//! it; a folder that makes none may read those of one projection.

use std::collections::{HashMap, HashSet};

use super::{Violation, tree::Tree};

const RULE: &str = "tables";
const SERVICE: &str = "projection-service/src";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let code = || {
        tree.files().filter_map(|file| {
            let folder = file.segment_below(SERVICE)?;
            (folder != file.path.rsplit('/').next()?).then_some((folder, file))
        })
    };
    let mut owners = HashMap::new();
    for (folder, file) in code().filter(|(_, file)| file.path.ends_with("/schema.sql")) {
        for (_, text) in file.lines() {
            if let Some(rest) = text.trim().strip_prefix("CREATE TABLE ") {
                owners.extend(tables_in(rest).first().map(|table| (table.clone(), folder)));
            }
        }
    }
    let with_tables: HashSet<&str> = owners.values().copied().collect();
    let mut sources: HashMap<&str, &str> = HashMap::new();
    let mut found = Vec::new();
    for (folder, file) in code() {
        for (line, text) in file.lines().filter(|(line, _)| !file.is_test_line(*line)) {
            for table in tables_in(text) {
                let Some(owner) = owners.get(&table) else { continue };
                let source = if with_tables.contains(folder) {
                    folder
                } else {
                    sources.entry(folder).or_insert(owner)
                };
                if source != *owner {
                    let message = format!("read.{table} belongs to the projection {owner}");
                    found.push(Violation::new(&file.path, line, RULE, message));
                }
            }
        }
    }
    found
}

/// The names of read tables in a line, without the generation at their end.
fn tables_in(text: &str) -> Vec<String> {
    let after = text.match_indices("read.").filter(|(at, _)| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    });
    after
        .filter_map(|(at, mark)| {
            let rest = text.get(at + mark.len()..)?;
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let name = rest.get(..end)?;
            let base = name.rsplit_once("_v").filter(|(_, generation)| {
                *generation == "N" || generation.bytes().all(|b| b.is_ascii_digit())
            });
            Some(base.map_or(name, |(base, _)| base).to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: (&str, &str) = (
        "projection-service/src/orders/schema.sql",
        "CREATE TABLE read.orders_vN (\n  id uuid);\n",
    );

    #[test]
    fn a_table_of_another_projection_is_found() {
        for text in [
            "const A: &str = \"SELECT 1 FROM read.orders\";",
            "const A: &str = \"SELECT 1 FROM read.orders_v3 o\";",
            "fn a(n: i32) -> String { format!(\"SELECT 1 FROM read.orders_v{n}\") }",
            "const A: &str = \"INSERT INTO read.orders_vN VALUES (1)\";",
        ] {
            let own =
                ("projection-service/src/sales/schema.sql", "CREATE TABLE read.sales_vN (a int);");
            let query = ("projection-service/src/sales/query.rs", text);
            let found = check(&Tree::of(&[SCHEMA, own, query]));
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].message, "read.orders belongs to the projection orders");
        }
    }

    #[test]
    fn a_folder_without_tables_may_read_those_of_one_projection() {
        let other =
            ("projection-service/src/tickets/schema.sql", "CREATE TABLE read.tickets_vN (a int);");
        let reader = "projection-service/src/live/query.rs";
        let one = (reader, "const A: &str = \"SELECT 1 FROM read.orders\";");
        assert_eq!(check(&Tree::of(&[SCHEMA, other, one])), []);
        let two = (reader, "const A: &str = \"FROM read.orders\nJOIN read.tickets\";");
        let found = check(&Tree::of(&[SCHEMA, other, two]));
        assert_eq!((found.len(), found[0].line), (1, 2));
    }

    #[test]
    fn ones_own_tables_and_common_ones_are_free() {
        let own =
            ("projection-service/src/orders/query.rs", "const A: &str = \"FROM read.orders\";");
        let common = ("projection-service/src/sales/a.rs", "const A: &str = \"read.checkpoints\";");
        assert_eq!(check(&Tree::of(&[SCHEMA, own, common])), []);
        assert_eq!(tables_in("thread.orders"), Vec::<String>::new());
    }
}
