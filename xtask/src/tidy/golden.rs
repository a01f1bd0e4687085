//! Every recorded fact has a golden file: how it was once stored must be readable for ever.

use syn::visit::Visit;

use super::{Violation, tree::Tree};

const RULE: &str = "golden";
const FACTS: &str = "shared/src/events/box_office.rs";
const FACT: &str = "BoxOfficeEvent";
const FOLDER: &str = "shared/src/events/golden";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let Some((file, syntax)) = tree.rust().find(|(file, _)| file.path == FACTS) else {
        return Vec::new();
    };
    let mut variants = Variants::default();
    variants.visit_file(syntax);
    let is_kept = |name: &str| {
        tree.files().any(|file| {
            file.segment_below(FOLDER)
                .and_then(|file| file.strip_suffix(".json")?.split_once('-'))
                .is_some_and(|(event_type, _version)| event_type == name)
        })
    };
    let missing = variants.0.iter().filter(|(_, name)| !is_kept(name));
    missing
        .map(|(line, name)| {
            let message = format!("{name} has no golden file {FOLDER}/{name}-<version>.json");
            Violation::new(&file.path, *line, RULE, message)
        })
        .collect()
}

#[derive(Default)]
struct Variants(Vec<(usize, String)>);

impl<'ast> Visit<'ast> for Variants {
    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if item.ident == FACT {
            let variants = item.variants.iter();
            self.0.extend(
                variants
                    .map(|variant| (variant.ident.span().start().line, variant.ident.to_string())),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_without_a_golden_file_is_found() {
        let facts =
            (FACTS, "pub enum BoxOfficeEvent {\n    Sold,\n    SoldOut,\n}\nenum Other { X }");
        let golden = ("shared/src/events/golden/Sold-1.0.json", "{}");
        let found = check(&Tree::of(&[facts, golden]));
        assert_eq!(found.len(), 1);
        assert!(found[0].line == 3 && found[0].message.starts_with("SoldOut has no golden file"));
    }
}
