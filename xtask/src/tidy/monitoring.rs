//! Alerts and dashboards name metrics that exist: one that was renamed would never fire again.

use std::collections::HashSet;

use super::{Violation, tree::Tree};

const RULE: &str = "monitoring";
const FOLDER: &str = "deploy/monitoring";
/// How the names of our metrics begin.
const PREFIXES: [&str; 8] = [
    "http_",
    "log_",
    "subscription_",
    "payment_",
    "gateway_",
    "availability_",
    "box_office_",
    "mail_",
];
/// What Prometheus appends to the name of a histogram.
const SUFFIXES: [&str; 3] = ["_bucket", "_sum", "_count"];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let made: HashSet<&str> = tree
        .rust()
        .filter(|(file, _)| !file.path.starts_with("xtask/"))
        .flat_map(|(file, _)| file.text.split('"').filter(|text| is_name(text)))
        .collect();
    let is_made = |name: &str| {
        let base = SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix));
        made.contains(name) || base.is_some_and(|base| made.contains(base))
    };
    let files = tree.files().filter(|file| file.segment_below(FOLDER).is_some());
    let mut found = Vec::new();
    for file in files {
        for (line, text) in file.lines() {
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            for name in words.filter(|word| is_name(word) && !is_made(word)) {
                let message = format!("there is no metric {name}");
                found.push(Violation::new(&file.path, line, RULE, message));
            }
        }
    }
    found
}

fn is_name(word: &str) -> bool {
    PREFIXES.iter().any(|prefix| word.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_that_nobody_counts_is_found() {
        let code = (
            "shared/src/a.rs",
            "fn a() { counter!(\"log_appends_total\"); h(\"log_append_seconds\"); }",
        );
        let alerts = (
            "deploy/monitoring/alerts.yml",
            "expr: rate(log_appends_total[5m]) > 0\nexpr: rate(log_append_seconds_bucket[5m])\n\
             expr: rate(log_lost_total[5m]) > 0\n",
        );
        let found = check(&Tree::of(&[code, alerts]));
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].line, found[0].message.as_str()),
            (3, "there is no metric log_lost_total")
        );
    }
}
